"""The prompter: what to say, in letters that are read from two metres, for a second screen or the whole of this one.

Space, the arrows or a presenter's clicker go on and back. No key here can end the show. Whoever reads it sees no other
page: the show's warnings stand here as large as there, and the voice is on the same key.
"""

from PySide6.QtCore import QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from studio.commands import NextCard, PreviousCard, ShowCard
from studio.i18n import _
from studio.ui import theme
from studio.ui.banner import Banner
from studio.ui.cards_panel import Elided
from studio.ui.desk import Desk
from studio.ui.icons import icon
from studio.ui.mute_button import MUTE_KEY, muted_words
from studio.ui.run_strip import TimeBar
from studio.ui.run_words import Now, now_of
from studio.ui.show_state import Phase, ShowState
from studio.ui.words import silence_words

CLOCK_MS = 250
SMALLEST_PX, LARGEST_PX = 44, 120  # 10 mm on a usual laptop, which is read from two metres
NEXT_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_PageDown, Qt.Key.Key_N, Qt.Key.Key_Return)
BACK_KEYS = (Qt.Key.Key_Left, Qt.Key.Key_PageUp, Qt.Key.Key_Backspace)
FULL_KEYS = (Qt.Key.Key_F, Qt.Key.Key_F11, Qt.Key.Key_F5)


