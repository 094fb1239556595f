"""Which late ticks are ours, and which the computer's that stood still."""

from datetime import UTC, datetime, timedelta

from studio.events import HealthSampled
from tests.bench.stalls import late_of_ours

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def sample(second: int, late: int) -> HealthSampled:
    at = BEGIN + timedelta(seconds=second)
    return HealthSampled(at, second, 30.0, 0, 0, 0, late, 0, 0, 0.0, -20.0, 0.0, 40.0, 300.0, 1000)


def test_ticks_are_late_for_our_own_reasons_in_seconds_without_a_stall() -> None:
    samples = [sample(1, 0), sample(2, 1), sample(3, 1), sample(4, 4), sample(5, 5)]
    stall = ((BEGIN + timedelta(seconds=3.4)).timestamp(), 35.0)
    assert late_of_ours(samples, []) == 5
    assert late_of_ours(samples, [stall]) == 2
    assert late_of_ours([], [stall]) == 0


def test_what_was_late_before_the_first_sample_counts() -> None:
    assert late_of_ours([sample(1, 2)], []) == 2
