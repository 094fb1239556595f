"""What platforms cover of the picture: a line for each, corrected by the seller, and kept to by every overlay."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication

from overlays import OVERLAYS
from overlays.base import NO_ROOM, Covered, OverlayError, Patch, usually_covered
from overlays.card import Look
from overlays.code import whole_px
from overlays.painting import scale_of
from overlays.places import Box, free_part, safe_area
from overlays.ticker import TickerParams
from studio.added_desk import AddedDesk
from studio.adding import added_from
from studio.broadcast import Broadcast
from studio.cards import CardDesk
from studio.config import (
    AudioConfig,
    AudioKind,
    CanvasConfig,
    DestinationConfig,
    Secret,
    ShowConfig,
    SourceConfig,
    SourceKind,
)
from studio.errors import StudioError, explain
from studio.media.frames import NS, blank, planes
from studio.paths import Home
from studio.presets import PLATFORMS
from studio.safe_areas import FILE, MOST_UPRIGHT, MOST_WIDE, NAMES, read_safe_areas
from studio.seen_on import SeenOn
from tests.media.told import Hand, Told
from tests.overlays.samples import a_picture, samples
from tests.overlays.test_card import APPLES
from tests.provers import AlreadyTried

UPRIGHT, WIDE = CanvasConfig(720, 1280, 30), CanvasConfig(1280, 720, 30)
CORRECTED = """
[douyin]
upright = [0.15, 0.2, 0.3, 0.05]
measured = true
source = "ours, a phone of 6.7 inches"

[kuaishou]
upright = [0.05, 0.0, 0.38, 0]
wide = [0, 0, 0.1, 0]
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def never(error: StudioError) -> None:
    raise error


def places(patch: Patch) -> tuple[int, int, int, int]:
    return patch.x, patch.y, patch.x + (patch.width or patch.rgba.shape[1]), patch.y + patch.rgba.shape[0]


def test_every_platform_has_its_line_and_says_where_it_comes_from(home: Home) -> None:
    areas = read_safe_areas(home, never)
    assert set(areas.by_platform) == NAMES == {preset.platform for preset in PLATFORMS}
    for line in areas.by_platform.values():
        assert line.source
        assert line.upright == usually_covered(720, 1280) or line.measured, "what is not known is as usual"


def test_the_sellers_own_lines_replace_ours_and_leave_the_others(home: Home) -> None:
    usual = read_safe_areas(home, never)
    (home.root / FILE).write_text(CORRECTED, encoding="utf-8")
    areas = read_safe_areas(home, never)
    assert areas.by_platform["douyin"].upright == Covered(0.15, 0.2, 0.3, 0.05)
    assert areas.by_platform["douyin"].measured
    assert areas.by_platform["douyin"].wide == usual.by_platform["douyin"].wide
    assert areas.by_platform["taobao"] == usual.by_platform["taobao"]


def test_a_show_to_several_platforms_keeps_off_what_any_of_them_covers(home: Home) -> None:
    (home.root / FILE).write_text(CORRECTED, encoding="utf-8")
    seen_on = SeenOn((), read_safe_areas(home, never))
    assert seen_on.covered(UPRIGHT) == usually_covered(720, 1280), "a recording alone"
    address = Secret("rtmp://127.0.0.1:9/live/1")
    seen_on.add(DestinationConfig("one", address, "douyin"))
    seen_on.add(DestinationConfig("two", address, "kuaishou"))
    assert seen_on.covered(UPRIGHT) == Covered(0.15, 0.2, 0.38, 0.05)
    assert seen_on.covered(WIDE) == Covered(bottom=0.1)
    seen_on.remove("one")
    assert seen_on.covered(UPRIGHT) == Covered(0.05, 0.0, 0.38, 0.0)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[douyin]\nupright = [0.1, 0, 0.5, 0]", "0.4"),
        ("[douyin]\nupright = [0.1, 0, 0.2]", "douyin.upright"),
        ("[douyin]\nupright = ['a', 0, 0.2, 0]", "douyin.upright"),
        ("[douyin]\nupright = [nan, 0, 0.2, 0]", "douyin.upright"),
        ("[douyin]\nwide = [0, 0, -0.2, 0]", "douyin.wide"),
        ("[douyin]\nupwards = [0, 0, 0, 0]", "measured"),
        ("[tiktok]\nwide = [0, 0, 0, 0]", "tiktok"),
        ("douyin = 3", "douyin"),
        ("[douyin", "douyin"),
        ("#" * 60_000, "too large"),
    ],
)
def test_a_file_that_is_wrong_is_told_and_ours_stays(written: str, said: str, home: Home) -> None:
    (home.root / FILE).write_text(written, encoding="utf-8")
    told: list[StudioError] = []
    areas = read_safe_areas(home, told.append)
    assert [error.problem.code for error in told] == ["areas.broken"]
    assert said in explain(told[0].problem).what or "]" in explain(told[0].problem).what
    (home.root / FILE).unlink()
    assert areas == read_safe_areas(home, never)


