"""The places the show goes to, each with its state in words, and for a failed one the way out."""

import math

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from studio.errors import REHEARSAL, Problem, explain
from studio.i18n import _
from studio.output_states import OutputState, output_name
from studio.snapshot import OutputSnapshot
from studio.ui import theme
from studio.ui.banner import FourLines
from studio.ui.icons import icon, picture
from studio.ui.words import OUTPUT_WORDS, address_words

ORDER = (OutputState.FAILED, OutputState.RECONNECTING)  # what needs a hand comes first
FRAMES = {OutputState.FAILED: "failure", OutputState.RECONNECTING: "trouble"}
MAX_HEIGHT_PX = 236
LEAST_HEIGHT_PX = 100
HURRY_S = 20


class DestinationRow(QFrame):
    """One destination: name, address without its key, state; where it is lost, the time left and the ways out."""

    retry = Signal(str)
    new_address = Signal(str)

    def __init__(self, output: OutputSnapshot, running: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(FRAMES.get(output.state, "line"))
        drawing, colour, word = OUTPUT_WORDS[output.state]
        mark, state = QLabel(), QLabel(_(word))
        mark.setPixmap(picture(drawing, 26, colour))
        state.setFont(theme.text_font(12, bold=True))
        state.setStyleSheet(f"color: {colour}")
        practice = output.name == REHEARSAL
        name = QLabel(output_name(output.name))
        address = QLabel("" if practice else address_words(output.address))
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
        self.lines: FourLines | None = None
        self.seconds: QLabel | None = None
        self._until, self._fix = QLabel(wordWrap=True), ""
        self._closes_ns = output.closes_ns
        if output.state in FRAMES and output.problem is not None:
            self._tell(output.problem, layout)
        if output.state in FRAMES and running:
            self._offer_ways_out(output, head)

    def _tell(self, problem: Problem, layout: QVBoxLayout) -> None:
        """What is wrong: shortly while it may mend itself, in all four lines where a person has to do something."""
        told = explain(problem)
        if self._closes_ns is not None and problem.code != "output.room_closed":
            if problem.code != "output.closing":
                layout.addWidget(QLabel(told.what, wordWrap=True))
            self.seconds = QLabel()
            self.seconds.setFont(theme.text_font(26, bold=True))
            self._fix = told.fix
            self._until.setText(_("seconds until the platform may close the room. {help}").format(help=told.fix))
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(self.seconds)
            row.addWidget(self._until, 1)
            layout.addLayout(row)
        elif problem.code in ("output.lost", "output.still_away"):
            layout.addWidget(QLabel(f"{told.what}\n{told.viewers}", wordWrap=True))
        else:
            self.lines = FourLines(12)
            self.lines.tell(problem)
            layout.addWidget(self.lines)

    def _offer_ways_out(self, output: OutputSnapshot, head: QHBoxLayout) -> None:
        failed = output.state is OutputState.FAILED
        self.again = QPushButton(icon("again"), _("Try again"))
        self.new = QPushButton(icon("add"), _("New address"))
        self.again.clicked.connect(lambda: self.retry.emit(output.name))
        self.new.clicked.connect(lambda: self.new_address.emit(output.name))
        for button, offered in ((self.again, failed), (self.new, "://" in output.address)):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setVisible(offered)
            head.addWidget(button)

    def show_time(self, now_ns: int) -> None:
        """Counts the seconds down; `now_ns` on the monotonic clock."""
        if self.seconds is None or self._closes_ns is None:
            return
        left_s = max(0, math.ceil((self._closes_ns - now_ns) / 1e9))
        if not left_s:  # of what is told meanwhile only what to do holds still
            self.seconds.hide()
            self._until.setText(self._fix)
        self.seconds.setText(str(left_s))
        self.seconds.setStyleSheet(f"color: {theme.RED if left_s <= HURRY_S else theme.AMBER}")


def _place(output: OutputSnapshot) -> int:
    """Where it stands: whose seconds run comes first, so that they are not scrolled away."""
    if output.closes_ns is not None:
        return -1
    return ORDER.index(output.state) if output.state in ORDER else len(ORDER)


class DestinationsPanel(QScrollArea):
    """All destinations; as high as they need, up to a limit."""

    retry = Signal(str)
    new_address = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shown: tuple[tuple[OutputSnapshot, ...], bool, bool] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.rows: list[DestinationRow] = []
        self._needed_px = 0
        self.show_outputs((), running=False, rehearsal=False)

    def show_outputs(self, outputs: tuple[OutputSnapshot, ...], running: bool, rehearsal: bool) -> None:
        if (outputs, running, rehearsal) == self._shown:
            return
        self._shown = (outputs, running, rehearsal)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        ranked = sorted(outputs, key=_place)
        self.rows = [DestinationRow(output, running) for output in ranked]
        for row in self.rows:
            row.retry.connect(self.retry)
            row.new_address.connect(self.new_address)
            layout.addWidget(row)
        if not outputs:
            rehearsed, empty = _("A rehearsal goes to no platform."), _("No destination yet: add one under Set up.")
            none = QLabel(rehearsed if rehearsal else empty, wordWrap=True)
            none.setProperty("faint", True)
            layout.addWidget(none)
        layout.addStretch(1)
        self.setWidget(body)
        self._fit()

    def show_time(self, now_ns: int) -> None:
        for row in self.rows:
            row.show_time(now_ns)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(400, self._needed_px)

    def _fit(self) -> None:
        """As high as the rows need, up to a limit; where the window is low it scrolls."""
        body = self.widget()
        layout = body.layout() if body is not None else None
        if layout is None:
            return
        width = max(400, self.viewport().width())
        needed = layout.heightForWidth(width) if layout.hasHeightForWidth() else layout.sizeHint().height()
        self._needed_px = min(MAX_HEIGHT_PX, needed + 2)
        self.setMaximumHeight(self._needed_px)
        self.setMinimumHeight(min(self._needed_px, LEAST_HEIGHT_PX))
        self.updateGeometry()
