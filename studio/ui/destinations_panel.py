"""The places the show goes to, each with its state in words, and for a failed one the way out."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from studio.events import OutputSnapshot, OutputState
from studio.i18n import _
from studio.ui import theme
from studio.ui.banner import FourLines
from studio.ui.icons import icon, picture
from studio.ui.words import OUTPUT_WORDS

ORDER = (OutputState.FAILED, OutputState.RECONNECTING)  # what needs a hand comes first
MAX_HEIGHT_PX = 236


class DestinationRow(QFrame):
    """One destination: name, address without its key, state; four lines and "try again" where it failed."""

    retry = Signal(str)

    def __init__(self, output: OutputSnapshot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        troubled = output.problem is not None and output.state in ORDER
        self.setObjectName("failure" if troubled else "line")
        drawing, colour, word = OUTPUT_WORDS[output.state]
        mark, state = QLabel(), QLabel(_(word))
        mark.setPixmap(picture(drawing, 26, colour))
        state.setFont(theme.text_font(12, bold=True))
        state.setStyleSheet(f"color: {colour}")
        name, address = QLabel(output.name), QLabel(output.address)
        name.setFont(theme.text_font(12, bold=True))
        address.setProperty("faint", True)
        address.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        head = QHBoxLayout()
        head.setSpacing(10)
        for widget in (mark, state, name):
            head.addWidget(widget)
        head.addWidget(address, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.setSpacing(4)
        layout.addLayout(head)
        self.setAccessibleName(f"{output.name}: {_(word)}")
        if troubled and output.problem is not None:
            self.lines = FourLines(12)
            self.lines.tell(output.problem)
            layout.addWidget(self.lines)
        if output.state is OutputState.FAILED:
            again = QPushButton(icon("undo"), _("Try again"))
            again.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            again.clicked.connect(lambda: self.retry.emit(output.name))
            head.addWidget(again)


class DestinationsPanel(QScrollArea):
    """All destinations; as high as they need, up to a limit."""

    retry = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shown: tuple[OutputSnapshot, ...] | None = None
        self.rows: list[DestinationRow] = []
        self.show_outputs((), on_air=False)

    def show_outputs(self, outputs: tuple[OutputSnapshot, ...], on_air: bool) -> None:
        if outputs == self._shown and outputs:
            return
        self._shown = outputs
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        ranked = sorted(outputs, key=lambda output: ORDER.index(output.state) if output.state in ORDER else len(ORDER))
        self.rows = [DestinationRow(output) for output in ranked]
        for row in self.rows:
            row.retry.connect(self.retry)
            layout.addWidget(row)
        if not outputs:
            none = QLabel(_("No destination yet: add one under Set up."), wordWrap=True)
            none.setProperty("faint", True)
            layout.addWidget(none)
        layout.addStretch(1)
        self.setWidget(body)
        self._fit()

    def _fit(self) -> None:
        body = self.widget()
        layout = body.layout() if body is not None else None
        if layout is not None:
            width = max(200, self.viewport().width())
            needed = layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()
            self.setFixedHeight(min(MAX_HEIGHT_PX, needed + 2))
