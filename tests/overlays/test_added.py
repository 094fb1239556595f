"""The overlays a seller adds by hand: whatever is typed, on whatever canvas, they stay inside and never fail oddly."""

import subprocess
import sys
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_type_hints

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage

from overlays import ADDED, OVERLAYS
from overlays.banner import BannerParams
from overlays.base import Moment, OverlayError, Timed
from overlays.clock_face import ClockParams
from overlays.code_alone import CodeAloneParams
from overlays.coupon import CouponParams
from overlays.fields import Motion, Place
from overlays.flash_sale import FlashSaleParams
from overlays.free_text import FreeTextParams
from overlays.giving import GivingParams
from overlays.group_buy import GroupBuyParams
from overlays.live_data import LiveDataParams
from overlays.logo import LogoParams
from overlays.places import Box, free_place, safe_area
from overlays.preorder import PreorderParams
from overlays.price_strip import PriceStripParams
from overlays.story import StoryParams
from tests.overlays.test_card import assert_inside, assert_upon_nothing, on_grey

EVEN = st.integers(80, 960).map(lambda half: half * 2)
NOON = datetime(2026, 10, 12, 12, 0, 7, tzinfo=UTC)
LINK = "https://n.example/p01"

FILLED: dict[str, Any] = {
    "code": CodeAloneParams(LINK),
    "price": PriceStripParams("洛川苹果", "39.90", "59", "5 斤"),
    "coupon": CouponParams("20", "满 99 元可用"),
    "flash": FlashSaleParams("洛川苹果", "29.90", "39.90", 100, 37),
    "group": GroupBuyParams("洛川苹果", "25", 10, 7),
    "preorder": PreorderParams("香梨", "45", "10月12日", 500, 320),
    "giving": GivingParams("1 元", "村小学"),
    "story": StoryParams("老王", "陕西洛川", "", "三代人种苹果", "卖出 320 箱"),
    "banner": BannerParams("丰收节", "全场满减"),
    "text": FreeTextParams("坏果包赔"),
    "data": LiveDataParams("果园", value="23.4"),
    "clock": ClockParams(),
}


def typed(kind: str, draw: Any) -> Any:
    """Parameters of `kind` with anything in their fields that a form lets through."""
    params = ADDED[kind][1]
    values: dict[str, Any] = {}
    hints = get_type_hints(params)
    for part in fields(params):
        if "label" not in part.metadata:
            continue
        hint = hints[part.name]
        if hint is str and part.metadata.get("file"):
            continue
        if part.name.endswith("_yuan") or part.name == "worth":
            values[part.name] = draw(st.integers(0, 10**10).map(lambda fen: f"{fen // 100}.{fen % 100:02d}"))
        elif part.name == "colour":
            values[part.name] = draw(st.sampled_from(["", "#ffffff", "red", "#102030"]))
        elif part.name == "link":
            values[part.name] = draw(st.sampled_from([LINK, "https://t.cn/A6nongbo01"]))
        elif hint is str:
            values[part.name] = draw(st.text(max_size=400) | st.sampled_from(["好" * 3000, "ئالما " * 300, "a" * 3000]))
        elif hint in (Place, Motion):
            values[part.name] = draw(st.sampled_from(hint))
        elif hint is bool:
            values[part.name] = draw(st.booleans())
        else:
            number = st.integers(round(part.metadata["low"] + 0.5), int(part.metadata["high"]))
            values[part.name] = draw(number.map(hint))
    return params(**values)


@pytest.mark.parametrize("kind", [kind for kind in ADDED if kind not in ("picture", "logo")])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data(), width=EVEN, height=EVEN)
def test_anything_typed_fits_any_canvas(kind: str, data: st.DataObject, width: int, height: int) -> None:
    params = typed(kind, data.draw)
    try:
        patch = OVERLAYS[kind]().render(params, width, height)
    except OverlayError as error:
        assert str(error) in (  # noqa: PT017 - it may or may not be raised
            "There is nothing to show",
            "No font here has these letters",
            "It does not say whom the money is for",
        )
        return
    assert_inside(patch, width, height)
    area = safe_area(width, height)
    assert patch.x >= area.left
    assert patch.y >= area.top
    assert patch.x + patch.rgba.shape[1] <= area.right
    assert patch.y + patch.rgba.shape[0] <= area.bottom
    assert_upon_nothing(patch)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280), (1920, 1080), (640, 360)])
@pytest.mark.parametrize("place", list(Place))
def test_a_code_alone_is_read_wherever_it_lies(place: Place, width: int, height: int) -> None:
    patch = OVERLAYS["code"]().render(CodeAloneParams(LINK, "扫一扫", place), width, height)
    assert_inside(patch, width, height)
    assert cv2.QRCodeDetector().detectAndDecode(on_grey(patch))[0] == LINK


