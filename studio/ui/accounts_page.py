"""The page of the sellers' accounts: which there are and how it stands with each, and the way to one more."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio import letting_in as ask
from studio.commands import AskAccounts
from studio.i18n import _
from studio.letting_in import AccountsListed, KeptAccount, OfferedPlatform
from studio.paths import Home
from studio.ui import theme
from studio.ui.account_form import AccountForm
from studio.ui.account_line import AccountLine
from studio.ui.account_steps import heading
from studio.ui.desk import Desk
from studio.ui.icons import icon, picture
from studio.ui.process_bridge import AccountsBridge
from studio.ui.question import make_large
from studio.ui.show_state import Phase, ShowState

LIST_PX = 560


class AccountsPage(QWidget):
    """Asks the accounts' process which there are, and follows the engine, which asks them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.accounts = AccountsBridge(Home(desk.recordings.parent), self)
        self.lines: dict[str, AccountLine] = {}
        self._platforms: tuple[OfferedPlatform, ...] = ()
        self._tests: dict[int, str] = {}  # by the number of the question
        self._removing = 0  # the number of the question
        self.told = QLabel(_("A moment, please."), wordWrap=True)
        self.add_button = QPushButton(icon("add"), " " + _("Add an account"))
        self.form, self.about, self.side = AccountForm(self.accounts), About(), QStackedWidget()
        self.remove_dialog: QMessageBox | None = None
        self._list = QVBoxLayout()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.told.setProperty("faint", True)
        self.add_button.setProperty("live", True)
        self.add_button.setEnabled(False)
        holder = QWidget()
        self._list = QVBoxLayout(holder)
        self._list.setContentsMargins(0, 0, 8, 0)
        self._list.setSpacing(10)
        self._list.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(holder)
        left = QWidget()
        left.setFixedWidth(LIST_PX)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(heading(_("Accounts at the platforms")))
        column.addWidget(self.told)
        column.addWidget(scroll, 1)
        column.addWidget(self.add_button)
        panel = QFrame()
        panel.setObjectName("panel")
        QVBoxLayout(panel).addWidget(self.side)
        for page in (self.about, self.form):
            self.side.addWidget(page)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.setSpacing(20)
        layout.addWidget(left)
        layout.addWidget(panel, 1)

    def _connect(self) -> None:
        self.accounts.told.connect(self._hear)
        self.accounts.lost.connect(self._lost)
        self.add_button.clicked.connect(self._add)
        self.form.kept.connect(self._kept)
        self.form.closed.connect(lambda: self.side.setCurrentWidget(self.about))
        self._desk.changed.connect(self._follow)
        self._desk.closing.connect(self.accounts.close)

    def showEvent(self, event: QShowEvent) -> None:
        self._refresh()
        super().showEvent(event)

    def _refresh(self) -> None:
        self.accounts.put(ask.ListAccounts(self.accounts.number()))

    @Slot(object)
    def _hear(self, answer: ask.Answer) -> None:
        tested = self._tests.pop(answer.to, "")
        line = self.lines.get(tested)
        match answer:
            case AccountsListed():
                self._show_list(answer)
            case ask.AccountAnswers(_to, name, owner) if line is not None:
                said = _("✓ It answers. ({owner})") if owner and owner != name else _("✓ It answers.")
                line.say(said.format(owner=owner))
            case ask.Refused(_to, problem) if line is not None:
                line.say(_("It does not answer as it should."), problem)
            case ask.Refused() if answer.to == self._removing:
                self._refresh()

    @Slot()
    def _lost(self) -> None:
        """What was asked is not answered any more."""
        for name in self._tests.values():
            if name in self.lines:
                self.lines[name].say(_("That did not work. Please try again."))
        self._tests.clear()

    def _show_list(self, listed: AccountsListed) -> None:
        self._platforms = listed.platforms
        self.add_button.setEnabled(True)
        for line in self.lines.values():
            self._list.removeWidget(line)
            line.hide()
            line.deleteLater()
        self.lines = {}
        titles = {one.platform: _(one.title) for one in listed.platforms}
        for place, account in enumerate(listed.accounts):
            line = self.lines[account.name] = AccountLine(account, titles[account.platform])
            line.fetch_asked.connect(lambda name: self._desk.send(AskAccounts(name)))
            line.test_asked.connect(self._test)
            line.change_asked.connect(self._change)
            line.remove_asked.connect(self.ask_to_remove)
            self._list.insertWidget(place, line)
        some = _("Each is asked by itself: every few seconds while you are on air, every half hour at other times.")
        none = _("No account yet. You can sell without one: see on the right.")
        self.told.setText(some if listed.accounts else none)
        self._follow(self._desk.state)

    @Slot(object)
    def _follow(self, state: ShowState) -> None:
        asked = {one.account: one for one in state.accounts}
        for name, line in self.lines.items():
            line.show_asked(asked.get(name), state.running)
            line.fetch.setEnabled(state.phase is not Phase.NO_ENGINE)

    @Slot()
    def _add(self) -> None:
        self.form.begin(self._platforms, self.lines)
        self.side.setCurrentWidget(self.form)

    @Slot(object)
    def _change(self, account: KeptAccount) -> None:
        platform = next(one for one in self._platforms if one.platform == account.platform)
        self.form.edit(platform, account)
        self.side.setCurrentWidget(self.form)

    @Slot(str)
    def _test(self, name: str) -> None:
        number = self.accounts.number()
        self._tests[number] = name
        self.accounts.put(ask.TestAccount(number, name))

    @Slot(object)
    def _kept(self, answer: ask.AccountKept) -> None:
        """It is in the list at once, and the engine asks it for its orders."""
        self._refresh()
        self._desk.send(AskAccounts(answer.name))

    @Slot(str)
    def ask_to_remove(self, name: str) -> None:
        """Its keys go with it, so that is asked first."""
        box = self.remove_dialog = QMessageBox(self)
        box.setWindowTitle(_("Remove the account?"))
        box.setText(_("Remove {name}?").format(name=name))
        box.setInformativeText(_("Its keys are forgotten with it. The orders it brought stay."))
        stay = box.addButton(_("Keep it"), QMessageBox.ButtonRole.RejectRole)
        gone = box.addButton(_("Remove it"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        make_large(box)

        def answered() -> None:
            self.remove_dialog = None
            if box.clickedButton() is gone:
                self._remove(name)
            box.deleteLater()

        box.finished.connect(answered)
        box.open()

    def _remove(self, name: str) -> None:
        self._removing = self.accounts.number()
        self.accounts.put(ask.RemoveAccount(self._removing, name))
        self.side.setCurrentWidget(self.about)


class About(QWidget):
    """What accounts are good for, and how it goes without."""

    def __init__(self) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 14, 18, 14)
        layout.setSpacing(12)
        layout.addWidget(heading(_("What an account is good for")))
        for words in (
            _("While you sell, orders and viewers come by themselves, and each order finds its show and its product."),
            _("After a show, late payments and refunds are fetched for 15 days, whenever Nongbo is open."),
        ):
            layout.addWidget(_point("ok", theme.GREEN, words))
        layout.addSpacing(10)
        layout.addWidget(heading(_("What it needs")))
        layout.addWidget(
            _point(
                "setup",
                theme.BLUE,
                _("An app key of the platform's open platform. Mostly companies and shops with a developer get one."),
            )
        )
        layout.addWidget(
            _point(
                "unknown",
                theme.AMBER,
                _(
                    "Have you no such key? Then download the orders in the shop's back office and drop the file under"
                    " “Results”. That works for every shop, and brings the same."
                ),
            )
        )
        layout.addSpacing(10)
        keys = QLabel(
            _("Keys lie in this computer's key store. They are shown to nobody and sent only to the platform."),
            wordWrap=True,
        )
        keys.setProperty("faint", True)
        layout.addWidget(keys)
        layout.addStretch(1)


def _point(drawing: str, colour: str, words: str) -> QWidget:
    mark, label, row = QLabel(), QLabel(words, wordWrap=True), QWidget()
    mark.setPixmap(picture(drawing, 26, colour))
    label.setFont(theme.text_font(13))
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(12)
    layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    layout.addWidget(label, 1)
    return row
