"""The question after a crash or a power cut: whether to go on with the show that was cut off."""

from datetime import UTC, datetime

from PySide6.QtWidgets import QMessageBox, QWidget

from studio.errors import Problem, explain
from studio.i18n import _
from studio.snapshot import CutOff
from studio.ui.icons import icon
from studio.ui.question import make_large


class GoOnDialog(QMessageBox):
    """Two large answers; a stray key leaves the question open. `problem` says why it could not go on just now."""

    def __init__(self, cut_off: CutOff, problem: Problem | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Go on with the show?"))
        if problem is None:
            self.setText(_("The show was cut off. Go on with it?"))
        else:
            self.setText(_("The show could not go on. Try again?"))
        reason = [] if problem is None else [explain(problem).what, explain(problem).fix, ""]
        self.setInformativeText("\n".join([*reason, *told(cut_off)]))
        self.go_on = self.addButton(
            _("Yes, go on") if problem is None else _("Try again"), QMessageBox.ButtonRole.AcceptRole
        )
        self.over = self.addButton(_("No, it is over"), QMessageBox.ButtonRole.DestructiveRole)
        self.later = self.addButton(_("Ask me later"), QMessageBox.ButtonRole.RejectRole)
        self.go_on.setIcon(icon("live"))
        self.setDefaultButton(self.later)
        self.setEscapeButton(self.later)
        make_large(self)


def told(cut_off: CutOff) -> list[str]:
    """What was cut off and when, and what is as it was."""
    lines = [
        _("It began at {began} and stopped at {ended}.").format(
            began=when(cut_off.started_at), ended=when(cut_off.cut_off_at)
        ),
        _("Products, running text, orders and viewers are as they were."),
    ]
    if cut_off.destinations:
        lines.append(_("It is sent to: {names}.").format(names=" · ".join(cut_off.destinations)))
        lines.append(_("If the platform has closed the room, get a new address there first."))
    return lines


def when(moment: datetime) -> str:
    """The hour and minute on the wall, with the day where it is not today."""
    at, now = moment.astimezone(), datetime.now(UTC).astimezone()
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%m-%d %H:%M}"
