"""A new address in the middle of a show: it is taken, or the old one is tried on and nothing is lost."""

import errno
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.clock import SystemClock
from studio.config import DestinationConfig, Secret
from studio.errors import REASONS, Problem
from studio.media import outage, rtmp_output
from studio.media.carrier import Relay
from studio.media.frames import NS
from studio.media.muxing import FlvTags
from studio.media.rtmp_output import RtmpOutput
from studio.output_states import OutputChanged
from tests.end2end.nginx import RtmpServer
from tests.end2end.sockets import HOST, free_port
from tests.health.preflight.platform_servers import one_call, refuse
from tests.media.feed import Feed
from tests.media.lost_line import lost_by_hand
from tests.media.sending import CONNECTING, FAILED, KEY, LIVE, RECONNECTING, Sending, Show, offering
from tests.media.told import Hand, Told


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on the air has held, and is tried again soon."""
    monkeypatch.setattr(rtmp_output, "TRIAL_S", 0.0)
    monkeypatch.setattr(rtmp_output, "RETRY_S", (0.1, 0.2))
    monkeypatch.setattr(outage, "NEW_TRIED_FOR_S", 1.0)
    monkeypatch.setattr(rtmp_output, "NEW_TRIED_FOR_S", 1.0)


def test_one_that_is_refused_goes_to_the_person_and_the_old_one_is_tried_on(
    send: Callable[[str], Sending], server: RtmpServer
) -> None:
    sending = send(server.url(KEY)).on_air()
    with one_call(refuse("no such room")) as port:
        sending.output.replace(Secret(f"rtmp://{HOST}:{port}/live/{KEY}-2"))
        away = sending.wait_for(LIVE, CONNECTING, RECONNECTING)
    assert away.problem is not None
    assert away.problem.code == "output.new_refused"
    assert dict(away.problem.values)["reason"] == "no such room"
    assert away.address == sending.told.of(OutputChanged)[0].address, "the old one"
    sending.wait_for(LIVE, CONNECTING, RECONNECTING, LIVE)
    sending.output.replace(Secret(server.url(f"{KEY}-2")))
    assert sending.wait_for(RECONNECTING, LIVE, CONNECTING, LIVE).problem is None


def test_one_at_which_nobody_answers_is_tried_for_a_while_and_then_the_old_one(
    send: Callable[[str], Sending], server: RtmpServer
) -> None:
    """A mistake in it: the old one's server is there, so the network is, too."""
    sending = send(server.url(KEY)).on_air()
    sending.output.replace(Secret(f"rtmp://{HOST}:{free_port()}/live/{KEY}-2"))
    away = sending.wait_for(LIVE, CONNECTING, FAILED, RECONNECTING)
    assert away.problem is not None
    assert away.problem.code == "output.new_refused"
    assert dict(away.problem.values)["reason"] == REASONS[errno.ECONNREFUSED]
    sending.wait_for(RECONNECTING, LIVE)


def test_one_that_is_given_while_the_network_is_away_is_waited_for(
    send: Callable[[str], Sending], server: RtmpServer
) -> None:
    """Neither server answers: nobody can say that it is the address."""
    asked: list[str] = []
    sending = send(server.url(KEY)).on_air()
    knock = sending.output._knock

    def counted(place: DestinationConfig, within_s: float | None) -> bool:
        asked.append(place.url.reveal())
        return knock(place, within_s)

    sending.output._knock = counted  # type: ignore[method-assign]
    server.stop()
    sending.wait_for(LIVE, RECONNECTING)
    old, new = server.url(KEY), server.url(f"{KEY}-2")
    sending.output.replace(Secret(new))
    sending.wait_for(RECONNECTING, CONNECTING, FAILED)
    sending.told.wait_for(lambda: asked[:4] == [new, old, new, old])
    server.start()
    sending.wait_for(FAILED, CONNECTING, LIVE)
    assert f"<name>{KEY}-2</name>" in server.stats()


