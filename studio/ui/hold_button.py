"""The button that ends a show: it must be held, so that neither a slip nor a stray key takes a show off the air."""

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.ui import theme
from studio.ui.icons import picture

HOLD_MS = 1000
STEP_MS = 30


class HoldButton(QWidget):
    """Fires `held` after one second under the mouse; a key or a short press only asks (`pressed_short`)."""

    held = Signal()
    pressed_short = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(theme.LIVE_TARGET_PX)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._text, self._hint = "", ""
        self._elapsed = QElapsedTimer()
        self._timer = QTimer(self, interval=STEP_MS)
        self._timer.timeout.connect(self._step)

    def set_text(self, text: str, hint: str) -> None:
        self._text, self._hint = text, hint
        self.setAccessibleName(text)
        self.setAccessibleDescription(hint)
        self.update()

    @property
    def progress(self) -> float:
        """How much of the second has passed, 0 to 1."""
        return min(1.0, self._elapsed.elapsed() / HOLD_MS) if self._timer.isActive() else 0.0

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.isEnabled():
            self._elapsed.start()
            self._timer.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._timer.isActive():
            self._let_go()
            self.pressed_short.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.pressed_short.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._let_go()
        super().focusOutEvent(event)

    @Slot()
    def _step(self) -> None:
        if self._elapsed.elapsed() >= HOLD_MS:
            self._let_go()
            self.held.emit()
        self.update()

    def _let_go(self) -> None:
        self._timer.stop()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect().adjusted(1, 1, -1, -1)
        painter.setPen(QColor(theme.BLUE if self.hasFocus() else theme.RED))
        painter.setBrush(QColor("#8f2327" if self.isEnabled() else "#2a2023"))
        painter.drawRoundedRect(area, 8, 8)
        if self.progress:
            painter.setClipRect(area.adjusted(0, 0, round(area.width() * (self.progress - 1)), 0))
            painter.setBrush(QColor(theme.RED))
            painter.drawRoundedRect(area, 8, 8)
            painter.setClipping(False)
        painter.setPen(QColor(theme.TEXT))
        painter.drawPixmap(area.left() + 16, area.center().y() - 14, picture("stop", 28))
        words = area.adjusted(56, 6, -8, -6)
        painter.setFont(theme.text_font(16, bold=True))
        split = Qt.AlignmentFlag.AlignTop if self._hint else Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, int(split), self._text)
        painter.setFont(theme.text_font(11))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignBottom), self._hint)
        painter.end()
