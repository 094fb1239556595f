"""A panel in the place of a session's sheet: what it is about, what fills it, and a button that closes it."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.i18n import _
from studio.ui.icons import icon
from studio.ui.session_sheet import heading


class DonePanel(QWidget):
    """`told` stands between the title and the body."""

    closed = Signal()

    def __init__(self, title: str, body: QWidget) -> None:
        super().__init__()
        self.told = QLabel(wordWrap=True)
        self.close_button = QPushButton(icon("check"), " " + _("Done"))
        self.close_button.setObjectName("primary")
        self.close_button.clicked.connect(self.closed)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(heading(title, large=True))
        layout.addWidget(self.told)
        layout.addWidget(body, 1)
        layout.addLayout(foot)


class QuestionColumn(QScrollArea):
    """Questions one below the other, as many as there are."""

    def __init__(self) -> None:
        super().__init__(widgetResizable=True)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def show_questions(self, questions: Iterable[QWidget]) -> None:
        """These in the place of those before."""
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(8)
        for question in questions:
            column.addWidget(question)
        column.addStretch(1)
        self.setWidget(body)