class Paper(QScrollArea):
    """Where the words stand; tells of each change of the room they have."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()


class Prompter(QWidget):
    """A window of its own that follows the desk."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._desk = desk
        self._told: Now | None = None
        self._in_show = False  # whether that is of a running show
        self.setWindowTitle(_("Prompter"))
        self.setWindowIcon(icon("prompter", size_px=64))
        self.setObjectName("prompter")
        self.setStyleSheet("QWidget#prompter, QWidget#paper { background: #000000; }")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.name, self.next = Elided(""), Elided("")
        self.money, self.place, self.time = QLabel(), QLabel(), QLabel()
        self.words = QLabel(wordWrap=True)
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.MinimumExpanding)
        self.keys = QLabel(
            _("Space or → next · ← back · H hide · M mute · ↑ ↓ scroll · F whole screen · Esc close"), wordWrap=True
        )
        self.banner, self.muted = Banner(), QLabel(wordWrap=True)
        self.banner.read.connect(desk.dismiss)
        for button in self.banner.findChildren(QPushButton):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # space goes on here, and presses nothing
        self.bar = TimeBar(12)
        self._scroll = Paper()
        self._scroll.resized.connect(self._fit)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(self.words)
        self._lay_out()
        self._clock = QTimer(self, interval=CLOCK_MS)
        self._clock.timeout.connect(self.follow)
        desk.changed.connect(self.follow)
        self.resize(1100, 660)
        self.follow()

    def _lay_out(self) -> None:
        for label, points, bold in (
            (self.name, 30, True),
            (self.money, 30, True),
            (self.place, 18, False),
            (self.time, 40, True),
            (self.next, 22, True),
            (self.muted, 22, True),
            (self.keys, 11, False),
        ):
            label.setFont(theme.text_font(points, bold=bold))
        self.money.setStyleSheet("color: #ff8b6b")
        self.muted.setStyleSheet(f"color: {theme.AMBER}")
        for faint in (self.place, self.keys):
            faint.setProperty("faint", True)
        top = QHBoxLayout()
        top.setSpacing(18)
        for widget, stretch in ((self.place, 0), (self.name, 1), (self.money, 0), (self.time, 0)):
            top.addWidget(widget, stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(28, 16, 28, 12)
        layout.setSpacing(10)
        layout.addWidget(self.banner)
        layout.addWidget(self.muted)
        layout.addLayout(top)
        layout.addWidget(self.bar)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self.next)
        layout.addWidget(self.keys)

    def open(self) -> None:
        """On the second screen where there is one, filling it; else as a window that can be dragged there."""
        other = [screen for screen in QGuiApplication.screens() if screen is not QGuiApplication.primaryScreen()]
        if other and not self.isVisible():
            self.setGeometry(other[0].geometry())
            self.showFullScreen()
        else:
            self.show()
        self.raise_()
        self.activateWindow()
        self._clock.start()

    @Slot()
    def follow(self) -> None:
        """What is shown is what the engine says."""
        state = self._desk.state
        self.banner.show_problems(state.problems)
        words = (
            silence_words(state.silent_s) if state.silent_s else "",
            muted_words(state.sound_elsewhere[0]) if state.running and state.muted else "",
        )
        self.muted.setText("\n".join(filter(None, words)))
        self.muted.setVisible(any(words))
        if self._in_show and not state.running and _comes_back(state):
            return
        self._in_show = state.running
        now = now_of(state, self._desk.clock.now_ns(), self._desk.selling_points)
        if now == self._told:
            return
        before, self._told = self._told, now
        over = now.time.startswith("+")
        self.place.setText(now.place)
        self.name.tell(now.name or _("No product is shown"))
        self.money.setText(now.money)
        self.time.setText(_("over {time}").format(time=now.time) if over else now.time)
        self.time.setStyleSheet(f"color: {now.colour}")
        self.bar.setVisible(bool(now.place))
        self.bar.show_part(now.part, theme.AMBER if over else theme.GREEN)
        then = _("then: {name}").format(name=now.next_name) if now.next_name else _("then: the end of the run")
        self.next.tell(f"{now.aside} · {then}" if now.aside else then)
        self.next.setStyleSheet(f"color: {theme.AMBER if now.aside else theme.BLUE}")
        if before is None or before.prompter != now.prompter:
            self.words.setText(now.prompter or _("Nothing is written down for this. Write it on the page “Run”."))
            self.words.setStyleSheet(f"color: {theme.TEXT if now.prompter else theme.DIM}")
            self._scroll.verticalScrollBar().setValue(0)
            self._fit()

    @Slot()
    def _fit(self) -> None:
        """As large as the words fit; where even the smallest letters do not, they are scrolled."""
        room = self._scroll.viewport().size()
        font = theme.text_font(30, bold=True)
        font.setPixelSize(largest_px(self.words.text(), room.width() - 8, room.height() - 8))
        self.words.setFont(font)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Going on, back, hiding, scrolling; Escape closes this window only."""
        key = Qt.Key(event.key())
        bar = self._scroll.verticalScrollBar()
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = self._scroll.viewport().height() // 3
            bar.setValue(bar.value() + (step if key == Qt.Key.Key_Down else -step))
        elif key == Qt.Key.Key_Escape:
            self.close()
        elif key in FULL_KEYS:
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        elif not event.isAutoRepeat() and self._desk.state.running:
            self._command(key)

    def _command(self, key: Qt.Key) -> None:
        state = self._desk.state
        if key in NEXT_KEYS:
            self._desk.send(NextCard())
        elif key in BACK_KEYS:
            self._desk.send(PreviousCard())
        elif key == Qt.Key[f"Key_{MUTE_KEY}"]:
            self._desk.turn_voice()
        elif key == Qt.Key.Key_H:
            self._desk.send(ShowCard(None if state.card_sku is not None else state.step_sku))

    def hideEvent(self, _event: object) -> None:
        self._clock.stop()


def _comes_back(state: ShowState) -> bool:
    """Whether the show that ran goes on soon: the engine is away, and the words stay where they were."""
    return state.phase is Phase.NO_ENGINE or state.going_on or state.cut_off is not None


def largest_px(text: str, width: int, height: int) -> int:
    """The size of the letters at which `text` just fits the room, between the smallest and the largest there are."""
    low, high = SMALLEST_PX, LARGEST_PX
    font = theme.text_font(30, bold=True)
    while low < high:
        middle = (low + high + 1) // 2
        font.setPixelSize(middle)
        flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop)
        needed = QFontMetrics(font).boundingRect(QRect(0, 0, max(1, width), 100_000), flags, text)
        if needed.height() <= height and needed.width() <= width:
            low = middle
        else:
            high = middle - 1
    return low
