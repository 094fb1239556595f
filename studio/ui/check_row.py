"""One line of the go-live check: a mark, a word, one sentence, what to do, and the button that tries it again."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.checks import CHECK_NAMES, OUTCOME_WORDS, SENTENCE, Check, CheckResult, Outcome
from studio.i18n import _
from studio.ui import theme
from studio.ui.banner import FourLines
from studio.ui.checklist import Checklist
from studio.ui.icons import icon, picture

MARK_PX = 34
MARKS = {
    Outcome.GOOD: ("ok", theme.GREEN),
    Outcome.BAD: ("failed", theme.RED),
    Outcome.NOT_CHECKED: ("unknown", theme.AMBER),
}


class CheckRow(QFrame):
    """Shows what the list says of one check; never by colour alone."""

    again = Signal(object)  # a `Check`
    answered = Signal(bool)  # whether the person heard herself

    def __init__(self, check: Check, about: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("line")
        self.check, self.about = check, about
        self._shown: tuple[object, ...] = ()
        self.mark, self.name, self.word = QLabel(), QLabel(), QLabel()
        self.found, self.left_out = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.lines = FourLines(12)
        self.button = QPushButton(icon("again"), "")
        self.heard = QPushButton(icon("check"), " " + _("Heard it"))
        self.unheard = QPushButton(icon("failed"), " " + _("Heard nothing"))
        self.name.setText(f"{_(CHECK_NAMES[check])} · {about}" if about else _(CHECK_NAMES[check]))
        self.name.setFont(theme.text_font(13, bold=True))
        self.word.setFont(theme.text_font(13, bold=True))
        self.left_out.setFont(theme.text_font(10))
        self.left_out.setProperty("faint", True)
        self._lay_out()
        self.button.clicked.connect(lambda: self.again.emit(self.check))
        self.heard.clicked.connect(lambda: self.answered.emit(True))
        self.unheard.clicked.connect(lambda: self.answered.emit(False))
        self.button.setMinimumWidth(112)
        self.setMinimumHeight(62)
        for button in (self.button, self.heard, self.unheard):
            button.setIconSize(QSize(22, 22))

    def _lay_out(self) -> None:
        heading = QHBoxLayout()
        heading.addWidget(self.name)
        heading.addSpacing(8)
        heading.addWidget(self.word)
        heading.addStretch(1)
        answers = QHBoxLayout()
        answers.addWidget(self.heard)
        answers.addWidget(self.unheard)
        answers.addStretch(1)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addLayout(heading)
        words.addWidget(self.found)
        words.addWidget(self.lines)
        words.addLayout(answers)
        words.addWidget(self.left_out)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 7, 8, 7)
        layout.setSpacing(12)
        layout.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addLayout(words, 1)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_list(self, checklist: Checklist, able: bool) -> None:
        """`able`: the engine is there to be asked."""
        result = checklist.result(self.check, self.about)
        waiting = self.check in checklist.waiting
        running = self.check is checklist.running and result is None  # what was found before was forgotten
        shown = (result, waiting, running and prompt(self.check, checklist.speak), running, able and not checklist.busy)
        if shown == self._shown:
            return
        self._shown = shown
        self._show_button(result, able and not checklist.busy)
        for widget in (self.lines, self.heard, self.unheard, self.left_out):
            widget.hide()
        self.found.setFont(theme.text_font(12))
        if running:
            self._tell("wait", theme.BLUE, _("Trying…"), prompt(self.check, checklist.speak))
            self.found.setFont(theme.text_font(20, bold=True))
        elif waiting:
            self._tell("wait", theme.FAINT, _("Waits its turn"), "")
        elif result is None:
            self._tell("off", theme.FAINT, _("Not tried yet"), "")
        else:
            self._show_result(result)
        self.setAccessibleName(f"{self.name.text()}: {self.word.text()}. {self.found.text()}")

    def _show_button(self, result: CheckResult | None, able: bool) -> None:
        self.button.setEnabled(able)
        if self.check is Check.UPLOAD:
            self.button.setText(" " + _("Measure"))
        else:
            self.button.setText(" " + (_("Again") if result is not None else _("Try")))
        self.button.setVisible(self.check is not Check.KEY)  # it cannot be tried alone

    def _show_result(self, result: CheckResult) -> None:
        drawing, colour = MARKS[result.outcome]
        self._tell(drawing, colour, _(OUTCOME_WORDS[result.outcome]), result.found.told())
        if result.asks:
            self._tell("unknown", theme.BLUE, _("Please answer"), result.found.told())
            self.found.setFont(theme.text_font(14, bold=True))
        if result.problem is not None:
            self.lines.tell(result.problem)
            self.lines.show()
            self.lines.setToolTip(result.found.told())
            self.found.hide()
        self.heard.setVisible(result.asks)
        self.unheard.setVisible(result.asks)
        self.left_out.setText(_("Not looked at: {what}").format(what=result.not_covered.told()))
        self.left_out.setVisible(not result.asks)

    def _tell(self, drawing: str, colour: str, word: str, sentence: str) -> None:
        self.mark.setPixmap(picture(drawing, MARK_PX, colour))
        self.word.setText(word)
        self.word.setStyleSheet(f"color: {colour}")
        self.found.setText(sentence)
        self.found.setVisible(bool(sentence))


def prompt(check: Check, speak: bool) -> str:
    """What the person is to do while it is tried."""
    if check is Check.MICROPHONE and speak:
        return _("Say now: “{sentence}”").format(sentence=_(SENTENCE))
    return _("Listen…") if check is Check.PLAYBACK else ""
