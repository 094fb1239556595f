"""A running show above every other page: its warnings as large as on its own, and the voice on the same key."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.i18n import _
from studio.ui import theme
from studio.ui.banner import Banner
from studio.ui.desk import Desk
from studio.ui.icons import icon, picture
from studio.ui.mute_button import MUTE_KEY, MuteButton
from studio.ui.show_state import ShowState
from studio.ui.top_bar import badge


class ShowStrip(QFrame):
    """Is there only while a show runs and `elsewhere` says that its own page is not the one that is shown."""

    back_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._elsewhere = False
        self.banner, self.mute = Banner(), MuteButton()
        self._drawing, self.badge = QLabel(), QLabel()
        self.badge.setFont(theme.text_font(15, bold=True))
        self.back = QPushButton(icon("live"), " " + _("Back to the broadcast"))
        self.back.clicked.connect(self.back_asked)
        self.mute.clicked.connect(desk.turn_voice)
        self.banner.read.connect(desk.dismiss)
        key = QShortcut(QKeySequence(MUTE_KEY), self)  # acts only while the strip is there, and never while one types
        key.setAutoRepeat(False)
        key.activated.connect(desk.turn_voice)
        line = QHBoxLayout()
        line.addWidget(self._drawing)
        line.addWidget(self.badge)
        line.addStretch(1)
        line.addWidget(self.back)
        line.addWidget(self.mute)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.addLayout(line)
        layout.addWidget(self.banner)
        self.show_state(desk.state)

    def show_elsewhere(self, elsewhere: bool) -> None:
        self._elsewhere = elsewhere
        self.setVisible(elsewhere and self._desk.state.running)

    @Slot(object)
    def show_state(self, state: ShowState) -> None:
        text, drawing, colour = badge(state)
        self.badge.setText(text)
        self.badge.setStyleSheet(f"color: {colour}")
        self._drawing.setPixmap(picture(drawing, 28, colour))
        self.banner.show_problems(state.problems)
        self.mute.show_muted(running=state.running, muted=state.muted, elsewhere=state.sound_elsewhere[0])
        self.show_elsewhere(self._elsewhere)
