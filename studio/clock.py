"""Time as every part sees it: a monotonic clock for pace and a UTC clock for the log, both replaceable in tests."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where a part gets its time from."""

    def now_ns(self) -> int:
        """Monotonic nanoseconds, the same in every process of this computer."""

    def utc(self) -> datetime:
        """The wall clock in UTC, for the log only: it may jump."""


class SystemClock:
    """The computer's own clocks."""

    def now_ns(self) -> int:
        return time.monotonic_ns()

    def utc(self) -> datetime:
        return datetime.now(UTC)
