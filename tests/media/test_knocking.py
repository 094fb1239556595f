"""Knocking at a server's door: who answers, who only takes the call, and how long it goes on."""

import contextlib
import errno
import socket
import ssl
import threading
from pathlib import Path

import pytest

from studio.errors import REASONS
from studio.media import knocking
from studio.media.knocking import ASK_EVERY_S, DEAD_S, DOUBT_S, NOBODY, Door, Doubt, wait_for_answer
from studio.worker import Worker
from tests.end2end.nginx import RtmpServer
from tests.end2end.sockets import HOST, ClosingServer, SilentServer, free_port
from tests.integrations.test_http_asking import own_certificate
from tests.media.told import Told

AT_ONCE = {"from_ns": 0, "every_s": (0.01, 0.02)}


def test_a_server_that_speaks_has_answered(server: RtmpServer) -> None:
    assert wait_for_answer(server.url(), AT_ONCE, lambda _reason: True) == ""


def test_who_takes_the_call_and_says_nothing_has_not_answered(
    silent_server: SilentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(knocking, "CALL_S", 0.2)
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


def test_who_encrypts_is_there(tmp_path: Path) -> None:
    """Whether its certificate is in order is looked at where the key is told, and not here, where nothing is."""
    (tmp_path / "own.pem").write_bytes(own_certificate())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "own.pem")
    with socket.create_server((HOST, 0)) as listener:

        def take(_stopping: threading.Event) -> None:
            with contextlib.suppress(OSError), context.wrap_socket(listener.accept()[0], server_side=True):
                pass

        server = Worker("tls", take)
        server.start()
        door = Door(f"rtmps://{HOST}:{listener.getsockname()[1]}/live/key")
        door.call()
        assert door.answered.wait(30), door.reason
        server.join(10)


def test_it_goes_on_for_as_long_as_somebody_listens() -> None:
    """Without a gap in which nobody calls, however long the server is away."""
    heard: list[str] = []

    def go_on(reason: str) -> bool:
        heard.append(reason)
        return len(heard) < 50

    reason = wait_for_answer(f"rtmp://{HOST}:{free_port()}/live/key", AT_ONCE, go_on)
    assert reason == REASONS[errno.ECONNREFUSED]
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
