"""Coming back: a line that broke is made anew as soon as somebody answers, here or at a new address."""

import errno
import os
import signal
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from studio.clock import SystemClock
from studio.config import DestinationConfig, Secret
from studio.errors import REASONS, Problem
from studio.media import carrier, outage, rtmp_output
from studio.media.frames import NS
from studio.media.knocking import GATE
from studio.media.muxing import FlvTags
from studio.media.rtmp_output import RtmpOutput
from studio.output_states import OutputChanged
from tests.end2end.nginx import RtmpServer
from tests.end2end.sockets import HOST, BlackHole, SilentServer
from tests.end2end.weak_network import WeakNetwork
from tests.health.preflight.platform_servers import greet, one_call, refuse
from tests.media.feed import Feed
from tests.media.films import decode_file, number_of
from tests.media.lost_line import lost_by_hand
from tests.media.sending import CONNECTING, KEY, LIVE, OFFLINE, RECONNECTING, Sending, Show, offering
from tests.media.told import Hand, Told


def test_a_new_address_is_taken_while_the_old_one_lives(send: Callable[[str], Sending], server: RtmpServer) -> None:
    sending = send(server.url(KEY)).on_air()
    sending.output.replace(Secret(server.url(f"{KEY}-2")))
    sending.wait_for(LIVE, CONNECTING, LIVE)
    sending.wait_for_packets(20_000)
    sending.stop()
    video, _ = decode_file(server.recording(f"{KEY}-2"))
    assert number_of(video[0]) % 10 == 0


def test_a_lost_room_is_counted_down_and_a_new_address_brings_the_show_back(
    feed: Feed, encoded_show: Show, server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtmp_output, "TRIAL_S", 0.0)
    monkeypatch.setattr(rtmp_output, "RETRY_S", (0.1, 0.2))
    told, clock = Told(), SystemClock()
    destination = DestinationConfig("kuaishou", Secret(server.url(KEY)), "kuaishou")
    output = RtmpOutput(destination, FlvTags(encoded_show[0]), clock, told, lambda: None, clock.now_ns())

    def closed() -> list[OutputChanged]:
        events = told.of(OutputChanged)
        return [event for event in events if event.problem is not None and event.problem.code == "output.room_closed"]

    output.start()
    offer = offering(output, encoded_show)
    feed.takers.append(offer)
    try:
        told.wait_for(lambda: output.state is LIVE and output.sent_bytes > 0)
        server.drop(KEY)
        server.gate.keys = frozenset()
        server.stop()
        told.wait_for(lambda: output.state is RECONNECTING)
        lost = next(event for event in told.of(OutputChanged) if event.state is RECONNECTING)
        assert lost.problem is not None
        assert lost.problem.code == "output.closing"
        assert lost.closes_ns is not None
        assert lost.closes_ns - clock.now_ns() <= 60 * NS
        output.watch(lost.closes_ns - 1)
        assert not closed()
        monkeypatch.setattr(clock, "now_ns", lambda: lost.closes_ns)
        output.watch(clock.now_ns())
        output.watch(clock.now_ns())
        assert [event.state for event in closed()] == [RECONNECTING], "told once"
        monkeypatch.undo()
        server.start()
        output.replace(Secret(server.url(f"{KEY}-2")))
        told.wait_for(lambda: output.state is LIVE and output.closes_ns is None)
    finally:
        feed.takers.remove(offer)
        output.stop()


