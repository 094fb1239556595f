"""Outputs with real relays against real servers, good and bad ones."""

import itertools
import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from studio.clock import SystemClock
from studio.config import DestinationConfig, Secret
from studio.errors import Problem
from studio.media import carrier, rtmp_output
from studio.media.carrier import BROKE
from studio.media.flow import FIRST_S
from studio.media.frames import AUDIO_BLOCK, SAMPLE_RATE, PacketKind
from studio.media.muxing import FlvTags
from studio.media.rtmp_output import RtmpOutput
from studio.output_states import OutputChanged
from tests.bench.arrival import Arrived, arrived
from tests.end2end.nginx import RtmpServer
from tests.end2end.sockets import HOST, ClosingServer, SilentServer, free_port
from tests.media.feed import Feed
from tests.media.films import decode_file, number_of
from tests.media.sending import CONNECTING, FAILED, KEY, LIVE, OFFLINE, RECONNECTING, STOPPING, Sending, Show, offering
from tests.media.told import Hand, Told


def test_a_show_arrives_at_the_server(send: Callable[[str], Sending], server: RtmpServer) -> None:
    began_s = time.monotonic()
    sending = send(server.url(KEY))
    sending.wait_for(LIVE)
    assert sending.output.settled.is_set()
    sending.wait_for_packets(30_000)
    sending.stop()
    report = sending.output.report()
    assert (report.name, report.state, report.reconnects, report.last_error) == ("platform", "live", 0, None)
    assert report.first_packet_s is not None
    assert 0 < report.first_packet_s < time.monotonic() - began_s
    assert report.sent_packets > 30
    video, audio = decode_file(server.recording(KEY))
    assert number_of(video[0]) % 10 == 0, "it begins with a keyframe, of which there is one every ten frames"
    numbers = [number_of(frame) for frame in video]
    whole = numbers[:-3]  # the last group of pictures was cut in its middle
    assert all((after - before) % 20 == 1 for before, after in itertools.pairwise(whole))
    assert len(audio) > 40
    assert sending.states == [OFFLINE, CONNECTING, LIVE, STOPPING, OFFLINE]


@pytest.mark.parametrize("query", ["sign=a/b", "sign=a/b+c==:d&x=[1]'"])
def test_a_signature_may_hold_any_sign(send: Callable[[str], Sending], server: RtmpServer, query: str) -> None:
    """A slash in it is no end of the application."""
    send(server.url(f"{KEY}?{query}")).wait_for(LIVE)
    assert f"<name>{KEY}</name>" in server.stats()


def test_a_key_the_server_refuses_is_told_and_not_tried_again(
    send: Callable[[str], Sending], server: RtmpServer
) -> None:
    sending = send(server.url(KEY, "locked"))
    event = sending.wait_for(FAILED)
    assert event.problem is not None
    assert event.problem.code == "output.hung_up"
    assert server.gate.asked == [KEY]
    sending.told.wait_for(lambda: sending.output.relay_pid is None)
    server.gate.keys = frozenset({KEY})
    sending.output.retry()
    sending.wait_for(FAILED, CONNECTING, LIVE)
    assert server.gate.asked == [KEY, KEY], "asked once at the start, and once when the person said so"
    assert sending.output.problem is None


def test_a_server_that_takes_nobody_is_told(send: Callable[[str], Sending], server: RtmpServer) -> None:
    event = send(server.url(KEY, "closed")).wait_for(FAILED)
    assert event.problem is not None
    assert event.problem.code == "output.hung_up"


def test_a_silent_server_is_told_as_silent(
    send: Callable[[str], Sending], silent_server: SilentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrier, "CONNECT_DEADLINE_S", 1.5)
    event = send(silent_server.url.replace("silent", KEY)).wait_for(FAILED)
    assert event.problem is not None
    assert event.problem.code == "output.silent"


def test_stopping_while_a_silent_server_is_called_does_not_wait_for_it(
    send: Callable[[str], Sending], silent_server: SilentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrier, "CONNECT_DEADLINE_S", 1e4)
    sending = send(silent_server.url)
    sending.told.wait_for(lambda: sending.output.relay_pid is not None)
    sending.output.stop(1e4)
    assert sending.states == [OFFLINE, CONNECTING, STOPPING, OFFLINE]


def test_a_server_that_hangs_up_is_told(send: Callable[[str], Sending], closing_server: ClosingServer) -> None:
    event = send(closing_server.url).wait_for(FAILED)
    assert event.problem is not None
    assert event.problem.code == "output.hung_up"


@pytest.mark.parametrize("host", [HOST, "no-such-host.invalid"])
def test_an_address_with_nobody_behind_it_is_told(send: Callable[[str], Sending], host: str) -> None:
    event = send(f"rtmp://{host}:{free_port()}/live/{KEY}").wait_for(FAILED)
    assert event.problem is not None
    assert event.problem.code == "output.unreachable"
    assert event.address.endswith("/live/•••")


