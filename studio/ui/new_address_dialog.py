"""Asks for the new push address of a destination while the show goes on: two boxes, or the whole address in one."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.config import DestinationConfig, Secret
from studio.errors import StudioError, explain
from studio.i18n import _
from studio.output_states import OutputState
from studio.presets import CUSTOM, Preset
from studio.ui import theme
from studio.ui.address_boxes import AddressBoxes
from studio.ui.icons import icon
from studio.ui.process_bridge import AccountsBridge
from studio.ui.push_form import PushDialog
from studio.ui.question import make_large
from studio.ui.show_state import ShowState


class NewAddressDialog(QDialog):
    """`given` has the name and the address, a `Secret`; a text that is no address is told and can be mended.

    The old address is tried meanwhile. Once the show is on the air there again it is not taken off without asking.
    """

    given = Signal(str, object)

    def __init__(
        self, name: str, preset: Preset = CUSTOM, accounts: AccountsBridge | None = None, parent: QWidget | None = None
    ) -> None:
        """With `accounts` the platform can be asked for the address."""
        super().__init__(parent)
        self._name = name
        self.steps = QLabel(numbered(preset), wordWrap=True)
        self._accounts = accounts
        self.push_dialog: PushDialog | None = None
        self.question: QMessageBox | None = None
        self._on_air = False
        self.push_button = QPushButton(icon("key"), " " + _("Have Kuaishou give the address…"))
        self.push_button.setAutoDefault(False)
        self.push_button.setVisible(accounts is not None)
        self.push_button.clicked.connect(self._ask_push)
        self.setWindowTitle(_("New address for {name}").format(name=name))
        self._address = AddressBoxes(self)
        self.server, self.key = self._address.server, self._address.key
        self.told, self.back = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self.send = QPushButton(icon("live"), _("Send the show there"))
        leave = QPushButton(_("Leave it"))
        for button in (self.send, leave):
            button.setMinimumHeight(52)
            button.setFont(theme.text_font(14, bold=button is self.send))
        self.send.setDefault(True)
        self.send.clicked.connect(self._give)
        leave.clicked.connect(self.reject)
        self._lay_out(leave)

    def _lay_out(self, leave: QPushButton) -> None:
        what = QLabel(
            _(
                "Look on the platform whether your live room is still open; if not, open a new one. "
                "Copy the push address. The show itself goes on meanwhile."
            ),
            wordWrap=True,
        )
        what.setFont(theme.text_font(13))
        layout = QGridLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setVerticalSpacing(12)
        self.steps.setFont(theme.text_font(13))
        above = QVBoxLayout()
        above.setSpacing(10)
        above.addWidget(what)
        above.addWidget(self.steps)
        layout.addLayout(above, 0, 0, 1, 2)
        for row, (box, text) in enumerate(((self.server, _("Server")), (self.key, _("Stream key"))), 1):
            label = QLabel(text)
            label.setBuddy(box)
            box.setAccessibleName(text)
            box.setMinimumSize(420, 40)
            layout.addWidget(label, row, 0)
            layout.addWidget(box, row, 1)
        self.told.setStyleSheet(f"color: {theme.AMBER}")
        layout.addWidget(self.push_button, 3, 0, 1, 2)
        layout.addWidget(self.told, 4, 0, 1, 2)
        self.back.setStyleSheet(f"color: {theme.GREEN}")
        self.back.setFont(theme.text_font(14, bold=True))
        self.back.hide()
        layout.addWidget(self.back, 5, 0, 1, 2)
        buttons = QHBoxLayout()
        buttons.addWidget(leave)
        buttons.addSpacing(12)
        buttons.addWidget(self.send, 1)
        layout.addLayout(buttons, 6, 0, 1, 2)

    @Slot()
    def _ask_push(self) -> None:
        if self._accounts is not None:
            box = self.push_dialog = PushDialog(self._accounts, self)
            box.given.connect(self._fill_in)
            box.finished.connect(box.deleteLater)
            box.open()

    @Slot(object)
    def _fill_in(self, url: Secret) -> None:
        self._address.fill(url.reveal())
        self.send.setFocus()

    @Slot()
    def _give(self) -> None:
        url = Secret(self._address.address)
        try:
            DestinationConfig(self._name, url)
        except StudioError as error:
            lines = explain(error.problem)
            self.told.setText(f"{lines.what}\n{lines.fix}")
            return
        if self._on_air:
            self._ask_first(url)
        else:
            self._give_out(url)

    def _give_out(self, url: Secret) -> None:
        self.given.emit(self._name, url)
        self.accept()

    @Slot(object)
    def follow(self, state: ShowState) -> None:
        """The line may come back while the person is still typing, and break again."""
        self._on_air = any(one.name == self._name and one.state is OutputState.LIVE for one in state.outputs)
        words = _("✓ {name} is on the air again. A new address is not needed.")
        self.back.setText(words.format(name=self._name))
        self.back.setVisible(self._on_air)

    def _ask_first(self, url: Secret) -> None:
        box = self.question = QMessageBox(self)
        box.setWindowTitle(_("Send the show there?"))
        box.setText(
            _("{name} is on the air again. At another address its viewers may lose the show.").format(name=self._name)
        )
        stay = box.addButton(_("Leave it as it is"), QMessageBox.ButtonRole.RejectRole)
        go = box.addButton(_("Send the show there"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        make_large(box)

        def answered() -> None:
            self.question = None
            if box.clickedButton() is go:
                self._give_out(url)
            else:
                self.reject()
            box.deleteLater()

        box.finished.connect(answered)
        box.open()


def numbered(preset: Preset) -> str:
    """Where the platform shows the address, step by step, and how long it lives."""
    steps = [f"{number}. {_(step)}" for number, step in enumerate(preset.steps, 1)]
    return "\n".join([*steps, _(preset.key_life)])