def overlays(picture: str) -> list[tuple[str, str, Any]]:
    """Every kind once, cards in each look with a code, without one and with a long link."""
    kinds = {
        name: (name, kind, params) for name, kind, params in samples("zh", picture) if kind not in ("slate", "card")
    }
    long = "https://shop.example.com/views/product/item?id=3456789012345678901"
    cards = [
        (f"card {look} {len(link)}", "card", replace(APPLES, look=look, link=link))
        for look in Look
        for link in ("", "https://n.example/p01", long)
    ]
    return [*kinds.values(), *cards]


@pytest.mark.parametrize("canvas", [UPRIGHT, WIDE, CanvasConfig(1080, 1920, 30), CanvasConfig(360, 640, 30)])
def test_nothing_lies_where_any_platform_covers_it(canvas: CanvasConfig, home: Home, qapp: QCoreApplication) -> None:
    areas = read_safe_areas(home, never)
    most = Covered(*(MOST_UPRIGHT if canvas.height > canvas.width else MOST_WIDE))  # that a line may say
    for covered in {most, *(areas.covered([platform], canvas) for platform in NAMES)}:
        free = free_part(canvas.width, canvas.height, covered)
        area = safe_area(canvas.width, canvas.height, covered)
        for name, kind, params in overlays(a_picture(home.root)):
            try:
                patch = OVERLAYS[kind]().render(params, canvas.width, canvas.height, covered)
            except OverlayError as error:
                assert "Use a short link" in str(error)  # noqa: PT017 - only there
                assert covered == most
                continue
            room = free if kind == "ticker" else area
            left, top, right, bottom = places(patch)
            shadow = (patch.rgba.shape[1] - card_width(patch)) // 2 if kind == "card" else 0
            assert left + shadow >= room.left, name
            assert top + shadow >= room.top, name
            assert right - shadow <= room.right, name
            assert bottom - shadow <= room.bottom, name


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    parts=st.tuples(*(st.floats(0, 1) | st.just(1.0) for _ in range(4))),
    width=st.integers(80, 960).map(lambda half: 2 * half),
    height=st.integers(80, 960).map(lambda half: 2 * half),
    look=st.sampled_from(Look),
    letters=st.sampled_from([0, 21, 60, 130]),
    growth=st.sampled_from([1.0, 1.5, 2.5]),
)
@example(parts=(1.0, 1.0, 1.0, 1.0), width=720, height=900, look=Look.LEFT, letters=21, growth=1.0)
@example(parts=(1.0, 1.0, 1.0, 1.0), width=720, height=900, look=Look.USUAL, letters=130, growth=1.0)
@example(parts=(1.0, 0.0, 1.0, 0.0), width=720, height=722, look=Look.RIGHT, letters=21, growth=1.0)
@example(parts=(0.0, 0.0, 0.0, 0.0), width=720, height=900, look=Look.RIGHT, letters=130, growth=2.5)
def test_no_card_leaves_what_is_free_or_lies_on_the_ticker_on_whatever_canvas(
    parts: tuple[float, ...], width: int, height: int, look: Look, letters: int, growth: float, qapp: QCoreApplication
) -> None:
    most = MOST_UPRIGHT if height > width else MOST_WIDE
    covered = Covered(*(part * high for part, high in zip(parts, most, strict=True)))
    area = safe_area(width, height, covered)
    params = replace(APPLES, look=look, link=("https://n.example/" + "a1B2" * 40)[:letters], code_growth=growth)
    try:
        patch = OVERLAYS["card"]().render(params, width, height, covered)
    except OverlayError as error:
        least_px = 33 * whole_px(8 * scale_of(width, height))  # of the code of a short link, with its margin
        has_room = min(area.width, area.height) >= least_px
        assert letters > 21 if has_room else str(error) == NO_ROOM, error  # noqa: PT017 - it may be drawn
        return
    ticker = OVERLAYS["ticker"]().render(TickerParams("今天下单，明天发货"), width, height, covered)
    assert not Box(*places(patch)).meets(Box(*places(ticker))), "not even with its shadow"
    left, top, right, bottom = places(patch)
    shadow = (patch.rgba.shape[1] - card_width(patch)) // 2
    assert left + shadow >= area.left
    assert top + shadow >= area.top
    assert right - shadow <= area.right
    assert bottom - shadow <= area.bottom


