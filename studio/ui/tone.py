"""A short tone for the one who runs the show; it is played by the window, so it never gets into the stream by itself.

Through loudspeakers the microphone would hear it: it is off unless the person has headphones on and asks for it. It can
be sent to the headphones alone, whatever else is played where. Qt's own players would bring its whole multimedia
library along: on Linux small programs do it that every desktop has, elsewhere a process of ours with PortAudio.
"""

import json
import shutil
import sys
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal
from PySide6.QtWidgets import QApplication

from studio.equipment import Device
from studio.errors import Problem
from studio.paths import asset
from studio.ui.words import WARNING_DRAWINGS

PLAYERS = ("afplay",) if sys.platform == "darwin" else ("pw-play", "paplay", "aplay")
LINUX = sys.platform.startswith("linux")
PORTAUDIO = (sys.executable, "-m", "studio.media.portaudio")
# Which program plays to an output of which sound system, and the word before its name. `paplay` comes first: where the
# output is gone it is silent, and does not take another one.
CHOSEN_PLAYERS = {"pulse": (("paplay", "--device="), ("pw-play", "--target=")), "alsa": (("aplay", "--device="),)}
LISTERS = (("pactl", "list", "sinks"), ("aplay", "-L"))
ALSA_OUTPUTS = ("sysdefault:", "bluealsa", "hdmi:")


class WarningTone:
    """Sounds once for each warning that is new."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def follow(self, problems: tuple[Problem, ...], wanted: bool, to: str = "") -> None:
        """Hears what is shown now; `wanted` is what the person chose, and `to` the output's name."""
        warnings = {problem.code for problem in problems if problem.code in WARNING_DRAWINGS}
        if warnings - self._known and wanted:
            play(asset("sounds", "warning.wav"), to)
        self._known = warnings


def play(path: Path, to: str = "") -> None:
    """Plays a WAV file without waiting for its end; `to` is an output's name as `OutputLister` gives it.

    The system's own beep where nothing can play it, but never in the place of an output that was chosen.
    """
    system, _colon, name = to.partition(":")
    if system == "portaudio":
        QProcess.startDetached(PORTAUDIO[0], [*PORTAUDIO[1:], "play", str(path), name])
        return
    if sys.platform == "win32" and not to:
        import winsound  # noqa: PLC0415 - there only

        winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_ASYNC)
        return
    ways = [(player, [f"{word}{name}"]) for player, word in CHOSEN_PLAYERS.get(system, ())]
    for program, words in ways if to else [(player, list[str]()) for player in PLAYERS]:
        player = shutil.which(program)
        if player is not None and QProcess.startDetached(player, [*words, str(path)])[0]:
            return
    if not to:
        QApplication.beep()


class OutputLister(QObject):
    """Asks the system where sound can come out, without waiting for it.

    The names say whose they are: `pulse:NAME`, `alsa:NAME`, on Windows and macOS `portaudio:NAME`.
    """

    listed = Signal(object)  # a tuple of `Device`

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None

    def ask(self) -> None:
        listers = LISTERS if LINUX else ((*PORTAUDIO, "outputs"),)
        found = next(((path, words) for name, *words in listers if (path := shutil.which(name)) is not None), None)
        if found is None or self._process is not None:
            return
        process = self._process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("LC_ALL", "C")
        process.setProcessEnvironment(environment)
        process.finished.connect(self._hear)
        process.errorOccurred.connect(self._let_go)
        process.start(*found)

    def _hear(self) -> None:
        process = self._process
        if process is not None:
            text = bytes(process.readAllStandardOutput().data()).decode(errors="replace")
            self._let_go()
            read = {"aplay": alsa_outputs, "pactl": pulse_outputs}.get(Path(process.program()).name, portaudio_outputs)
            self.listed.emit(read(text))

    def _let_go(self) -> None:
        if self._process is not None:
            self._process.deleteLater()
            self._process = None


def pulse_outputs(text: str) -> tuple[Device, ...]:
    """The outputs in what `pactl list sinks` says; PipeWire says the same."""
    lines = [line.strip().partition(": ") for line in text.splitlines()]
    names = [value for key, _colon, value in lines if key == "Name"]
    words = [value for key, _colon, value in lines if key == "Description"]
    return tuple(Device(f"pulse:{name}", word) for name, word in zip(names, words, strict=False))


def alsa_outputs(text: str) -> tuple[Device, ...]:
    """The outputs in what `aplay -L` says: a name, and indented below it what it is."""
    lines = text.splitlines()
    return tuple(
        Device(f"alsa:{name}", words.strip())
        for name, words in pairwise(lines)
        if name.startswith(ALSA_OUTPUTS) and words.startswith(" ")
    )


def portaudio_outputs(text: str) -> tuple[Device, ...]:
    """The outputs in what our own process says, names as JSON; none where a driver ended it."""
    try:
        return tuple(Device(f"portaudio:{name}", name) for name in json.loads(text))
    except ValueError:
        return ()
