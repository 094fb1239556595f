"""Coming back: a line that broke is made anew as soon as somebody answers, here or at a new address."""

import errno
from collections.abc import Callable

import pytest

from studio.clock import SystemClock
from studio.config import DestinationConfig, Secret
from studio.errors import REASONS
from studio.media import rtmp_output
from studio.media.rtmp_output import RtmpOutput
from studio.output_states import OutputChanged
from tests.end2end.nginx import RtmpServer
from tests.end2end.sockets import BlackHole
from tests.media.feed import Feed
from tests.media.films import decode_file, number_of
from tests.media.sending import CONNECTING, FAILED, KEY, LIVE, RECONNECTING, Sending, Show
from tests.media.told import Told


def test_a_new_address_is_taken_while_the_old_one_lives(send: Callable[[str], Sending], server: RtmpServer) -> None:
    sending = send(server.url(KEY))
    sending.wait_for(LIVE)
    sending.wait_for_packets()
    sending.output.replace(Secret(server.url(f"{KEY}-2")))
    sending.wait_for(LIVE, CONNECTING, LIVE)
    sending.wait_for_packets(20_000)
    sending.stop()
    video, _ = decode_file(server.recording(f"{KEY}-2"))
    assert number_of(video[0]) % 10 == 0


def test_a_new_address_that_is_refused_goes_to_the_person_and_the_next_one_is_taken(
    send: Callable[[str], Sending], server: RtmpServer
) -> None:
    sending = send(server.url(KEY))
    sending.wait_for(LIVE)
    sending.output.replace(Secret(server.url(KEY, "closed")))
    problem = sending.wait_for(FAILED).problem
    assert problem is not None
    assert problem.code == "output.hung_up"
    sending.output.replace(Secret(server.url(f"{KEY}-2")))
    sending.wait_for(FAILED, CONNECTING, LIVE)


def test_a_lost_room_is_counted_down_and_a_new_address_brings_the_show_back(
    feed: Feed, encoded_show: Show, server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtmp_output, "TRIAL_S", 0.0)
    monkeypatch.setattr(rtmp_output, "RETRY_S", (0.1, 0.2))
    told, clock = Told(), SystemClock()
    destination = DestinationConfig("kuaishou", Secret(server.url(KEY)), "kuaishou")
    output = RtmpOutput(destination, encoded_show[0], clock, told, lambda: None, clock.now_ns())
    output.start()
    feed.takers.append(output.offer)
    try:
        told.wait_for(lambda: output.state is LIVE and output.sent_bytes > 0)
        server.drop(KEY)
        server.gate.keys = frozenset()
        server.stop()
        told.wait_for(lambda: output.state is RECONNECTING)
        lost = told.of(OutputChanged)[-1]
        assert lost.problem is not None
        assert lost.problem.code == "output.closing"
        assert dict(lost.problem.values)["seconds"] == "60"
        assert lost.closes_ns is not None
        output.watch(lost.closes_ns - 1)
        assert told.of(OutputChanged)[-1] is lost
        monkeypatch.setattr(clock, "now_ns", lambda: lost.closes_ns)
        output.watch(clock.now_ns())
        output.watch(clock.now_ns())
        closed = told.of(OutputChanged)[-1]
        assert len(told.of(OutputChanged)) == 4, "told once"
        assert closed.problem is not None
        assert (closed.state, closed.problem.code) == (RECONNECTING, "output.room_closed")
        monkeypatch.undo()
        server.start()
        output.replace(Secret(server.url(f"{KEY}-2")))
        told.wait_for(lambda: output.state is LIVE and output.closes_ns is None)
    finally:
        feed.takers.remove(output.offer)
        output.stop()


def test_a_network_that_swallows_everything_is_tried_again_and_again(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that hangs keeps no later one waiting: the first that gets through brings the show back."""
    monkeypatch.setattr(rtmp_output, "TRIAL_S", 0.0)
    sending = send(server.url(KEY))
    sending.wait_for(LIVE)
    sending.wait_for_packets()
    server.stop()
    sending.wait_for(LIVE, RECONNECTING)
    with BlackHole(server.rtmp_port):
        sending.told.wait_for(lambda: _reason_of(sending) == REASONS[errno.ETIMEDOUT])
    server.start()
    sending.wait_for(LIVE, RECONNECTING, LIVE)


def _reason_of(sending: Sending) -> str | None:
    problem = sending.output.problem
    return dict(problem.values)["reason"] if problem is not None else None
