"""Counts of viewers of several sources stand beside one another."""

from datetime import UTC, datetime, timedelta

from studio.sold import ViewersSampled, count_of, shown_count, with_count

NOON = datetime(2026, 9, 20, 12, 0, 0, tzinfo=UTC)


def counted(*told: tuple[str, int, float]) -> tuple[ViewersSampled, ...]:
    found: tuple[ViewersSampled, ...] = ()
    for source, count, seconds in told:
        found = with_count(found, ViewersSampled(count, source, NOON + timedelta(seconds=seconds)))
    return found


def test_the_count_shown_does_not_jump_from_source_to_source() -> None:
    both = counted(("kuaishou", 1500, 0), ("nginx-rtmp", 3, 5), ("typed", 1400, 6), ("nginx-rtmp", 4, 10))
    assert {one.source: one.count for one in both} == {"kuaishou": 1500, "nginx-rtmp": 4, "typed": 1400}
    assert shown_count(both).count == 1500
    assert shown_count(counted(("typed", 9, 1), ("nginx-rtmp", 3, 0))).source == "nginx-rtmp"


def test_two_accounts_of_one_platform_are_two_sources_and_the_larger_room_is_shown() -> None:
    one, other = count_of("kuaishou", "果园"), count_of("kuaishou", "合作社")
    both = counted((one, 1500, 0), (other, 20, 4), (one, 1490, 8), (other, 30, 12))
    assert {found.source: found.count for found in both} == {one: 1490, other: 30}
    assert shown_count(both).source == one


def test_a_source_that_fell_silent_gives_way() -> None:
    assert shown_count(counted(("kuaishou", 1500, 0), ("typed", 9, 121))).source == "typed"
