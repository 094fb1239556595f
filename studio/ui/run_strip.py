"""One glance at the run: what is on, how long it still has, what comes next. And the buttons that belong to it."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.i18n import _
from studio.ui import theme
from studio.ui.cards_panel import Elided
from studio.ui.icons import icon
from studio.ui.run_words import Now

BAR_PX = 6
BUTTON_PX = 44


class TimeBar(QWidget):
    """How much of a step's time is gone, as a bar that fills up."""

    def __init__(self, height_px: int = BAR_PX, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(height_px)
        self._part = 0.0
        self._colour = theme.GREEN

    def show_part(self, part: float, colour: str) -> None:
        if (part, colour) != (self._part, self._colour):
            self._part, self._colour = part, colour
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        painter.setBrush(QColor(theme.RAISED))
        painter.drawRoundedRect(QRectF(self.rect()), radius, radius)
        if self._part > 0:
            painter.setBrush(QColor(self._colour))
            painter.drawRoundedRect(QRectF(0, 0, self.width() * self._part, self.height()), radius, radius)
        painter.end()


class RunStrip(QFrame):
    """Two lines and a bar above the products."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.place, self.time = QLabel(), QLabel()
        self.name, self.next = Elided(""), Elided("")
        self.bar = TimeBar()
        self.place.setProperty("faint", True)
        self.place.setFont(theme.text_font(12))
        self.name.setFont(theme.text_font(15, bold=True))
        self.time.setFont(theme.text_font(20, bold=True))
        self.next.setFont(theme.text_font(12))
        self.next.setProperty("faint", True)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.place)
        top.addWidget(self.name, 1)
        top.addWidget(self.time)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 4)
        layout.setSpacing(3)
        layout.addLayout(top)
        layout.addWidget(self.bar)
        layout.addWidget(self.next)

    def show_now(self, now: Now, running: bool) -> None:
        """The run at this moment."""
        self.place.setText(now.place)
        self.place.setVisible(bool(now.place))
        self.name.tell(f"▶ {now.name}" if running and now.name else now.name)
        over = now.time.startswith("+")
        self.time.setText(_("over {time}").format(time=now.time) if over else now.time)
        self.time.setStyleSheet(f"color: {now.colour}")
        self.time.setVisible(bool(now.time))
        self.bar.show_part(now.part, theme.AMBER if over else theme.GREEN)
        self.bar.setVisible(bool(now.place))
        then = _("then: {name}").format(name=now.next_name) if now.next_name else _("then: the end of the run")
        self.next.tell(now.aside or then)
        self.next.setStyleSheet(f"color: {theme.AMBER}" if now.aside else "")


class RunButtons(QWidget):
    """Another price, sold out, the prompter: in one row, each with its key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.price = QPushButton(icon("price"), " " + _("Price  P"))
        self.price.setToolTip(_("Change price or stock of the product that is shown (P)"))
        self.sold_out = QPushButton(icon("sold_out"), " " + _("Sold out  S"))
        self.sold_out.setToolTip(_("The product that is shown is sold out (S)"))
        self.prompter = QPushButton(icon("prompter"), " " + _("Prompter"))
        self.prompter.setToolTip(_("What to say, in large letters, for a second screen (F2)"))
        for button, name in ((self.price, _("Change the price")), (self.sold_out, _("Sold out"))):
            button.setAccessibleName(name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for button, width in ((self.price, 100), (self.sold_out, 100), (self.prompter, 92)):
            button.setProperty("tight", True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setMinimumSize(width, BUTTON_PX)
            row.addWidget(button)

    def show_usable(self, usable: bool) -> None:
        """Only a product that is shown can be changed; the prompter can be opened before the show."""
        self.price.setEnabled(usable)
        self.sold_out.setEnabled(usable)
