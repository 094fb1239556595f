"""Photographs as cameras write them, made into what a card needs: upright, cut to shape, shrunk, in sRGB.

Where it was taken and on which phone stays behind. Needs no numpy: the window uses it, too.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRect, QSize, Qt
from PySide6.QtGui import QColorSpace, QImage, QImageIOHandler, QImageReader, QImageWriter

KEPT_SIDE_PX = 1080  # the longer side: as much as a poster or a card in 1080p can show
_KINDS = ("jpeg", "png", "webp", "gif", "bmp", "tiff")
_MOST_PIXELS = 250_000_000  # of a JPEG, which is shrunk while it is read
_MOST_PIXELS_AT_ONCE = 60_000_000  # of any other, which is read whole: 240 MB
_MOST_KEPT_IN_MEMORY = 24_000_000  # while it is cut: a laptop on air has no more to spare
_SMALLEST_SIDE_PX = 32
_QUALITY = 90
WHOLE_SIDE_PX = 2160  # of the photograph that is kept beside its part
# the names under which a file tells what part of its photograph it is, how large that was, and that it is a whole one
_CROP, _OF, _WHOLE = "crop", "of", "whole"


class Flaw(StrEnum):
    """Why a file cannot become a product's picture."""

    NO_PICTURE = "no picture"
    PHONE_FORMAT = "phone format"  # HEIC, which only Apple's own programs read
    CUT_OFF = "cut off"
    TOO_LARGE = "too large"
    TOO_SMALL = "too small"


