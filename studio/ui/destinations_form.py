"""The places the show is to go to: a name, the platform's address and its key, which stays masked."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.addresses import join_address, split_address
from studio.config import DestinationConfig, Secret
from studio.errors import fault
from studio.i18n import _
from studio.ui.icons import icon


class DestinationEditor(QFrame):
    """One destination."""

    removed = Signal(object)
    edited = Signal()

    def __init__(self, destination: DestinationConfig | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("line")
        server, key = split_address(destination.url.reveal()) if destination is not None else ("", "")
        self.name = QLineEdit(destination.name if destination is not None else "")
        self.server, self.key = QLineEdit(server), QLineEdit(key)
        self.name.setPlaceholderText(_("For example Taobao"))
        self.server.setPlaceholderText("rtmp://")
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.key.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
        remove = QPushButton(icon("remove"), "")
        remove.setIconSize(QSize(24, 24))
        remove.setAccessibleName(_("Remove this destination"))
        remove.setToolTip(_("Remove this destination"))
        remove.clicked.connect(lambda: self.removed.emit(self))
        layout = QGridLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        for row, (label, box) in enumerate(
            ((_("Name"), self.name), (_("Server"), self.server), (_("Stream key"), self.key))
        ):
            layout.addWidget(QLabel(label), row, 0)
            layout.addWidget(box, row, 1)
            box.setAccessibleName(label)
            box.textChanged.connect(lambda _text: self.edited.emit())
        layout.addWidget(remove, 0, 2)
        layout.setColumnStretch(1, 1)

    @property
    def empty(self) -> bool:
        return not (self.name.text().strip() or self.server.text().strip() or self.key.text().strip())

    def value(self) -> DestinationConfig:
        """Raises `output.not_rtmp` or `value.bad`."""
        name = self.name.text().strip()
        if not name:
            raise fault("value.bad", field=_("Name"), value="", reason=_("a destination needs a name"))
        if not self.server.text().strip():
            raise fault("value.bad", field=_("Server"), value="", reason=_("it must be there"))
        return DestinationConfig(name, Secret(join_address(self.server.text(), self.key.text())))


class DestinationsForm(QWidget):
    """All destinations, and a button for one more."""

    edited = Signal()

    def __init__(self, destinations: tuple[DestinationConfig, ...]) -> None:
        super().__init__()
        self.editors: list[DestinationEditor] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        add = QPushButton(icon("add"), _("Add a destination"))
        add.clicked.connect(lambda: self.add(None))
        self._layout.addWidget(add)
        self.show_value(destinations)

    def add(self, destination: DestinationConfig | None) -> DestinationEditor:
        editor = DestinationEditor(destination)
        editor.removed.connect(self._remove)
        editor.edited.connect(self.edited)
        self.editors.append(editor)
        self._layout.insertWidget(self._layout.count() - 1, editor)
        if destination is None:
            editor.name.setFocus()
        return editor

    def _remove(self, editor: DestinationEditor) -> None:
        self.editors.remove(editor)
        self._layout.removeWidget(editor)
        editor.hide()
        editor.deleteLater()
        self.edited.emit()

    def show_value(self, destinations: tuple[DestinationConfig, ...]) -> None:
        for editor in list(self.editors):
            self._remove(editor)
        for destination in destinations:
            self.add(destination)

    def value(self) -> tuple[DestinationConfig, ...]:
        """Raises what one of them raises, and `output.duplicate_name`."""
        chosen = tuple(editor.value() for editor in self.editors if not editor.empty)
        names = [destination.name for destination in chosen]
        for name in names:
            if names.count(name) > 1:
                raise fault("output.duplicate_name", name=name)
        return chosen
