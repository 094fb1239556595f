"""How the window's few questions look: large, each answer a button that a thumb would hit."""

from PySide6.QtWidgets import QMessageBox

from studio.ui import theme
from studio.ui.icons import picture

BUTTON_PX = 54


def make_large(box: QMessageBox) -> None:
    """Gives a question its look; call it once all answers are there and the default is set."""
    box.setIconPixmap(picture("warn", 56, theme.AMBER))
    box.setStyleSheet(
        "#qt_msgbox_label { font-size: 18pt; font-weight: bold; min-width: 460px }"
        "#qt_msgbox_informativelabel { font-size: 13pt; min-width: 460px }"
    )
    for button in box.buttons():
        button.setMinimumHeight(BUTTON_PX)
        button.setFont(theme.text_font(14, bold=button is box.defaultButton()))
