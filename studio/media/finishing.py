"""Recordings waiting to become films: one after the other, in a process of its own, and never while a show runs.

A thread hands each to `studio.media.film` and tells what came of it. Whatever is not done when the engine ends is
done by the next one.
"""

import json
import logging
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from studio.errors import DAMAGED, Problem, bug_of, reason_of
from studio.events import RecordingFinished
from studio.paths import there
from studio.worker import Worker

log = logging.getLogger(__name__)

RECORDING_SUFFIX = ".mkv"
FILM_SUFFIX = ".mp4"
LAST_WORDS = {"film", "reason", "lacking_bytes"}
DRAFT_SUFFIX = ".mp4.part"  # what a film is called while it is being made


@dataclass(frozen=True, slots=True)
class _Job:
    session_id: int
    recording: Path


class Finisher:
    """The row of recordings. `told` is called once for each, on the row's own thread."""

    def __init__(self, told: Callable[[RecordingFinished], None]) -> None:
        self._told = told
        self._row: deque[_Job] = deque()
        self._held = False
        self._process: subprocess.Popen[str] | None = None
        self._killed = False  # the process that works, for a show or for the end
        self._changed = threading.Condition()
        self._worker = Worker("finisher", self._run)

    def start(self) -> None:
        self._worker.start()

    def add(self, session_id: int, recording: Path) -> None:
        """Puts a recording in the row; one that was held up begins again from its start."""
        with self._changed:
            self._row.append(_Job(session_id, recording))
            self._changed.notify_all()

    def hold(self) -> None:
        """A show begins: it gets the whole computer."""
        with self._changed:
            self._held = True
            self._kill()

    def go_on(self) -> None:
        """The show is over."""
        with self._changed:
            self._held = False
            self._changed.notify_all()

    @property
    def busy(self) -> bool:
        """Whether recordings wait that can be worked on."""
        with self._changed:
            return bool(self._row) and not self._held

    def stop(self) -> None:
        """Leaves what is not done as it was; may be called twice."""
        self._worker.stopping.set()
        with self._changed:
            self._held = True
            self._kill()
            self._changed.notify_all()
        self._worker.stop()

    def _kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._killed = True
            self._process.kill()

    def _run(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            with self._changed:
                self._changed.wait_for(lambda: stopping.is_set() or (bool(self._row) and not self._held))
                if stopping.is_set():
                    return
                job = self._row[0]
            finished = self._finish(job)
            if finished is None:
                continue  # a show came between
            with self._changed:
                self._row.popleft()
            self._told(finished)

    def _finish(self, job: _Job) -> RecordingFinished | None:
        """What came of a recording; None where the work was stopped half-way."""
        try:
            word = self._make(job.recording)
        except OSError as error:
            word = {"reason": reason_of(error)}
        except Exception as error:
            log.exception("%s was not finished", job.recording)
            return RecordingFinished(job.session_id, str(job.recording), str(job.recording), bug_of(error))
        if word is None:
            return None
        if "film" in word:
            return RecordingFinished(job.session_id, str(job.recording), str(word["film"]))
        return RecordingFinished(job.session_id, str(job.recording), str(job.recording), _problem(job.recording, word))

    def _make(self, recording: Path) -> dict[str, object] | None:
        """The last word of the process that makes the film; None where it was killed for a show."""
        process = self._begin(recording)
        if process is None:
            return None
        word: dict[str, object] = {}
        with process:
            assert process.stdout is not None
            for line in process.stdout:
                with suppress(ValueError):
                    word = json.loads(line)
        with self._changed:
            self._process = None
            killed = self._killed  # and not whether it is held: a show may begin and end before this is reached
        if LAST_WORDS & word.keys():
            return word
        recording.with_suffix(DRAFT_SUFFIX).unlink(missing_ok=True)
        return None if killed else {"reason": DAMAGED}  # a file that makes FFmpeg crash, say

    def _begin(self, recording: Path) -> "subprocess.Popen[str] | None":
        with self._changed:
            if not self._held:
                self._killed = False
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "studio.media.film", str(recording)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                )
            return self._process


def _problem(recording: Path, word: dict[str, object]) -> Problem:
    """Why there is no film, by the last word of the process that was to make it."""
    if isinstance(lacking := word.get("lacking_bytes"), int):
        gigabytes = f"{lacking / 1e9 + 0.05:.1f}"  # never less than what is needed
        return Problem.of("recording.film_needs_room", path=recording, gigabytes=gigabytes)
    if word.get("reason") == DAMAGED:
        return Problem.of("recording.damaged", path=recording)
    return Problem.of("recording.unfinished", path=recording, reason=word.get("reason", ""))


def recording_path(folder: Path | None, at: datetime) -> Path | None:
    """A file of its own for the show of that moment; a second one in the same second gets a number."""
    if folder is None:
        return None
    name = f"{at.astimezone():%Y%m%d-%H%M%S}"
    path = folder / f"{name}{RECORDING_SUFFIX}"
    number = 2
    while there(path) or there(path.with_suffix(FILM_SUFFIX)):
        path = folder / f"{name}-{number}{RECORDING_SUFFIX}"
        number += 1
    return path
