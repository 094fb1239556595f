"""The preview: the small picture of the engine, fetched on a timer, with a word on what viewers see."""

import logging

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QHideEvent, QImage, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.i18n import _
from studio.media.preview import PreviewReader
from studio.ui import theme

log = logging.getLogger(__name__)

PERIOD_MS = 83  # twelve pictures a second are enough to see that it moves
STILL_AFTER = 30  # fetches without a new picture


class PreviewView(QWidget):
    """Shows the shared picture whole, in its own shape, on any shape of widget."""

    watched = Signal(bool)  # whether somebody can see it

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(240, 110)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(_("Preview"))
        self.picture: QImage | None = None
        self._reader: PreviewReader | None = None
        self._path: str | None = None
        self._missed = 0
        self._tag = ("", theme.FAINT)
        self.muted = ""
        self._heading = ""
        self._lines: list[str] = []
        self._timer = QTimer(self, interval=PERIOD_MS)
        self._timer.timeout.connect(self.fetch)

    def open(self, path: str | None) -> None:
        """Reads the shared picture at `path` from now on; None: there is none."""
        if path == self._path:
            return
        if self._reader is not None:
            self._reader.close()
        self._reader, self._path, self.picture, self._missed = None, None, None, 0
        if path is not None:
            try:
                self._reader = PreviewReader(path)
                self._path = path
            except (OSError, ValueError):
                log.warning("the preview at %s cannot be read", path)
        self.update()

    def tell(self, tag: str, colour: str, heading: str, lines: list[str]) -> None:
        """The word in the corner, and what is said where there is no picture."""
        self._tag, self._heading, self._lines = (tag, colour), heading, lines
        self.update()

    def tell_muted(self, words: str) -> None:
        """Writes across the picture who does not hear the voice; nothing where there are no words."""
        self.muted = words
        self.update()

    @property
    def still(self) -> bool:
        """The engine has sent no new picture for a while."""
        return self._missed >= STILL_AFTER

    @Slot()
    def fetch(self) -> None:
        if self._reader is None:
            return
        newest = self._reader.newest()
        if newest is None:
            self._missed += 1
            if self._missed == STILL_AFTER:
                self.update()
            return
        shown = QImage(newest.rgb, newest.width, newest.height, newest.width * 3, QImage.Format.Format_RGB888)
        self.picture, self._missed = shown.copy(), 0
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        self._timer.start()
        self.watched.emit(True)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        self.watched.emit(False)
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor("#000000"))
        area = QRect(self.rect())
        if self.picture is not None:
            size = self.picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            area = QRect(QPoint(0, 0), size)
            area.moveCenter(self.rect().center())
            painter.drawImage(area, self.picture)
        else:
            self._paint_words(painter)
        tag, colour = (_("The preview stands still"), theme.AMBER) if self.still else self._tag
        if tag:
            self._paint_tag(painter, area, tag, colour)
        if self.muted:
            self._paint_muted(painter, area)
        painter.end()

    def _paint_tag(self, painter: QPainter, picture: QRect, tag: str, colour: str) -> None:
        """In the picture's corner; beside a picture that is too narrow for it."""
        painter.setFont(theme.text_font(12, bold=True))
        width = painter.fontMetrics().horizontalAdvance(tag) + 44
        left = picture.left() if picture.width() > width + 20 else 0
        box = QRectF(left + 10, picture.top() + 10, width, 34)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 200))
        painter.drawRoundedRect(box, 8, 8)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(QRectF(box.left() + 12, box.top() + 11, 12, 12))
        painter.setPen(QColor(theme.TEXT))
        painter.drawText(box.adjusted(32, 0, 0, 0), int(Qt.AlignmentFlag.AlignVCenter), tag)

    def _paint_muted(self, painter: QPainter, picture: QRect) -> None:
        """Along the foot of the picture, where nobody misses it; beyond a narrow picture, and in as many lines."""
        flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        painter.setFont(theme.text_font(15, bold=True))
        wanted = painter.fontMetrics().horizontalAdvance(self.muted) + 24
        strip = QRect(0, 0, min(self.width(), max(picture.width(), wanted)), self.height())
        strip.setHeight(max(44, painter.boundingRect(strip.adjusted(8, 0, -8, 0), flags, self.muted).height() + 12))
        strip.moveCenter(picture.center())
        strip.moveBottom(picture.bottom())
        painter.fillRect(strip, QColor(143, 35, 39, 235))
        painter.setPen(QColor(theme.TEXT))
        painter.drawText(strip.adjusted(8, 0, -8, 0), flags, self.muted)

    def _paint_words(self, painter: QPainter) -> None:
        flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        heading_font, line_font = theme.text_font(18, bold=True), theme.text_font(12)
        lines = "\n".join(self._lines)
        painter.setFont(line_font)
        room = self.rect().adjusted(24, 52, -24, -8)
        lines_height = painter.boundingRect(room, flags, lines).height() if lines else 0
        painter.setFont(heading_font)
        heading_height = painter.boundingRect(room, flags, self._heading).height()
        top = max(room.top(), self.rect().center().y() - (heading_height + lines_height + 12) // 2)
        painter.setPen(QColor(theme.TEXT))
        painter.drawText(QRect(room.left(), top, room.width(), heading_height), flags, self._heading)
        painter.setFont(line_font)
        painter.setPen(QColor(theme.FAINT))
        below = top + heading_height + 12
        painter.drawText(QRect(room.left(), below, room.width(), self.height() - below), flags, lines)
