"""Where the tone of warnings comes out: the headphones, chosen and tried by hearing it."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.equipment import Device
from studio.i18n import _
from studio.paths import asset
from studio.ui.theme import TARGET_PX
from studio.ui.tone import OutputLister, play


class ToneRow(QWidget):
    """A list of what sound can come out of, a button that lets one hear it, and why it matters."""

    edited = Signal()

    def __init__(self, to: str) -> None:
        super().__init__()
        self.box, self.button, self.note = QComboBox(), QPushButton(_("Hear the tone")), QLabel(wordWrap=True)
        self._lister = OutputLister(self)
        self._outputs: tuple[Device, ...] = ()
        for widget in (self.box, self.button):
            widget.setMinimumHeight(TARGET_PX)
        self.box.setAccessibleName(_("Where the tone is heard"))
        self.note.setProperty("faint", True)
        self.note.setText(
            _("The tone: choose the headphones, else the microphone hears it too, and so do the viewers.")
        )
        row = QHBoxLayout()
        row.addWidget(self.box, 1)
        row.addWidget(self.button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.note)
        self.show_value(to)
        self._lister.listed.connect(self.offer)
        self.box.currentIndexChanged.connect(self.edited)
        self.button.clicked.connect(lambda: play(asset("sounds", "warning.wav"), self.value()))

    def value(self) -> str:
        """The chosen output's name; empty for the computer's own choice."""
        return str(self.box.currentData() or "")

    def show_value(self, to: str) -> None:
        """One that is not plugged in now stays chosen."""
        self.box.blockSignals(True)
        self.box.clear()
        self.box.addItem(_("The computer's own choice"), "")
        for output in self._outputs:
            self.box.addItem(output.description, output.name)
        if self.box.findData(to) < 0:
            self.box.addItem(_("{name} (not there now)").format(name=to.partition(":")[2]), to)
        self.box.setCurrentIndex(self.box.findData(to))
        self.box.blockSignals(False)

    @Slot(object)
    def offer(self, outputs: tuple[Device, ...]) -> None:
        """What there is now."""
        self._outputs = outputs
        self.show_value(self.value())

    def showEvent(self, event: QShowEvent) -> None:
        self._lister.ask()
        super().showEvent(event)
