"""Which losses are ours, and which the computer's that stood still."""

from datetime import UTC, datetime, timedelta

from studio.events import HealthSampled
from tests.bench.stalls import Lost, lost_of_ours

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def sample(second: int, late: int, skipped: int = 0) -> HealthSampled:
    at = BEGIN + timedelta(seconds=second)
    return HealthSampled(at, second, 30.0, 0, 0, 0, late, skipped, 0, 0.0, -20.0, 0.0, 40.0, 300.0, 1000)


def test_what_is_lost_in_seconds_without_a_stall_is_ours() -> None:
    samples = [sample(1, 2), sample(2, 3), sample(3, 3), sample(4, 6, 2), sample(5, 7, 3)]
    stall = ((BEGIN + timedelta(seconds=3.4)).timestamp(), 35.0)
    assert lost_of_ours(samples, []) == Lost(5, 3)
    assert lost_of_ours(samples, [stall]) == Lost(2, 1, seconds_left_out=1)
    assert lost_of_ours([], [stall]) == Lost()
