"""The buttons for what viewers hear: the microphone, so that nobody talks to no one, and the music."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from studio.config import SoundConfig
from studio.i18n import _
from studio.ui import theme
from studio.ui.icons import icon

WIDTH_PX = 160
MUTE_KEY = "M"


class MuteButton(QPushButton):
    """Asks for the other state when clicked; shows a state only once the engine has told it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mute")
        self.setProperty("live", True)
        self.setIconSize(QSize(28, 28))
        self.setFont(theme.text_font(14, bold=True))
        self.setFixedWidth(WIDTH_PX)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.show_muted(running=False, muted=False)

    def show_muted(self, *, running: bool, muted: bool) -> None:
        self.setEnabled(running)
        self.setProperty("muted", muted)
        self.setIcon(icon("mic_off" if muted else "mic"))
        words = _("Muted") if muted else _("Mute")
        self.setText(f" {words}  {MUTE_KEY}")
        self.setAccessibleDescription(_("Viewers hear no voice.") if muted else _("Viewers hear the voice."))
        self.style().unpolish(self)
        self.style().polish(self)


class MusicButton(QPushButton):
    """Starts and pauses the music; is there only where music was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("live", True)
        self.setIconSize(QSize(28, 28))
        self.setFont(theme.text_font(14, bold=True))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_sound(self, sound: SoundConfig, *, running: bool) -> None:
        self.setVisible(running and bool(sound.music))
        self.setIcon(icon("music" if sound.music_on else "music_off"))
        self.setText(" " + (_("Music on") if sound.music_on else _("Music off")))
        self.setToolTip(Path(sound.music).name)
