"""A photograph of which a square part is chosen by dragging it, with the wheel or with the keys."""

from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from overlays.photo import Crop, middle_square, photo_size, read_photo
from studio.ui import theme
from studio.ui.icons import picture

SEEN_SIDE_PX = 900
SMALLEST_PART = 0.1  # of the photograph's shorter side
STEP = 0.04


class CropView(QWidget):
    """Shows a photograph and the square that is kept of it; `crop` is None for a picture that is kept already."""

    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.crop: Crop | None = None
        self._image = QImage()
        self._photo = QSize()
        self._held: QPointF | None = None  # where in the square the mouse took it
        self.setMinimumSize(240, 240)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def open(self, path: Path, crop: Crop | None = None) -> None:
        """Shows a photograph and the part `crop` of it, else the square in its middle; raises `PhotoError`."""
        self._image, self._photo = read_photo(path, SEEN_SIDE_PX), QSize(*photo_size(path))
        self.crop = crop or middle_square(self._photo.width(), self._photo.height())
        self.setCursor(Qt.CursorShape.SizeAllCursor)
        self.update()

    def show_kept(self, path: str) -> None:
        """Shows a picture as it is; nothing where the file is missing."""
        self._image, self.crop = QImage(path) if path else QImage(), None
        self.unsetCursor()
        self.update()

    def resize_to(self, crop: Crop) -> None:
        """Takes another part of the same photograph, without telling anybody."""
        self.crop = crop.within(self._photo.width(), self._photo.height())
        self.update()

    def move_to(self, left: float, top: float) -> None:
        """Moves the square; the numbers are pixels of the photograph."""
        if self.crop is not None:
            moved = Crop(round(left), round(top), self.crop.width, self.crop.height)
            self.crop = moved.within(self._photo.width(), self._photo.height())
            self.chosen.emit()
            self.update()

    def resize_by(self, factor: float) -> None:
        """Makes the square larger or smaller around its middle."""
        if self.crop is not None:
            shorter = min(self._photo.width(), self._photo.height())
            side = round(min(shorter, max(shorter * SMALLEST_PART, self.crop.width * factor)))
            left = self.crop.left + (self.crop.width - side) / 2
            top = self.crop.top + (self.crop.height - side) / 2
            self.crop = Crop(0, 0, side, side)
            self.move_to(left, top)

    def _area(self) -> QRectF:
        """Where the photograph is in the widget."""
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2, *size.toTuple())

    def _square(self) -> QRectF:
        """Where the kept part is in the widget."""
        assert self.crop is not None
        area, scale = self._area(), self._scale()
        left, top = area.left() + self.crop.left * scale, area.top() + self.crop.top * scale
        return QRectF(left, top, self.crop.width * scale, self.crop.height * scale)

    def _scale(self) -> float:
        return self._area().width() / max(1, self._photo.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor("#0e1317"))
        if not self._image.isNull():
            painter.drawImage(self._area(), self._image)
        else:
            place = picture("picture", 72, theme.EDGE)
            painter.drawPixmap((self.width() - 72) // 2, (self.height() - 72) // 2, place)
        if self.crop is not None:
            square = self._square()
            painter.fillRect(self._area(), QColor(0, 0, 0, 150))
            scale = self._image.width() / max(1, self._photo.width())
            crop = self.crop
            part = QRectF(crop.left * scale, crop.top * scale, crop.width * scale, crop.height * scale)
            painter.drawImage(square, self._image, part)
            painter.setPen(QPen(QColor(theme.GREEN), 3))
            painter.drawRect(square)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.BLUE), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self.crop is not None and self._square().contains(event.position()):
            self._held = event.position() - self._square().topLeft()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is not None:
            place = (event.position() - self._held - self._area().topLeft()) / self._scale()
            self.move_to(place.x(), place.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.resize_by(0.9 if event.angleDelta().y() > 0 else 1 / 0.9)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.crop is None:
            super().keyPressEvent(event)
            return
        step = min(self._photo.width(), self._photo.height()) * STEP
        moves = {
            Qt.Key.Key_Left: (-step, 0),
            Qt.Key.Key_Right: (step, 0),
            Qt.Key.Key_Up: (0, -step),
            Qt.Key.Key_Down: (0, step),
        }
        key = Qt.Key(event.key())
        if key in moves:
            across, down = moves[key]
            self.move_to(self.crop.left + across, self.crop.top + down)
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.resize_by(1 / 0.9 if key is Qt.Key.Key_Plus else 0.9)
        else:
            super().keyPressEvent(event)
