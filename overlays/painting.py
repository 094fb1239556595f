"""The sheet overlays are painted on, and what is painted on more than one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QLinearGradient, QPainter, QPainterPath

from overlays.base import OverlayError, Rgba
from overlays.text import painting_ready

LARGEST_SIDE_PX = 1920  # a larger photo is made smaller while it is read
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


def paint_picture(painter: QPainter, picture: str, box: QRectF, radius: float) -> None:
    """Fills `box` with the middle of the picture file, or with a leaf where it is missing or broken."""
    painter.save()
    shape = QPainterPath()
    shape.addRoundedRect(box, radius, radius)
    image = _read(picture, QSize(round(box.width()), round(box.height())))
    if image is None:
        _paint_leaf(painter, shape, box)
    else:
        painter.setClipPath(shape)
        painter.drawImage(box, image)
    painter.restore()


def _read(picture: str, size: QSize) -> QImage | None:
    """The file, cut to the shape of `size`; None where it is missing or is no picture."""
    try:
        if not picture or not Path(picture).is_file():
            return None
    except (OSError, ValueError):  # a name no system could have
        return None
    reader = QImageReader(picture)
    reader.setAutoTransform(True)  # phones store which way up they were held
    reader.setDecideFormatFromContent(True)
    stored = reader.size()
    if stored.isValid() and max(stored.width(), stored.height()) > LARGEST_SIDE_PX:
        reader.setScaledSize(stored.scaled(LARGEST_SIDE_PX, LARGEST_SIDE_PX, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return None
    grown = image.scaled(
        size, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    left, top = (grown.width() - size.width()) // 2, (grown.height() - size.height()) // 2
    return grown.copy(left, top, size.width(), size.height())


def read_picture(picture: str, most_width: int, most_height: int) -> QImage | None:
    """The file whole and upright within that room; None where it is missing or is no picture.

    Where its format allows, a huge photo is made small while it is read, so that it never lies in memory whole.
    """
    try:
        if not picture or not Path(picture).is_file():
            return None
    except (OSError, ValueError):  # a name no system could have
        return None
    reader = QImageReader(picture)
    reader.setAutoTransform(True)
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > LARGEST_SIDE_PX:
        reader.setScaledSize(size.scaled(LARGEST_SIDE_PX, LARGEST_SIDE_PX, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    if image.isNull():
        return None
    return image.scaled(
        max(2, most_width),
        max(2, most_height),
        Qt.AspectRatioMode.KeepAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )


def colour(name: str) -> tuple[str, str]:
    """A ground as `#rrggbb` and the ink that is read best on it; raises `OverlayError` for what is no colour."""
    ground = QColor(name.strip() or "#ffffff")
    if not ground.isValid():
        raise OverlayError("A colour is written like #2c7a34, or by its English name")
    # Relative luminance and contrast as WCAG 2.2 has them; black and white meet at 0.179.
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (ground.redF(), ground.greenF(), ground.blueF())
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return ground.name(), "#1d1f1c" if luminance > 0.179 else "#ffffff"


def _paint_leaf(painter: QPainter, shape: QPainterPath, box: QRectF) -> None:
    ground = QLinearGradient(box.topLeft(), box.bottomRight())
    ground.setColorAt(0, QColor("#e9f5dc"))
    ground.setColorAt(1, QColor("#c9e3b0"))
    painter.fillPath(shape, ground)
    painter.translate(box.center())
    painter.scale(box.width() / 100, box.height() / 100)
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
