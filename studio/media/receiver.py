"""A process of its own that stands in for a platform: takes one RTMP stream and measures what viewers would get.

Started by the engine for rehearsals: no account, no server, no network. It decodes every frame, reads the
time that the compositor drew into the picture, and in every tenth frame tries to read a QR code that is to be there.

In, on stdin: `{"slot": "card", "box": [x, y, width, height], "link": "https://…"}` where a code comes on the picture,
with `box` null where it goes. Out, on stdout: `{"event": "listening", "url": "rtmp://…"}`, then a line of figures a
second, the last of them before `{"event": "ended"}` when the stream has ended; the process ends when its stdin does.
"""

import errno
import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import av
import cv2
import numpy as np
from av.error import FFmpegError

from overlays.mark import read_mark
from studio.media.frames import Plane, planes
from studio.media.proof import Box, reads

MARK_MS = 1 << 24  # the mark holds this many milliseconds before it begins again
CODE_EVERY_FRAMES = 10
ARRIVES_S = 2.0  # until a code that comes has slid in and its picture is here
AGAIN_S = 0.1  # after a caller that hung up before it sent anything
RATE_FROM_FRAME = 30  # what waited for the connection comes in one burst, which is no rate
OPTIONS = {"listen": "1", "analyzeduration": "200000", "probesize": "65536"}


def now_mark() -> int:
    """The computer's monotonic clock in the mark's milliseconds: the same in every process here."""
    return time.monotonic_ns() // 1_000_000 % MARK_MS


@dataclass(frozen=True, slots=True)
class ComingCode:
    """A code that is to be on the picture: where, what it says, and from when on (monotonic) it must be read.

    Where it is read before, that counts; where it is not, it may be still on its way.
    """

    box: Box
    link: str
    from_s: float


class Figures:
    """Counts what arrives; `snapshot` gives the figures as they are told."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self.frames = 0
        self.bytes = 0
        self._codes: dict[str, ComingCode] = {}  # never changed, only exchanged whole: another thread reads it
        self._codes_tried = 0
        self._codes_read = 0
        self._latencies_ms: list[int] = []
        self._first_s = self._last_s = 0.0
        self._first_bytes = 0

    def expect(self, slot: str, box: Box | None, link: str) -> None:
        """A code comes on the picture in that slot, or moves there; without a box none is there any more."""
        others = {name: code for name, code in self._codes.items() if name != slot}
        here = {slot: ComingCode(box, link, self._now_s() + ARRIVES_S)} if box is not None else {}
        self._codes = {**others, **here}

    def take(self, frame: av.VideoFrame) -> None:
        self._last_s = self._now_s()
        self.frames += 1
        if self.frames == RATE_FROM_FRAME:
            self._first_s, self._first_bytes = self._last_s, self.bytes
        luma = planes(frame)[0]
        mark = read_mark(luma)
        if mark is not None:
            self._latencies_ms.append((now_mark() - mark) % MARK_MS)
        if self.frames % CODE_EVERY_FRAMES == 0:
            self._try_code(luma)

    def _try_code(self, luma: Plane) -> None:
        """One of the codes that are to be there, each in its turn; nothing where there is none."""
        codes = list(self._codes.values())
        if codes:
            code = codes[self.frames // CODE_EVERY_FRAMES % len(codes)]
            read = reads(luma, code.link, code.box, 1.0)
            self._codes_tried += read or code.from_s <= self._last_s
            self._codes_read += read

    def snapshot(self) -> dict[str, Any]:
        counted = self.frames - RATE_FROM_FRAME
        seconds = self._last_s - self._first_s if counted > 0 else 0.0
        latencies = np.array(self._latencies_ms or [0])
        measured = bool(self._latencies_ms)
        return {
            "event": "figures",
            "frames": self.frames,
            "fps": round(counted / seconds, 2) if seconds > 0 else 0.0,
            "kbps": round((self.bytes - self._first_bytes) * 8 / 1000 / seconds, 1) if seconds > 0 else 0.0,
            "latency_ms_p50": round(float(np.percentile(latencies, 50)), 1) if measured else None,
            "latency_ms_p95": round(float(np.percentile(latencies, 95)), 1) if measured else None,
            "codes_tried": self._codes_tried,
            "codes_read": self._codes_read,
        }


def tell(values: dict[str, Any]) -> None:
    with suppress(OSError):
        os.write(1, (json.dumps(values) + "\n").encode())


def receive(url: str, figures: Figures) -> None:
    """One publisher's stream from its call to its end, which arrives as an error of the line.

    Raises OSError (EADDRINUSE) where another program has taken the port.
    """
    told_s = time.monotonic()
    try:
        opened = av.open(url, "r", options=OPTIONS)
    except (FFmpegError, OSError) as error:
        if error.errno == errno.EADDRINUSE:
            raise
        time.sleep(AGAIN_S)
        return
    tell(figures.snapshot())  # somebody is there: from now on the end of the stream is waited for
    with suppress(FFmpegError, OSError), opened as container:
        container.streams.video[0].thread_type = "SLICE"  # frame threads would add to the latency that is measured
        for packet in container.demux():
            figures.bytes += packet.size
            for frame in packet.decode() if packet.stream.type == "video" else ():
                if isinstance(frame, av.VideoFrame):
                    figures.take(frame)
            if time.monotonic() - told_s >= 1.0:
                told_s = time.monotonic()
                tell(figures.snapshot())
    tell(figures.snapshot())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listen(figures: Figures) -> None:
    """Hears which codes come and go; ends the process when whoever started it closes the pipe or dies."""
    with os.fdopen(0, "rb", buffering=0, closefd=False) as told:
        for line in told:
            word = json.loads(line)
            box = word["box"]
            figures.expect(word["slot"], tuple(box) if box is not None else None, word["link"])
    os._exit(0)


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(getattr(signal, "SIGHUP", signal.SIGINT), signal.SIG_IGN)
    cv2.setNumThreads(1)
    figures = Figures()
    threading.Thread(target=listen, args=(figures,), name="stdin", daemon=True).start()
    url = f"rtmp://127.0.0.1:{free_port()}/live/rehearsal"
    tell({"event": "listening", "url": url})
    while True:
        try:
            receive(url, figures)
        except OSError:
            return 1  # nobody can be heard here: whoever sends is told that nothing answers
        tell({"event": "ended"})


if __name__ == "__main__":
    sys.exit(main())
