"""A thread with an owner: named, non-daemon, stopped by an event, joined with a deadline; and how it outlives bugs."""

import logging
import threading
from collections.abc import Callable
from types import TracebackType

log = logging.getLogger(__name__)

JOIN_DEADLINE_S = 10.0


class Mishaps:
    """What our own bugs do to a thread without which there is no show: `with mishaps:` around each of its steps.

    What a step raises is logged whole and handed to `failed`, once for each line of the program that raises;
    then the next step is taken. May be used by several threads.
    """

    def __init__(self, name: str, failed: Callable[[Exception], None] | None = None) -> None:
        self._name = name
        self._failed = failed
        self._known: set[tuple[type[BaseException], str, int]] = set()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if not isinstance(error, Exception):
            return False
        self.take(error)
        return True

    def take(self, error: Exception) -> None:
        """Tells of the error where it is a new one."""
        place = error.__traceback__
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = (type(error), place.tb_frame.f_code.co_filename, place.tb_lineno) if place else (type(error), "", 0)
        if where in self._known:
            return
        self._known.add(where)
        log.error("%s goes on after an error", self._name, exc_info=error)
        if self._failed is not None:
            self._failed(error)


class Worker:
    """Runs `body(stopping)` on its own thread until it returns; `stop` asks and waits.

    `body` looks at the event between steps and returns soon after it is set. What it raises is our own
    bug: it is logged whole and handed to `failed`. One that is `abandonable` waits inside a driver that may never
    answer: nobody waits for it in vain, also not the end of the program.
    """

    def __init__(
        self,
        name: str,
        body: Callable[[threading.Event], None],
        failed: Callable[[Exception], None] | None = None,
        abandonable: bool = False,
    ) -> None:
        self.name = name
        self._abandonable = abandonable
        self.stopping = threading.Event()
        self._body = body
        self._failed = failed
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        thread = threading.Thread(target=self._run, name=self.name, daemon=self._abandonable)
        thread.start()  # where that fails there is nothing to join
        self._thread = thread

    def _run(self) -> None:
        try:
            self._body(self.stopping)
        except Exception as error:
            log.exception("%s ended by an error", self.name)
            if self._failed is not None:
                self._failed(error)

    @property
    def alive(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def stop(self, deadline_s: float = JOIN_DEADLINE_S) -> bool:
        """Asks the thread to end and waits; False where it was still running at the deadline."""
        self.stopping.set()
        return self.join(deadline_s)

    def join(self, deadline_s: float = JOIN_DEADLINE_S) -> bool:
        if self._thread is None or self._thread is threading.current_thread():
            return True
        self._thread.join(deadline_s)
        if self._thread.is_alive() and not self._abandonable:
            log.error("%s did not end within %.1f s", self.name, deadline_s)
        return not self._thread.is_alive()
