"""The top of the live page: on air or not and for how long, viewers, orders, and the one big button."""

from PySide6.QtCore import QRegularExpression, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from studio.i18n import _, ngettext
from studio.order_words import counter_words, platform_words
from studio.sold import OrdersArrived, shown_count
from studio.ui import theme
from studio.ui.hold_button import HoldButton
from studio.ui.icons import icon, picture
from studio.ui.show_state import Phase, ShowState
from studio.ui.words import clock_time, yuan
from studio.viewers import TYPED, parse_viewers, viewers_text


class ViewersBox(QLineEdit):
    """A number box: Enter sends the number, Escape leaves it; 约300, 300+ and 1.2万 are about so many."""

    typed = Signal(int, bool)  # how many, and whether only about so many

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setValidator(QRegularExpressionValidator(QRegularExpression(TYPED), self))
        self.setPlaceholderText(_("Type  V"))
        self.setAccessibleName(_("Number of viewers"))
        self.setFixedWidth(104)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFont(theme.text_font(14))
        self.returnPressed.connect(self._send)

    @Slot()
    def _send(self) -> None:
        if (found := parse_viewers(self.text())) is not None:
            self.typed.emit(*found)
        self.clear()
        self.clearFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.clearFocus()
        else:
            super().keyPressEvent(event)


class TopBar(QFrame):
    """Never scrolls, never moves."""

    start_asked = Signal(bool)  # whether it is a rehearsal
    stop_asked = Signal()  # asked only
    stop_held = Signal()  # asked and meant
    viewers_typed = Signal(int, bool)
    viewers_undone = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.badge, self.time = QLabel(), QLabel()
        self.badge.setFont(theme.text_font(15, bold=True))
        self.badge_icon = QLabel()
        self.time.setFont(theme.text_font(22, bold=True))
        self.time.setMinimumWidth(120)
        self.viewers, self.orders = QLabel("—"), QLabel("0")
        self.box = ViewersBox()
        self.box.typed.connect(self.viewers_typed)
        self.undo = _undo_button()
        self.undo.clicked.connect(self.viewers_undone)
        self.start_button = self._button("primary", "start")
        self.rehearse_button = self._button("rehearse", "rehearse")
        self.rehearse_button.setText(" " + _("Rehearse"))
        self.stop_button = HoldButton()
        self.stop_button.held.connect(self.stop_held)
        self.stop_button.pressed_short.connect(self.stop_asked)
        self.start_button.clicked.connect(lambda: self.start_asked.emit(False))
        self.rehearse_button.clicked.connect(lambda: self.start_asked.emit(True))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 6, 8, 6)
        layout.setSpacing(14)
        layout.addWidget(self.badge_icon)
        layout.addLayout(_column(self.badge, self.time))
        layout.addStretch(1)
        self.viewers_from, self.orders_from = QLabel(), QLabel()
        for names in (self.viewers_from, self.orders_from):
            names.setMinimumWidth(60)  # many or long ones are cut off before the window grows wider for them
        layout.addLayout(_count("viewers", self.viewers, self.viewers_from))
        layout.addWidget(self.box)
        layout.addWidget(self.undo)
        layout.addSpacing(10)
        layout.addLayout(_count("orders", self.orders, self.orders_from))
        layout.addStretch(1)
        layout.addWidget(self._buttons())

    def _button(self, name: str, drawing: str) -> QPushButton:
        button = QPushButton()
        button.setObjectName(name)
        button.setProperty("live", True)
        button.setIcon(icon(drawing))
        button.setIconSize(QSize(28, 28))
        button.setFont(theme.text_font(16, bold=True))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _buttons(self) -> QStackedWidget:
        before = QWidget()
        layout = QHBoxLayout(before)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.rehearse_button, 1)
        layout.addWidget(self.start_button, 2)
        self.stack = QStackedWidget()
        self.stack.addWidget(before)
        self.stack.addWidget(self.stop_button)
        self.stack.setFixedWidth(360)
        return self.stack

    def show_state(self, state: ShowState, rehearsal_planned: bool) -> None:
        text, drawing, colour = badge(state)
        self.badge.setText(text)
        self.badge.setStyleSheet(f"color: {colour}")
        self.badge_icon.setPixmap(picture(drawing, 36, colour))
        self.viewers.setText("—" if state.viewers is None else viewers_text(state.viewers, state.viewers_about))
        self.viewers_from.setText(viewers_from(state))
        self.viewers.setToolTip(viewers_by_source(state))
        self.orders.setText(arrived_text(state) or orders_text(state))
        self.orders_from.setText(orders_from(state))
        self.orders_from.setToolTip(orders_from(state))
        self.box.setEnabled(state.running)
        self.undo.setVisible(state.running and any(one.source == "typed" for one in state.counted))
        self._show_buttons(state, rehearsal_planned)

    def show_time(self, seconds: float | None) -> None:
        self.time.setText("" if seconds is None else clock_time(seconds))
        self.time.setVisible(seconds is not None)

    def _show_buttons(self, state: ShowState, rehearsal_planned: bool) -> None:
        self.stack.setCurrentIndex(1 if state.running else 0)
        ready = state.phase is Phase.OFF_AIR
        words = {
            Phase.NO_ENGINE: _("Getting ready…"),
            Phase.GOING_ON_AIR: _("Going on air…"),
        }
        start = _("Start rehearsal") if rehearsal_planned else _("Go live")
        self.start_button.setText(f" {words.get(state.phase, start)}")
        self.start_button.setEnabled(ready)
        self.rehearse_button.setVisible(ready and not rehearsal_planned)
        ending = state.phase is Phase.GOING_OFF_AIR
        self.stop_button.setEnabled(not ending)
        name = _("End the rehearsal") if state.rehearsal else _("End the show")
        self.stop_button.set_text(_("Ending…") if ending else name, "" if ending else _("Hold for one second"))


