"""The go-live check in the engine: one order after the other on a thread of its own, told by events."""

import logging
import queue
import threading
from collections.abc import Callable
from pathlib import Path

from studio.checks import CheckDone, ChecksEnded
from studio.clock import Clock
from studio.commands import RunChecks
from studio.errors import bug_of
from studio.events import Event, Noticed
from studio.health.preflight.examination import Subject, examine
from studio.health.preflight.microphone import answered
from studio.worker import Mishaps, Worker

log = logging.getLogger(__name__)


class Examiner:
    """Called on the engine's thread; `emit` is called on its own."""

    def __init__(self, emit: Callable[[Event], None], clock: Clock, home: Path) -> None:
        self._emit = emit
        self._clock = clock
        self._home = home
        self._orders: queue.SimpleQueue[tuple[RunChecks, bool] | None] = queue.SimpleQueue()
        self._worker: Worker | None = None

    def examine(self, order: RunChecks, on_air: bool) -> None:
        """Puts an order in the row; while a show runs, what it uses is left alone."""
        self._orders.put((order, on_air))
        if self._worker is None:
            self._worker = Worker("preflight", self._run)
            self._worker.start()

    def answer(self, heard: bool) -> None:
        self._emit(CheckDone(answered(heard)))

    def stop(self) -> None:
        """Gives up what runs and what waits, and lets the devices go; may be called twice, and `examine` after it."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.stopping.set()
        self._orders.put(None)
        worker.join()
        self._orders = queue.SimpleQueue()

    def _run(self, stopping: threading.Event) -> None:
        orders = self._orders
        mishaps = Mishaps("the check", lambda error: self._emit(Noticed(bug_of(error), True, self._clock.utc())))
        while (order := orders.get()) is not None and not stopping.is_set():
            asked, on_air = order
            subject = Subject(
                show=asked.show,
                plan=asked.plan,
                home=self._home,
                clock=self._clock,
                stopping=stopping,
                begun=self._emit,
                on_air=on_air,
            )
            with mishaps:
                for result in examine(subject, asked.checks):
                    log.info("check %s %s: %s", result.check, result.about, result.outcome)
                    self._emit(CheckDone(result))
            self._emit(ChecksEnded())
