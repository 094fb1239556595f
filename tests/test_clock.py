"""The computer's clocks: what stands still while it sleeps, and what does not."""

import sys
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from studio.clock import Sleeps, SystemClock
from studio.media.frames import NS
from tests.media.told import Hand


def test_sleep_is_what_the_clock_that_goes_on_is_ahead_by(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SystemClock()
    before_ns = clock.asleep_ns()
    assert abs(clock.asleep_ns() - before_ns) < 5 * NS, "it does not grow while the computer is awake"
    if sys.platform != "win32":
        as_it_is = time.clock_gettime_ns
        monkeypatch.setattr(time, "clock_gettime_ns", lambda which: as_it_is(which) + 60 * NS)
        assert abs(clock.asleep_ns() - before_ns - 60 * NS) < 5 * NS


def test_each_sleep_is_found_once_and_a_second_between_two_readings_is_none() -> None:
    hand = Hand()
    hand.slept_ns = 7 * NS
    sleeps = Sleeps(hand)
    assert sleeps.look() == 0, "it slept before"
    hand.slept_ns += NS - 1
    assert sleeps.look() == 0
    hand.slept_ns += 30 * NS
    assert sleeps.look() == 31 * NS - 1
    hand.slept_ns -= 1
    assert sleeps.look() == 0


def test_the_log_goes_on_where_a_power_cut_set_the_clock_back_until_it_is_set_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cut_at = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
    stands = [datetime(2019, 1, 1, tzinfo=UTC)]

    class Wall(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return stands[0]

    monkeypatch.setattr("studio.clock.datetime", Wall)
    passed_ns = [0]
    monkeypatch.setattr("studio.clock.time", SimpleNamespace(monotonic_ns=lambda: passed_ns[0]))
    clock = SystemClock()
    assert clock.utc() == stands[0]
    clock.go_on_from(cut_at)
    assert clock.utc() == cut_at
    passed_ns[0] += 7 * NS
    stands[0] += timedelta(seconds=7)
    assert clock.utc() == cut_at + timedelta(seconds=7)
    stands[0] = cut_at - timedelta(minutes=10)
    assert clock.utc() == cut_at + timedelta(seconds=7), "set right, it is still before the cut, whose clock was fast"
    stands[0] = cut_at + timedelta(minutes=3)
    assert clock.utc() == stands[0], "the network told it the time"
    stands[0] = datetime(2019, 1, 1, tzinfo=UTC)
    assert clock.utc() == cut_at + timedelta(seconds=7), "set back, it never goes before the cut"
    clock.go_on_from(None)
    assert clock.utc() == stands[0], "another show is none of the one that was cut off"
