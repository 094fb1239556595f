"""The embedded receiver as the engine sees it: a destination on this computer that reports what arrived."""

import json
import subprocess
import sys
import threading
from contextlib import suppress

from studio.config import DestinationConfig, Secret
from studio.errors import REHEARSAL, fault
from studio.i18n import N_
from studio.media.proof import Box
from studio.reports import ReceivedReport
from studio.worker import Worker

START_DEADLINE_S = 30.0  # one that cannot start says so at once
END_DEADLINE_S = 5.0
NAME = REHEARSAL


class RehearsalReceiver:
    """One receiver process; `start` before the outputs, `stop` after them."""

    def __init__(self) -> None:
        self._figures: dict[str, float | None] = {}
        self._expected: dict[str, tuple[Box, str]] = {}
        self._url = ""
        self._listening = threading.Event()
        self._ended = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._listener = Worker("rehearsal-figures", self._listen)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "studio.media.receiver"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        self._listener.start()

    def destination(self) -> DestinationConfig:
        """Where to send the show; waits until the receiver listens."""
        if not self._listening.wait(START_DEADLINE_S) or not self._url:
            raise fault("output.unreachable", name=NAME, reason=N_("the built-in receiver did not start"))
        return DestinationConfig(NAME, Secret(self._url))

    def expect_code(self, slot: str, box: Box | None, link: str) -> None:
        """A code comes on the picture in that slot, or moves there; without a box none is there any more."""
        code = (box, link) if box is not None else None
        if self._expected.get(slot) == code:
            return
        if code is None:
            del self._expected[slot]
        else:
            self._expected[slot] = code
        word = json.dumps({"slot": slot, "box": box, "link": link}) + "\n"
        if self._process is not None and self._process.stdin is not None:
            with suppress(OSError, ValueError):  # it has died, or was stopped
                self._process.stdin.write(word.encode())

    def _listen(self, _stopping: threading.Event) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with suppress(ValueError):
                word = json.loads(line)
                if word.get("event") == "listening":
                    self._url = word["url"]
                    self._listening.set()
                elif word.get("event") == "figures":
                    self._ended.clear()
                    self._figures = word
                elif word.get("event") == "ended":
                    self._ended.set()
        self._listening.set()
        self._ended.set()

    def report(self) -> ReceivedReport:
        """The newest figures."""
        figures = self._figures
        tried, read = figures.get("codes_tried") or 0, figures.get("codes_read") or 0
        return ReceivedReport(
            frames=int(figures.get("frames") or 0),
            fps=figures.get("fps") or 0.0,
            kbps=figures.get("kbps") or 0.0,
            latency_ms_p50=figures.get("latency_ms_p50"),
            latency_ms_p95=figures.get("latency_ms_p95"),
            qr_decoded_ratio=round(read / tried, 3) if tried else None,
        )

    def stop(self) -> None:
        """Ends the process once it has counted the end of the stream; may be called twice."""
        process = self._process
        if process is None:
            return
        assert process.stdin is not None
        assert process.stdout is not None
        if self._figures:
            self._ended.wait(END_DEADLINE_S)
        with suppress(OSError):
            process.stdin.close()
        try:
            process.wait(END_DEADLINE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self._listener.join()
        process.stdout.close()