@pytest.mark.parametrize("kind", FILLED)
def test_the_same_parameters_give_another_picture_where_something_changed(kind: str) -> None:
    drawn = OVERLAYS[kind]().render(FILLED[kind], 720, 1280)
    part = next(part.name for part in fields(FILLED[kind]) if part.name not in ("worth", "seconds"))
    other = replace(FILLED[kind], **{part: "Z9"}) if isinstance(getattr(FILLED[kind], part), str) else FILLED[kind]
    changed = OVERLAYS[kind]().render(other, 720, 1280)
    assert drawn.rgba.shape != changed.rgba.shape or not np.array_equal(drawn.rgba, changed.rgba)


def test_those_that_change_by_themselves_say_how_they_look_at_a_moment() -> None:
    timed = {kind for kind, (drawn, _params) in ADDED.items() if isinstance(drawn(), Timed)}
    assert timed == {"coupon", "flash", "clock", "data"}
    at = Moment(61.4, NOON, "42")
    assert OVERLAYS["coupon"]().at(CouponParams(minutes=5), at).left_s == 239
    assert OVERLAYS["flash"]().at(FlashSaleParams(minutes=1), at).left_s == 0
    assert OVERLAYS["clock"]().at(ClockParams(), at).now == "12:00:07"
    assert OVERLAYS["clock"]().at(ClockParams(seconds=False), at).now == "12:00"
    assert OVERLAYS["data"]().at(LiveDataParams(), at).value == "42"


def test_a_panel_does_not_change_its_size_while_it_counts_down() -> None:
    sizes = {
        OVERLAYS["coupon"]().render(replace(FILLED["coupon"], left_s=left), 1280, 720).rgba.shape
        for left in (599, 311, 111, 70, 10)
    }
    assert len(sizes) == 1


@pytest.mark.parametrize("price", ["-5", "39.9012", "abc", "1e9", "12345678901"])
def test_a_price_that_is_none_is_refused_in_a_plain_sentence(price: str) -> None:
    with pytest.raises(OverlayError, match="two decimals"):
        OVERLAYS["price"]().render(PriceStripParams("苹果", price), 1280, 720)


def test_a_picture_keeps_its_shape_and_a_broken_one_is_told(tmp_path: Path) -> None:
    good, broken = tmp_path / "a.png", tmp_path / "b.jpg"
    image = QImage(4000, 1000, QImage.Format.Format_RGB32)
    image.fill(QColor(10, 20, 250))
    assert image.save(str(good))
    broken.write_bytes(b"\x89PNG no picture")
    patch = OVERLAYS["logo"]().render(LogoParams(str(good), 40), 1280, 720)
    assert patch.rgba.shape[:2] == (72, 288)
    renamed = tmp_path / "c.jpg"
    renamed.write_bytes(good.read_bytes())
    assert OVERLAYS["logo"]().render(LogoParams(str(renamed), 40), 1280, 720).rgba.shape[:2] == (72, 288)
    for name in (str(broken), "", str(tmp_path), "a\0b"):
        with pytest.raises(OverlayError, match="no picture"):
            OVERLAYS["picture"]().render(LogoParams(name, 40), 1280, 720)


def test_letters_no_font_has_are_left_out_and_named() -> None:
    patch = OVERLAYS["text"]().render(FreeTextParams("苹果\U0010fffd"), 1280, 720)
    assert patch.missing == "\U0010fffd"
    same = OVERLAYS["text"]().render(FreeTextParams("苹果"), 1280, 720)
    assert np.array_equal(patch.rgba, same.rgba)
    with pytest.raises(OverlayError, match="No font"):
        OVERLAYS["text"]().render(FreeTextParams("\U0010fffd"), 1280, 720)


@settings(max_examples=60, deadline=None)
@given(
    taken=st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 600), st.integers(10, 300), st.integers(10, 200))),
    x=st.integers(0, 900),
    y=st.integers(0, 400),
)
def test_a_free_place_meets_nothing_and_lies_inside(taken: list[tuple[int, int, int, int]], x: int, y: int) -> None:
    area = safe_area(1280, 720)
    box = Box(area.left + x // 2 * 2, area.top + y // 2 * 2, area.left + x // 2 * 2 + 200, area.top + y // 2 * 2 + 100)
    others = [Box(left, top, left + width, top + height) for left, top, width, height in taken]
    free = free_place(box, others, area)
    if free is None:
        assert any(box.meets(other) for other in others)
        return
    left, top = free
    moved = Box(left, top, left + 200, top + 100)
    assert not any(moved.meets(other) for other in others)
    if (left, top) != (box.left, box.top):
        assert area.left <= moved.left
        assert moved.right <= area.right
        assert area.top <= moved.top
        assert moved.bottom <= area.bottom


def test_naming_all_overlays_loads_nothing_that_draws() -> None:
    check = "import sys, overlays; print([m for m in ('PySide6', 'numpy', 'cv2', 'qrcode') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
