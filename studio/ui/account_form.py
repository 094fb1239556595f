"""The way to an account: which platform, what its developer page says, letting us in, and whether it answers."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio import letting_in as ask
from studio.config import Secret
from studio.errors import Problem
from studio.i18n import _
from studio.letting_in import NOTHING, Draft, KeptAccount, OfferedPlatform
from studio.ui import theme
from studio.ui.account_steps import LettingIn, PlatformChoice, SettingsBoxes, code_in, heading
from studio.ui.account_words import kept_words
from studio.ui.banner import FourLines
from studio.ui.process_bridge import AccountsBridge

KEPT_ALL_THE_SAME = "account.keys_in_file"


class AccountForm(QWidget):
    """Leads to one account; asks through the bridge and never waits itself."""

    kept = Signal(object)  # an `AccountKept`
    closed = Signal()

    def __init__(self, accounts: AccountsBridge) -> None:
        super().__init__()
        self._accounts = accounts
        self._platform: OfferedPlatform | None = None
        self._before: KeptAccount | None = None
        self._taken: frozenset[str] = frozenset()
        self._waiting: int | None = None  # the number of the question whose answer leads on
        self.choice, self.letting_in = PlatformChoice(), LettingIn()
        self.boxes: SettingsBoxes | None = None
        self.title, self.done = heading(""), QLabel(wordWrap=True)
        self.done.setFont(theme.text_font(15, bold=True))
        self.page = QScrollArea(widgetResizable=True)
        self.page.setFrameShape(QFrame.Shape.NoFrame)
        self.filling, self.end = QWidget(), QWidget()
        self.stack = QStackedWidget()
        self.waiting_words = QLabel(wordWrap=True)
        self.trouble, self.trouble_lines = QFrame(), FourLines(12)
        self.back_button = QPushButton(_("Back"))
        self.next_button = QPushButton()
        self._lay_out()
        self.choice.chosen.connect(self._choose)
        self.back_button.clicked.connect(self._back)
        self.next_button.clicked.connect(self._next)
        accounts.told.connect(self._hear)
        accounts.lost.connect(self._lost)

    def _lay_out(self) -> None:
        filling = QVBoxLayout(self.filling)
        filling.setContentsMargins(0, 0, 0, 0)
        filling.addWidget(self.title)
        filling.addWidget(self.page, 1)
        end = QVBoxLayout(self.end)
        end.setContentsMargins(0, 0, 0, 0)
        end.addWidget(self.done)
        end.addStretch(1)
        for step in (self.choice, self.filling, self.letting_in, self.end):
            self.stack.addWidget(step)
        QVBoxLayout(self.trouble).addWidget(self.trouble_lines)
        self.next_button.setObjectName("primary")
        foot = QHBoxLayout()
        foot.addWidget(self.back_button)
        foot.addWidget(self.waiting_words, 1)
        foot.addWidget(self.next_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 14)
        layout.addWidget(self.stack, 1)
        layout.addWidget(self.trouble)
        layout.addLayout(foot)

    def begin(self, platforms: Iterable[OfferedPlatform], taken: Iterable[str]) -> None:
        """A new account: which platform is the first question."""
        self._before, self._taken = None, frozenset(taken)
        self.choice.show_platforms(platforms)
        self._show(self.choice)

    def edit(self, platform: OfferedPlatform, account: KeptAccount) -> None:
        """An account that is there; its secrets stay where they are."""
        self._before, self._taken = account, frozenset()
        self._fill(platform, account.settings, account.name)

    @Slot(object)
    def _choose(self, platform: OfferedPlatform) -> None:
        title = _(platform.title)
        names = [title, *(f"{title} {number}" for number in range(2, len(self._taken) + 3))]
        self._fill(platform, {}, next(one for one in names if one not in self._taken))

    def _fill(self, platform: OfferedPlatform, kept: Mapping[str, str], name: str) -> None:
        self._platform = platform
        self.boxes = SettingsBoxes(platform, kept, name, fixed=self._before is not None)
        self.page.setWidget(self.boxes)
        self.title.setText(_("{platform}: what its developer page says").format(platform=_(platform.title)))
        self._show(self.filling)

    def _draft(self) -> Draft:
        assert self.boxes is not None
        assert self._platform is not None
        return Draft(self.boxes.name.text().strip(), self._platform.platform, self.boxes.values())

    @Slot()
    def _next(self) -> None:
        here = self.stack.currentWidget()
        if here is self.end:
            self.closed.emit()
        elif here is self.filling:
            self._look_over()
        else:
            code, token = code_in(self.letting_in.code.text()), self.letting_in.token.text().strip()
            if code or token or (self._before is not None and self._before.let_in):
                self._try(Secret(code), Secret(token))
            else:
                self.waiting_words.setText("⚠ " + _("Paste it first."))

    def _look_over(self) -> None:
        assert self.boxes is not None
        name = self.boxes.name.text().strip()
        if not name:
            self.boxes.tell_lacking([""])
        elif name in self._taken:
            self._tell(Problem.of("value.bad", field=_("Name"), value=name, reason=_("another account is called so")))
        else:
            number = self._wait(_("A moment, please."))
            self._accounts.put(ask.FindPage(number, self._draft()))

    def _try(self, code: Secret, token: Secret) -> None:
        assert self._platform is not None
        number = self._wait(_("{platform} is being asked…").format(platform=_(self._platform.title)))
        self._accounts.put(ask.LetIn(number, self._draft(), code, token))

    def _wait(self, words: str) -> int:
        """The next answer leads on; Back leaves it alone."""
        self._waiting = self._accounts.number()
        self.trouble.hide()
        self.waiting_words.setText(words)
        self.next_button.setEnabled(False)
        return self._waiting

    @Slot(object)
    def _hear(self, answer: ask.Answer) -> None:
        if isinstance(answer, ask.AccountKept):
            self.kept.emit(answer)
        if answer.to != self._waiting:
            return
        self._rest()
        match answer:
            case ask.PageFound(_to, page, by_itself):
                if by_itself:
                    self._try(NOTHING, NOTHING)
                else:
                    self.letting_in.show_page(page, self._before is not None and self._before.let_in)
                    self._show(self.letting_in)
            case ask.AccountKept():
                self._show_end(answer)
            case ask.Refused(_to, problem, lacking):
                if lacking and self.boxes is not None:
                    self.boxes.tell_lacking(lacking)
                else:
                    self._tell(problem)

    def _show_end(self, answer: ask.AccountKept) -> None:
        whole = not [one for one in answer.problems if one.code != KEPT_ALL_THE_SAME]
        said = _("✓ {name} answers and is kept. ({owner})") if answer.owner else _("✓ {name} answers and is kept.")
        if not whole:
            said = _("{name} is kept, but does not answer yet.")
        assert self._platform is not None
        after = kept_words(self._platform.platform) if whole else ""
        self.done.setText("\n\n".join(filter(None, [said.format(name=answer.name, owner=answer.owner), after])))
        self._show(self.end)
        if answer.problems:
            self._tell(answer.problems[-1])

    def _tell(self, problem: Problem) -> None:
        self.trouble.setObjectName("trouble" if problem.code == KEPT_ALL_THE_SAME else "failure")
        self.trouble.style().unpolish(self.trouble)
        self.trouble.style().polish(self.trouble)
        self.trouble_lines.tell(problem)
        self.trouble.show()

    @Slot()
    def _lost(self) -> None:
        if self._waiting is not None:
            self._rest()
            self.waiting_words.setText(_("That did not work. Please try again."))

    def _rest(self) -> None:
        self._waiting = None
        self.waiting_words.clear()
        self.next_button.setEnabled(True)

    @Slot()
    def _back(self) -> None:
        here = self.stack.currentWidget()
        self._rest()
        if here is self.letting_in:
            self._show(self.filling)
        elif here is self.filling and self._before is None:
            self._show(self.choice)
        else:
            self.closed.emit()

    def _show(self, step: QWidget) -> None:
        self._rest()
        self.trouble.hide()
        self.stack.setCurrentWidget(step)
        words = {self.filling: _("Next"), self.letting_in: _("Try it"), self.end: _("Done")}
        self.next_button.setVisible(step is not self.choice)
        self.next_button.setText(words.get(step, ""))
        self.back_button.setVisible(step is not self.end)
