"""Which camera and which microphone: two buttons under the picture, each with a menu of what is plugged in.

The engine is asked what there is whenever a menu opens; the list from before is shown meanwhile, so nothing waits.
"""

from collections.abc import Callable
from pathlib import PurePath

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from studio.config import AudioConfig, AudioKind, ShowConfig, SourceConfig, SourceKind
from studio.equipment import Device
from studio.i18n import _
from studio.shop.demo import demo_clip
from studio.ui.icons import icon
from studio.ui.show_form import AUDIO_WORDS, SOURCE_WORDS
from studio.ui.show_state import ShowState

ICON_PX = 20
WIDEST_PX = 330
SYSTEMS_CHOICE = ""  # a device without a name


class DeviceButton(QPushButton):
    """The device in use; pressed, a menu of those there are."""

    asked = Signal()  # what is plugged in?
    chosen = Signal(str)  # a device's name; empty for the system's choice

    def __init__(self, drawing: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._filled: object = None
        self._words = ""
        self.setIcon(icon(drawing))
        self.setIconSize(QSize(ICON_PX, ICON_PX))
        self.setProperty("compact", True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.devices = QMenu(self)
        self.devices.aboutToShow.connect(self.asked)
        self.setMenu(self.devices)

    def show_device(self, words: str, name: str | None, devices: tuple[Device, ...]) -> None:
        """`words` say what is in use, `name` which of the devices was chosen; None: none of them."""
        if words != self._words:
            self._words = words
            self.setText(" " + QFontMetrics(self.font()).elidedText(words, Qt.TextElideMode.ElideRight, WIDEST_PX - 80))
            self.setToolTip(words)
            self.setAccessibleName(f"{self._title}: {words}")
        if (name, devices) == self._filled:
            return
        self._filled = (name, devices)
        self.devices.clear()
        group = QActionGroup(self.devices)
        for device in (Device(SYSTEMS_CHOICE, _("The computer's own choice")), *devices):
            action = QAction(device.description.replace("&", "&&"), group, checkable=True)
            action.setChecked(device.name == name)
            action.triggered.connect(self._choosing(device.name))
            self.devices.addAction(action)
        if not devices:
            self.devices.addAction(_("No other was found. Plug one in, then press here again.")).setEnabled(False)

    def _choosing(self, name: str) -> Callable[[], None]:
        return lambda: self.chosen.emit(name)


class SourceChooser(QWidget):
    """The camera and the microphone of the show that runs, or of the next one."""

    asked = Signal()
    source_chosen = Signal(object)  # a `SourceConfig`
    audio_chosen = Signal(object)  # an `AudioConfig`

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.camera, self.microphone = DeviceButton("camera", _("Camera")), DeviceButton("mic", _("Microphone"))
        self._source = SourceConfig()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for button in (self.camera, self.microphone):
            button.asked.connect(self.asked)
            layout.addWidget(button, 1)
        self.camera.chosen.connect(self._choose_source)
        self.microphone.chosen.connect(lambda name: self.audio_chosen.emit(AudioConfig(AudioKind.MIC, name)))

    def show_state(self, state: ShowState, plan: ShowConfig) -> None:
        """What the running show takes, else what the plan says."""
        picture, sound = state.picture_from, state.sound_from
        source = picture.source if picture is not None and state.running else plan.source
        audio = sound.audio if sound is not None and state.running else plan.audio
        device = picture.device if picture is not None and state.running else ""
        heard = sound.device if sound is not None and state.running else ""
        self._source = source
        self.camera.show_device(
            source_words(source, device, state.devices.cameras),
            source.target if source.kind is SourceKind.CAMERA else None,
            state.devices.cameras,
        )
        self.microphone.show_device(
            audio_words(audio, heard, state.devices.microphones),
            audio.target if audio.kind is AudioKind.MIC else None,
            state.devices.microphones,
        )

    def _choose_source(self, name: str) -> None:
        self.source_chosen.emit(SourceConfig(SourceKind.CAMERA, name, self._source.fit))


def source_words(source: SourceConfig, device: str, cameras: tuple[Device, ...]) -> str:
    """The picture's source as a seller calls it; `device` is the camera that was opened."""
    if source.kind is SourceKind.CAMERA:
        return _described(source.target or device, cameras) or _("Camera")
    if source.kind is SourceKind.CLIP and source.target == str(demo_clip()):
        return _("The film that comes along")
    if source.kind is SourceKind.CLIP:
        return PurePath(source.target).name
    return _(SOURCE_WORDS[source.kind])  # an address may hold a password


def audio_words(audio: AudioConfig, device: str, microphones: tuple[Device, ...]) -> str:
    """The sound's source as a seller calls it."""
    if audio.kind is AudioKind.MIC:
        named = _described(audio.target or device, microphones)
        return named if named not in ("", "default") else _("Microphone")
    if audio.kind is AudioKind.CLIP and audio.target:
        return PurePath(audio.target).name
    return _(AUDIO_WORDS[audio.kind])


def _described(name: str, devices: tuple[Device, ...]) -> str:
    return next((device.description for device in devices if device.name == name), name)
