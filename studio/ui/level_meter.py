"""The level of the microphone: a bar in three colours, the number, and a word on what to do."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.i18n import _
from studio.ui import theme
from studio.ui.icons import picture
from studio.ui.words import LOUD_DBFS, QUIET_DBFS, SILENT_DBFS, Told, level_words

AMBER_DBFS = -9.0
ZONES = (
    (SILENT_DBFS, QUIET_DBFS, "#2d7d9a"),
    (QUIET_DBFS, AMBER_DBFS, theme.GREEN),
    (AMBER_DBFS, LOUD_DBFS, theme.AMBER),
    (LOUD_DBFS, 0.0, theme.RED),
)
HEIGHT_PX = 40
FALL_DB = 2.0  # a tenth of a second: falls slowly enough to be read


class LevelMeter(QWidget):
    """Shows the newest peak in dBFS; rises at once, falls slowly."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT_PX)
        self.setAccessibleName(_("Microphone"))
        self._icon = picture("mic", 24, theme.FAINT)
        self.peak_dbfs: float | None = None
        self.text = "—"
        self._bar_dbfs = SILENT_DBFS
        self._muted = False

    def show_muted(self, muted: bool) -> None:
        """While muted the bar goes on showing the voice, and the words say that nobody hears it."""
        self._muted = muted
        self._show_words()

    def show_level(self, peak_dbfs: float | None) -> None:
        """None: no show is running."""
        self.peak_dbfs = peak_dbfs
        fallen = self._bar_dbfs - FALL_DB
        self._bar_dbfs = SILENT_DBFS if peak_dbfs is None else max(peak_dbfs, fallen, SILENT_DBFS)
        self._show_words()

    def _told(self) -> Told | None:
        if self.peak_dbfs is None:
            return None
        return Told("mic_off", theme.RED, _("Muted")) if self._muted else level_words(self._bar_dbfs)

    def _show_words(self) -> None:
        told, peak_dbfs = self._told(), self.peak_dbfs
        number = ""
        if peak_dbfs is not None and peak_dbfs > SILENT_DBFS:
            number = _("{db} dB").format(db=f"{max(peak_dbfs, -99):.0f}")
        self.text = "—" if told is None else f"{told.text}  {number}".strip()
        self.setAccessibleDescription(self.text)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPixmap(2, (self.height() - 24) // 2, self._icon)
        font = theme.text_font(12)
        painter.setFont(font)
        words_px = 150
        bar = QRectF(36, self.height() / 2 - 8, self.width() - 36 - words_px - 10, 16)
        for low, high, colour in ZONES:
            self._paint_zone(painter, bar, low, high, colour)
        told = self._told()
        painter.setPen(QColor(theme.TEXT if told is None or told.colour == theme.FAINT else told.colour))
        painter.drawText(
            QRectF(self.width() - words_px, 0, words_px, self.height()), int(Qt.AlignmentFlag.AlignVCenter), self.text
        )
        painter.end()

    def _paint_zone(self, painter: QPainter, bar: QRectF, low: float, high: float, colour: str) -> None:
        def at(dbfs: float) -> float:
            return bar.left() + bar.width() * (dbfs - SILENT_DBFS) / -SILENT_DBFS

        dim = QColor(colour)
        dim.setAlpha(60)
        painter.setBrush(dim)
        painter.drawRect(QRectF(at(low), bar.top(), at(high) - at(low) - 2, bar.height()))
        if self._bar_dbfs > low:
            painter.setBrush(QColor(colour))
            top = min(high, self._bar_dbfs)
            painter.drawRect(QRectF(at(low), bar.top(), max(0.0, at(top) - at(low) - 2), bar.height()))
