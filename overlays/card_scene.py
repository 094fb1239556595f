"""A small picture of a card where it lies on the canvas, to choose its look by."""

from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient

from overlays.base import OverlayError
from overlays.card import Card, CardParams
from overlays.painting import painter_on

SKY, FIELD = QColor("#5d7f93"), QColor("#93a67c")


def card_scene(params: CardParams, canvas_width: int, canvas_height: int, side_px: int) -> QImage:
    """The card over something like a field under the sky, its longer side `side_px`."""
    try:
        patch = Card().render(params, canvas_width, canvas_height)
    except OverlayError:  # a link too long for a code: the look is the same without
        patch = Card().render(replace(params, link=""), canvas_width, canvas_height)
    image = QImage(canvas_width, canvas_height, QImage.Format.Format_RGB32)
    ground = QLinearGradient(0, 0, 0, canvas_height)
    ground.setColorAt(0, SKY)
    ground.setColorAt(1, FIELD)
    high, wide = patch.rgba.shape[:2]
    card = QImage(patch.rgba.tobytes(), wide, high, wide * 4, QImage.Format.Format_RGBA8888)
    with painter_on(image) as painter:
        painter.fillRect(image.rect(), ground)
        painter.drawImage(patch.x, patch.y, card)
    size = QSize(side_px, side_px)
    return image.scaled(size, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
