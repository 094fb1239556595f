"""The page where a show is set up: picture, sound, shape, destinations, recording, running text."""

import logging
from dataclasses import replace

from PySide6.QtCore import QSize, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from studio.commands import ListDevices
from studio.config import ShowConfig
from studio.disk import room_words
from studio.errors import Problem, StudioError
from studio.i18n import _
from studio.paths import Home
from studio.ui import theme
from studio.ui.banner import FourLines
from studio.ui.desk import Desk
from studio.ui.destinations_form import DestinationsForm
from studio.ui.encoder_panel import EncoderPanel
from studio.ui.forms import Form
from studio.ui.icons import icon
from studio.ui.process_bridge import AccountsBridge
from studio.ui.show_form import commands_between, form_of, show_of
from studio.ui.show_state import ShowState
from studio.ui.tone_row import ToneRow
from studio.ui.warnings_form import warnings_of, watch_of

log = logging.getLogger(__name__)


class SetupPage(QWidget):
    """Edits the desk's plan; a value that will not do is explained beside the form and nothing is lost."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.form = Form(form_of(desk.show))
        self.sound = Form(desk.show.sound)
        self.warnings = Form(warnings_of(desk.show.watch))
        self.tone = ToneRow(desk.show.watch.tone_to)
        self._accounts = AccountsBridge(Home(desk.recordings.parent), self)
        self.destinations = DestinationsForm(desk.show.destinations, self._accounts)
        self.save_button = QPushButton(icon("check"), " " + _("Save"))
        self.save_button.setObjectName("primary")
        self.save_button.setProperty("live", True)
        self.save_button.setIconSize(QSize(26, 26))
        self.save_button.setFont(theme.text_font(14, bold=True))
        self.saved, self.fault, self.room = QLabel(wordWrap=True), QFrame(), QLabel(wordWrap=True)
        self.fault_lines = FourLines(13)
        self._lay_out()
        self.save_button.clicked.connect(self.save)
        self.form.edited.connect(self._touched)
        self.sound.edited.connect(self._touched)
        self.warnings.edited.connect(self._touched)
        self.tone.edited.connect(self._touched)
        self.destinations.edited.connect(self._touched)
        self.destinations.taken.connect(self.save)
        desk.changed.connect(self._offer_cameras)
        desk.plan_changed.connect(self._show_plan)
        desk.closing.connect(self._accounts.close)

    def _lay_out(self) -> None:
        self.fault.setObjectName("failure")
        inside = QVBoxLayout(self.fault)
        inside.addWidget(self.fault_lines)
        self.fault.hide()
        side = QVBoxLayout()
        side.addWidget(_heading(_("Destinations")))
        side.addWidget(_scrolling(self.destinations), 1)
        side.addWidget(self.fault)
        foot = QHBoxLayout()
        foot.addWidget(self.saved, 1)
        foot.addWidget(self.save_button)
        side.addLayout(foot)
        main = QVBoxLayout()
        main.addWidget(_heading(_("The show")))
        main.addWidget(_scrolling(self._column()), 1)
        main.addWidget(self.room)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(20, 14, 20, 14)
        layout.setSpacing(28)
        layout.addLayout(main, 1)
        layout.addLayout(side, 1)

    def _column(self) -> QWidget:
        """The forms of the show, one below the other."""
        column = QWidget()
        rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        rows.addWidget(self.form)
        rows.addWidget(_heading(_("The voice and the music")))
        rows.addWidget(self.sound)
        rows.addWidget(_heading(_("Compressing the picture")))
        rows.addWidget(EncoderPanel(self._desk))
        rows.addWidget(_heading(_("Warn me during the show")))
        rows.addWidget(self.warnings)
        rows.addWidget(self.tone)
        note = QLabel(wordWrap=True)
        note.setText(
            _(
                "“Nobody is in front” is not always right: with people who held quite still, a face seen from the "
                "front was found in 3 of 4 pictures, a hidden or small one in none. In 6 minutes of people who move "
                "it gave no false warning."
            )
        )
        note.setProperty("faint", True)
        rows.addWidget(note)
        rows.addStretch(1)
        return column

    def value(self) -> ShowConfig:
        """The plan as it is filled in; raises what a bad value raises."""
        show = show_of(self.form.value(), self._desk.show, self._desk.recordings)
        watch = watch_of(self.warnings.value(), replace(show.watch, tone_to=self.tone.value()))
        sound = self.sound.value()
        sound.check_music()
        return replace(show, destinations=self.destinations.value(), watch=watch, sound=sound)

    @Slot()
    def save(self) -> None:
        before = self._desk.show
        running = self._desk.state.running
        try:
            show = self.value()
            if running:
                self._desk.send_changes(commands_between(before, show))
            self._desk.plan(show)
        except StudioError as error:
            self._explain(error.problem)
            return
        self.fault.hide()
        now = _("Saved. Picture, sound, text and destinations change now, the rest with the next show.")
        self.saved.setText(now if running else _("Saved."))

    def _explain(self, problem: Problem) -> None:
        self.saved.clear()
        self.fault_lines.tell(problem)
        self.fault.show()

    @Slot()
    def _touched(self) -> None:
        self._tell_room()
        self.saved.setText("" if self._planned() == self._desk.show else _("Not saved yet."))

    @Slot(object)
    def _show_plan(self, show: ShowConfig) -> None:
        if show != self._planned():
            self.form.show_value(form_of(show))
            self.sound.show_value(show.sound)
            self.warnings.show_value(warnings_of(show.watch))
            self.tone.show_value(show.watch.tone_to)
            self.destinations.show_value(show.destinations)

    def _planned(self) -> ShowConfig | None:
        try:
            return self.value()
        except StudioError:
            return None

    def showEvent(self, event: QShowEvent) -> None:
        """The engine is asked which cameras there are; that takes it a moment."""
        self._desk.send(ListDevices())
        self._tell_room()
        super().showEvent(event)

    def _tell_room(self) -> None:
        """How long the disk will last for what is filled in."""
        show = self._planned()
        words = room_words(show) if show is not None else ""
        self.room.setText(words)
        self.room.setVisible(bool(words))

    @Slot(object)
    def _offer_cameras(self, state: ShowState) -> None:
        self.form.suggest("cameras", [camera.name for camera in state.devices.cameras])


def _heading(text: str) -> QLabel:
    label = QLabel(text)
    label.setFont(theme.text_font(16, bold=True))
    label.setContentsMargins(0, 4, 0, 2)
    return label


def _scrolling(widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    holder = QWidget()
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(0, 0, 8, 0)
    layout.addWidget(widget)
    layout.addStretch(1)
    area.setWidget(holder)
    return area
