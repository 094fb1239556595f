"""The sheet overlays are painted on, and what is painted on more than one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPainterPath

from overlays.base import OverlayError, Rgba
from overlays.contrast import DARK, LIGHT, least_contrast
from overlays.photo import Flaw, PhotoError, read_photo
from overlays.text import painting_ready

LARGEST_SIDE_PX = 1920  # a larger photo is made smaller while it is read
_MOST_PIXELS = 24_000_000  # of a picture that is no JPEG: 96 MB while it is read
_LEAST_SIDE_PX = 2
FLAWS = {
    Flaw.NO_PICTURE: "The picture file is missing, or is no picture",
    Flaw.PHONE_FORMAT: "It is an HEIC picture. Save it as JPEG on the phone",
    Flaw.CUT_OFF: "The picture file is damaged: a part of it is missing",
    Flaw.TOO_LARGE: "The picture is too large. Save it smaller, or as JPEG",
    Flaw.TOO_SMALL: "The picture is too small",
}
SHORT_SIDE = 720  # sizes are given for a canvas whose shorter side is this many pixels


def even(value: float) -> int:
    """The even whole number nearest to `value`: colour is stored at half size."""
    return round(value / 2) * 2


def scale_of(canvas_width: int, canvas_height: int) -> float:
    """How much larger than 720p a canvas is; raises `OverlayError` for one too small to draw on."""
    if canvas_width < 160 or canvas_height < 160 or canvas_width % 2 or canvas_height % 2:
        raise OverlayError(f"Nothing can be drawn on a picture of {canvas_width}×{canvas_height}.")
    return min(canvas_width, canvas_height) / SHORT_SIDE


def sheet(width: int, height: int) -> QImage:
    """A transparent image to paint on."""
    painting_ready()
    image = QImage(width, height, QImage.Format.Format_RGBA8888_Premultiplied)
    if image.isNull():
        raise OverlayError(f"There is no memory for a picture of {width}×{height}.")
    image.fill(Qt.GlobalColor.transparent)
    return image


@contextmanager
def painter_on(image: QImage) -> Iterator[QPainter]:
    """A painter with smooth edges that ends whatever happens: Qt aborts when one outlives its image."""
    painter = QPainter(image)
    painter.setRenderHints(
        QPainter.RenderHint.Antialiasing
        | QPainter.RenderHint.TextAntialiasing
        | QPainter.RenderHint.SmoothPixmapTransform
    )
    try:
        yield painter
    finally:
        painter.end()


def pixels(image: QImage) -> Rgba:
    """The image as height × width × 4, uint8, straight alpha."""
    straight = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(straight.constBits(), np.uint8).reshape(straight.height(), straight.bytesPerLine())
    return rows[:, : straight.width() * 4].reshape(straight.height(), straight.width(), 4).copy()


def paint_picture(painter: QPainter, picture: str, box: QRectF, radius: float) -> str:
    """Fills `box` with the middle of the picture file, or with a leaf where there is none; says why it cannot be read.

    What it gives back is empty where all is well, and where no picture was asked for.
    """
    painter.save()
    shape = QPainterPath()
    shape.addRoundedRect(box, radius, radius)
    flaw = ""
    try:
        image = _middle_of(picture, QSize(round(box.width()), round(box.height()))) if picture.strip() else None
    except OverlayError as error:
        image, flaw = None, str(error)
    if image is None:
        _paint_leaf(painter, shape, box)
    else:
        painter.setClipPath(shape)
        painter.drawImage(box, image)
    painter.restore()
    return flaw


def _middle_of(picture: str, size: QSize) -> QImage:
    """The file, cut to the shape of `size`; raises as `read_picture`."""
    grown = _read(picture, LARGEST_SIDE_PX).scaled(
        size, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    left, top = (grown.width() - size.width()) // 2, (grown.height() - size.height()) // 2
    return grown.copy(left, top, size.width(), size.height())


def read_picture(picture: str, most_width: int, most_height: int) -> QImage:
    """The file whole and upright within that room, in sRGB, of a moving picture the first one.

    Raises `OverlayError` with what is wrong with it. A huge photo is made small while it is read, so that it never
    lies in memory whole; where its format does not allow that, it is refused.
    """
    return _read(picture, max(2, most_width, most_height)).scaled(
        max(2, most_width),
        max(2, most_height),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def _read(picture: str, most_side: int) -> QImage:
    """The file as `read_picture` says, at its own size where that is smaller than `most_side`."""
    try:
        there = bool(picture) and Path(picture).is_file()
    except (OSError, ValueError):  # a name no system could have
        there = False
    if not there:
        raise OverlayError("The picture file is missing, or is no picture")
    try:
        return read_photo(Path(picture), min(most_side, LARGEST_SIDE_PX), _LEAST_SIDE_PX, _MOST_PIXELS)
    except PhotoError as error:
        raise OverlayError(FLAWS[error.flaw]) from error
    except OSError as error:
        raise OverlayError("The picture file is missing, or is no picture") from error


def colour(name: str) -> tuple[str, str]:
    """A ground as `#rrggbb` and the ink that is read best on it; raises `OverlayError` for what is no colour."""
    ground = QColor(name.strip() or "#ffffff")
    if not ground.isValid():
        raise OverlayError("A colour is written like #2c7a34, or by its English name")
    return ground.name(), max((DARK, LIGHT), key=lambda ink: least_contrast(ink, ground.name()))


def _paint_leaf(painter: QPainter, shape: QPainterPath, box: QRectF) -> None:
    ground = QLinearGradient(box.topLeft(), box.bottomRight())
    ground.setColorAt(0, QColor("#e9f5dc"))
    ground.setColorAt(1, QColor("#c9e3b0"))
    painter.fillPath(shape, ground)
    painter.translate(box.center())
    side = min(box.width(), box.height())
    painter.scale(side / 100, side / 100)
    for turn, color in ((-38.0, "#5aa845"), (38.0, "#3f8f36")):
        painter.save()
        painter.translate(0, 16)
        painter.rotate(turn)
        leaf = QPainterPath()
        leaf.moveTo(0, 0)
        leaf.cubicTo(-22, -14, -16, -42, 0, -50)
        leaf.cubicTo(16, -42, 22, -14, 0, 0)
        painter.fillPath(leaf, QColor(color))
        painter.restore()
    painter.fillRect(QRectF(-2, 12, 4, 22), QColor("#3f8f36"))
