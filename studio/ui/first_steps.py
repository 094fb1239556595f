"""What there is to do on a computer on which nothing was set up: try it out, add products, add a destination."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from studio.i18n import _
from studio.ui import theme
from studio.ui.desk import Desk
from studio.ui.icons import icon
from studio.ui.show_state import Phase, ShowState

STEP_PX = 84


class FirstSteps(QWidget):
    """Three large buttons in the place of products, as long as there are none."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        title = QLabel(_("New here? Three steps."))
        title.setFont(theme.text_font(16, bold=True))
        self.try_button = _step(
            "rehearse", "1", _("Try it out"), _("with the film and the products that come along; nobody sees it")
        )
        self.try_button.setObjectName("rehearse")
        self.products_button = _step("products", "2", _("Add your products"), _("name, price, and a photo"))
        self.destination_button = _step(
            "live", "3", _("Add a destination"), _("where you sell; every platform is explained")
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(title)
        for button in (self.try_button, self.products_button, self.destination_button):
            layout.addWidget(button)
        layout.addStretch(1)
        self.try_button.clicked.connect(desk.try_out)
        self.products_button.clicked.connect(desk.products_wanted)
        self.destination_button.clicked.connect(desk.destination_wanted)

    def show_state(self, state: ShowState) -> None:
        """Whether it is its turn; a step that was done has a tick."""
        self.setVisible(not state.cards and not state.running)
        self.try_button.setIcon(icon("check" if state.report is not None else "rehearse"))
        self.try_button.setEnabled(state.phase is Phase.OFF_AIR)
        self.destination_button.setIcon(icon("check" if self._desk.show.destinations else "live"))


def _step(drawing: str, number: str, text: str, more: str) -> QPushButton:
    button = QPushButton(icon(drawing), f"  {number}  {text}\n       {more}")
    button.setProperty("step", True)
    button.setMinimumHeight(STEP_PX)
    button.setIconSize(QSize(34, 34))
    button.setFont(theme.text_font(13))
    return button
