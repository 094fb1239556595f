"""What overlays write is read on its ground, whatever colour was chosen and whatever picture shines through."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overlays import panel
from overlays.banner import Banner, BannerParams
from overlays.contrast import DARK, LARGE_TEXT, LIGHT, contrast, least_contrast, readable, rgb_of
from overlays.painting import colour
from tests.overlays.samples import a_picture, drawn, samples

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_the_ratio_is_that_of_wcag() -> None:
    assert contrast(rgb_of("#000000"), rgb_of("#ffffff")) == pytest.approx(21.0)
    assert contrast(rgb_of("#777777"), rgb_of("#ffffff")) == pytest.approx(4.48, abs=0.01)
    assert least_contrast("#ffffff", "#000000", 0.0) == pytest.approx(1.0)


def test_every_line_of_every_overlay_is_read_in_the_colour_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of ours has to be exchanged for black or white."""
    asked: list[tuple[str, str]] = []

    def spy(ink: str, ground: str, opacity: float = 1.0) -> str:
        asked.append((ink, readable(ink, ground, opacity)))
        return asked[-1][1]

    monkeypatch.setattr(panel, "readable", spy)
    for _name, kind, params in samples("zh", a_picture(tmp_path)):
        drawn(kind, params, "wide")
    assert len(asked) > 30
    assert all(ink == shown for ink, shown in asked)


@given(ground=COLOURS)
def test_words_on_a_ground_of_any_colour_are_read(ground: str) -> None:
    shown, ink = colour(ground)
    assert shown == ground
    assert ink in (DARK, LIGHT)
    assert least_contrast(ink, ground) >= LARGE_TEXT


@given(ink=COLOURS, ground=COLOURS)
def test_ink_that_is_not_read_is_exchanged(ink: str, ground: str) -> None:
    assert least_contrast(readable(ink, ground), ground) >= LARGE_TEXT


def test_a_banner_in_the_colour_of_its_letters_is_read() -> None:
    patch = Banner().render(BannerParams("丰收节", colour="#1d1f1c"), 1280, 720)
    assert patch.rgba[:, :, :3].max() > 200
