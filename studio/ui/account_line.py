"""One account in the list: what it brings, how it stands with it, and what can be done with it."""

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from studio.errors import Problem
from studio.i18n import _
from studio.letting_in import KeptAccount
from studio.sold import AccountAsked
from studio.ui import theme
from studio.ui.account_words import WITH_ORDERS, gives_words, state_words
from studio.ui.banner import FourLines
from studio.ui.icons import icon

WAITS_MS = 20_000  # for what the engine says; longer is a platform that has told us to wait


class AccountLine(QFrame):
    """Shows one account; what the person wants is told by signals."""

    fetch_asked = Signal(str)
    test_asked = Signal(str)
    change_asked = Signal(object)  # a `KeptAccount`
    remove_asked = Signal(str)

    def __init__(self, account: KeptAccount, title: str) -> None:
        super().__init__()
        self.setObjectName("line")
        self.account = account
        self._asked: AccountAsked | None = None
        self._running = False
        self._said = ""  # what a press of a button led to; it stays until something newer is known
        self.state = QLabel(wordWrap=True)
        self.trouble, self.trouble_lines = QFrame(), FourLines(12)
        self.trouble.setObjectName("failure")
        QVBoxLayout(self.trouble).addWidget(self.trouble_lines)
        self.fetch = QPushButton(icon("import"), " " + _("Fetch orders now"))
        self.test = QPushButton(icon("check"), " " + _("Test"))
        self.change = _small(QPushButton(icon("setup"), ""), _("Change this account or let it in again"))
        self.remove = _small(QPushButton(icon("remove"), ""), _("Remove this account"))
        self._waits = QTimer(self, interval=WAITS_MS, singleShot=True)
        self._waits.timeout.connect(lambda: self.say(""))
        self._lay_out(title)
        self.fetch.clicked.connect(self._fetch)
        self.test.clicked.connect(self._test)
        self.change.clicked.connect(lambda: self.change_asked.emit(self.account))
        self.remove.clicked.connect(lambda: self.remove_asked.emit(self.account.name))
        self.show_asked(None, running=False)

    def _lay_out(self, title: str) -> None:
        name, brings = QLabel(self.account.name), QLabel(f"{title} · {gives_words(self.account.platform)}")
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setFont(theme.text_font(14, bold=True))
        brings.setProperty("faint", True)
        brings.setWordWrap(True)
        readable = self.account.problem is None
        self.fetch.setVisible(readable and self.account.platform in WITH_ORDERS)
        self.test.setVisible(readable)
        buttons = QHBoxLayout()
        buttons.addWidget(self.fetch)
        buttons.addWidget(self.test)
        buttons.addStretch(1)
        layout = QGridLayout(self)
        layout.setContentsMargins(14, 10, 8, 10)
        layout.setVerticalSpacing(6)
        layout.setColumnStretch(0, 1)
        layout.addWidget(name, 0, 0)
        layout.addWidget(self.change, 0, 1, 2, 1, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.remove, 0, 2, 2, 1, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(brings, 1, 0)
        layout.addWidget(self.state, 2, 0, 1, 3)
        layout.addWidget(self.trouble, 3, 0, 1, 3)
        layout.addLayout(buttons, 4, 0, 1, 3)

    def show_asked(self, asked: AccountAsked | None, running: bool) -> None:
        """How the last question of the engine went."""
        if asked != self._asked:
            self._said = ""
            self._waits.stop()
        self._asked, self._running = asked, running
        self._show()

    def say(self, words: str, problem: Problem | None = None) -> None:
        """What became of a press of a button."""
        self._said = words
        self._show(problem)

    def _show(self, problem: Problem | None = None) -> None:
        asked = self._asked
        wrong = problem or self.account.problem or (asked.problem if asked is not None else None)
        self.trouble.setVisible(wrong is not None)
        if wrong is not None:
            self.trouble_lines.tell(wrong)
        words = self._said or ("" if self.account.problem else state_words(self.account, asked, self._running))
        self.state.setText(words)
        self.state.setVisible(bool(words))
        self.setAccessibleName(f"{self.account.name}: {words}")

    @Slot()
    def _fetch(self) -> None:
        self.say(_("It is being asked…"))
        self._waits.start()
        self.fetch_asked.emit(self.account.name)

    @Slot()
    def _test(self) -> None:
        self.say(_("It is being asked…"))
        self.test_asked.emit(self.account.name)


def _small(button: QPushButton, words: str) -> QPushButton:
    button.setIconSize(QSize(24, 24))
    button.setAccessibleName(words)
    button.setToolTip(words)
    return button
