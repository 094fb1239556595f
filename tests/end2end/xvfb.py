"""A screen without hardware: Xvfb on a display number that no other process of the tests takes."""

import itertools
import os
import select
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

READY_DEADLINE_S = 60.0
NUMBERS = 100  # of screens, for each process that runs tests: one that was stopped finds its number free again
TRIES = 5

_first = 1000 + os.getpid() % 500 * NUMBERS
_screens = itertools.count()


class VirtualScreen:
    """An X server without a monitor; `display` is its name (`:7`) once it was started, also the next times.

    With `cookies` it lets in only who shows one of that file.
    """

    def __init__(self, width: int = 1366, height: int = 768, white: bool = False, cookies: Path | None = None) -> None:
        self.width = width
        self.height = height
        self.display = ""
        self._options = ["-wr" if white else "-br", *(["-auth", str(cookies)] if cookies is not None else [])]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Returns when the screen takes clients.

        A number that Xvfb chose by itself would be the next one's as soon as this one is stopped.
        """
        displays = (
            [self.display] if self.display else [f":{_first + next(_screens) % NUMBERS}" for _try in range(TRIES)]
        )
        for display in displays:
            if self._comes_up(display):
                self.display = display
                return
        raise RuntimeError("Xvfb did not come up")

    def _comes_up(self, display: str) -> bool:
        """Xvfb writes its number into a pipe when it takes clients; False where it ended instead."""
        ours, theirs = os.pipe()
        geometry = f"{self.width}x{self.height}x24"
        command = ["Xvfb", display, "-displayfd", str(theirs), "-screen", "0", geometry, "-nolisten", "tcp", "-noreset"]
        try:
            self._process = subprocess.Popen([*command, *self._options], pass_fds=(theirs,), stderr=subprocess.DEVNULL)
            os.close(theirs)
            answer = _line(ours)
        finally:
            os.close(ours)
        if not answer:
            self.stop()
        return bool(answer)

    def environment(self) -> dict[str, str]:
        """Variables for a program that is to show itself here."""
        return dict(os.environ) | {"DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"}

    def hang(self) -> None:
        """From now on it answers nobody, and hangs up on nobody: a driver that hangs."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Answers again, and all that was asked meanwhile."""
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)  # one that hangs hears nothing else
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _line(pipe: int) -> str:
    """One whole line: Xvfb writes the number and its end apart, and dies where nobody reads the end."""
    text = b""
    while not text.endswith(b"\n"):
        ready, _, _ = select.select([pipe], [], [], READY_DEADLINE_S)
        piece = os.read(pipe, 16) if ready else b""
        if not piece:
            return ""
        text += piece
    return text.decode().strip()