def test_one_with_a_mistake_leaves_the_room_s_seconds_and_a_good_one_ends_them(
    feed: Feed, encoded_show: Show, server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, clock = Told(), SystemClock()
    destination = DestinationConfig("platform", Secret(server.url(KEY)), "kuaishou")
    output = RtmpOutput(destination, FlvTags(encoded_show[0]), clock, told, lambda: None, clock.now_ns())

    def code() -> str | None:
        return output.problem.code if output.problem is not None else None

    output.start()
    offer = offering(output, encoded_show)
    feed.takers.append(offer)
    try:
        told.wait_for(lambda: output.state is LIVE and output.sent_bytes > 0)
        server.stop()
        told.wait_for(lambda: output.state is RECONNECTING)
        closes_ns = output.closes_ns
        assert closes_ns is not None
        with one_call(refuse("no such room")) as port:
            output.replace(Secret(f"rtmp://{HOST}:{port}/live/mistyped"))
            told.wait_for(lambda: code() == "output.new_refused")
        assert (output.state, output.closes_ns) == (RECONNECTING, closes_ns)
        with monkeypatch.context() as late:
            late.setattr(clock, "now_ns", lambda: closes_ns)
            for _second in range(2):
                output.watch(closes_ns)
        assert code() == "output.room_closed", "with its steps"
        server.start()
        told.wait_for(lambda: output.state is LIVE and output.closes_ns is None)
        assert output.problem is None
    finally:
        feed.takers.remove(offer)
        output.stop()


def test_one_that_is_lost_before_it_has_held_leads_back_to_the_old_one(
    send: Callable[[str], Sending], server: RtmpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its server takes the stream and is gone for good: the old one's is there."""
    sending = send(server.url(KEY)).on_air()
    sending.told.wait_for(lambda: sending.output._relay is not None and sending.output._relay.live_s > 0)
    sending.output.watch(SystemClock().now_ns())
    monkeypatch.setattr(rtmp_output, "TRIAL_S", 60.0)
    monkeypatch.setattr(rtmp_output, "AT_ONCE_S", 0.0)
    with RtmpServer(tmp_path / "other") as other:
        sending.output.replace(Secret(other.url(KEY)))
        sending.wait_for(LIVE, CONNECTING, LIVE)
        sending.wait_for_packets()
    sending.wait_for(LIVE, RECONNECTING, FAILED, RECONNECTING, LIVE)
    assert sending.told.of(OutputChanged)[-1].address == sending.told.of(OutputChanged)[0].address


def given_another(told: Told) -> tuple[RtmpOutput, Hand]:
    """An output whose line broke, to which a new address was given; its clock is moved by the test."""
    output, hand = lost_by_hand(told)
    output.replace(Secret("rtmp://other/live/new-key"))
    assert output._is_elsewhere()
    return output, hand


def test_one_that_waited_for_the_network_has_its_time_from_when_that_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    output, hand = given_another(Told())
    away = Problem.of("output.unreachable", name="platform", reason="nobody answers")

    def waited() -> bool:
        hand.at_ns += 600 * NS
        return True

    monkeypatch.setattr(output, "_await_anybody", waited)
    output._give_up(away, threading.Event())
    assert output.state is CONNECTING
    assert output._outage.spares_new(away), "a weak moment right after it costs nothing"


def test_why_one_was_refused_is_told_for_half_a_minute_and_then_what_keeps_the_old_one_away() -> None:
    output, hand = given_another(Told())
    output._give_up(Problem.of("output.refused", name="platform", reason="no such room"), threading.Event())

    def told() -> tuple[str, str]:
        output.watch(hand.at_ns)
        assert output.problem is not None
        return output.problem.code, dict(output.problem.values)["reason"]

    assert told() == ("output.new_refused", "no such room")
    output._tell_why(Problem.of("output.refused", name="platform", reason="the key has expired"))
    assert told() == ("output.new_refused", "no such room")
    hand.at_ns += round(outage.SPURNED_TOLD_FOR_S * NS)
    assert told() == ("output.not_taken_back", "the key has expired")
    hand.at_ns += round(outage.REFUSED_FOR_S * NS)
    assert told() == ("output.room_closed", "the key has expired")


@pytest.mark.expects_errors
def test_a_computer_that_can_begin_no_thread_ends_no_output(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_relay: Relay) -> None:
        raise RuntimeError("can't start new thread")

    output, _hand = given_another(Told())
    monkeypatch.setattr(Relay, "start", full)
    assert not output._knock(output._destination, 0.1)