def test_a_code_that_has_no_room_beside_the_goods_goes_under_them(qapp: QCoreApplication) -> None:
    params = replace(APPLES, link="https://shop.example.com/views/product/item?id=3456789012345678901")
    for covered, under in ((None, False), (Covered(0.15, 0.2, 0.3, 0.05), True)):
        patch = OVERLAYS["card"]().render(params, 720, 1280, covered)
        assert patch.code is not None
        _left, top, _wide, high = patch.code
        assert (top > high // 2) is under


def card_width(patch: Patch) -> int:
    """Of the card without its shadow: where it is opaque in its middle."""
    return int((patch.rgba[patch.rgba.shape[0] // 2, :, 3] == 255).sum())


def test_what_is_on_the_picture_moves_away_when_a_platform_joins_that_covers_it(
    home: Home, qapp: QCoreApplication
) -> None:
    (home.root / FILE).write_text(CORRECTED, encoding="utf-8")
    source, sound = SourceConfig(SourceKind.PATTERN), AudioConfig(AudioKind.SILENCE)
    banner = added_from("banner:title=丰收节", 1)
    show = ShowConfig(
        source, sound, UPRIGHT, cards=(APPLES,), first_card=APPLES.sku, ticker="今天发货", added=(banner,)
    )
    told, hand = Told(), Hand(NS)
    broadcast = Broadcast(show, hand, told, areas=read_safe_areas(home, never))
    desk = CardDesk(broadcast, hand, told, AlreadyTried())
    added = AddedDesk(broadcast, hand, told, desk.codes, lambda: desk.box)

    def lies_within(covered: Covered) -> bool:
        """What is seen of the overlays, when they have stopped moving."""
        for _ in range(2):
            hand.at_ns += 2 * NS
            picture = planes(blank(720, 1280))
            broadcast.layers.draw(picture, hand.at_ns)
        rows, columns = np.nonzero(picture[0] != 16)
        free, rim = free_part(720, 1280, covered), 8  # the shadow of a card
        across = free.left - rim <= columns.min() and columns.max() < free.right + rim
        return bool(across and free.top <= rows.min() and rows.max() < free.bottom)

    desk.begin()
    added.begin()
    assert lies_within(usually_covered(720, 1280))
    assert not lies_within(Covered(0.15, 0.2, 0.3, 0.05))
    broadcast.seen_on.add(DestinationConfig("one", Secret("rtmp://127.0.0.1:9/live/1"), "douyin", codes=True))
    desk.follow_destinations()
    added.follow_destinations()
    assert lies_within(Covered(0.15, 0.2, 0.3, 0.05))
    broadcast.seen_on.remove("one")
    desk.follow_destinations()
    added.follow_destinations()
    assert not lies_within(Covered(0.15, 0.2, 0.3, 0.05))
    added.end()
    desk.end()