def badge(state: ShowState) -> tuple[str, str, str]:
    """Word, drawing and colour of where the show is."""
    if state.phase is Phase.NO_ENGINE:
        return _("Starting…"), "wait", theme.BLUE
    if state.phase is Phase.OFF_AIR:
        return _("Not on air"), "off", theme.FAINT
    if state.phase is Phase.GOING_ON_AIR:
        return _("Going on air…"), "wait", theme.BLUE
    if state.rehearsal:
        return _("Rehearsal"), "rehearse", theme.VIOLET
    return _("On air"), "live", theme.RED


def orders_text(state: ShowState) -> str:
    """Pieces and what they are worth."""
    prices = {card.sku: card.price_fen for card in state.cards}
    pieces = sum(count for sku, count in state.orders if sku in prices)  # others were tried out with
    if not pieces:
        return "0"
    worth = sum(count * prices.get(sku, 0) for sku, count in state.orders)
    return ngettext("{count} piece · {money}", "{count} pieces · {money}", pieces).format(
        count=pieces, money=yuan(worth)
    )


def viewers_from(state: ShowState) -> str:
    """What the number beside it is, and whose."""
    if not state.counted or (shown := shown_count(state.counted)).source == "typed":
        return _("Viewers")
    return f"{_('Viewers')} · {counter_words(shown.source)}"


def viewers_by_source(state: ShowState) -> str:
    """Each source's own count, one a line."""
    return "\n".join(f"{counter_words(one.source)}: {viewers_text(one.count, one.about)}" for one in state.counted)


def arrived_text(state: ShowState) -> str:
    """Orders that platforms told of and what was paid; empty where there are none."""
    told = _by_platform(state)
    orders = sum(one.orders for one in told)
    if not orders:
        return ""
    count = ngettext("{count} order", "{count} orders", orders).format(count=orders)
    return f"{count} · {yuan(sum(one.paid_fen for one in told))}"


def orders_from(state: ShowState) -> str:
    """Which platforms told of the orders; what was typed stands apart, since it may be the same orders."""
    names = [platform_words(one.platform) for one in _by_platform(state) if one.orders]
    typed = orders_text(state)
    if names and typed != "0":
        names.append(f"{_('typed in')} {typed}")
    return " · ".join([_("Orders"), *names])


def _by_platform(state: ShowState) -> list[OrdersArrived]:
    """The newest of each platform: all its accounts tell of the same session's total."""
    return list({one.platform: one for one in state.arrived}.values())


def _undo_button() -> QPushButton:
    button = QPushButton(icon("undo"), "")
    button.setToolTip(_("Take the number typed last back (Shift+V)"))
    button.setAccessibleName(_("Take the number typed last back"))
    button.setIconSize(QSize(24, 24))
    button.setFixedWidth(44)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return button


def _column(*widgets: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout()
    layout.setSpacing(0)
    layout.addStretch(1)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return layout


def _count(drawing: str, number: QLabel, label: QLabel) -> QHBoxLayout:
    mark = QLabel()
    mark.setPixmap(picture(drawing, 28, theme.FAINT))
    label.setProperty("faint", True)
    number.setFont(theme.text_font(17, bold=True))
    number.setMinimumWidth(60)
    layout = QHBoxLayout()
    layout.setSpacing(10)
    layout.addWidget(mark)
    layout.addLayout(_column(label, number))
    return layout
