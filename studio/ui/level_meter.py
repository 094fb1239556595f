"""The level of the microphone: a bar in three colours, the number, and a word on what to do."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from studio.i18n import _
from studio.ui import theme
from studio.ui.icons import picture
from studio.ui.words import LOUD_DBFS, LOUD_LUFS, QUIET_DBFS, QUIET_LUFS, SILENT_DBFS, Told, level_words

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
        self.loudness_lufs: float | None = None
        self.text = "—"
        self._bar_dbfs = SILENT_DBFS
        self._muted = False

    def show_muted(self, muted: bool) -> None:
        """While muted the bar goes on showing the voice, and the words say that nobody hears it."""
        self._muted = muted
        self._show_words()

    def show_level(self, peak_dbfs: float | None, loudness_lufs: float | None = None) -> None:
        """No peak: no show is running. No loudness: it is not known, or not yet."""
        self.peak_dbfs, self.loudness_lufs = peak_dbfs, loudness_lufs
        fallen = self._bar_dbfs - FALL_DB
        self._bar_dbfs = SILENT_DBFS if peak_dbfs is None else max(peak_dbfs, fallen, SILENT_DBFS)
        self._show_words()

    def _told(self) -> Told | None:
        if self.peak_dbfs is None:
            return None
        return (
            Told("mic_off", theme.RED, _("Muted")) if self._muted else level_words(self._bar_dbfs, self.loudness_lufs)
        )

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
        if self.loudness_lufs is not None and self.peak_dbfs is not None:
            self._paint_loudness(painter, bar, self.loudness_lufs)
        told = self._told()
        painter.setPen(QColor(theme.TEXT if told is None or told.colour == theme.FAINT else told.colour))
        painter.drawText(
            QRectF(self.width() - words_px, 0, words_px, self.height()), int(Qt.AlignmentFlag.AlignVCenter), self.text
        )
        painter.end()

    def _paint_loudness(self, painter: QPainter, bar: QRectF, lufs: float) -> None:
        """A mark where the last three seconds were, and a bracket where they should be."""
        painter.setPen(QPen(QColor(theme.FAINT), 2))
        below = bar.bottom() + 5
        painter.drawLine(QPointF(_at(bar, QUIET_LUFS), below), QPointF(_at(bar, LOUD_LUFS), below))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.TEXT))
        painter.drawRoundedRect(QRectF(_at(bar, max(lufs, SILENT_DBFS)) - 2, bar.top() - 4, 4, bar.height() + 12), 2, 2)

    def _paint_zone(self, painter: QPainter, bar: QRectF, low: float, high: float, colour: str) -> None:
        dim = QColor(colour)
        dim.setAlpha(60)
        painter.setBrush(dim)
        painter.drawRect(QRectF(_at(bar, low), bar.top(), _at(bar, high) - _at(bar, low) - 2, bar.height()))
        if self._bar_dbfs > low:
            painter.setBrush(QColor(colour))
            top = min(high, self._bar_dbfs)
            painter.drawRect(
                QRectF(_at(bar, low), bar.top(), max(0.0, _at(bar, top) - _at(bar, low) - 2), bar.height())
            )


def _at(bar: QRectF, db: float) -> float:
    """Where in the bar a level lies."""
    return bar.left() + bar.width() * (db - SILENT_DBFS) / -SILENT_DBFS
