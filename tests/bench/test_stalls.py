"""Which losses are ours, and which the computer's that stood still."""

from datetime import UTC, datetime, timedelta

import pytest

from studio.events import HealthSampled
from tests.bench.stalls import Lost, Stall, lost_of_ours, stalls_of, told_losses

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def sample(second: int, late: int, skipped: int = 0) -> HealthSampled:
    at = BEGIN + timedelta(seconds=second)
    return HealthSampled(at, second, 30.0, 0, 0, 0, late, skipped, 0, 0.0, -20.0, 0.0, 40.0, 300.0, 1000)


def test_what_is_lost_in_seconds_without_a_stall_is_ours() -> None:
    samples = [sample(1, 2), sample(2, 3), sample(3, 3), sample(4, 6, 2), sample(5, 7, 3)]
    at_s = (BEGIN + timedelta(seconds=3.4)).timestamp()
    stall = Stall(at_s, at_s + 0.035, 0.035)
    assert lost_of_ours(samples, []) == Lost(5, 3)
    assert lost_of_ours(samples, [stall]) == Lost(2, 1, seconds_left_out=1)
    assert lost_of_ours([], [stall]) == Lost()
    assert told_losses(samples, [stall]) == [
        "00:00:02  late 1  skipped 0  stood still: never",
        "00:00:04  late 3  skipped 2  stood still: 35 ms",
        "00:00:05  late 1  skipped 1  stood still: never",
    ]


@pytest.mark.parametrize(
    ("stops", "stood_ms"),
    [
        ([], []),
        ([(10.0, 19.0)], []),
        ([(10.0, 25.0)], [25]),
        ([(10.0, 12.0), (10.0, 15.0)], []),  # both cores at once
        ([(10.02, 12.0), (10.0, 12.0)], [24]),
        ([(10.03, 12.0), (10.0, 12.0)], []),  # 18 ms of work in between
        ([(10.0 + 0.04 * number, 3.0) for number in range(20)], []),  # here and there: no picture is late for that
        ([(10.2, 40.0), (10.0, 30.0)], [30, 40]),
        ([(10.0, 50.0), (9.99, 10.0)], [50]),  # one within the other
    ],
)
def test_short_stops_make_a_stall_where_they_follow_at_once(
    stops: list[tuple[float, float]], stood_ms: list[int]
) -> None:
    assert [round(1000 * stall.stood_s) for stall in stalls_of(stops)] == stood_ms
