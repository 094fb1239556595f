"""The ticker runs without a seam, the slate covers everything."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overlays.base import OverlayError
from overlays.slate import Slate, SlateParams
from overlays.ticker import Ticker, TickerParams
from tests.overlays.test_card import CANVASES, assert_inside

EVEN = st.integers(80, 960).map(lambda half: half * 2)


@pytest.mark.parametrize(("width", "height"), CANVASES)
def test_the_ticker_is_an_opaque_strip_as_wide_as_the_canvas(width: int, height: int) -> None:
    patch = Ticker().render(TickerParams("满99元包邮"), width, height)
    assert_inside(patch, width, height)
    assert patch.width == width
    assert patch.rgba.shape[1] >= width
    assert (patch.rgba[:, :, 3] == 255).all()
    assert patch.scroll_px_per_s == pytest.approx(90 * min(width, height) / 720)
    if width >= height:
        assert patch.y + patch.rgba.shape[0] == height


def test_the_ticker_is_48_px_high_at_720p() -> None:
    assert Ticker().render(TickerParams("a"), 1280, 720).rgba.shape[0] == 48


def test_the_strip_repeats_the_text_evenly_so_that_it_wraps_without_a_seam() -> None:
    strip = Ticker().render(TickerParams("坏果包赔"), 1280, 720).rgba
    lit = np.flatnonzero((strip[14:40, :, :3].min(axis=2) > 200).any(axis=0))
    starts = lit[np.flatnonzero(np.diff(lit, prepend=-1000) > 60)]
    assert len(starts) > 2
    steps = np.diff(np.append(starts, starts[0] + strip.shape[1]))
    assert steps.max() - steps.min() <= 2


def test_a_ticker_without_text_is_refused_in_a_plain_sentence() -> None:
    with pytest.raises(OverlayError, match="no text"):
        Ticker().render(TickerParams(" \n"), 1280, 720)


@settings(max_examples=40, deadline=None)
@given(text=st.text(min_size=1, max_size=3000), width=EVEN, height=EVEN)
def test_any_ticker_fits_any_canvas(text: str, width: int, height: int) -> None:
    assert_inside(Ticker().render(TickerParams("." + text), width, height), width, height)


def test_the_longest_ticker_can_still_be_drawn() -> None:
    patch = Ticker().render(TickerParams("好" * 3000), 1920, 1080)
    assert patch.rgba.shape[1] < 32_767
    assert (patch.rgba[:, -2000:-600, :3].min(axis=2) > 200).any(), "the text reaches the end of the strip"


@settings(max_examples=25, deadline=None)
@given(title=st.text(max_size=400), line=st.text(max_size=400), width=EVEN, height=EVEN)
def test_any_slate_covers_the_whole_canvas(title: str, line: str, width: int, height: int) -> None:
    patch = Slate().render(SlateParams(title, line), width, height)
    assert patch.rgba.shape == (height, width, 4)
    assert (patch.rgba[:, :, 3] == 255).all()


def test_the_slate_shows_its_words_in_the_middle() -> None:
    empty = Slate().render(SlateParams(""), 1280, 720).rgba.astype(int)
    said = Slate().render(SlateParams("主播马上回来", "请不要走开"), 1280, 720).rgba
    changed = np.abs(said - empty).max(axis=2) > 60
    columns = np.flatnonzero(changed.any(axis=0))
    assert changed.sum() > 4000
    assert abs((columns[0] + columns[-1]) / 2 - 640) < 6
