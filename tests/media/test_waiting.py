"""Whom a stream waits for, told by a clock, mostly alone as on Windows and macOS."""

import os
import signal
import threading
import time
from collections.abc import Callable
from fractions import Fraction

import pytest

from studio.bending import STARVED
from studio.media import carrier
from studio.media.flow import Flow
from studio.media.frames import EncodedPacket, PacketKind
from studio.media.waiting import GRAIN_S, REST_S, Waiting
from tests.end2end.nginx import RtmpServer
from tests.end2end.weak_network import WeakNetwork
from tests.media.feed import Feed
from tests.media.sending import KEY, Sending
from tests.media.untold_relay import COMMAND


class Clock:
    """Seconds, moved by the test, and by whoever rests."""

    def __init__(self, late_s: float = 0.0) -> None:
        self.now_s = 100.0
        self._late_s = late_s

    def __call__(self) -> float:
        return self.now_s

    def wait(self, seconds: float) -> bool:
        self.now_s += seconds + self._late_s
        return False


def rested(waiting: Waiting, clock: Clock) -> None:
    over = threading.Event()
    over.wait = clock.wait  # type: ignore[method-assign,assignment]
    assert waiting.rest(over, 5 * REST_S)
    waiting.look()


def test_writes_that_take_long_wait_for_the_network() -> None:
    clock = Clock()
    waiting = Waiting(clock)
    waiting.begin()
    rested(waiting, clock)
    assert (waiting.by_network, waiting.late) == (True, 0.0)
    waiting.end()
    rested(waiting, clock)
    assert not waiting.by_network, "what was seen in the last span is not seen again"
    for _packet in range(20):
        waiting.begin()
        clock.now_s += 0.0001
        waiting.end()
    rested(waiting, clock)
    assert not waiting.by_network


def test_a_thread_that_wakes_late_waited_for_a_processor_and_so_did_the_write() -> None:
    clock = Clock(late_s=0.1)
    waiting = Waiting(clock)
    waiting.begin()
    clock.now_s += 0.1
    waiting.end()
    rested(waiting, clock)
    assert waiting.late == pytest.approx(5 * (0.1 - GRAIN_S) / (0.1 + 5 * (REST_S + 0.1)))
    assert not waiting.by_network


@pytest.mark.parametrize(("late", "by_network"), [(0.0, True), (0.3, True), (0.9, False)])
def test_what_a_system_tells_of_its_processors_is_no_waiting_for_the_network(late: float, by_network: bool) -> None:
    clock = Clock()
    waiting = Waiting(clock)
    waiting.begin()
    clock.now_s += 0.25
    waiting.look(late)
    assert (waiting.by_network, waiting.late) == (by_network, late)


def test_a_system_that_wakes_threads_a_little_late_is_not_too_slow() -> None:
    clock = Clock(late_s=0.0156)
    waiting = Waiting(clock)
    rested(waiting, clock)
    assert waiting.late == 0.0


def test_the_end_is_waited_for_no_longer() -> None:
    over = threading.Event()
    over.set()
    assert not Waiting().rest(over, 1e4)


@pytest.fixture
def told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier, "COMMAND", COMMAND)


def flow_of(sending: Sending) -> Flow | None:
    """Once its relay has been looked at for a while."""
    flow = sending.output.flow()
    return flow if flow is not None and flow.live_s >= 1.0 else None


@pytest.mark.usefixtures("told_nothing")
def test_a_slow_network_is_known_on_a_system_that_tells_nothing(
    send: Callable[[str], Sending], server: RtmpServer
) -> None:
    with WeakNetwork(server.rtmp_port) as network:
        sending = send(network.url(KEY)).on_air()
        sending.told.wait_for(lambda: (flow := flow_of(sending)) is not None and not flow.by_network)
        network.rate_kbps = 60
        sending.told.wait_for(lambda: (flow := flow_of(sending)) is not None and flow.by_network)
        sending.stop()


@pytest.mark.usefixtures("told_nothing")
def test_a_slow_computer_is_known_on_a_system_that_tells_nothing(
    send: Callable[[str], Sending], server: RtmpServer
) -> None:
    """A relay that is halted again and again has too little time, as one that others crowd out."""
    sending = send(server.url(KEY)).on_air()
    sending.told.wait_for(lambda: flow_of(sending) is not None)
    pid, pause = sending.output.relay_pid, threading.Event()
    assert pid is not None

    def starved() -> bool:
        os.kill(pid, signal.SIGSTOP)
        pause.wait(0.1)
        os.kill(pid, signal.SIGCONT)
        flow = flow_of(sending)
        return flow is not None and flow.queued >= STARVED and not flow.by_network

    sending.told.wait_for(starved)


@pytest.mark.usefixtures("told_nothing")
def test_a_picture_that_takes_seconds_is_seen_to_move_on_a_system_that_tells_nothing(
    send: Callable[[str], Sending], server: RtmpServer, feed: Feed
) -> None:
    """Else the rate would be cut as if nothing moved, and the line be given up."""
    with WeakNetwork(server.rtmp_port) as network:
        sending = send(network.url(KEY)).on_air()
        feed.takers.remove(sending.offer)
        removed_s = time.monotonic()
        sending.told.wait_for(lambda: (flow := flow_of(sending)) is not None and flow.told_s > removed_s + 0.5)
        network.rate_kbps = 300
        before, moved = sending.output.sent_bytes, set[int]()
        picture = bytes([0x17, 1]) + bytes(200_000)
        sending.output.offer(EncodedPacket(PacketKind.VIDEO, picture, 10**6, 10**6, 1, True, Fraction(1, 1000)))

        def has_moved() -> bool:
            flow = sending.output.flow()
            assert flow is not None
            assert sending.output.sent_bytes == before, "it is not through"
            moved.add(flow.delivered_bytes)
            return len(moved) > 5

        sending.told.wait_for(has_moved)
        network.rate_kbps = None
