"""Reads values for overlays from files and HTTP addresses every few seconds, on a thread of its own.

The show never waits for it: a source that is silent or answers with something else costs a notice, and the last
value stays on the picture.
"""

import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import url2pathname

from integrations.base import IntegrationError
from integrations.http import Http
from overlays.live_data import LiveDataParams
from studio.clock import Clock
from studio.errors import Problem, reason_of
from studio.events import Event, Noticed
from studio.i18n import N_, _
from studio.media.frames import NS
from studio.worker import Worker

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.25
LARGEST_FILE_BYTES = 200_000
LONGEST_VALUE = 60
NO_VALUE = N_("there is no short value in what it answers")
TOO_LONG = N_("its answer is too long")


class DataReader:
    """The newest value of each slot; `emit` is called on the reader's thread, which runs while there is a slot."""

    def __init__(self, clock: Clock, emit: Callable[[Event], None]) -> None:
        self._clock = clock
        self._emit = emit
        self._followed: dict[str, LiveDataParams] = {}
        self._values: dict[str, str] = {}
        self._due_ns: dict[str, int] = {}
        self._problems: dict[str, Problem] = {}
        self._changing = threading.Lock()
        self._telling = (
            threading.Lock()
        )  # what is told of a slot that was left is taken back, never the other way round
        self._worker: Worker | None = None

    def follow(self, slot: str, params: LiveDataParams) -> None:
        """Reads what `params` names from now on."""
        with self._changing:
            self._followed[slot] = params
            self._due_ns[slot] = 0
            self._values.pop(slot, None)
        if self._worker is None:
            self._worker = Worker("live data", self._run)
            self._worker.start()

    def leave(self, slot: str) -> None:
        """Reads it no more; a notice that lasts is taken back."""
        with self._changing:
            self._followed.pop(slot, None)
            self._values.pop(slot, None)
        self._mended(slot)

    def value(self, slot: str) -> str | None:
        """What was read last; None where nothing was yet."""
        return self._values.get(slot)

    def stop(self) -> None:
        """Ends the thread: at once, or when a question that is under way has its answer or its time-out."""
        if self._worker is not None:
            self._worker.stop()
            self._worker = None

    def _run(self, stopping: threading.Event) -> None:
        http = Http()
        try:
            while not stopping.wait(LOOK_EVERY_S):
                now_ns = self._clock.now_ns()
                with self._changing:
                    due = [(slot, params) for slot, params in self._followed.items() if self._due_ns[slot] <= now_ns]
                    for slot, params in due:
                        self._due_ns[slot] = now_ns + params.every_s * NS
                for slot, params in due:
                    self._read(slot, params, http)
        finally:
            http.close()

    def _read(self, slot: str, params: LiveDataParams, http: Http) -> None:
        try:
            value = read_value(params.address, params.path, http)
        except IntegrationError as error:
            self._report(slot, params, _(error.message).format(**error.values))
        except OSError as error:
            self._report(slot, params, reason_of(error))
        else:
            with self._changing:
                if self._followed.get(slot) is params:
                    self._values[slot] = value
            self._mended(slot)

    def _report(self, slot: str, params: LiveDataParams, reason: str) -> None:
        with self._telling:
            if slot in self._problems or self._followed.get(slot) is not params:
                return
            log.info("live data: %s", reason)
            problem = self._problems[slot] = Problem.of("data.unreadable", name=params.caption or slot, reason=reason)
            self._emit(Noticed(problem, True, self._clock.utc()))

    def _mended(self, slot: str) -> None:
        with self._telling:
            problem = self._problems.pop(slot, None)
            if problem is not None:
                self._emit(Noticed(problem, False, self._clock.utc()))


def read_value(address: str, path: str, http: Http) -> str:
    """The value at `address` now; raises `IntegrationError` and `OSError` for what gives none."""
    on_the_net = address.lower().startswith(("http://", "https://"))
    answer = http.get(address) if on_the_net else _file_text(address)
    text = answer.decode("utf-8", "replace").strip().removeprefix("\ufeff")
    value = _at_path(text, path) if path.strip() else text
    shown = " ".join(value.split())
    if not shown or len(shown) > LONGEST_VALUE or "<" in shown:
        raise IntegrationError(NO_VALUE)
    return shown


def _file_text(address: str) -> bytes:
    name = url2pathname(address[7:]) if address.lower().startswith("file://") else address
    path = Path(name)
    if "\0" in name or not path.is_file():  # a pipe or a device might never answer
        raise FileNotFoundError(2, "no such file")
    with path.open("rb") as file:
        text = file.read(LARGEST_FILE_BYTES + 1)
    if len(text) > LARGEST_FILE_BYTES:
        raise IntegrationError(TOO_LONG)
    return text


def _at_path(text: str, path: str) -> str:
    """The value that `sensors.0.celsius` names in a JSON text."""
    try:
        found: Any = json.loads(text)
        for part in path.strip().split("."):
            found = found[int(part)] if isinstance(found, list) else found[part]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise IntegrationError(NO_VALUE) from error
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        raise IntegrationError(NO_VALUE)
    return str(found)
