"""The question before a start where the go-live check has found something: it names what is not good."""

from PySide6.QtWidgets import QMessageBox, QWidget

from studio.checks import CHECK_NAMES, CheckResult
from studio.errors import explain
from studio.i18n import _
from studio.ui.desk import Desk
from studio.ui.icons import icon
from studio.ui.question import make_large


class StartQuestion(QMessageBox):
    """Two answers; a stray key looks at the list."""

    def __init__(self, bad: tuple[CheckResult, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Start all the same?"))
        self.setText(_("This is not good yet:"))
        self.setInformativeText("\n".join(map(told, bad)))
        self.look = self.addButton(_("Put it right first"), QMessageBox.ButtonRole.RejectRole)
        self.go = self.addButton(_("Start all the same"), QMessageBox.ButtonRole.DestructiveRole)
        self.look.setIcon(icon("checklist"))
        self.setDefaultButton(self.look)
        self.setEscapeButton(self.look)
        make_large(self)


def told(result: CheckResult) -> str:
    """One line of what is not good."""
    what = explain(result.problem).what if result.problem is not None else result.found.told()
    return f"✗ {_(CHECK_NAMES[result.check])}: {what}"


class NowhereQuestion(QMessageBox):
    """Nobody would see the show; a stray key adds a destination."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Where to?"))
        self.setText(_("There is no destination yet: nobody would see the show."))
        self.add = self.addButton(_("Add a destination"), QMessageBox.ButtonRole.AcceptRole)
        self.rehearse = self.addButton(_("Rehearse"), QMessageBox.ButtonRole.ActionRole)
        self.record = self.addButton(_("Only record"), QMessageBox.ButtonRole.DestructiveRole)
        self.record.setVisible(desk.show.record_dir is not None)
        self.back = self.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
        for button, drawing in ((self.add, "add"), (self.rehearse, "rehearse")):
            button.setIcon(icon(drawing))
        self.setDefaultButton(self.add)
        self.setEscapeButton(self.back)
        make_large(self)
        self.finished.connect(lambda: self._answered(desk))

    def _answered(self, desk: Desk) -> None:
        pressed = self.clickedButton()
        self.deleteLater()
        if pressed is self.add:
            desk.destination_wanted.emit()
        elif pressed in (self.rehearse, self.record):
            desk.start(rehearsal=pressed is self.rehearse)


def start(desk: Desk, rehearsal: bool, parent: QWidget) -> StartQuestion | None:
    """Starts the show, after a question where one is to be asked; a rehearsal needs none.

    Whether it is the one that was cut off, where it goes nowhere, or what the check found.
    """
    if not rehearsal and not desk.show.rehearsal and desk.state.cut_off is not None:
        desk.going_on_asked.emit()
        return None
    if not rehearsal and not desk.show.rehearsal and not desk.show.destinations:
        NowhereQuestion(desk, parent).open()
        return None
    bad = desk.checks.list.bad
    if rehearsal or desk.show.rehearsal or not bad:
        desk.start(rehearsal)
        return None
    box = StartQuestion(bad, parent)

    def answered() -> None:
        if box.clickedButton() is box.go:
            desk.start(rehearsal)
        else:
            desk.checks.wanted.emit()
        box.deleteLater()

    box.finished.connect(answered)
    box.open()
    return box
