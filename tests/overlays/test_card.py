"""The product card as viewers and their phones see it."""

import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from overlays.base import OverlayError, Patch
from overlays.card import Card, CardParams, Look
from overlays.fields import Motion
from overlays.places import safe_area

APPLES = CardParams(
    sku="P01",
    name="红富士苹果",
    price_fen=3990,
    old_price_fen=5200,
    unit="5 kg",
    origin="甘肃",
    link="https://n.example/p01",
)
CANVASES = [(320, 180), (640, 360), (1280, 720), (1920, 1080), (360, 640), (720, 1280), (1080, 1920), (720, 720)]


def on_grey(patch: Patch) -> NDArray[np.uint8]:
    """The patch over middle grey, as BGR."""
    alpha = patch.rgba[:, :, 3:].astype(np.float32) / 255
    rgb = patch.rgba[:, :, :3] * alpha + 128 * (1 - alpha)
    return np.ascontiguousarray(rgb[:, :, ::-1].astype(np.uint8))


def assert_inside(patch: Patch, width: int, height: int) -> None:
    high, wide = patch.rgba.shape[:2]
    assert patch.rgba.shape[2] == 4
    assert patch.rgba.dtype == np.uint8
    assert patch.x >= 0
    assert patch.y >= 0
    assert patch.x + (patch.width or wide) <= width
    assert patch.y + high <= height
    assert not any(value % 2 for value in (patch.x, patch.y, wide, high))


def assert_upon_nothing(patch: Patch) -> None:
    """Whatever else is on it, the white squares around the code are white."""
    if patch.code is None:
        return
    left, top, side, _high = patch.code
    around = patch.rgba[top : top + side, left : left + side, :3].copy()
    dark = np.argwhere(around.max(axis=2) < 128)
    module = max(1, side // 57)  # at least: a code has 33 squares with its margin, or more
    first, last = dark.min(axis=0), dark.max(axis=0)
    around[first[0] : last[0] + 1, first[1] : last[1] + 1] = 255
    assert around[module:-module, module:-module].min() >= 250


def share(patch: Patch, red: tuple[int, int], green: tuple[int, int], blue: tuple[int, int]) -> float:
    """How much of the patch has a colour within these bounds."""
    low = np.array([red[0], green[0], blue[0]])
    high = np.array([red[1], green[1], blue[1]])
    rgb = patch.rgba[:, :, :3]
    return float(((rgb >= low) & (rgb <= high)).all(axis=2).mean())


@pytest.mark.parametrize(("width", "height"), CANVASES)
def test_the_code_on_the_card_leads_to_the_product(width: int, height: int) -> None:
    patch = Card().render(APPLES, width, height)
    assert_inside(patch, width, height)
    text, _points, _straight = cv2.QRCodeDetector().detectAndDecode(on_grey(patch))
    assert text == APPLES.link


@pytest.mark.parametrize("look", list(Look))
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280), (1920, 1080)])
def test_the_code_of_every_look_leads_to_the_product(look: Look, width: int, height: int) -> None:
    patch = Card().render(replace(APPLES, look=look), width, height)
    assert_inside(patch, width, height)
    text, _points, _straight = cv2.QRCodeDetector().detectAndDecode(on_grey(patch))
    assert text == APPLES.link
    if look is Look.RIGHT:
        assert patch.x + patch.rgba.shape[1] > width * 0.94
        assert patch.motion is Motion.FROM_RIGHT


