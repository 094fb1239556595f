"""The places the show is to go to, one line each; a dialog adds one or changes it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.config import DestinationConfig
from studio.i18n import _
from studio.ui import theme
from studio.ui.destination_dialog import DestinationDialog
from studio.ui.icons import icon
from studio.ui.process_bridge import AccountsBridge
from studio.ui.words import address_words


class DestinationLine(QFrame):
    """One destination: name and platform, the address without its key, codes or none."""

    removed = Signal(object)
    change_asked = Signal(object)

    def __init__(self, destination: DestinationConfig, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("line")
        self.destination = destination
        name = QLabel(destination.name)
        name.setFont(theme.text_font(14, bold=True))
        self.words = QLabel(self._words(), wordWrap=True)
        self.words.setProperty("faint", True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        layout = QGridLayout(self)
        layout.setContentsMargins(14, 8, 8, 8)
        layout.addWidget(name, 0, 0)
        layout.addWidget(self.words, 1, 0)
        layout.setColumnStretch(0, 1)
        self.change, self.remove = QPushButton(icon("setup"), ""), QPushButton(icon("remove"), "")
        for column, (button, text) in enumerate(
            ((self.change, _("Change this destination")), (self.remove, _("Remove this destination"))), 1
        ):
            button.setIconSize(QSize(24, 24))
            button.setAccessibleName(text)
            button.setToolTip(text)
            layout.addWidget(button, 0, column, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        self.change.clicked.connect(lambda: self.change_asked.emit(self))
        self.remove.clicked.connect(lambda: self.removed.emit(self))

    def _words(self) -> str:
        one = self.destination
        codes = _("cards with QR code") if one.takes_codes else _("cards without QR code")
        return f"{_(one.preset.name)} · {codes}\n{address_words(one.shown)}"


class DestinationsForm(QWidget):
    """All destinations, and a button for one more."""

    edited = Signal()
    taken = Signal()  # one was added or changed in the dialog, whose button said so

    def __init__(self, destinations: tuple[DestinationConfig, ...], accounts: AccountsBridge | None = None) -> None:
        super().__init__()
        self._accounts = accounts
        self.lines: list[DestinationLine] = []
        self.dialog: DestinationDialog | None = None
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self.add_button = QPushButton(icon("add"), _("Add a destination"))
        self.add_button.setProperty("live", True)
        self.add_button.clicked.connect(lambda: self._open(None))
        self._layout.addWidget(self.add_button)
        self.show_value(destinations)

    def add(self, destination: DestinationConfig, place: int | None = None) -> DestinationLine:
        line = DestinationLine(destination)
        line.removed.connect(self._remove)
        line.change_asked.connect(self._open)
        place = len(self.lines) if place is None else place
        self.lines.insert(place, line)
        self._layout.insertWidget(place, line)
        return line

    def _open(self, line: DestinationLine | None) -> None:
        """The dialog, empty or for a destination that is there."""
        if self.dialog is not None:
            return
        dialog = self.dialog = DestinationDialog(
            (one.destination.name for one in self.lines), self._accounts, self.window()
        )
        if line is not None:
            dialog.edit(line.destination)
        dialog.done_with.connect(lambda made: self._take(made, line))
        dialog.finished.connect(self._closed)
        dialog.open()

    def _take(self, made: DestinationConfig, line: DestinationLine | None) -> None:
        place = None
        if line is not None and line in self.lines:
            place = self.lines.index(line)
            self._drop(line)
        self.add(made, place)
        self.edited.emit()
        self.taken.emit()

    def _closed(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None

    def _drop(self, line: DestinationLine) -> None:
        self.lines.remove(line)
        self._layout.removeWidget(line)
        line.hide()
        line.deleteLater()

    def _remove(self, line: DestinationLine) -> None:
        self._drop(line)
        self.edited.emit()

    def show_value(self, destinations: tuple[DestinationConfig, ...]) -> None:
        for line in list(self.lines):
            self._drop(line)
        for destination in destinations:
            self.add(destination)

    def value(self) -> tuple[DestinationConfig, ...]:
        return tuple(line.destination for line in self.lines)
