"""The microphone of the system's sound server, through the recording program that comes with it.

On Linux desktops PulseAudio or PipeWire knows which microphone the person chose, and moves whoever records to another
one the moment it is chosen. ALSA's `default` leads there by a plugin made for the system's own ALSA library; the one
inside PyAV is another and finds no plugin, so its `default` fails or is whatever card comes first. A program of the
system asks the server in its own words, needs a few megabytes and some thousandths of a core, and can be killed.
"""

import errno
import math
import os
import select
import shutil
import subprocess
import threading
import time
from pathlib import Path
from typing import Self

from studio.media.frames import SAMPLE_RATE

FIRST_SOUND_S = 3.0
LOOK_EVERY_S = 0.1  # whether it is to stop
FORMAT = "s16le"
OPTIONS = (("sample_rate", str(SAMPLE_RATE)), ("ch_layout", "stereo"), ("probesize", "32768"))
SOCKETS = ("pulse/native", "pipewire-0")
LATENCY_MS = 20
BLOCK_BYTES = 4096
PROGRAMS = (
    f"parec --format={FORMAT} --rate={SAMPLE_RATE} --channels=2 --latency-msec={LATENCY_MS}",
    f"arecord -q -D default -t raw -f S16_LE -r {SAMPLE_RATE} -c 2 -F {LATENCY_MS * 1000}",
)


def recording_programs() -> list[tuple[str, ...]]:
    """The commands that give the sound server's microphone on standard output; none where there is no server."""
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}")
    if "PULSE_SERVER" not in os.environ and not any((runtime / socket).exists() for socket in SOCKETS):
        return []
    return [command for command in (tuple(words.split()) for words in PROGRAMS) if shutil.which(command[0])]


class Recorder:
    """What such a program gives, as a file to read from; `stopping` ends the wait for it."""

    def __init__(self, command: tuple[str, ...], stopping: threading.Event) -> None:
        self._command = command
        self._stopping = stopping
        self._process: subprocess.Popen[bytes] | None = None
        self._first = b""

    def open(self) -> Self:
        """Begins, and waits for the first sound. Raises OSError where none comes: FFmpeg would take that for an end."""
        silent = subprocess.DEVNULL
        self._process = subprocess.Popen(
            self._command, bufsize=0, stdin=silent, stdout=subprocess.PIPE, stderr=silent, process_group=0
        )  # a Ctrl-C is for us: the show ends in order, with its sound
        self._first = self._next(BLOCK_BYTES, FIRST_SOUND_S)
        if not self._first:
            self.close()
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return self

    def read(self, count: int) -> bytes:
        """The next bytes; empty at the end, and once stopped."""
        first, self._first = self._first[:count], self._first[count:]
        return first or self._next(count, math.inf)

    def _next(self, count: int, patience_s: float) -> bytes:
        out = self._process.stdout if self._process is not None else None
        until_s = time.monotonic() + patience_s
        while out is not None and not self._stopping.is_set() and time.monotonic() < until_s:
            if select.select([out], [], [], LOOK_EVERY_S)[0]:
                return out.read(count) or b""
        return b""

    def close(self) -> None:
        """Ends the program; may be called twice."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()

    def __del__(self) -> None:
        self.close()  # the container that reads from it lets go of it without closing it
