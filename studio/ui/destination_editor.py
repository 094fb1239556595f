"""One destination as a person fills it in: a name, server and key in two boxes or a virtual camera, codes or not."""

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPushButton, QWidget

from studio.addresses import LONGEST_NAME, VIRTUAL_CAMERA, is_name, join_address
from studio.clock import SystemClock
from studio.config import DestinationConfig, Secret
from studio.errors import fault
from studio.guide import Way
from studio.i18n import _
from studio.presets import NO_TRACE, Preset, punishes_codes, recognised
from studio.ui.address_boxes import AddressBoxes


class DestinationEditor(QWidget):
    """Edits one destination of a platform; an address that is pasted whole goes into its two boxes."""

    edited = Signal()
    way_changed = Signal(str)
    belongs_to = Signal(object)  # a `Preset`: whose address was pasted

    def __init__(self, preset: Preset, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preset = preset
        self.name, self.device, self._address = QLineEdit(), QLineEdit(), AddressBoxes(self)
        self.server, self.key = self._address.server, self._address.key
        self.codes, self.hint = QCheckBox(_("Show QR codes on the cards")), QLabel(wordWrap=True)
        self.why = QLabel(wordWrap=True)
        self.by_address, self.by_camera = QPushButton(_("Push address")), QPushButton(_("Virtual camera"))
        self._shown: DestinationConfig | None = None
        self._way, self._punishes = Way.ADDRESS, False
        self._prepare()
        self._lay_out()
        self.show_preset(preset)
        self.take_way(Way.ADDRESS if preset.gives_addresses else Way.CAMERA)

    def _prepare(self) -> None:
        self.name.setMaxLength(LONGEST_NAME)
        self.device.setPlaceholderText(_("The first one there is"))
        self.hint.setProperty("faint", True)
        self.why.setProperty("faint", True)
        group = QButtonGroup(self)
        for button in (self.by_address, self.by_camera):
            button.setCheckable(True)
            button.setProperty("choice", True)
            group.addButton(button)
        self.by_address.clicked.connect(lambda: self.take_way(Way.ADDRESS))
        self.by_camera.clicked.connect(lambda: self.take_way(Way.CAMERA))
        self._address.taken_apart.connect(self._tell_apart)
        self._address.pasted.connect(self._recognise)
        self.server.textChanged.connect(self._read_server)
        for box in (self.name, self.server, self.key, self.device):
            box.textChanged.connect(lambda _text: self.edited.emit())
        self.codes.toggled.connect(lambda _on: self.edited.emit())

    def _lay_out(self) -> None:
        ways = QHBoxLayout()
        for button in (self.by_address, self.by_camera):
            ways.addWidget(button, 1)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(10)
        layout.addLayout(ways, 0, 0, 1, 2)
        self._labels: dict[QLineEdit, QLabel] = {}
        boxes = ((self.name, _("Name")), (self.server, _("Server")), (self.key, _("Stream key")))
        for row, (box, text) in enumerate((*boxes, (self.device, _("Which camera"))), 1):
            label = self._labels[box] = QLabel(text)
            label.setBuddy(box)
            box.setAccessibleName(text)
            layout.addWidget(label, row, 0)
            layout.addWidget(box, row, 1)
        layout.addWidget(self.hint, 5, 1)
        layout.addWidget(self.codes, 6, 0, 1, 2)
        layout.addWidget(self.why, 7, 0, 1, 2)
        layout.setRowStretch(8, 1)
        layout.setColumnStretch(1, 1)

    def show_preset(self, preset: Preset) -> None:
        """Another platform: its rules, and what its server box usually holds."""
        self.preset = preset
        self.server.setPlaceholderText(preset.server or "rtmp://")
        self.hint.clear()
        self._suggest_codes()
        self.why.setText(f"{_(preset.codes_why)}\n{_(NO_TRACE)}")

    def show_value(self, destination: DestinationConfig) -> None:
        self._shown = destination
        self.show_preset(destination.preset)
        self.name.setText(destination.name)
        if destination.camera is not None:
            self.device.setText(destination.camera)
            self.take_way(Way.CAMERA)
        else:
            self.take_address(destination.url)
            self.hint.clear()
        self.codes.setChecked(destination.takes_codes)

    def take_address(self, url: Secret) -> None:
        """A whole address, as a platform gave it."""
        self._address.fill(url.reveal())
        self.take_way(Way.ADDRESS)

    @property
    def way(self) -> Way:
        return self._way

    def _suggest_codes(self) -> None:
        """As the platform has it, and whoever owns the server that stands there."""
        may = self.preset.codes and self.way is Way.ADDRESS
        self.codes.setChecked(may and not punishes_codes(self.server.text()))

    def take_way(self, way: Way) -> None:
        """Address or camera: the boxes that belong to it."""
        changed, self._way = way is not self._way, way
        (self.by_camera if way is Way.CAMERA else self.by_address).setChecked(True)
        for box in (self.server, self.key, self.device):
            shown = (box is self.device) is (way is Way.CAMERA)
            box.setVisible(shown)
            self._labels[box].setVisible(shown)
        self.hint.setVisible(way is Way.ADDRESS)
        if changed:
            self._suggest_codes()
        self.way_changed.emit(way.value)
        self.edited.emit()

    @Slot()
    def _tell_apart(self) -> None:
        self.hint.setText(_("The address had its key in it. Now each is in its own box."))

    @Slot(str)
    def _read_server(self, text: str) -> None:
        """Once it is a server of somebody who punishes codes, typed or pasted; who ticks the box then may."""
        punishes, before = punishes_codes(text), self._punishes
        self._punishes = punishes
        if punishes and not before:
            self.codes.setChecked(False)

    @Slot(str)
    def _recognise(self, text: str) -> None:
        owner = recognised(text)
        if owner is not None and owner is not self.preset:
            self.belongs_to.emit(owner)

    def value(self) -> DestinationConfig:
        """Raises `output.not_rtmp` or `value.bad`."""
        name = self.name.text().strip()
        if not name:
            raise fault("value.bad", field=_("Name"), value="", reason=_("a destination needs a name"))
        if not is_name(name):  # it may be a key in the wrong box
            raise fault("value.bad", field=_("Name"), value="•••", reason=_("a name is a short word, no address"))
        if self.way is Way.CAMERA:
            device = self.device.text().strip()
            address = f"{VIRTUAL_CAMERA}:{device}" if device else VIRTUAL_CAMERA
        else:
            server, key = self.server.text().strip(), self.key.text().strip()
            if not server and "://" not in key and "…" not in self.preset.server:
                server = self.preset.server  # as it stands faintly in the box
            if not server and "://" not in key:
                raise fault("value.bad", field=_("Server"), value="", reason=_("it must be there"))
            address = join_address(server, key)
        url = Secret(address)
        before = self._shown
        given_at = before.given_at if before is not None and before.url == url else SystemClock().utc()
        made = DestinationConfig(name, url, self.preset.platform, given_at=given_at)
        codes = self.codes.isChecked()
        return made if codes is made.takes_codes else replace(made, codes=codes)
