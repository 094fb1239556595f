"""What parts of the chain tell, collected on any thread and waited for without sleeping."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from studio.errors import Problem

T = TypeVar("T")
DEADLINE_S = 150.0  # costs nothing where it works, and a film is made with the least of all priorities


class Told:
    """A sink for anything that is told; `wait_for` returns as soon as a condition holds."""

    def __init__(self) -> None:
        self.all: list[Any] = []
        self._changed = threading.Condition()

    def __call__(self, thing: Any) -> None:
        with self._changed:
            self.all.append(thing)
            self._changed.notify_all()

    def notice(self, problem: Problem, active: bool) -> None:
        """As capture tells of a loss."""
        self((problem, active))

    def of(self, kind: type[T]) -> list[T]:
        """All of one kind, oldest first."""
        with self._changed:
            return [thing for thing in self.all if isinstance(thing, kind)]

    def wait_for(self, condition: Callable[[], bool], deadline_s: float = DEADLINE_S) -> None:
        """Returns when `condition` holds; it is looked at again whenever something is told, and often in between.

        Nothing is held meanwhile: the condition may wait for whoever is telling something just now.
        """
        until = time.monotonic() + deadline_s
        while True:
            told = len(self.all)
            if condition():
                return
            assert time.monotonic() < until, f"not within {deadline_s} s; told so far: {self.all[-10:]}"
            with self._changed:
                if len(self.all) == told:
                    self._changed.wait(0.02)

    def wait_for_one(self, kind: type[T], count: int = 1, deadline_s: float = DEADLINE_S) -> T:
        """The newest of a kind, once there are `count` of them."""
        self.wait_for(lambda: len([one for one in self.all if isinstance(one, kind)]) >= count, deadline_s)
        return self.of(kind)[-1]


class Hand:
    """A clock whose hands are moved by the test."""

    def __init__(self, now_ns: int = 0) -> None:
        self.at_ns = now_ns
        self.slept_ns = 0

    def now_ns(self) -> int:
        return self.at_ns

    def asleep_ns(self) -> int:
        return self.slept_ns

    def utc(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.at_ns // 1000)

    def go_on_from(self, moment: datetime | None) -> None:
        """Its hands never went back."""