def test_a_network_that_swallows_everything_is_tried_again_and_again(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that hangs keeps no later one waiting: the first that gets through brings the show back."""
    monkeypatch.setattr(rtmp_output, "TRIAL_S", 0.0)
    sending = send(server.url(KEY)).on_air()
    server.stop()
    sending.wait_for(LIVE, RECONNECTING)
    with BlackHole(server.rtmp_port):
        sending.told.wait_for(lambda: _reason_of(sending) == REASONS[errno.ETIMEDOUT])
    server.start()
    sending.wait_for(LIVE, RECONNECTING, LIVE)


def test_a_room_that_takes_the_call_for_a_moment_only_is_counted_down_all_the_same() -> None:
    """Its time runs from the first break on, until a line has held."""
    told = Told()
    output, hand = lost_by_hand(told)
    closes_ns = output.closes_ns
    for _second in range(30):
        hand.at_ns += 2 * NS
        output._back_on_air()
        assert output.closes_ns is None, "on the air nothing is counted"
        output._become(RECONNECTING, output._lose(Problem.of("output.hung_up", name="platform", reason="bye")))
        assert output.closes_ns == closes_ns
    last = told.of(OutputChanged)[-1]
    assert last.problem == Problem.of("output.room_closed", name="platform", reason="bye")
    assert (output.report().reconnects, output.report().outage_s) == (0, 60.0)


def test_a_room_closes_while_the_computer_sleeps() -> None:
    """Its clock may stand still meanwhile; the platform's does not."""
    told = Told()
    output, hand = lost_by_hand(told)
    before_ns = output.closes_ns
    assert before_ns is not None
    hand.slept_ns += 30 * NS
    output.watch(hand.at_ns)
    output.watch(hand.at_ns)
    _lost, woke = told.of(OutputChanged)[2:]
    assert woke.closes_ns == before_ns - 30 * NS
    assert woke.problem == Problem.of("output.closing", name="platform", reason="it broke", seconds=30)
    hand.slept_ns += 3600 * NS
    output.watch(hand.at_ns)
    output.watch(hand.at_ns)
    assert [event.problem for event in told.of(OutputChanged)[4:]] == [
        Problem.of("output.room_closed", name="platform", reason="it broke")
    ]


def test_a_line_that_breaks_when_the_computer_wakes_broke_when_it_fell_asleep() -> None:
    for after_s, left_s in ((8, 60 - 40), (20, 60)):
        told = Told()
        output, hand = lost_by_hand(told)
        output._back_on_air()
        hand.at_ns += 5 * NS
        output._end_outage(cast(Any, SimpleNamespace(live_s=4.0)))
        hand.slept_ns += 40 * NS
        output.watch(hand.at_ns)
        hand.at_ns += after_s * NS
        output._become(RECONNECTING, output._lose(Problem.of("output.lost", name="platform", reason="it broke")))
        assert output.closes_ns == hand.at_ns + left_s * NS


def test_a_refusal_during_an_outage_is_told_once_in_the_server_s_words() -> None:
    told = Told()
    output, hand = lost_by_hand(told)
    refusal = Problem.of("output.refused", name="platform", reason="expired")
    for _try in range(3):
        hand.at_ns += NS
        output._become(RECONNECTING, output._lose(refusal))
    lost, refused = told.of(OutputChanged)[2:]
    assert lost.problem is not None
    assert lost.problem.code == "output.closing"
    assert refused.problem == Problem.of("output.not_taken_back", name="platform", reason="expired")
    assert refused.closes_ns == lost.closes_ns


def test_who_takes_the_call_for_a_moment_again_and_again_is_not_called_back_until_a_line_holds() -> None:
    """A minute and a half of that is enough: the person is to read what there is to do."""
    told = Told()
    output, hand = lost_by_hand(told, "taobao")
    hung_up = Problem.of("output.hung_up", name="platform", reason="bye")
    for _second in range(50):
        hand.at_ns += 2 * NS
        output._back_on_air()
        output._outage.count(hung_up)
        output._become(RECONNECTING, output._lose(hung_up))
    away = Problem.of("output.turned_away", name="platform", reason="bye")
    last = told.of(OutputChanged)[-1]
    assert (last.state, last.problem) == (RECONNECTING, away)
    assert sum(event.problem == away for event in told.of(OutputChanged)) == 1
    output._relay = cast(Any, SimpleNamespace(live=True, live_s=4.0, moved_ns=hand.at_ns))
    hand.at_ns += 4 * NS
    output.watch(hand.at_ns)
    assert (output.state, output.problem) == (LIVE, None)
    assert output.report().reconnects == 1


def test_seconds_that_pass_are_not_told_again() -> None:
    told = Told()
    output, hand = lost_by_hand(told)
    for _try in range(3):
        hand.at_ns += NS
        output._become(RECONNECTING, output._lose(Problem.of("output.lost", name="platform", reason="it broke")))
    assert len(told.of(OutputChanged)) == 3


def test_a_line_that_breaks_as_it_is_looked_at_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look, which ends outages that are over, comes between the loss and the state that says so."""
    told, hand, stopping = Told(), Hand(NS), threading.Event()
    encoder = cast(Any, SimpleNamespace(video=None, audio=None))
    destination = DestinationConfig("platform", Secret(f"rtmp://host/live/{KEY}"))
    output = RtmpOutput(destination, FlvTags(encoder), hand, told, lambda: None, 0)
    attempts, looks = iter(range(2)), []

    def attempt(_stopping: threading.Event) -> Problem:
        if next(attempts) == 0:
            output._back_on_air()
            output._relay = cast(Any, SimpleNamespace(live=True, live_s=10.0, moved_ns=NS))
        else:
            stopping.set()
        return Problem.of("output.lost", name="platform", reason="it broke")

    def lose(problem: Problem) -> Problem | None:
        lost = RtmpOutput._lose(output, problem)
        looks.append(threading.Thread(target=output.watch, args=(NS,), name="look"))
        looks[0].start()
        looks[0].join(0.2)  # it waits for us; one that did not would be done by then
        return lost

    monkeypatch.setattr(output, "_attempt", attempt)
    monkeypatch.setattr(output, "_lose", lose)
    output._run(stopping)
    looks[0].join()
    assert output.state is RECONNECTING
    assert output._tally.lost_at_ns == NS


def test_who_hangs_up_on_every_try_is_tried_on_and_the_person_is_told_the_steps(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than a server holds a line that broke: the key may be dead, or the platform has a fault that passes."""
    monkeypatch.setattr(outage, "REFUSED_FOR_S", 0.5)
    monkeypatch.setattr(rtmp_output, "TRIAL_S", 0.3)
    server.gate.keys = frozenset({KEY})
    sending = send(server.url(KEY, "locked")).on_air()
    server.gate.keys = frozenset()
    assert sending.output.relay_pid is not None
    os.kill(sending.output.relay_pid, signal.SIGKILL)
    sending.told.wait_for(lambda: has_turned_away(sending))
    assert _reason_of(sending) == REASONS[errno.EPIPE]
    pid = sending.output.relay_pid
    asked = len(server.gate.asked)
    assert asked >= 3, "it was tried again before"
    sending.told.wait_for(lambda: len(server.gate.asked) >= asked + 2)
    told = [event.problem.code for event in sending.told.of(OutputChanged) if event.problem is not None]
    assert told == ["output.relay_broke", "output.not_taken_back", "output.turned_away"]
    assert sending.output.relay_pid == pid, "one relay calls again and again"
    server.gate.keys = frozenset({KEY})
    sending.told.wait_for(lambda: watched(sending).state is LIVE)
    assert sending.states[-3:] == [LIVE, RECONNECTING, LIVE]
    sending.wait_for_packets()


def watched(sending: Sending) -> RtmpOutput:
    """The output, looked after as the engine does once a second."""
    sending.output.watch(SystemClock().now_ns())
    return sending.output


def lost_to(url: str, feed: Feed, show: Show) -> Sending:
    """An output that was on the air, and begins lost."""
    return Sending(url, feed, show, lost_ns=SystemClock().now_ns()).start()


def test_who_refuses_in_words_for_long_is_told_with_them_and_tried_on(
    feed: Feed, encoded_show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was on the air with that key: what asks for keys may have a fault that passes."""
    monkeypatch.setattr(rtmp_output, "RETRY_S", (0.1, 0.2))
    monkeypatch.setattr(outage, "REFUSED_FOR_S", 0.5)
    with one_call(refuse("the key has expired")) as port:
        sending = lost_to(f"rtmp://{HOST}:{port}/live/{KEY}", feed, encoded_show)
        try:
            sending.told.wait_for(lambda: has_turned_away(sending))
            assert _reason_of(sending) == "the key has expired"
            told = [event.problem.code for event in sending.told.of(OutputChanged) if event.problem is not None]
            assert told == ["output.lost", "output.not_taken_back", "output.turned_away"]
            assert sending.states == [OFFLINE, RECONNECTING]
        finally:
            sending.stop()


def test_a_gate_with_nobody_behind_it_is_tried_on_and_told_as_what_it_is(
    feed: Feed, encoded_show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtmp_output, "RETRY_S", (0.1, 0.2))
    monkeypatch.setattr(outage, "REFUSED_FOR_S", 0.5)
    with one_call(greet) as port:
        sending = lost_to(f"rtmp://{HOST}:{port}/live/{KEY}", feed, encoded_show)
        try:
            sending.told.wait_for(lambda: _code_of(sending) == "output.still_away")
            sending.told.wait_for(lambda: has_turned_away(sending))
            assert (_reason_of(sending), sending.states[-1]) == (GATE, RECONNECTING)
        finally:
            sending.stop()


def test_a_line_that_leads_nowhere_is_left_as_soon_as_its_server_answers_a_new_call(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody hangs up: only the silence, and the server that is there, tell that the old line is dead."""
    monkeypatch.setattr(rtmp_output, "STALL_DEADLINE_S", 1e9)
    monkeypatch.setattr(rtmp_output, "RETRY_S", (1e4, 1e4))  # it is known to be there: no call is waited for
    with WeakNetwork(server.rtmp_port) as network:
        sending = send(network.url(KEY))
        sending.wait_for(LIVE)
        sending.wait_for_packets(20_000)
        network.strand()
        problem = sending.wait_for(LIVE, RECONNECTING).problem
        assert problem is not None
        assert dict(problem.values)["reason"] == REASONS[errno.ETIMEDOUT]
        sending.wait_for(LIVE, RECONNECTING, LIVE)
        sending.wait_for_packets()
        sending.stop()


def test_one_relay_knocks_for_as_long_as_the_server_is_away(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that takes calls and says nothing is as good as away; each call is told, and none is waited for."""
    monkeypatch.setattr(rtmp_output, "TRIAL_S", 0.0)
    monkeypatch.setattr(carrier, "COMEBACK_DEADLINE_S", 0.0)
    sending = send(server.url(KEY)).on_air()
    server.stop()
    sending.wait_for(LIVE, RECONNECTING)
    sending.told.wait_for(lambda: _reason_of(sending) == REASONS[errno.ECONNREFUSED])
    pid = sending.output.relay_pid
    silent = SilentServer(server.rtmp_port)
    with silent:
        sending.told.wait_for(lambda: _reason_of(sending) == REASONS[errno.ETIMEDOUT])
    assert sending.output.relay_pid == pid


def test_a_show_that_goes_on_finds_its_server_away_then_holding_the_old_line_and_comes_back(
    feed: Feed, encoded_show: Show, server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power cut the router is not up yet, and the platform still holds the line of before."""
    monkeypatch.setattr(rtmp_output, "RETRY_S", (0.1, 0.2))
    server.stop()
    server.gate.keys = frozenset()
    sending = Sending(server.url(KEY, "locked"), feed, encoded_show, lost_ns=SystemClock().now_ns()).start()
    try:
        first = sending.wait_for(OFFLINE, RECONNECTING)
        assert first.problem == Problem.of("output.lost", name="platform", reason="the show was cut off")
        sending.told.wait_for(lambda: _code_of(sending) == "output.still_away")
        assert not sending.output._queue._packets, "nothing is kept for nobody"
        server.start()
        sending.told.wait_for(lambda: _code_of(sending) == "output.not_taken_back")
        server.gate.keys = frozenset({KEY})
        sending.wait_for(OFFLINE, RECONNECTING, LIVE)
        sending.wait_for_packets()
    finally:
        sending.stop()
    assert sending.output.report().reconnects == 1


def test_the_room_of_a_show_that_goes_on_closes_counted_from_the_cut() -> None:
    told, hand = Told(), Hand(100 * NS)
    encoder = cast(Any, SimpleNamespace(video=None, audio=None))
    destination = DestinationConfig("platform", Secret(f"rtmp://host/live/{KEY}"), "kuaishou")
    output = RtmpOutput(destination, FlvTags(encoder), hand, told, lambda: None, 0, lost_ns=60 * NS)
    output._begin()
    event = told.of(OutputChanged)[-1]
    assert event.closes_ns == 120 * NS
    assert event.problem is not None
    assert dict(event.problem.values)["seconds"] == "20"


def has_turned_away(sending: Sending) -> bool:
    watched(sending)
    return _code_of(sending) == "output.turned_away"


def _code_of(sending: Sending) -> str | None:
    problem = sending.output.problem
    return problem.code if problem is not None else None


def _reason_of(sending: Sending) -> str | None:
    problem = sending.output.problem
    return dict(problem.values)["reason"] if problem is not None else None
