"""Knocking at a server's door: who answers, who only takes the call, and how long it goes on."""

import contextlib
import errno
import socket
import ssl
from pathlib import Path

import pytest

from studio.errors import REASONS
from studio.media import rtmp_call
from studio.media.knocking import ASK_EVERY_S, DEAD_S, DOUBT_S, GATE, NOBODY, Door, Doubt, wait_for_answer
from tests.end2end.nginx import RtmpServer
from tests.end2end.sockets import HOST, ClosingServer, SilentServer, free_port
from tests.health.preflight.platform_servers import greet, one_call, refuse
from tests.integrations.test_http_asking import own_certificate
from tests.media.told import Told

AT_ONCE = {"from_ns": 0, "every_s": (0.01, 0.02)}


def test_a_server_that_speaks_has_answered(server: RtmpServer) -> None:
    assert wait_for_answer(server.url(), AT_ONCE, lambda _reason: True) is not None


def test_who_takes_the_call_and_says_nothing_has_not_answered(
    silent_server: SilentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rtmp_call, "ANSWER_TIMEOUT_S", 0.2)
    door = Door(silent_server.url)
    door.call()
    Told().wait_for(lambda: door.reason == NOBODY)
    assert silent_server.called
    assert not door.answered.is_set()


def test_who_hangs_up_has_not_answered(closing_server: ClosingServer) -> None:
    door = Door(closing_server.url)
    door.call()
    Told().wait_for(lambda: door.reason in (REASONS[errno.EPIPE], REASONS[errno.ECONNRESET]))
    assert not door.answered.is_set()


def lead_on(near: socket.socket, port: int) -> None:
    """Carries what both sides say, until one hangs up."""
    with socket.create_connection((HOST, port)) as far:
        near.settimeout(0.02)
        far.settimeout(0.02)
        while True:
            for one, other in ((near, far), (far, near)):
                with contextlib.suppress(TimeoutError):
                    piece = one.recv(4096)
                    if not piece:
                        return
                    other.sendall(piece)


def test_who_greets_and_then_says_nothing_keeps_no_later_call_waiting(server: RtmpServer) -> None:
    """A gate whose server is away, and then is there: calls that hang there are still open by then."""
    hanging: list[socket.socket] = []

    def serve(line: socket.socket) -> None:
        if len(hanging) < 3:
            greet(line)
            hanging.append(line.dup())
        else:
            lead_on(line, server.rtmp_port)

    with one_call(serve) as port:
        url = f"rtmp://{HOST}:{port}/live/key"
        heard: list[str] = []

        def go_on(reason: str) -> bool:
            heard.append(reason)
            return True

        assert wait_for_answer(url, AT_ONCE, go_on) is not None
    assert len(hanging) == 3
    assert set(heard) == {""}, "none of them has ended yet"
    for line in hanging:
        line.close()


def test_who_greets_and_says_no_has_answered() -> None:
    """What it says is heard by the relay itself, which knows the key."""
    with one_call(refuse("no such room")) as port:
        assert wait_for_answer(f"rtmp://{HOST}:{port}/live/key", AT_ONCE, lambda _reason: True) is not None


def test_a_gate_that_greets_and_hangs_up_has_not_answered() -> None:
    """Nobody stands behind it, and nobody has heard of a key: what it says is no word on that."""
    with one_call(greet) as port:
        door = Door(f"rtmp://{HOST}:{port}/live/key")
        door.call()
        Told().wait_for(lambda: door.reason == GATE)
    assert not door.answered.is_set()


def test_who_encrypts_is_called_encrypted(tmp_path: Path, server: RtmpServer) -> None:
    """Whether its certificate is in order is looked at where the key is told, and not here, where nothing is."""
    (tmp_path / "own.pem").write_bytes(own_certificate())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "own.pem")

    def serve(line: socket.socket) -> None:
        with context.wrap_socket(line, server_side=True) as near:
            lead_on(near, server.rtmp_port)

    with one_call(serve) as port:
        door = Door(f"rtmps://{HOST}:{port}/live/key")
        door.call()
        assert door.answered.wait(30), door.reason


def test_it_goes_on_for_as_long_as_somebody_listens() -> None:
    """Without a gap in which nobody calls, however long the server is away."""
    heard: list[str] = []

    def go_on(reason: str) -> bool:
        heard.append(reason)
        return len(heard) < 50

    assert wait_for_answer(f"rtmp://{HOST}:{free_port()}/live/key", AT_ONCE, go_on) is None
    assert heard[-1] == REASONS[errno.ECONNREFUSED]
    assert len(heard) == 50
    assert heard[0] == "", "none is known before the first call"


class Bell(Door):
    """A door that is answered when the test says so."""

    def __init__(self) -> None:
        super().__init__("rtmp://host/live/key")
        self.calls = 0

    def call(self) -> None:
        self.calls += 1


def test_a_line_that_confirms_nothing_while_its_server_answers_is_dead() -> None:
    bell = Bell()
    doubt = Doubt(bell)
    assert not doubt.is_dead(100.0, 5000, waits=True)
    assert not doubt.is_dead(100.0 + DOUBT_S - 0.1, 5000, waits=True)
    assert bell.calls == 0
    assert not doubt.is_dead(100.0 + DOUBT_S, 5000, waits=True)
    assert not doubt.is_dead(100.0 + DOUBT_S + 0.2, 5000, waits=True)
    assert bell.calls == 1
    bell.answered.set()
    assert not doubt.is_dead(100.0 + DOUBT_S + 0.4, 5000, waits=True)
    assert doubt.is_dead(100.0 + DEAD_S, 5000, waits=True)


def test_a_network_that_is_away_is_waited_for() -> None:
    """Nobody answers at the door; once it is back, the line is given a moment of its own."""
    bell = Bell()
    doubt = Doubt(bell)
    for tenth in range(100):
        assert not doubt.is_dead(100.0 + tenth / 10, 5000, waits=True)
    assert bell.calls == pytest.approx((10.0 - DOUBT_S) / ASK_EVERY_S, abs=2)
    bell.answered.set()
    assert not doubt.is_dead(110.0, 5000, waits=True)
    assert not doubt.is_dead(110.0 + ASK_EVERY_S / 2, 5001, waits=True), "it moves again"
    assert not bell.answered.is_set(), "an answer from before says nothing of the next silence"


def test_where_nothing_waits_nothing_is_missed() -> None:
    bell = Bell()
    doubt = Doubt(bell)
    for second in range(20):
        assert not doubt.is_dead(100.0 + second, 5000, waits=False)
    assert bell.calls == 0
