"""The permission guide in the window: one question at a time with large answers, until a way on air is found."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.guide import MOST_QUESTIONS, Ending, Question, follow
from studio.i18n import _
from studio.ui import theme

MANY = 4  # from so many answers on they stand in two columns


class GuideView(QWidget):
    """Asks; `ended` tells where it led."""

    ended = Signal(object)  # an `Ending`

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answers: list[str] = []
        self.buttons: dict[str, QPushButton] = {}
        self.question, self.note, self.place = QLabel(wordWrap=True), QLabel(wordWrap=True), QLabel()
        self.question.setFont(theme.text_font(17, bold=True))
        for label in (self.note, self.place):
            label.setProperty("faint", True)
        self._grid = QGridLayout()
        self._grid.setSpacing(12)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        layout.addWidget(self.place)
        layout.addWidget(self.question)
        layout.addWidget(self.note)
        layout.addLayout(self._grid)
        layout.addStretch(1)

    def begin(self) -> None:
        self.answers = []
        self._go_on()

    def back(self) -> bool:
        """Takes the last answer back; False where there is none."""
        if not self.answers:
            return False
        self.answers.pop()
        self._go_on()
        return True

    def answer(self, value: str) -> None:
        self.answers.append(value)
        self._go_on()

    def _go_on(self) -> None:
        here = follow(self.answers)
        if isinstance(here, Ending):
            self.ended.emit(here)
        else:
            self._show(here)

    def _show(self, question: Question) -> None:
        self.place.setText(
            _("Question {number} of at most {count}").format(number=len(self.answers) + 1, count=MOST_QUESTIONS)
        )
        self.question.setText(_(question.text))
        self.note.setText(_(question.note) if question.note else "")
        self.note.setVisible(bool(question.note))
        for button in self.buttons.values():
            self._grid.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = {}
        columns = 2 if len(question.answers) >= MANY else 1
        for index, (value, word) in enumerate(question.answers):
            button = QPushButton(_(word))
            button.setProperty("live", True)
            button.setFont(theme.text_font(14))
            button.setIconSize(QSize(28, 28))
            button.clicked.connect(lambda _on=False, value=value: self.answer(value))
            self.buttons[value] = button
            self._grid.addWidget(button, index // columns, index % columns)
        next(iter(self.buttons.values())).setFocus()
