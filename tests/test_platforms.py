"""Viewer counts of a server become events, and its troubles one notice."""

import queue
import time
from collections.abc import Iterator

import pytest

from studio.clock import SystemClock
from studio.errors import explain
from studio.events import Event, Noticed
from studio.platforms import ViewerPoller, shown_address
from studio.sold import ViewersSampled
from tests.integrations.pages import STAT, Pages, serving

DEADLINE_S = 90.0


@pytest.fixture
def pages() -> Iterator[Pages]:
    with serving() as pages:
        yield pages


class Listener:
    """Takes the poller's events; the poller runs while the block does."""

    def __init__(self, url: str, ask_every_s: float = 0.02) -> None:
        self.events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.poller = ViewerPoller(url, self.events.put, SystemClock(), ask_every_s)

    def __enter__(self) -> "Listener":
        self.poller.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.poller.stop()
        self.poller.stop()

    def next(self) -> Event:
        return self.events.get(timeout=DEADLINE_S)


def test_the_count_comes_at_once_and_again(pages: Pages) -> None:
    with Listener(pages.put("/stat", STAT) + "#live/stall") as listener:
        for _time in range(2):
            event = listener.next()
            assert isinstance(event, ViewersSampled)
            assert (event.count, event.source) == (2, "nginx-rtmp")
    assert set(pages.asked) == {"/stat"}, "what follows the # is for us, not for the server"


def test_a_fault_is_told_once_and_once_more_when_it_is_over(pages: Pages) -> None:
    with Listener(pages.url + "/stat?key=geheim") as listener:
        wrong = listener.next()
        assert isinstance(wrong, Noticed)
        assert (wrong.problem.code, wrong.active) == ("stats.unreadable", True)
        sentence = explain(wrong.problem).what
        assert "404" in sentence
        assert "geheim" not in sentence
        while len(pages.asked) < 3:
            pages.asking.clear()
            assert pages.asking.wait(DEADLINE_S)
        pages.put("/stat?key=geheim", STAT)
        right = listener.next()
        assert isinstance(right, Noticed)
        assert (right.problem, right.active) == (wrong.problem, False)
        assert isinstance(listener.next(), ViewersSampled)


def test_a_server_that_stays_wrong_is_asked_less_and_less_often(pages: Pages) -> None:
    began = time.monotonic()
    with Listener(pages.url + "/gone", ask_every_s=0.05):
        while len(pages.asked) < 4:
            pages.asking.clear()
            assert pages.asking.wait(DEADLINE_S)
        assert time.monotonic() - began >= 0.05 * (2 + 4 + 8)


def test_stopping_between_two_questions_takes_no_time(pages: Pages) -> None:
    with Listener(pages.put("/stat", STAT), ask_every_s=3600) as listener:
        listener.next()
        began = time.monotonic()
    assert time.monotonic() - began < DEADLINE_S


def test_an_address_that_is_none_is_a_notice_and_no_crash() -> None:
    with Listener("not an address") as listener:
        event = listener.next()
    assert isinstance(event, Noticed)
    assert event.problem.code == "stats.unreadable"


def test_the_address_is_shown_without_what_may_be_secret() -> None:
    assert (
        shown_address("http://farm:geheim@192.0.2.1:8080/stat?key=geheim#live/geheim") == "http://192.0.2.1:8080/stat"
    )
    assert shown_address("http://[::1") == "…"
