"""Comments of a session, pasted or from a file: counted by what they speak of, and not kept."""

from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.books import CountComments
from studio.i18n import _
from studio.ui.icons import icon


class CommentsDialog(QDialog):
    """A box to paste into; `question` is what to ask of the log when it was accepted."""

    def __init__(self, session_id: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session_id = session_id
        self._path = ""
        self.setWindowTitle(_("Paste comments"))
        self.resize(640, 460)
        words = QLabel(
            _(
                "Copy the comments from the platform and paste them here, with their times where it shows them. Nongbo"
                " counts what people asked for. The comments themselves, names and numbers are not kept."
            ),
            wordWrap=True,
        )
        self.box = QPlainTextEdit(placeholderText=_("20:05 Anna: how much is it?"))
        self.file_button = QPushButton(icon("add"), " " + _("From a file…"))
        self.count_button = QPushButton(icon("check"), " " + _("Count"))
        self.count_button.setObjectName("primary")
        self.count_button.setEnabled(False)
        foot = QHBoxLayout()
        foot.addWidget(self.file_button)
        foot.addStretch(1)
        cancel = QPushButton(_("Cancel"))
        cancel.clicked.connect(self.reject)
        foot.addWidget(cancel)
        foot.addWidget(self.count_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(words)
        layout.addWidget(self.box, 1)
        layout.addLayout(foot)
        self.box.textChanged.connect(self._follow)
        self.file_button.clicked.connect(self._ask_file)
        self.count_button.clicked.connect(self.accept)

    @property
    def question(self) -> CountComments:
        return CountComments(self._session_id, "" if self._path else self.box.toPlainText(), self._path)

    def take_file(self, path: str) -> None:
        """A file in place of what was pasted."""
        self._path = path
        self.accept()

    def _follow(self) -> None:
        self.count_button.setEnabled(bool(self.box.toPlainText().strip()))

    def _ask_file(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(self, _("Choose a file with comments"))
        if path:
            self.take_file(path)
