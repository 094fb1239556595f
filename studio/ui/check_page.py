"""The go-live check: everything the next show needs, each on a line of its own, and the way from there to the start."""

from dataclasses import replace

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from studio.checks import Check, Outcome
from studio.i18n import _, ngettext
from studio.ui import theme
from studio.ui.check_row import CheckRow
from studio.ui.checklist import Checklist, rows_of
from studio.ui.desk import Desk
from studio.ui.icons import icon
from studio.ui.show_state import Phase
from studio.ui.start_question import StartQuestion, start

LEFT = (Check.CAMERA, Check.MICROPHONE, Check.PLAYBACK, Check.COMPUTER, Check.DISK, Check.POWER)
STEP_MIN = 30
MOST_MIN = 24 * 60
MOST_GB = 9999.0


class CheckPage(QWidget):
    """Asks the desk's list for checks and shows what it says."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.rows: list[CheckRow] = []
        self.start_question: StartQuestion | None = None
        self.upload_question: QMessageBox | None = None
        self.summary = QLabel()
        self.minutes, self.gigabytes = QSpinBox(), QDoubleSpinBox()
        self.all_button = _large_button("checklist", _("Check everything"))
        self.start_button = _large_button("start", _("Go live"))
        self.start_button.setObjectName("primary")
        self._columns = (QVBoxLayout(), QVBoxLayout())
        self._lay_out()
        self._make_rows()
        self.all_button.clicked.connect(lambda: desk.checks.check(desk.show))
        self.start_button.clicked.connect(self._start)
        self.minutes.valueChanged.connect(self._plan)
        self.gigabytes.valueChanged.connect(self._plan)
        desk.checks.changed.connect(self.show_list)
        desk.changed.connect(self.show_list)
        desk.plan_changed.connect(self._make_rows)

    def _lay_out(self) -> None:
        title = QLabel(_("Go-live check"))
        title.setFont(theme.text_font(18, bold=True))
        self.summary.setFont(theme.text_font(13, bold=True))
        self._set_up_fields()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(title)
        words.addWidget(self.summary)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addLayout(words, 1)
        head.addLayout(_labelled(_("Planned length"), self.minutes))
        head.addLayout(_labelled(_("Left on the data plan"), self.gigabytes))
        head.addWidget(self.all_button)
        head.addWidget(self.start_button)
        lists = QHBoxLayout()
        lists.setSpacing(12)
        for column in self._columns:
            column.setSpacing(7)
            lists.addLayout(column, 1)
        holder = QWidget()
        holder.setLayout(lists)
        lists.setContentsMargins(0, 0, 6, 0)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(holder)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 10, 14, 8)
        layout.setSpacing(10)
        layout.addLayout(head)
        layout.addWidget(area, 1)

    def _set_up_fields(self) -> None:
        plan = self._desk.checks.plan
        self.minutes.setRange(STEP_MIN, MOST_MIN)
        self.minutes.setSingleStep(STEP_MIN)
        self.minutes.setSuffix(" " + _("minutes"))
        self.minutes.setValue(plan.duration_min)
        self.gigabytes.setRange(0.0, MOST_GB)
        self.gigabytes.setDecimals(1)
        self.gigabytes.setSuffix(" GB")
        self.gigabytes.setSpecialValueText(_("not known"))
        self.gigabytes.setValue(plan.data_left_gb or 0.0)
        for field in (self.minutes, self.gigabytes):
            field.setKeyboardTracking(False)
            field.setAlignment(Qt.AlignmentFlag.AlignCenter)
            field.setFixedWidth(132)

    @Slot()
    def _make_rows(self) -> None:
        """The lines for the show that is planned now."""
        wanted = rows_of(self._desk.show)
        if [(row.check, row.about) for row in self.rows] != wanted:
            for column in self._columns:
                while (item := column.takeAt(0)) is not None:
                    if (widget := item.widget()) is not None:
                        widget.hide()
                        widget.deleteLater()
            self.rows = [CheckRow(check, about) for check, about in wanted]
            for row in self.rows:
                self._columns[row.check not in LEFT].addWidget(row)
                row.again.connect(self._again)
                row.answered.connect(self._desk.checks.answer)
            for column in self._columns:
                column.addStretch(1)
        self.show_list()

    @Slot()
    def show_list(self) -> None:
        checklist, phase = self._desk.checks.list, self._desk.state.phase
        able = phase is not Phase.NO_ENGINE
        for row in self.rows:
            row.show_list(checklist, able)
        text, colour = summary_words(checklist)
        self.summary.setText(text)
        self.summary.setStyleSheet(f"color: {colour}")
        self.all_button.setEnabled(able and not checklist.busy)
        self.start_button.setEnabled(phase is Phase.OFF_AIR)
        self.start_button.setText(" " + (_("Start rehearsal") if self._desk.show.rehearsal else _("Go live")))

    @Slot(object)
    def _again(self, check: Check) -> None:
        if check is Check.UPLOAD and self._desk.show.destinations and not self._desk.state.running:
            self.ask_to_measure()
        else:
            self._desk.checks.check(self._desk.show, check)

    def ask_to_measure(self) -> None:
        """RTMP cannot send without publishing, so the person has to say that nobody can see it."""
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(_("Measure the upload?"))
        box.setText(_("Is your room closed?"))
        box.setInformativeText(
            _(
                "For ten seconds a test picture is sent with your stream key. On a platform that opens the room by "
                "itself, viewers would see it, and a key that is good for one show would be used up."
            )
        )
        leave = box.addButton(_("Do not measure"), QMessageBox.ButtonRole.RejectRole)
        go = box.addButton(_("It is closed: measure"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(leave)
        box.setEscapeButton(leave)
        self.upload_question = box

        def answered() -> None:
            self.upload_question = None
            if box.clickedButton() is go:
                self._desk.checks.check(self._desk.show, Check.UPLOAD, room_closed=True)
            box.deleteLater()

        box.finished.connect(answered)
        box.open()

    @Slot()
    def _plan(self) -> None:
        left_gb = self.gigabytes.value() or None
        plan = replace(self._desk.checks.plan, duration_min=self.minutes.value(), data_left_gb=left_gb)
        self._desk.checks.change_plan(self._desk.show, plan)

    @Slot()
    def _start(self) -> None:
        self.start_question = start(self._desk, False, self)


def summary_words(checklist: Checklist) -> tuple[str, str]:
    """The whole list in one line, and its colour."""
    if checklist.busy:
        return _("Trying…"), theme.BLUE
    if not checklist.results:
        return _("Nothing has been tried yet."), theme.FAINT
    open_ones = sum(result.outcome is Outcome.NOT_CHECKED for result in checklist.results)
    left = ngettext("{count} not checked", "{count} not checked", open_ones).format(count=open_ones)
    if checklist.bad:
        count = len(checklist.bad)
        bad = ngettext("{count} not good", "{count} not good", count).format(count=count)
        return (f"✗ {bad} · {left}" if open_ones else f"✗ {bad}"), theme.RED
    good = _("✓ All that was tried is good")
    return (f"{good} · {left}", theme.AMBER) if open_ones else (good, theme.GREEN)


def _labelled(text: str, field: QWidget) -> QVBoxLayout:
    label = QLabel(text)
    label.setFont(theme.text_font(10.5))
    label.setProperty("faint", True)
    label.setBuddy(field)
    layout = QVBoxLayout()
    layout.setSpacing(2)
    layout.addWidget(label)
    layout.addWidget(field)
    return layout


def _large_button(drawing: str, text: str) -> QPushButton:
    button = QPushButton(icon(drawing), " " + text)
    button.setProperty("live", True)
    button.setIconSize(QSize(26, 26))
    button.setFont(theme.text_font(14, bold=True))
    return button
