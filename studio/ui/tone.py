"""A short tone for the one who runs the show; it is played by the window, so it never gets into the stream by itself.

Through loudspeakers the microphone would hear it: it is off unless the person has headphones on and asks for it.
Qt's own players would bring its whole multimedia library along; every system has a small program that can do it.
"""

import shutil
import sys
from pathlib import Path

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication

from studio.errors import Problem
from studio.paths import asset
from studio.ui.words import WARNING_DRAWINGS

PLAYERS = ("afplay",) if sys.platform == "darwin" else ("pw-play", "paplay", "aplay")


class WarningTone:
    """Sounds once for each warning that is new."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def follow(self, problems: tuple[Problem, ...], wanted: bool) -> None:
        """Hears what is shown now; `wanted` is what the person chose."""
        warnings = {problem.code for problem in problems if problem.code in WARNING_DRAWINGS}
        if warnings - self._known and wanted:
            play(asset("sounds", "warning.wav"))
        self._known = warnings


def play(path: Path) -> None:
    """Plays a WAV file without waiting for its end; the system's own beep where nothing can play it."""
    if sys.platform == "win32":
        import winsound  # noqa: PLC0415 - there only

        winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_ASYNC)
        return
    for name in PLAYERS:
        player = shutil.which(name)
        if player is not None and QProcess.startDetached(player, [str(path)])[0]:
            return
    QApplication.beep()
