"""Who sold for a commission and may be one of us: a question with two buttons each, asked once."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton

from studio.books import NameAnchor
from studio.i18n import _
from studio.order_words import anchor_words, platform_words
from studio.store.rows import UnknownAnchor
from studio.ui.done_panel import DonePanel, QuestionColumn


class AnchorQuestion(QFrame):
    """Is whoever sold for a commission one of us? Two buttons; what was answered stays to be read."""

    answered = Signal(object)  # a `NameAnchor`

    def __init__(self, platform: str, anchor: str, lines: int) -> None:
        super().__init__()
        self.setObjectName("trouble")
        self._platform, self._anchor = platform, anchor
        self.told = QLabel(f"{platform_words(platform)}: {anchor_words(anchor, lines)}", wordWrap=True)
        self.told.setTextFormat(Qt.TextFormat.PlainText)
        self.ours, self.theirs = QPushButton(_("That is us")), QPushButton(_("Somebody else"))
        layout = QHBoxLayout(self)
        layout.addWidget(self.told, 1)
        for button, ours in ((self.ours, True), (self.theirs, False)):
            button.clicked.connect(partial(self._answer, ours))
            layout.addWidget(button)

    def _answer(self, ours: bool) -> None:
        for button in (self.ours, self.theirs):
            button.hide()
        self.setObjectName("line")  # nothing is to be done here any more
        self.style().unpolish(self)
        self.style().polish(self)
        us = _("✓ {anchor} is one of you. These orders go into your sessions.")
        them = _("✓ {anchor} is somebody else. You are not asked again.")
        self.told.setText((us if ours else them).format(anchor=self._anchor))
        self.answered.emit(NameAnchor(self._platform, self._anchor, ours))


class AnchorsPanel(DonePanel):
    """Asks of each of them."""

    named = Signal(object)  # a `NameAnchor`

    def __init__(self) -> None:
        column = QuestionColumn()
        super().__init__(_("Is that you?"), column)
        self._column = column
        self.questions: list[AnchorQuestion] = []
        self.told.setText(
            _("Orders sold for a commission count only where it was you who sold them, in your own live room.")
        )

    def show_anchors(self, anchors: Sequence[UnknownAnchor]) -> None:
        """The questions as they are now."""
        self.questions = [AnchorQuestion(one.platform, one.anchor, one.lines) for one in anchors]
        for question in self.questions:
            question.answered.connect(self.named)
        self._column.show_questions(self.questions)
