"""A client of a running engine that remembers every event, as a second window would see them."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from studio.commands import Command
from studio.events import Event
from studio.link import EngineClient, attach_or_start
from studio.paths import home as home_of

Wanted = TypeVar("Wanted", bound=Event)


class AttachedClient:
    """Attaches to the engine of `home`, starting it where `start`; `wait_for` waits for events, past or to come."""

    def __init__(self, home: Path, start: bool = False, deadline_s: float = 90.0) -> None:
        self.lost = threading.Event()
        self._home = home_of(home)
        self._start = start
        self._deadline_s = deadline_s
        self._events: list[Event] = []
        self._came = threading.Condition()
        self._client: EngineClient | None = None

    def __enter__(self) -> Self:
        until = time.monotonic() + self._deadline_s
        pause = threading.Event()
        while self._client is None:
            self._client = attach_or_start(self._home.ensure()) if self._start else EngineClient.attach(self._home)
            if self._client is None:
                assert time.monotonic() < until, "no engine came up"
                pause.wait(0.05)
        self._client.start(self._take, self.lost.set)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._client is not None
        self._client.close()

    @property
    def engine_pid(self) -> int:
        assert self._client is not None
        return self._client.engine_pid

    def send(self, command: Command) -> None:
        assert self._client is not None
        self._client.send(command)

    def _take(self, event: Event) -> None:
        with self._came:
            self._events.append(event)
            self._came.notify_all()

    def wait_for(
        self,
        kind: type[Wanted],
        matching: Callable[[Wanted], bool] = lambda _event: True,
        deadline_s: float = 120.0,
        after: int = 0,
    ) -> Wanted:
        """The first event of a kind that matches, of those from number `after` on."""
        found: list[Wanted] = []

        def there() -> bool:
            found[:] = [event for event in self._events[after:] if isinstance(event, kind) and matching(event)]
            return bool(found)

        with self._came:
            assert self._came.wait_for(there, deadline_s), f"no {kind.__name__} came: {self._events[-5:]}"
        return found[0]

    def latest(self, kind: type[Wanted]) -> Wanted:
        """The newest event of a kind that came so far."""
        with self._came:
            return next(event for event in reversed(self._events) if isinstance(event, kind))

    @property
    def count(self) -> int:
        """How many events came so far."""
        with self._came:
            return len(self._events)

    @property
    def events(self) -> list[Event]:
        """All that came so far."""
        with self._came:
            return list(self._events)