def test_sound_goes_on_where_pictures_are_left_out(server: RtmpServer, encoded_show: Show) -> None:
    """It waits for them a second, once, on its whole way to the server."""
    told, clock = Told(), SystemClock()
    destination = DestinationConfig("platform", Secret(server.url(KEY)))
    output = RtmpOutput(destination, FlvTags(encoded_show[0]), clock, told, lambda: None, clock.now_ns(), told)
    offer = offering(output, encoded_show)

    def got() -> Arrived:
        return arrived(server.recording(KEY)) if server.recording(KEY).exists() else Arrived(0, 0)

    output.start()
    try:
        told.wait_for(lambda: output.state is LIVE)
        for packet in encoded_show[1]:
            if packet.time_s < 1.5:
                offer(packet)
        told.wait_for(lambda: got().video >= 33)
        for packet in encoded_show[1]:
            if 1.5 <= packet.time_s < 3.4 and packet.kind is PacketKind.AUDIO:
                offer(packet)
        told.wait_for(lambda: got().audio * AUDIO_BLOCK / SAMPLE_RATE > 2.1)
    finally:
        output.stop()


def test_what_waits_for_a_line_that_is_not_there_counts_as_no_loss_of_the_network(encoded_show: Show) -> None:
    """While a server is called, and in the first seconds after it answered: nobody saw any of it."""
    hand = Hand()
    destination = DestinationConfig("platform", Secret(f"rtmp://{HOST}/live/{KEY}"))
    output = RtmpOutput(destination, FlvTags(encoded_show[0]), hand, Told(), lambda: None, 0)
    packets = [packet for packet in encoded_show[1] if packet.time_s < 3.9]
    output._queue.restart()
    for packet in packets:
        output.offer(packet)
    assert output._queue.pausing
    assert output.dropped_packets == 0
    line: Any = SimpleNamespace(by_network=True, live_s=FIRST_S - 0.1, bytes=0)
    output._relay = line
    output.offer(replace(packets[-1], keyframe=False, kind=PacketKind.VIDEO))
    assert output.dropped_packets == 0
    line.live_s = FIRST_S
    output.offer(replace(packets[-1], keyframe=False, kind=PacketKind.VIDEO))
    assert output.dropped_packets == 1, "this one somebody waits for"


def test_a_relay_that_is_killed_is_replaced_and_begins_with_a_keyframe(
    send: Callable[[str], Sending], server: RtmpServer
) -> None:
    sending = send(server.url(KEY)).on_air()
    pid = sending.output.relay_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    event = sending.wait_for(LIVE, RECONNECTING)
    assert event.problem == Problem.of("output.relay_broke", name="platform", reason=BROKE)
    sending.wait_for(LIVE, RECONNECTING, LIVE)
    assert sending.output.relay_pid not in (None, pid)
    assert sending.keyframes_wanted == 1, "one keyframe, when it is back"
    sending.wait_for_packets(20_000)
    sending.stop()
    report = sending.output.report()
    assert report.reconnects == 1
    assert report.outage_s > 0
    video, _ = decode_file(server.recording(KEY))
    assert number_of(video[0]) % 10 == 0


