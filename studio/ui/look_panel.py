"""Where the cards lie on the picture: a button, and a choice of small pictures that is seen on the air at once."""

from dataclasses import asdict
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTemporaryDir, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QButtonGroup, QDialog, QGridLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from overlays.card import CardParams, Look
from studio.config import CanvasConfig
from studio.i18n import _
from studio.run import LOOK_WORDS
from studio.ui import theme
from studio.ui.drawing import DrawingLine

SAMPLE = CardParams("P01", "—", 3990)
SEEN_PX = 230  # the longer side of a picture


class LookDialog(QDialog):
    """Every look with a picture of the card that is shown; `chosen` has the `Look` that was pressed."""

    chosen = Signal(object)

    def __init__(
        self, card: CardParams | None, canvas: CanvasConfig, look: Look, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Where the cards lie"))
        self._folder = QTemporaryDir()
        self._line = DrawingLine(self)
        self._group = QButtonGroup(self)
        self.buttons: dict[Look, QToolButton] = {}
        upright = canvas.height > canvas.width
        scale = SEEN_PX / max(canvas.width, canvas.height)
        size = QSize(round(canvas.width * scale), round(canvas.height * scale))
        grid = QGridLayout()
        for index, kind in enumerate(Look):
            button = self._button(kind, _(LOOK_WORDS[kind]), size)
            button.setChecked(kind is look)
            grid.addWidget(button, 0 if upright else index // 2, index if upright else index % 2)
        hint = QLabel(_("Press one: the picture follows at once, also on the air."), wordWrap=True)
        hint.setProperty("faint", True)
        close = QPushButton(_("Close"))
        close.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(hint)
        layout.addLayout(grid)
        layout.addWidget(close)
        self._line.drawn.connect(self._show_pictures)
        self.finished.connect(self._line.stop)
        order = {"do": "looks", "card": asdict(card or SAMPLE), "looks": [kind.value for kind in Look]}
        self._line.order(order | {"width": canvas.width, "height": canvas.height, "to": self._folder.path()})

    def _button(self, kind: Look, words: str, size: QSize) -> QToolButton:
        button = QToolButton()
        button.setObjectName("look")
        button.setCheckable(True)
        button.setText(words)
        button.setIconSize(size)
        button.setFixedSize(size + QSize(24, 48))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setFont(theme.text_font(13, bold=True))
        button.clicked.connect(lambda: self.chosen.emit(kind))
        self._group.addButton(button)
        self.buttons[kind] = button
        return button

    @Slot(int, object)
    def _show_pictures(self, _number: int, answer: dict[str, dict[str, str]]) -> None:
        for name, path in answer.get("looks", {}).items():
            if Path(path).is_file():
                self.buttons[Look(name)].setIcon(QIcon(path))
