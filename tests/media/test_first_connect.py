"""A first connect that reached nobody is told, and made again when somebody is there; other failures are not."""

import errno
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.config import Secret
from studio.errors import REASONS, Problem
from studio.media import rtmp_output
from studio.media.knocking import WORDLESS
from tests.end2end.nginx import RtmpServer
from tests.end2end.sockets import HOST
from tests.end2end.weak_network import WeakNetwork
from tests.health.preflight.platform_servers import greet, one_call
from tests.media.rtmp_talk import Talk
from tests.media.sending import CONNECTING, FAILED, KEY, LIVE, RECONNECTING, Sending

NOBODY_THERE = Problem.of("output.unreachable", name="platform", reason=REASONS[errno.ECONNREFUSED])


def test_a_show_that_begins_without_a_network_is_told_so_and_goes_on_the_air_when_there_is_one(
    send: Callable[[str], Sending], server: RtmpServer
) -> None:
    """Nobody hears of the key before: it is knocked, and the first connect is one."""
    server.stop()
    server.gate.keys = frozenset({KEY})
    sending = send(server.url(KEY, "locked"))
    assert sending.wait_for(CONNECTING, FAILED).problem == NOBODY_THERE
    server.start()
    sending.wait_for(FAILED, CONNECTING, LIVE)
    sending.wait_for_packets()
    assert server.gate.asked == [KEY]
    assert sending.keyframes_wanted == 1


def test_a_key_that_is_refused_when_somebody_is_there_again_is_asked_for_once(
    send: Callable[[str], Sending], server: RtmpServer
) -> None:
    server.stop()
    sending = send(server.url(KEY, "locked"))
    sending.wait_for(CONNECTING, FAILED)
    server.start()
    problem = sending.wait_for(FAILED, CONNECTING, FAILED).problem
    assert problem is not None
    assert problem.code == "output.hung_up"
    sending.told.wait_for(lambda: sending.output.relay_pid is None)
    assert server.gate.asked == [KEY]


def test_a_new_address_that_is_given_while_the_network_is_away_is_taken_when_it_is_back(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtmp_output, "TRIAL_S", 0.0)
    sending = send(server.url(KEY)).on_air()
    server.stop()
    sending.wait_for(LIVE, RECONNECTING)
    sending.output.replace(Secret(server.url(f"{KEY}-2")))
    assert sending.wait_for(CONNECTING, FAILED).problem == NOBODY_THERE
    server.start()
    sending.wait_for(FAILED, CONNECTING, LIVE)
    assert f"<name>{KEY}-2</name>" in server.stats()


def test_trying_again_and_another_address_are_not_kept_waiting_by_the_knocking(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtmp_output, "RETRY_S", (1e4, 1e4))  # nobody is called by himself
    server.stop()
    sending = send(server.url(KEY))
    sending.wait_for(CONNECTING, FAILED)
    sending.told.wait_for(lambda: sending.output.relay_pid is not None)
    sending.output.retry()
    sending.wait_for(FAILED, CONNECTING, FAILED)
    server.start()
    sending.told.wait_for(lambda: sending.output.relay_pid is not None)
    sending.output.replace(Secret(server.url(f"{KEY}-2")))
    sending.wait_for(FAILED, CONNECTING, LIVE)


def test_a_name_that_is_looked_up_for_long_leads_to_nobody(
    send: Callable[[str], Sending], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a phone gives a network without data: it is not the server that says nothing."""
    script = """
import socket, threading
from studio.media import relay

relay.UNREACHED_S = 0.2
socket.getaddrinfo = lambda *_asked, **_more: threading.Event().wait(60)
relay.main()
"""
    monkeypatch.setattr("studio.media.carrier.COMMAND", (sys.executable, "-c", script))
    problem = send(f"rtmp://a.example/live/{KEY}").wait_for(CONNECTING, FAILED).problem
    assert problem == Problem.of("output.unreachable", name="platform", reason=REASONS[errno.ETIMEDOUT])


def test_a_line_that_breaks_right_after_the_start_is_tried_again_though_the_server_holds_the_old_one(
    send: Callable[[str], Sending], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A weak hotspot, and a server that was not told."""
    monkeypatch.setattr(rtmp_output, "AT_ONCE_S", 0.0)
    with RtmpServer(tmp_path / "holds", drops_idle_s=2) as server, WeakNetwork(server.rtmp_port) as network:
        sending = send(network.url(KEY))
        sending.wait_for(LIVE)
        sending.told.wait_for(lambda: network.carried_bytes > 10_000)
        network.abandon()
        lost = sending.wait_for(LIVE, RECONNECTING)
        assert lost.problem is not None
        assert lost.problem.code == "output.lost"
        sending.wait_for(LIVE, RECONNECTING, LIVE)
        sending.stop()


def test_a_refusal_without_words_is_told_as_that(send: Callable[[str], Sending]) -> None:
    def refuse(line: socket.socket) -> None:
        greet(line)
        talk = Talk(line)
        talk.command("_error", talk.await_command("connect")[1], None, None)
        talk.listen()

    with one_call(refuse) as port:
        problem = send(f"rtmp://{HOST}:{port}/live/{KEY}").wait_for(FAILED).problem
    assert problem == Problem.of("output.refused", name="platform", reason=WORDLESS)


def test_a_refusal_that_says_a_part_of_the_key_again_is_told_without_it(send: Callable[[str], Sending]) -> None:
    def refuse(line: socket.socket) -> None:
        greet(line)
        talk = Talk(line)
        talk.command("_result", talk.await_command("connect")[1], None, {"level": "status"})
        talk.command("_result", talk.await_command("createStream")[1], None, 1)
        talk.await_command("publish")
        talk.status("error", "NetStream.Publish.BadName", "signature 5f1c9e77 has expired")
        talk.listen()

    with one_call(refuse) as port:
        address = f"rtmp://{HOST}:{port}/live/{KEY}?expire=1&sign=5f1c9e77&t_id=7"
        problem = send(address).wait_for(FAILED).problem
    assert problem == Problem.of("output.refused", name="platform", reason="signature ••• has expired")
