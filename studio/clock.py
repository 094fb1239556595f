"""Time as every part sees it: a monotonic clock for pace and a UTC clock for the log, both replaceable in tests."""

import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

LEAST_SLEEP_NS = 1_000_000_000  # two clocks that are read one after the other are never quite of one moment


class Clock(Protocol):
    """Where a part gets its time from."""

    def now_ns(self) -> int:
        """Monotonic nanoseconds, the same in every process of this computer."""

    def asleep_ns(self) -> int:
        """How long the computer has slept so far, as far as `now_ns` does not count it; begins anywhere."""

    def utc(self) -> datetime:
        """The wall clock in UTC, for the log only: it may jump."""

    def go_on_from(self, moment: datetime | None) -> None:
        """Has `utc` go on from there as long as the wall clock stands before it; None: from nowhere any more.

        A computer that lost its power may begin at its factory's date, and a log must not go backwards.
        """


class SystemClock:
    """The computer's own clocks."""

    def __init__(self) -> None:
        self.go_on_from(None)

    def now_ns(self) -> int:
        return time.monotonic_ns()

    def asleep_ns(self) -> int:
        """`time.monotonic` stands still in sleep on Linux and macOS; on Windows it goes on: there it is all counted."""
        if sys.platform == "linux":
            goes_on_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
        elif sys.platform == "darwin":
            goes_on_ns = time.clock_gettime_ns(time.CLOCK_MONOTONIC_RAW)
        else:
            return 0
        return goes_on_ns - time.monotonic_ns()

    def utc(self) -> datetime:
        since = timedelta(microseconds=(time.monotonic_ns() - self._least_ns) // 1000)
        return max(datetime.now(UTC), self._least + since)  # once the wall clock is set right, that counts

    def go_on_from(self, moment: datetime | None) -> None:
        self._least = moment or datetime.min.replace(tzinfo=UTC)  # so late it was at `_least_ns`, whatever else says
        self._least_ns = time.monotonic_ns()


class Sleeps:
    """How long the computer slept, from one look to the next."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asleep_ns = clock.asleep_ns()

    def look(self) -> int:
        """Nanoseconds of sleep since the last look that found some."""
        asleep_ns = self._clock.asleep_ns()
        slept_ns = asleep_ns - self._asleep_ns
        if slept_ns < LEAST_SLEEP_NS:
            return 0
        self._asleep_ns = asleep_ns
        return slept_ns
