"""Faults told large: what happened, what viewers see, how to fix it, who can help."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.errors import Problem, explain
from studio.i18n import _
from studio.ui import theme
from studio.ui.icons import picture
from studio.ui.words import SHORT_WORDS, WARNING_DRAWINGS


def labelled_lines(problem: Problem) -> list[tuple[str, str]]:
    """The three lines below the first one, each with its label."""
    told = explain(problem)
    return [(_("Viewers see"), told.viewers), (_("What to do"), told.fix), (_("Who can help"), told.who)]


class FourLines(QWidget):
    """The four lines of one fault."""

    def __init__(self, what_points: float = 14, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._what = QLabel(wordWrap=True)
        self._what.setFont(theme.text_font(what_points, bold=True))
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._texts: list[QLabel] = []
        for row in range(3):
            label, text = QLabel(), QLabel(wordWrap=True)
            label.setProperty("faint", True)
            label.setAlignment(Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(label, row, 0)
            self._grid.addWidget(text, row, 1)
            self._texts += [label, text]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self._what)
        layout.addLayout(self._grid)

    def tell(self, problem: Problem) -> None:
        self._what.setText(explain(problem).what)
        for index, (label, text) in enumerate(labelled_lines(problem)):
            self._texts[2 * index].setText(label)
            self._texts[2 * index + 1].setText(text)

    def words(self) -> str:
        """All that is said, for a screen reader."""
        return "\n".join([self._what.text(), *(text.text() for text in self._texts)])


class Instruction(QWidget):
    """A warning as it can be read from two metres away: what is wrong, and what to do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.what, self.fix = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.what.setFont(theme.text_font(28, bold=True))
        self.fix.setFont(theme.text_font(15))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(2)
        layout.addWidget(self.what)
        layout.addWidget(self.fix)

    def tell(self, problem: Problem) -> None:
        told = explain(problem)
        short = SHORT_WORDS.get(problem.code)
        self.what.setText(_(short) if short else told.what)
        self.fix.setText(told.fix)


class Banner(QFrame):
    """The gravest fault across the whole page, the others behind a button; hidden while all is well.

    One that is told large can be read in all its four lines, too.
    """

    read = Signal(object)  # a `Problem` the person has read

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._problems: tuple[Problem, ...] = ()
        self._index = 0
        self._whole = False  # all four lines, of one that is told large
        self.lines = FourLines()
        self.more, self.other, self._read = QPushButton(), QPushButton(), QPushButton(_("I have read it"))
        self.more.clicked.connect(self._unfold)
        self.other.clicked.connect(self._next)
        self._read.clicked.connect(self._dismiss)
        self.instruction = Instruction()
        self._drawing = QLabel()
        buttons, below = QVBoxLayout(), QHBoxLayout()
        buttons.addWidget(self._read)
        buttons.addLayout(below)
        below.setSpacing(6)
        for button in (self.more, self.other):
            below.addWidget(button)
        for button in (self._read, self.more, self.other):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 12, 8)
        layout.setSpacing(14)
        layout.addWidget(self._drawing)
        layout.addWidget(self.lines, 1)
        layout.addWidget(self.instruction, 1)
        layout.addLayout(buttons)
        self.hide()

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        if problems != self._problems:
            self._whole = self._whole and problems[0:1] == self._problems[self._index : self._index + 1]
            self._problems, self._index = problems, 0
            self._draw()

    def _draw(self) -> None:
        self.setVisible(bool(self._problems))
        if not self._problems:
            return
        problem = self._problems[self._index]
        drawing = WARNING_DRAWINGS.get(problem.code, "")
        self._drawing.setPixmap(picture(drawing, 72, theme.AMBER) if drawing else picture("warn", 44, theme.AMBER))
        large = bool(drawing) and not self._whole
        self.lines.setVisible(not large)
        self.instruction.setVisible(large)
        self.instruction.tell(problem)
        self.lines.tell(problem)
        self.setAccessibleName(self.lines.words())
        self.more.setVisible(bool(drawing))
        self.more.setText(_("Less") if self._whole else _("More"))
        self.other.setVisible(len(self._problems) > 1)
        self.other.setText(_("Next {index}/{count}").format(index=self._index + 1, count=len(self._problems)))

    @Slot()
    def _next(self) -> None:
        self._index, self._whole = (self._index + 1) % len(self._problems), False
        self._draw()

    @Slot()
    def _unfold(self) -> None:
        self._whole = not self._whole
        self._draw()

    @Slot()
    def _dismiss(self) -> None:
        self.read.emit(self._problems[self._index])