def test_a_server_that_throws_the_stream_off_at_once_again_and_again_has_refused_it(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A weak network may break a line once or twice."""
    monkeypatch.setattr(rtmp_output, "TRIAL_S", 1e4)
    monkeypatch.setattr(rtmp_output, "AT_ONCE_S", 0.0)
    sending = send(server.url(KEY))
    for _slip in range(rtmp_output.SLIPS):
        sending.wait_for(LIVE)
        server.drop(KEY)
        lost = sending.wait_for(LIVE, RECONNECTING)
        assert lost.problem is not None
        assert lost.problem.code == "output.lost"
    sending.wait_for(LIVE)
    server.drop(KEY)
    event = sending.wait_for(LIVE, FAILED)
    assert event.problem is not None
    assert event.problem.code == "output.hung_up"


def test_a_server_that_throws_the_first_pictures_off_has_looked_at_the_key(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some platforms take the call with any key: that one is not tried again."""
    monkeypatch.setattr(rtmp_output, "AT_ONCE_S", 1e4)
    monkeypatch.setattr(rtmp_output, "TRIAL_S", 1e4)
    sending = send(server.url(KEY))
    sending.wait_for(LIVE)
    server.drop(KEY)
    event = sending.wait_for(LIVE, FAILED)
    assert event.problem is not None
    assert event.problem.code == "output.hung_up"


def test_a_server_that_comes_back_gets_the_show_again(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtmp_output, "TRIAL_S", 0.0)
    sending = send(server.url(KEY)).on_air()
    server.stop()
    sending.wait_for(LIVE, RECONNECTING)
    asked = sending.keyframes_wanted
    sending.told.wait_for(lambda: sending.output.problem is not None and sending.output.problem.code != "output.lost")
    assert sending.output.state is RECONNECTING, "it is tried again and again"
    assert sending.keyframes_wanted == asked, "the others' picture is left alone while nobody answers"
    server.start()
    sending.wait_for(LIVE, RECONNECTING, LIVE)
    sending.wait_for_packets()
    assert sending.output.report().outage_s > 0


def test_a_server_that_still_holds_the_broken_line_is_tried_until_it_lets_go(
    send: Callable[[str], Sending], server: RtmpServer
) -> None:
    """A refusal after a break is not the key's fault: it was good a moment ago."""
    server.gate.keys = frozenset({KEY})
    sending = send(server.url(KEY, "locked")).on_air()
    server.gate.keys = frozenset()
    assert sending.output.relay_pid is not None
    os.kill(sending.output.relay_pid, signal.SIGKILL)
    sending.wait_for(LIVE, RECONNECTING)
    sending.told.wait_for(lambda: len(server.gate.asked) >= 2)
    sending.told.wait_for(lambda: "output.not_taken_back" in repr(sending.output.problem))
    server.gate.keys = frozenset({KEY})
    sending.wait_for(LIVE, RECONNECTING, LIVE)


def test_a_relay_that_stands_still_is_ended(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtmp_output, "STALL_DEADLINE_S", 1.5)
    sending = send(server.url(KEY)).on_air()
    pid = sending.output.relay_pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    clock = SystemClock()

    def watched() -> bool:
        sending.output.watch(clock.now_ns())
        return RECONNECTING in sending.states

    sending.told.wait_for(watched)
    sending.wait_for(RECONNECTING, LIVE)


def test_stopping_a_relay_that_stands_still_needs_no_more_than_its_farewell(
    send: Callable[[str], Sending], server: RtmpServer, encoded_show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The writing thread hangs in a full pipe; it is freed and nothing is left behind."""
    monkeypatch.setattr(rtmp_output, "FAREWELL_S", 0.5)
    sending = send(server.url(KEY)).on_air()
    pid = sending.output.relay_pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    flood = [packet for packet in encoded_show[1] if packet.keyframe] * 200
    for packet in flood:
        sending.output.offer(packet)
    sending.stop()
    assert sending.states[-2:] == [STOPPING, OFFLINE]


def test_retrying_at_the_very_moment_of_failure_is_not_missed(
    feed: Feed, encoded_show: Show, server: RtmpServer
) -> None:
    """Whoever hears of the failure may answer at once, on the thread that tells it."""
    told = Told()
    clock = SystemClock()
    output: RtmpOutput

    def answer(event: OutputChanged) -> None:
        told(event)
        if event.state is FAILED:
            server.gate.keys = frozenset({KEY})
            output.retry()

    destination = DestinationConfig("platform", Secret(server.url(KEY, "locked")))
    output = RtmpOutput(destination, FlvTags(encoded_show[0]), clock, answer, lambda: None, clock.now_ns())
    output.start()
    feed.takers.append(offering(output, encoded_show))
    try:
        told.wait_for(lambda: output.state is LIVE)
    finally:
        output.stop()


def test_an_output_that_failed_can_be_stopped_at_the_moment_of_failure(encoded_show: Show) -> None:
    told, clock = Told(), SystemClock()
    output: RtmpOutput

    def give_up(event: OutputChanged) -> None:
        told(event)
        if event.state is FAILED:
            output.begin_stop()

    url = Secret(f"rtmp://{HOST}:{free_port()}/live/{KEY}")
    output = RtmpOutput(DestinationConfig("platform", url), FlvTags(encoded_show[0]), clock, give_up, lambda: None, 0)
    output.start()
    told.wait_for(lambda: any(event.state is FAILED for event in told.of(OutputChanged)))
    output.stop()
    assert output.state is OFFLINE
    assert output.report().state == "failed"


def test_an_output_whose_relay_hangs_is_removed_at_once(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtmp_output, "FAREWELL_S", 1e4)  # of a relay that takes its time
    sending = send(server.url(KEY)).on_air()
    pid = sending.output.relay_pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    began_s = time.monotonic()
    sending.output.stop(0.3)
    assert time.monotonic() - began_s < 30
    assert sending.output.state is OFFLINE


def test_an_output_that_never_started_can_be_stopped(encoded_show: Show) -> None:
    destination = DestinationConfig("platform", Secret(f"rtmp://{HOST}/live/{KEY}"))
    output = RtmpOutput(destination, FlvTags(encoded_show[0]), SystemClock(), Told(), lambda: None, 0)
    output.stop()
    assert output.state is OFFLINE


def test_the_key_is_not_on_the_relays_command_line(send: Callable[[str], Sending], server: RtmpServer) -> None:
    sending = send(server.url(KEY))
    sending.wait_for(LIVE)
    shown = Path(f"/proc/{sending.output.relay_pid}")
    assert KEY.encode() not in (shown / "cmdline").read_bytes() + (shown / "environ").read_bytes()
