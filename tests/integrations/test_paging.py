"""A long question in pieces, its pages from the last one back, and no two questions closer than allowed."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from integrations.base import Handed, IntegrationError
from integrations.paging import MOST_PAGES, Pace, last_page_first, spans

NOW = datetime(2026, 9, 20, 12, 0, 0, 250_000, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_a_long_time_is_asked_for_in_pieces_without_a_gap() -> None:
    pieces = list(spans(NOW - 2.5 * HOUR, NOW, HOUR))
    assert (pieces[0][0], pieces[-1][1]) == ((NOW - 2.5 * HOUR).replace(microsecond=0), NOW)
    assert all(begin < end <= begin + HOUR for begin, end in pieces)
    assert all(before[1] == after[0] for before, after in pairwise(pieces))
    assert list(spans(NOW, NOW - HOUR, HOUR)) == []


@pytest.mark.parametrize(("total", "pages"), [(0, []), (1, [1]), (100, [1]), (250, [3, 2, 1])])
def test_the_last_page_comes_first(total: int, pages: list[int]) -> None:
    assert list(last_page_first(total, 100)) == pages


def test_more_pages_than_any_shop_has_are_not_asked_for() -> None:
    assert next(last_page_first(MOST_PAGES * 100, 100)) == MOST_PAGES
    with pytest.raises(IntegrationError, match="never come to an end"):
        next(last_page_first(MOST_PAGES * 100 + 1, 100))


def test_questions_keep_their_distance() -> None:
    at_s = 10.0
    waited: list[float] = []

    def wait(seconds: float) -> None:
        nonlocal at_s
        waited.append(seconds)
        at_s += seconds

    pace = Pace(Handed(lambda: NOW, wait, lambda _tokens: None), 0.5, lambda: at_s)
    asked: list[float] = []
    for later_s in (0.0, 0.125, 0.0, 3.0):
        at_s += later_s
        pace.keep()
        asked.append(at_s)
    assert waited == [0.375, 0.5]
    assert asked == [10.0, 10.5, 11.0, 14.0]
