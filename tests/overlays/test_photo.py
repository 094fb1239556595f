"""Photographs of any camera: upright, square, shrunk, in sRGB; what is none is named."""

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QImageReader, QImageWriter

from overlays.photo import KEPT_SIDE_PX, Crop, Flaw, PhotoError, crop_of, cut_photo, middle_square, photo_size

RED, BLUE = QColor(200, 30, 30), QColor(30, 30, 200)


def two_colours(width: int, height: int) -> QImage:
    """Red above, blue below."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(BLUE)
    for row in range(height // 2):
        for column in range(width):
            image.setPixelColor(column, row, RED)
    return image


def cut(path: Path, folder: Path, crop: Crop | None = None) -> QImage:
    data, ending = cut_photo(path, crop)
    kept = folder / f"kept{ending}"
    kept.write_bytes(data)
    return QImage(str(kept))


def is_like(one: QColor, other: QColor) -> bool:
    parts = ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    return all(abs(a - b) < 25 for a, b in parts)


def with_orientation(data: bytes, orientation: int) -> bytes:
    """A JPEG with an EXIF segment that says how the phone was held (TIFF tag 0x0112)."""
    tiff = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[2:]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.jpg"
    assert two_colours(400, 200).save(str(path), quality=95)
    return path


def test_a_photograph_becomes_the_square_in_its_middle_and_says_which(photo: Path, tmp_path: Path) -> None:
    assert photo_size(photo) == (400, 200)
    assert cut(photo, tmp_path).size() == QSize(200, 200)
    assert crop_of(tmp_path / "kept.jpg") == middle_square(400, 200) == Crop(100, 0, 200, 200)
    assert crop_of(photo) is None


def test_a_phone_held_upright_gives_an_upright_picture(photo: Path, tmp_path: Path) -> None:
    photo.write_bytes(with_orientation(photo.read_bytes(), 6))  # to be turned clockwise by a quarter
    assert photo_size(photo) == (200, 400)
    picture = cut(photo, tmp_path)
    assert picture.size() == QSize(200, 200)
    assert is_like(picture.pixelColor(190, 100), RED)
    assert is_like(picture.pixelColor(10, 100), BLUE)


def test_the_part_that_was_chosen_is_kept_and_one_beyond_the_edge_is_moved_in(photo: Path, tmp_path: Path) -> None:
    picture = cut(photo, tmp_path, Crop(0, 100, 80, 40))
    assert picture.size() == QSize(80, 40)
    assert is_like(picture.pixelColor(40, 20), BLUE)
    assert cut(photo, tmp_path, Crop(390, -50, 100, 900)).size() == QSize(100, 200)


def test_a_file_that_was_kept_is_kept_as_it_is(photo: Path, tmp_path: Path) -> None:
    cut(photo, tmp_path)
    kept = tmp_path / "kept.jpg"
    assert cut_photo(kept) == (kept.read_bytes(), ".jpg")


def test_a_photograph_of_50_megapixels_is_shrunk(tmp_path: Path) -> None:
    image = QImage(8660, 5780, QImage.Format.Format_RGB32)
    image.fill(RED)
    assert image.save(str(tmp_path / "huge.jpg"), quality=50)
    assert cut(tmp_path / "huge.jpg", tmp_path).size() == QSize(KEPT_SIDE_PX, KEPT_SIDE_PX)


def test_a_picture_for_printers_comes_out_in_its_colours(tmp_path: Path) -> None:
    image = two_colours(200, 200).convertToFormat(QImage.Format.Format_CMYK8888)
    assert image.save(str(tmp_path / "cmyk.jpg"), quality=95)
    assert QImage(str(tmp_path / "cmyk.jpg")).format() is QImage.Format.Format_CMYK8888
    picture = cut(tmp_path / "cmyk.jpg", tmp_path)
    assert is_like(picture.pixelColor(100, 20), RED)
    assert is_like(picture.pixelColor(100, 180), BLUE)


def test_of_a_moving_picture_the_first_one_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "moving.gif"
    path.write_bytes(moving_gif(64))
    assert QImageReader(str(path)).imageCount() == 2
    assert is_like(cut(path, tmp_path).pixelColor(32, 32), RED)


def test_a_picture_that_is_partly_transparent_stays_so(tmp_path: Path) -> None:
    image = QImage(100, 100, QImage.Format.Format_ARGB32)
    image.fill(QColor(10, 200, 10, 0))
    assert image.save(str(tmp_path / "clear.png"))
    assert cut(tmp_path / "clear.png", tmp_path).pixelColor(50, 50).alpha() == 0


def test_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    assert QImageWriter(str(tmp_path / "really.jpg"), b"png").write(two_colours(100, 100))
    assert cut(tmp_path / "really.jpg", tmp_path).size() == QSize(100, 100)


def moving_gif(side_px: int) -> bytes:
    """Two frames, red and blue: GIF89a with codes that never grow (a clear code before each pair of pixels)."""
    colours = bytes((200, 30, 30, 30, 30, 200))
    frames = b""
    for colour in (0, 1):
        codes = [4] + [code for _ in range(side_px * side_px // 2) for code in (colour, colour, 4)] + [5]
        bits = sum(code << (3 * place) for place, code in enumerate(codes))
        data = bits.to_bytes((3 * len(codes) + 7) // 8, "little")
        blocks = b"".join(bytes([len(data[at : at + 255])]) + data[at : at + 255] for at in range(0, len(data), 255))
        control = b"\x21\xf9\x04\x00\x0a\x00\x00\x00"
        frames += control + b"," + struct.pack("<HHHHB", 0, 0, side_px, side_px, 0) + b"\x02" + blocks + b"\0"
    return b"GIF89a" + struct.pack("<HHBBB", side_px, side_px, 0x80, 0, 0) + colours + frames + b";"


def cut_short(data: bytes) -> bytes:
    return data[: len(data) // 2]


def header_only(data: bytes) -> bytes:
    return data[:20]


@pytest.mark.parametrize(
    ("spoil", "flaw"),
    [
        (cut_short, Flaw.CUT_OFF),
        (header_only, Flaw.NO_PICTURE),
        (lambda _data: b"", Flaw.NO_PICTURE),
        (lambda _data: b"%PDF-1.4 renamed", Flaw.NO_PICTURE),
        (lambda _data: b"<svg xmlns='http://www.w3.org/2000/svg' width='90' height='90'/>", Flaw.NO_PICTURE),
        (lambda _data: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Flaw.PHONE_FORMAT),
    ],
)
def test_a_broken_file_renamed_to_jpg_is_named(photo: Path, spoil: Callable[[bytes], bytes], flaw: Flaw) -> None:
    photo.write_bytes(spoil(photo.read_bytes()))
    with pytest.raises(PhotoError) as refused:
        cut_photo(photo)
    assert refused.value.flaw is flaw


def test_pictures_too_large_or_too_small_are_refused_before_they_are_read(tmp_path: Path) -> None:
    assert two_colours(8, 200).save(str(tmp_path / "thin.png"))
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b""))]
    written = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    (tmp_path / "endless.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(written))
    for name, flaw in (("thin.png", Flaw.TOO_SMALL), ("endless.png", Flaw.TOO_LARGE)):
        with pytest.raises(PhotoError) as refused:
            cut_photo(tmp_path / name)
        assert refused.value.flaw is flaw