@pytest.mark.parametrize(("width", "height", "module_px"), [(1280, 720, 8), (720, 1280, 8), (1920, 1080, 12)])
def test_the_code_has_whole_pixels_of_the_size_phones_need(width: int, height: int, module_px: int) -> None:
    patch = Card().render(APPLES, width, height)
    dark = (patch.rgba[:, patch.rgba.shape[1] // 2 :, :3] < 8).all(axis=2)
    dark &= patch.rgba[:, patch.rgba.shape[1] // 2 :, 3] == 255
    rows = np.flatnonzero(dark.sum(axis=1) > 6 * module_px)
    columns = np.flatnonzero(dark.sum(axis=0) > 6 * module_px)
    assert rows[-1] - rows[0] + 1 == 25 * module_px
    assert columns[-1] - columns[0] + 1 == 25 * module_px


def test_the_quiet_zone_around_the_code_is_white() -> None:
    patch = Card().render(APPLES, 1280, 720)
    rgb = patch.rgba[:, :, :3].astype(int)
    dark = (rgb.sum(axis=2) < 24) & (patch.rgba[:, :, 3] == 255)
    dark[:, : patch.rgba.shape[1] // 2] = False
    rows, columns = np.nonzero(dark)
    top, bottom, left, right = rows.min(), rows.max(), columns.min(), columns.max()
    quiet = 3 * 8  # of four modules, the last meets the card's rounded corners
    around = rgb[top - quiet : bottom + 1 + quiet, left - quiet : right + 1 + quiet].copy()
    around[quiet:-quiet, quiet:-quiet] = 255
    assert around.min() >= 250


def test_a_wide_canvas_keeps_the_card_small_and_to_the_lower_left() -> None:
    patch = Card().render(APPLES, 1280, 720)
    assert patch.rgba.shape[1] < 0.45 * 1280
    assert patch.x < 1280 * 0.05
    assert patch.y > 720 * 0.5
    assert patch.motion is Motion.FROM_LEFT


def test_an_upright_canvas_leaves_the_platforms_own_buttons_free() -> None:
    patch = Card().render(APPLES, 720, 1280)
    assert patch.y + patch.rgba.shape[0] <= 1280 * 0.79
    assert patch.y > 1280 * 0.5
    assert patch.rgba.shape[1] > 720 * 0.85


def test_the_price_is_red_and_a_saving_adds_to_the_card() -> None:
    saving = Card().render(APPLES, 1280, 720)
    plain = Card().render(replace(APPLES, old_price_fen=None), 1280, 720)
    red = ((180, 230), (10, 60), (0, 40))
    assert share(plain, *red) > 0.008
    assert share(saving, *red) > share(plain, *red)
    dearer = Card().render(replace(APPLES, old_price_fen=100), 1280, 720)
    assert np.array_equal(dearer.rgba, plain.rgba), "an old price below the price is no saving"


def test_the_picture_is_shown_and_a_broken_one_becomes_a_leaf(tmp_path: Path) -> None:
    good, broken, text = tmp_path / "a.png", tmp_path / "b.png", tmp_path / "c.png"
    image = QImage(400, 200, QImage.Format.Format_RGB32)
    image.fill(QColor(10, 20, 250))
    assert image.save(str(good))
    broken.write_bytes(good.read_bytes()[:60])
    text.write_text("no picture")
    blue = ((0, 30), (0, 40), (230, 255))
    assert share(Card().render(replace(APPLES, picture=str(good)), 1280, 720), *blue) > 0.06
    leaf = Card().render(APPLES, 1280, 720)
    for name in (str(broken), str(text), str(tmp_path), "/nowhere/at/all.png", "a\0b", "/dev/zero"):
        assert np.array_equal(Card().render(replace(APPLES, picture=name), 1280, 720).rgba, leaf.rgba), name


def test_without_a_link_the_text_gets_the_space() -> None:
    patch = Card().render(replace(APPLES, link=" "), 1280, 720)
    found, _points = cv2.QRCodeDetector().detect(on_grey(patch))
    assert not found
    ink = (patch.rgba[:, :, :3].max(axis=2) < 60) & (patch.rgba[:, :, 3] == 255)
    with_code = Card().render(APPLES, 1280, 720)
    ink_with = (with_code.rgba[:, :280, :3].max(axis=2) < 60) & (with_code.rgba[:, :280, 3] == 255)
    assert ink.sum() > ink_with.sum() * 1.3


def test_a_longer_link_grows_the_card_and_still_reads() -> None:
    link = "https://item.example.com/item.htm?id=672543210987&spm=a2141.1.guess.12&sku=4"
    patch = Card().render(replace(APPLES, link=link), 1280, 720)
    assert_inside(patch, 1280, 720)
    assert cv2.QRCodeDetector().detectAndDecode(on_grey(patch))[0] == link


@pytest.mark.parametrize("look", Look)
@pytest.mark.parametrize("length", [21, 55, 100, 134, 135, 300])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280)])
def test_the_card_grows_before_a_square_is_smaller_than_eight_pixels(
    length: int, look: Look, width: int, height: int
) -> None:
    link = ("https://n.example/" + "a1B2" * 80)[:length]
    try:
        patch = Card().render(replace(APPLES, link=link, look=look), width, height)
    except OverlayError:
        assert length > 134, "a link of any platform fits"
        return
    assert_inside(patch, width, height)
    assert patch.code is not None
    left, top, side, _high = patch.code
    area = patch.rgba[top : top + side, left : left + side]
    dark = (area[:, :, 0] < 128) & (area[:, :, 3] == 255)
    first = np.argwhere(dark)[0]
    run = int(np.argmin(dark[first[0], first[1] :]))  # the corner's dark run: seven squares
    assert run == 7 * 8 * min(width, height) // 720
    seen = on_grey(patch)
    code = seen[top : top + side, left : left + side]
    near = [cv2.resize(code, None, fx=size, fy=size, interpolation=cv2.INTER_AREA) for size in (0.7, 1.0, 1.6)]
    assert link in [cv2.QRCodeDetector().detectAndDecode(one)[0] for one in (seen, *near)], "OpenCV misses some sizes"


@pytest.mark.parametrize("length", [500, 1500, 5000])
def test_a_link_no_phone_could_read_is_refused_in_a_plain_sentence(length: int) -> None:
    with pytest.raises(OverlayError, match="Use a short link"):
        Card().render(replace(APPLES, link="https://n.example/" + "a1B2" * (length // 4)), 1280, 720)


def test_a_canvas_too_small_is_refused_in_a_plain_sentence() -> None:
    with pytest.raises(OverlayError, match="60×40"):
        Card().render(APPLES, 60, 40)


@settings(max_examples=60, deadline=None)
@given(
    name=st.text(max_size=3000),
    origin=st.text(max_size=300),
    unit=st.text(max_size=300),
    price_fen=st.integers(0, 10**14),
    old_price_fen=st.none() | st.integers(0, 10**14),
    link=st.sampled_from(["", "https://n.example/p01", "https://t.cn/A6nongbo01"]),
    width=st.integers(80, 960).map(lambda half: half * 2),
    height=st.integers(80, 960).map(lambda half: half * 2),
    look=st.sampled_from(Look),
    growth=st.sampled_from([1.0, 1.0, 1.5]),
)
@example("", "", "", 0, None, "https://n.example/p01", 182, 180, Look.BOTTOM, 1.5)  # a strip that is nearly all code
def test_anything_a_person_types_fits_any_canvas(
    name: str,
    origin: str,
    unit: str,
    price_fen: int,
    old_price_fen: int | None,
    link: str,
    width: int,
    height: int,
    look: Look,
    growth: float,
) -> None:
    params = CardParams("P", name, price_fen, old_price_fen, unit, origin, link=link, look=look, code_growth=growth)
    patch = Card().render(params, width, height)
    assert_inside(patch, width, height)
    assert_upon_nothing(patch)
    area = safe_area(width, height)
    rim = 8 * max(1, min(width, height) // 720 + 1)  # the shadow may reach a little further
    if patch.rgba.shape[0] <= area.height:
        assert patch.y >= area.top - rim
        assert patch.y + patch.rgba.shape[0] <= area.bottom + rim


def test_three_thousand_characters_end_in_an_ellipsis_and_stay_on_the_card() -> None:
    patch = Card().render(replace(APPLES, name="好" * 3000, origin="x" * 3000, unit="斤" * 3000, link=""), 720, 1280)
    assert_inside(patch, 720, 1280)
    assert patch.rgba[:6, :, :3].max() == 0, "nothing but shadow on the rim"


@pytest.mark.parametrize("words", ["还剩 7 件", "ئاز قالدى", "x" * 3000])
@pytest.mark.parametrize("look", Look)
@pytest.mark.parametrize(("width", "height"), [(640, 360), (720, 1280)])
def test_what_is_left_is_told_on_the_picture_and_moves_nothing(width: int, height: int, look: Look, words: str) -> None:
    """A stock that changes on the air neither makes the card jump nor touches its price and its code."""
    bare = Card().render(replace(APPLES, look=look), width, height)
    for stock in (7, 0):
        told = Card().render(replace(APPLES, look=look, stock=stock, stock_words=words), width, height)
        assert (told.x, told.y, told.rgba.shape) == (bare.x, bare.y, bare.rgba.shape)
        rows, columns = np.nonzero((told.rgba != bare.rgba).any(axis=2))
        assert columns.max() < 0.45 * bare.rgba.shape[1]
        assert rows.max() < 0.95 * bare.rgba.shape[0]
        found = cv2.QRCodeDetector().detectAndDecode(on_grey(told))[0]
        assert found == APPLES.link


def test_a_worker_thread_draws_the_same_card() -> None:
    drawn: list[Patch] = []
    worker = threading.Thread(target=lambda: drawn.append(Card().render(APPLES, 1280, 720)), name="drawing")
    worker.start()
    worker.join(20)
    assert np.array_equal(drawn[0].rgba, Card().render(APPLES, 1280, 720).rgba)


def test_naming_a_card_loads_nothing_that_draws() -> None:
    check = "import sys, overlays.card; print([m for m in ('PySide6', 'numpy', 'cv2', 'qrcode') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