class PhotoError(Exception):
    """A file that cannot become a picture."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.value)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Crop:
    """A part of a photograph in pixels of the upright whole."""

    left: int
    top: int
    width: int
    height: int

    def within(self, width: int, height: int) -> "Crop":
        """This part, moved and cut so that it lies inside a photograph of that size."""
        wide, high = (min(max(1, side), whole) for side, whole in ((self.width, width), (self.height, height)))
        left, top = min(max(0, self.left), width - wide), min(max(0, self.top), height - high)
        return Crop(left, top, wide, high)


def middle_square(width: int, height: int) -> Crop:
    """The largest square in the middle."""
    side = min(width, height)
    return Crop((width - side) // 2, (height - side) // 2, side, side)


def photo_size(path: Path) -> tuple[int, int]:
    """Width and height of the upright photograph; raises `PhotoError`."""
    size = _upright(_reader(path))
    return size.width(), size.height()


def read_photo(
    path: Path, side_px: int, least_px: int = _SMALLEST_SIDE_PX, most_pixels: int = _MOST_PIXELS_AT_ONCE
) -> QImage:
    """The upright photograph, its longer side at most `side_px`; raises `PhotoError`.

    One with a side below `least_px` is refused, and one of more than `most_pixels` where it is no JPEG.
    """
    reader = _reader(path, least_px, most_pixels)
    size = _upright(reader)
    return _read(reader, min(1.0, side_px / max(size.width(), size.height())))


def cut_photo(path: Path, crop: Crop | None = None) -> tuple[bytes, str]:
    """The file of the part `crop`, else of the square in the middle, and its ending; raises `PhotoError`.

    A file that this function made comes back as it is. JPEG, or PNG where it is partly transparent; of a
    moving picture the first one.
    """
    reader = _reader(path)
    size = _upright(reader)
    if crop is None and reader.text(_CROP) and max(size.width(), size.height()) <= KEPT_SIDE_PX:
        return path.read_bytes(), path.suffix.lower()
    part = (crop or middle_square(size.width(), size.height())).within(size.width(), size.height())
    scale = min(1.0, KEPT_SIDE_PX / max(part.width, part.height))
    scale = min(scale, math.sqrt(_MOST_KEPT_IN_MEMORY / (size.width() * size.height())))
    whole = _read(reader, scale)
    across, down = whole.width() / size.width(), whole.height() / size.height()
    cut = whole.copy(
        QRect(
            round(part.left * across),
            round(part.top * down),
            max(1, round(part.width * across)),
            max(1, round(part.height * down)),
        )
    )
    if max(cut.width(), cut.height()) > KEPT_SIDE_PX:
        most = QSize(KEPT_SIDE_PX, KEPT_SIDE_PX)
        cut = cut.scaled(most, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    cut.setText(_CROP, f"{part.left},{part.top},{part.width},{part.height}")
    cut.setText(_OF, f"{size.width()},{size.height()}")
    return _file_of(cut)


def whole_photo(path: Path) -> tuple[bytes, str]:
    """The file of the whole photograph, upright and shrunk, and its ending; raises `PhotoError`.

    Kept beside the part that was cut from it, so that another part can be chosen when the camera has gone.
    """
    reader = _reader(path)
    size = _upright(reader)
    longer = max(size.width(), size.height())
    if reader.text(_WHOLE) and longer <= WHOLE_SIDE_PX:
        return path.read_bytes(), path.suffix.lower()
    whole = _read(reader, min(1.0, WHOLE_SIDE_PX / longer))
    whole.setText(_WHOLE, "yes")
    return _file_of(whole)


def moves(path: Path) -> bool:
    """Whether the file is a moving picture, of which only the first one is used."""
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    return reader.supportsAnimation() and reader.imageCount() > 1


def crop_of(path: Path) -> Crop | None:
    """The part of its photograph that a kept picture shows; None where it does not tell."""
    numbers = _numbers(path, _CROP)
    return Crop(*numbers) if len(numbers) == 4 else None


def crop_in_whole(path: Path, width: int, height: int) -> Crop | None:
    """What `crop_of` gives, in the pixels of the same photograph shrunk to `width` × `height`."""
    crop, of = crop_of(path), _numbers(path, _OF)
    if crop is None or len(of) != 2 or min(of) < 1:
        return None
    across, down = width / of[0], height / of[1]
    left, top = round(crop.left * across), round(crop.top * down)
    return Crop(left, top, round(crop.width * across), round(crop.height * down)).within(width, height)


def _numbers(path: Path, name: str) -> list[int]:
    try:
        return [int(number) for number in QImageReader(str(path)).text(name).split(",")]
    except ValueError:
        return []


def _reader(path: Path, least_px: int = _SMALLEST_SIDE_PX, most_pixels: int = _MOST_PIXELS_AT_ONCE) -> QImageReader:
    """A reader of the file, whatever its name ends in."""
    reader = QImageReader(str(path))
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    with path.open("rb") as file:
        start = file.read(12)
    if start[4:8] == b"ftyp" and start[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"avif"):
        raise PhotoError(Flaw.PHONE_FORMAT)
    kind, size = bytes(reader.format().data()).decode(), reader.size()
    if kind not in _KINDS or not size.isValid():
        raise PhotoError(Flaw.NO_PICTURE)
    if size.width() * size.height() > (_MOST_PIXELS if kind == "jpeg" else most_pixels):
        raise PhotoError(Flaw.TOO_LARGE)
    if min(size.width(), size.height()) < least_px:
        raise PhotoError(Flaw.TOO_SMALL)
    if kind == "jpeg" and not _has_end(path.read_bytes()):
        raise PhotoError(Flaw.CUT_OFF)
    return reader


def _has_end(data: bytes) -> bool:
    """Whether a JPEG's end mark follows its picture: Qt fills what is missing with grey and says nothing.

    Segments and marks are those of ITU-T T.81, annex B; a thumbnail with an end mark of its own is in a segment.
    """
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != 0xDA:
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return data.find(b"\xff\xd9", place) >= 0


def _upright(reader: QImageReader) -> QSize:
    turned = bool(reader.transformation() & QImageIOHandler.Transformation.TransformationRotate90)
    return reader.size().transposed() if turned else reader.size()


def _read(reader: QImageReader, scale: float) -> QImage:
    """The whole upright photograph at `scale`, in sRGB, without what the camera wrote beside it."""
    size = reader.size()
    if scale < 1:
        reader.setScaledSize(QSize(max(1, round(size.width() * scale)), max(1, round(size.height() * scale))))
    image = reader.read()
    if image.isNull():
        raise PhotoError(Flaw.CUT_OFF)
    kind = QImage.Format.Format_ARGB32 if image.hasAlphaChannel() else QImage.Format.Format_RGB32
    if image.colorSpace().isValid():
        image = image.convertedToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb), kind)
    image = image.convertToFormat(kind)
    return QImage(image.constBits(), image.width(), image.height(), image.bytesPerLine(), kind).copy()


def _file_of(image: QImage) -> tuple[bytes, str]:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    clear = image.hasAlphaChannel()
    writer = QImageWriter(buffer, b"png" if clear else b"jpeg")
    writer.setQuality(-1 if clear else _QUALITY)
    writer.write(image)
    return bytes(buffer.data().data()), ".png" if clear else ".jpg"
