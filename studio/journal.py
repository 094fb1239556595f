"""The journal: what happens in a show goes into the log while it happens, and nothing ever waits for the disk.

`record` may be called from any thread and only puts the event into a bounded queue. A thread of its own writes it
within a moment, together with what comes in that moment, so that a killed process loses next to nothing. Who is to
tell of something only when it is in the log waits for that with `settle`.
Where writing fails the queue holds, and it is tried again every second.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from studio.config import ShowConfig, SourceConfig, SourceKind, mask_address
from studio.errors import Problem, StudioError, explain
from studio.events import Event, RecordingFinished
from studio.store.rows import SessionEnd
from studio.store.sessions import NewSession
from studio.store.store import Store
from studio.store.writing import LOGGED
from studio.worker import Mishaps, Worker

log = logging.getLogger(__name__)

GATHER_S = 0.05  # events come in bunches; one transaction takes them all
RETRY_EVERY_S = 1.0
CAPACITY = 50_000  # events: half a day of a show whose log cannot be written
LARGEST_BATCH = 500
END_DEADLINE_S = 5.0


@dataclass(frozen=True, slots=True)
class _Entry:
    """One thing to write: an event of a session, its end, or a beginning that could not be written at once."""

    session_id: int  # as the show knows it
    event: Event | None
    ended_at: datetime | None = None
    end: SessionEnd = SessionEnd.ENDED
    opening: Callable[[], int] | None = None  # writes the beginning, and gives back the number it has in the log


class Journal:
    """Writes one show at a time into `store`.

    `failed` is told once when the log cannot be written, `mended` once when it can again; both on the
    journal's own thread.
    """

    def __init__(
        self,
        store: Store,
        failed: Callable[[Problem], None],
        mended: Callable[[Problem], None] | None = None,
        capacity: int = CAPACITY,
    ) -> None:
        self._store = store
        self._failed = failed
        self._mended = mended
        self._capacity = capacity
        self._changed = threading.Condition()
        self._queue: deque[_Entry] = deque()
        self._taken = 0  # entries ever put into the queue
        self._settled = 0  # entries ever written
        self._urgent = False
        self._closing = False
        self._full = False
        self._session_id: int | None = None
        self._numbers: dict[int, int] = {}  # as a show knows its own -> in the log, where that was written late
        self._problem: Problem | None = None  # what keeps the log from being written now
        self._mishaps = Mishaps("the journal")
        self._worker: Worker | None = None

    def start(self) -> None:
        """Starts the writing thread."""
        self._closing = False
        self._worker = Worker("journal", self._run)
        self._worker.start()

    def begin(self, show: ShowConfig, at: datetime, recording: Path | None = None) -> int:
        """Writes the beginning of a show at once and gives back the session's number.

        No log is worth a show: where it cannot be written now, that is told, and it is written as soon as that works.
        """
        new = NewSession(
            started_at=at,
            rehearsal=show.rehearsal,
            canvas=f"{show.canvas.width}x{show.canvas.height}",
            fps=show.canvas.fps,
            bitrate_kbps=show.encoder.bitrate_kbps,
            source=_source_text(show.source),
            station=show.station,
            recording=str(recording) if recording else None,
            cards=show.cards,
        )
        return self._open(partial(self._store.begin_session, new), self._next_number)

    def go_on(self, session_id: int, at: datetime, recording: Path | None = None) -> None:
        """Opens a session again that was cut off, else as `begin`.

        Raises `session.unknown` and `session.not_cut_off`.
        """

        def opening() -> int:
            self._store.go_on_with(session_id, at, str(recording) if recording else None)
            return session_id

        self._open(opening, lambda: session_id)

    def _open(self, opening: Callable[[], int], number: Callable[[], int]) -> int:
        """Writes a beginning; where that cannot be it is put into the queue, under the number it will have."""
        try:
            session_id, late = opening(), False
        except StudioError as error:
            if error.problem.code.startswith("session."):
                raise
            log.warning("the beginning of the show is not in the log yet: %s", error)
            session_id, late = number(), True
        with self._changed:
            self._session_id = session_id
            if late:
                self._put(_Entry(session_id, None, opening=opening))
        return session_id

    def _next_number(self) -> int:
        """The number the next session will have, where nobody else writes into this log; low where it is unreadable."""
        with self._changed:
            waiting = [entry.session_id for entry in self._queue if entry.opening is not None]
        try:
            following = self._store.next_session_number()
        except StudioError:
            following = 0
        return max(following, *(number + 1 for number in waiting), 0)

    @property
    def problem(self) -> Problem | None:
        """What keeps the log from being written now."""
        return self._problem

    def record(self, event: Event) -> None:
        """Takes an event of the running show; never waits. Events the log does not keep are passed over."""
        if not isinstance(event, LOGGED):
            return
        with self._changed:
            session_id = event.session_id if isinstance(event, RecordingFinished) else self._session_id
            if session_id is None:
                log.debug("nothing is on air: %r is not logged", event)
            elif len(self._queue) >= self._capacity:
                self._say_full()
            else:
                self._put(_Entry(session_id, event))

    def settle(self, deadline_s: float) -> bool:
        """Waits until all that was taken so far is written; False where that cannot be now, or takes longer."""
        with self._changed:
            wanted = self._taken
            if self._settled < wanted:
                self._urgent = True
                self._changed.notify_all()
            self._changed.wait_for(lambda: self._settled >= wanted or self._problem is not None, deadline_s)
            return self._settled >= wanted

    def end(self, at: datetime, end: SessionEnd = SessionEnd.ENDED, deadline_s: float = END_DEADLINE_S) -> bool:
        """Closes the session and waits until all of it is written; False where that did not work in time.

        Then the queue still holds it, and it is written as soon as that works.
        """
        with self._changed:
            if self._session_id is None:
                return True
            self._put(_Entry(self._session_id, None, at, end))
            self._session_id = None
            self._urgent = True
            self._changed.notify_all()
            wanted = self._taken
            return self._changed.wait_for(lambda: self._settled >= wanted, deadline_s)

    def stop(self) -> None:
        """Writes what is left and ends the thread; may be called twice."""
        if self._worker is None:
            return
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._worker.stop()
        self._worker = None
        if self._queue:
            log.error("%d events could not be written to the log", len(self._queue))

    def _put(self, entry: _Entry) -> None:
        self._queue.append(entry)
        self._taken += 1
        self._changed.notify_all()

    def _say_full(self) -> None:
        if not self._full:
            self._full = True
            log.error("the journal holds %d events that cannot be written: later ones are lost", self._capacity)

    def _run(self, stopping: threading.Event) -> None:
        while True:
            with self._changed:
                if self._problem is None:
                    self._changed.wait_for(lambda: bool(self._queue) or self._urgent or self._closing)
                pause_s = RETRY_EVERY_S if self._problem else GATHER_S
                self._changed.wait_for(lambda: self._urgent or self._closing, pause_s)
                self._urgent = False
                last = self._closing or stopping.is_set()
            with self._mishaps:
                self._write_queue()
            if last:
                return

    def _write_queue(self) -> None:
        """Writes all that is queued; stops at the first batch the log does not take, and keeps it."""
        largest = LARGEST_BATCH
        while batch := self._next_batch(largest):
            try:
                self._write(batch)
            except StudioError as error:
                self._report(error.problem)
                return
            except Exception:
                if len(batch) > 1:  # our own bug: find the one event that does it and save the others
                    largest = 1
                    continue
                log.exception("left out of the log: %r", batch[0])
            self._settle(len(batch))

    def _write(self, batch: list[_Entry]) -> None:
        known = batch[0].session_id
        if (opening := batch[0].opening) is not None:
            try:
                self._numbers[known] = opening()
            except StudioError as error:
                if not error.problem.code.startswith("session."):
                    raise
                log.warning("session %d does not begin in the log: %s", known, error)  # what follows must not wait
            return
        events = [entry.event for entry in batch if entry.event is not None]
        self._store.write_events(self._numbers.get(known, known), events, batch[-1].ended_at, batch[-1].end)

    def _next_batch(self, largest: int) -> list[_Entry]:
        """The oldest entries of one session, up to its end; they stay in the queue until they are written.

        A beginning is alone.
        """
        with self._changed:
            batch: list[_Entry] = []
            for entry in self._queue:
                another = bool(batch) and (entry.session_id != batch[0].session_id or entry.opening is not None)
                if len(batch) == largest or another:
                    break
                batch.append(entry)
                if entry.ended_at is not None or entry.opening is not None:
                    break
            return batch

    def _settle(self, count: int) -> None:
        with self._changed:
            for _entry in range(count):
                self._queue.popleft()
            self._settled += count
            self._full = False
            problem, self._problem = self._problem, None
            self._changed.notify_all()
        if problem is not None and self._mended is not None:
            self._mended(problem)

    def _report(self, cause: Problem) -> None:
        if self._problem is None:
            with self._changed:
                problem = self._problem = Problem.of("journal.failing", reason=explain(cause).what)
                self._changed.notify_all()
            self._failed(problem)


def _source_text(source: SourceConfig) -> str:
    """The source as it may be read by anyone: a network camera's address can hold a password."""
    target = mask_address(source.target) if source.kind is SourceKind.URL else source.target
    return f"{source.kind}:{target}" if target else str(source.kind)
