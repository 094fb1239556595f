"""How this computer compresses the picture: what a trial found, and a button to try again."""

import os

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.config import AUTO
from studio.encoder_memory import name_of
from studio.events import EncodersTried
from studio.i18n import N_, _, ngettext
from studio.ui.desk import Desk

PICTURES = {
    "camera": N_("Tried with the camera's picture."),
    "url": N_("Tried with the network camera's picture."),
    "clip": N_("Tried without the camera, on a sample film. Try again with the camera plugged in."),
}


class EncoderPanel(QWidget):
    """Follows the desk: nothing can be tried while a show runs, or a check, which may have the camera."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.sentence, self.details = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.details.setProperty("faint", True)
        self.button = QPushButton()
        self.button.clicked.connect(desk.try_encoders)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.sentence)
        words.addWidget(self.details)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(16)
        layout.addLayout(words, 1)
        layout.addWidget(self.button)
        desk.trials.changed.connect(self.look_up)
        desk.plan_changed.connect(self.look_up)
        desk.changed.connect(self.follow)
        desk.checks.changed.connect(self.follow)
        self.look_up()

    @Slot()
    @Slot(object)
    def look_up(self, _plan: object = None) -> None:
        """Shows what is known of the planned picture."""
        desk = self._desk
        found = desk.trials.known(desk.show.canvas)
        self.sentence.setText(_sentence(desk, found))
        self.details.setText("" if desk.trials.running or found is None else _details(found))
        self.details.setVisible(bool(self.details.text()))
        self.button.setText(_("Trying…") if desk.trials.running else _("Try it") if found is None else _("Try again"))
        self.follow()

    @Slot()
    @Slot(object)
    def follow(self, _state: object = None) -> None:
        self.button.setEnabled(self._desk.trials.able)


def _sentence(desk: Desk, found: EncodersTried | None) -> str:
    encoder = desk.show.encoder
    if desk.trials.running:
        return _("Each way of compressing is tried for some seconds. You need not wait: a show may start.")
    if encoder.preset != AUTO:
        return _("x264 with the preset {preset}, as it was chosen by hand.").format(preset=encoder.preset)
    if found is None or found.chosen is None:
        return _("Not tried on this computer yet: x264 is used, in its usual way.")
    share = f"{found.chosen.cpu_s / (os.cpu_count() or 1):.0%}"
    return _("{name} suits this computer best: it takes {share} of its power.").format(
        name=name_of(found.chosen), share=share
    )


def _details(found: EncodersTried) -> str:
    refused = sum(bool(one.refused) for one in found.tried)
    words = [_(PICTURES[found.pictures])] if found.pictures in PICTURES else []
    if refused:
        words.append(
            ngettext("{count} way does not work here.", "{count} ways do not work here.", refused).format(count=refused)
        )
    return " ".join(words)
