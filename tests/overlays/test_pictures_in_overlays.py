"""Pictures of cameras, phones and printers lie upright on overlays; what is no picture is named."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtGui import QColor, QImage

from overlays import OVERLAYS
from overlays.base import OverlayError, Patch
from overlays.card import Card, CardParams
from overlays.logo import LogoParams
from overlays.next_product import NextProductParams
from overlays.picture import PictureParams
from overlays.places import safe_area
from overlays.story import StoryParams
from tests.overlays.test_card import assert_inside
from tests.overlays.test_photo import cut_short, moving_gif, two_colours, with_orientation

FLAWED = {
    "missing": (None, "missing"),
    "text": (b"not a picture at all, only words" * 20, "no picture"),
    "empty": (b"", "no picture"),
    "heic": (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 200, "HEIC"),
}


def saved(image: QImage, path: Path) -> str:
    assert image.save(str(path), quality=92)
    return str(path)


def middle(patch: Patch) -> tuple[int, int, int]:
    red, green, blue = patch.rgba[patch.rgba.shape[0] // 2, patch.rgba.shape[1] // 2, :3].tolist()
    return red, green, blue


@pytest.mark.parametrize("name", FLAWED)
def test_what_is_no_picture_is_named(name: str, tmp_path: Path) -> None:
    data, words = FLAWED[name]
    path = tmp_path / "renamed.jpg"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(OverlayError, match=words):
        OVERLAYS["picture"]().render(PictureParams(str(path)), 1280, 720)
    card = Card().render(CardParams("P", "苹果", 3990, picture=str(path)), 1280, 720)
    assert words in card.flaw
    for kind, params in (
        ("story", StoryParams("老王", picture=str(path))),
        ("next", NextProductParams("x", picture=str(path))),
    ):
        assert words in OVERLAYS[kind]().render(params, 720, 1280).flaw


def test_a_picture_that_was_cut_off_while_it_was_copied_is_named(tmp_path: Path) -> None:
    whole = Path(saved(two_colours(400, 300), tmp_path / "a.jpg"))
    whole.write_bytes(cut_short(whole.read_bytes()))
    with pytest.raises(OverlayError, match="damaged"):
        OVERLAYS["logo"]().render(LogoParams(str(whole)), 1280, 720)


def test_no_picture_is_no_flaw() -> None:
    assert Card().render(CardParams("P", "苹果", 3990), 1280, 720).flaw == ""
    assert OVERLAYS["story"]().render(StoryParams("老王"), 1280, 720).flaw == ""


def test_pictures_for_printers_moving_ones_and_turned_ones_are_shown_as_they_look(tmp_path: Path) -> None:
    red = QImage(200, 200, QImage.Format.Format_RGB32)
    red.fill(QColor(200, 30, 30))
    printed = saved(red.convertToFormat(QImage.Format.Format_CMYK8888), tmp_path / "cmyk.jpg")
    red_, green, blue = middle(OVERLAYS["picture"]().render(PictureParams(printed), 1280, 720))
    assert red_ > 150
    assert max(green, blue) < 90
    moving = tmp_path / "moving.gif"
    moving.write_bytes(moving_gif(64))
    assert middle(OVERLAYS["picture"]().render(PictureParams(str(moving)), 1280, 720))[0] > 190
    turned = Path(saved(two_colours(400, 200), tmp_path / "turned.jpg"))
    turned.write_bytes(with_orientation(turned.read_bytes(), 6))
    high, wide = OVERLAYS["picture"]().render(PictureParams(str(turned)), 1280, 720).rgba.shape[:2]
    assert high == 2 * wide


def test_a_photograph_of_50_megapixels_is_shrunk_and_a_drawing_of_as_many_is_refused(tmp_path: Path) -> None:
    huge = QImage(8660, 5774, QImage.Format.Format_Grayscale8)
    huge.fill(120)
    photo, drawing = saved(huge, tmp_path / "huge.jpg"), saved(huge, tmp_path / "huge.png")
    assert Card().render(CardParams("P", "苹果", 3990, picture=photo), 1280, 720).flaw == ""
    with pytest.raises(OverlayError, match="too large"):
        OVERLAYS["picture"]().render(PictureParams(drawing), 1280, 720)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    width=st.integers(2, 3000),
    height=st.integers(2, 60),
    turned=st.booleans(),
    side=st.integers(3, 100),
    canvas=st.tuples(st.integers(80, 960), st.integers(80, 960)).map(lambda half: (half[0] * 2, half[1] * 2)),
)
def test_a_picture_of_any_size_fits_any_canvas(
    width: int, height: int, turned: bool, side: int, canvas: tuple[int, int], tmp_path: Path
) -> None:
    image = QImage(*((height, width) if turned else (width, height)), QImage.Format.Format_RGB32)
    image.fill(QColor(10, 20, 250))
    picture = saved(image, tmp_path / "any.bmp")
    patch = OVERLAYS["logo"]().render(LogoParams(picture, side), *canvas)
    assert_inside(patch, *canvas)
    area = safe_area(*canvas)
    assert patch.y + patch.rgba.shape[0] <= area.bottom
    assert np.all(patch.rgba[:, :, 3] == 255)
    assert_inside(Card().render(CardParams("P", "苹果", 3990, picture=picture), *canvas), *canvas)
