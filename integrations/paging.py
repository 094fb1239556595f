"""How a long question is cut into what a platform answers: spans of time, pages from the last one back, a pace."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from integrations.base import N_, Handed, IntegrationError

MOST_PAGES = 2000  # of one span: more is a platform that never comes to an end


def spans(since: datetime, until: datetime, longest: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """The time from `since` to `until` in pieces of at most `longest`, the oldest first."""
    begin = since.replace(microsecond=0)
    while begin < until:
        end = min(begin + longest, until)
        yield begin, end
        begin = end


def last_page_first(total: int, size: int) -> Iterator[int]:
    """The numbers of all pages, counted from 1, the last one first.

    Orders that change while pages are read leave the span that is asked for, and those behind them move forward: from
    the back none of them is passed over. What left is in the next span.
    """
    pages = -(-total // size)
    if pages > MOST_PAGES:
        raise endless()
    yield from range(pages, 0, -1)


def endless() -> IntegrationError:
    return IntegrationError(N_("its pages never come to an end"))


class Pace:
    """Keeps questions to one account at least `gap_s` apart."""

    def __init__(self, handed: Handed, gap_s: float, now_s: Callable[[], float] = time.monotonic) -> None:
        self._handed = handed
        self._gap_s = gap_s
        self._now_s = now_s
        self._next_s = 0.0

    def keep(self) -> None:
        """Waits for this question's turn."""
        left_s = self._next_s - self._now_s()
        if left_s > 0:
            self._handed.wait(left_s)
        self._next_s = max(self._now_s(), self._next_s) + self._gap_s
