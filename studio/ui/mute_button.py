"""The buttons for what viewers hear: the microphone, so that nobody talks to no one, and the music."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from studio.config import SoundConfig
from studio.i18n import _
from studio.ui import theme
from studio.ui.icons import icon

WIDTH_PX = 160
MUTE_KEY = "M"
STEP_WIDTH_PX, STEP_PERCENT = 36, 10


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

    def show_muted(self, *, running: bool, muted: bool, elsewhere: bool = False) -> None:
        """`elsewhere`: a platform's own program has its own microphone, beside a virtual camera."""
        self.setEnabled(running)
        self.setProperty("muted", muted)
        self.setIcon(icon("mic_off" if muted else "mic"))
        words = _("Muted") if muted else _("Mute")
        self.setText(f" {words}  {MUTE_KEY}")
        heard = _("The voice is sent.")
        self.setAccessibleDescription(muted_words(elsewhere) if muted else heard)
        self.style().unpolish(self)
        self.style().polish(self)


def muted_words(elsewhere: bool) -> str:
    """Who does not hear the voice; `elsewhere` as in `MuteButton.show_muted`."""
    if elsewhere:
        return _("Muted here only: mute in the platform's own program, too")
    return _("Muted: viewers do not hear you")


def unheard_words(some: bool, everyone: bool) -> str:
    """Who does not hear the music, where some or all viewers hear what a platform's own program sends."""
    if everyone:
        return _("Viewers do not hear it")
    return _("Not all viewers hear it") if some else ""


class MusicControls(QWidget):
    """Pauses and plays the music and makes it louder or quieter; is there only where music was chosen."""

    wanted = Signal(object)  # the `SoundConfig` that is asked for

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sound = SoundConfig()
        self.quieter, self.button, self.louder = QPushButton("−"), QPushButton(), QPushButton("+")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for button in (self.quieter, self.button, self.louder):
            button.setProperty("live", True)
            button.setProperty("tight", button is not self.button)
            button.setFont(theme.text_font(14, bold=True))
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        self.button.setIconSize(QSize(28, 28))
        for button, words in ((self.quieter, _("Music quieter")), (self.louder, _("Music louder"))):
            button.setFixedWidth(STEP_WIDTH_PX)
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
            button.setToolTip(words)
            button.setAccessibleName(words)
        self.button.clicked.connect(lambda: self.wanted.emit(replace(self._sound, music_on=not self._sound.music_on)))
        self.quieter.clicked.connect(lambda: self._turn(-STEP_PERCENT))
        self.louder.clicked.connect(lambda: self._turn(STEP_PERCENT))

    def _turn(self, by_percent: int) -> None:
        percent = min(100, max(0, self._sound.music_percent + by_percent))
        self.wanted.emit(replace(self._sound, music_percent=percent))

    def show_sound(self, sound: SoundConfig, *, running: bool, elsewhere: tuple[bool, bool] = (False, False)) -> None:
        """What the engine has told; nothing changes here before that.

        `elsewhere`: whether some viewers, and whether all, hear what a platform's own program sends.
        """
        self._sound = sound
        unheard = unheard_words(*elsewhere) if sound.music_on else ""
        self.setVisible(running and bool(sound.music))
        self.button.setIcon(icon("music" if sound.music_on else "music_off"))
        state = f"{sound.music_percent}%" if sound.music_on else _("paused")
        self.button.setText(f"{state}\n{unheard}" if unheard else state)
        self.button.setFont(theme.text_font(11 if unheard else 14, bold=True))
        self.button.setToolTip("\n".join(filter(None, (Path(sound.music).name, unheard))))
        music = _("Music on") if sound.music_on else _("Music off")
        self.button.setAccessibleName(f"{music}. {unheard}" if unheard else music)
        self.quieter.setEnabled(sound.music_on and sound.music_percent > 0)
        self.louder.setEnabled(sound.music_on and sound.music_percent < 100)
