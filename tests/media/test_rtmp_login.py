"""A server that asks for a name and a password before it takes a call."""

import base64
import hashlib
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import parse_qsl

import pytest

from studio.addresses import without_secrets
from studio.media import rtmp_call, rtmp_line
from studio.media.rtmp_call import PushAddress, RtmpCall
from studio.media.rtmp_line import CallError
from studio.media.rtmp_login import answer_to
from tests.end2end.sockets import HOST
from tests.health.preflight.platform_servers import greet, one_call
from tests.media.rtmp_talk import Talk
from tests.media.sending import FAILED, KEY, Sending

NAME, PASSWORD = "farmer", "apples+pears"
SALT, OPAQUE = "s4+lt=", "0p/aque=="
REJECT = "[ AccessManager.Reject ] : "


def digest(text: str) -> str:
    return base64.b64encode(hashlib.md5(text.encode()).digest()).decode()


def verdict(app: str) -> str:
    """What such a server says to an application's name, empty where it takes it."""
    _name, _mark, query = app.partition("?")
    given = dict(parse_qsl(query.replace("+", "%2B")))
    if given.get("authmod") != "adobe":
        return REJECT + "[ code=403 need auth; authmod=adobe ] :"
    if given["user"] != NAME:
        return REJECT + "[ authmod=adobe ] : ?reason=nosuchuser&opaque=x"
    if "response" not in given:
        return REJECT + f"[ authmod=adobe ] : ?reason=needauth&user={NAME}&salt={SALT}&challenge=ch&opaque={OPAQUE}"
    right = digest(digest(NAME + SALT + PASSWORD) + OPAQUE + given["challenge"])
    if given["response"] == right and given["opaque"] == OPAQUE:
        return ""
    return REJECT + "[ authmod=adobe ] : ?reason=authfailed&opaque=y"


@pytest.fixture
def port() -> Iterator[int]:
    """Of a server that takes nobody else."""

    def serve(line: socket.socket) -> None:
        greet(line)
        talk = Talk(line)
        _command, number, properties, *_rest = talk.await_command("connect")
        assert isinstance(properties, Mapping)
        app = str(properties["app"])
        assert str(properties["tcUrl"]).endswith(app)
        if words := verdict(app):
            told = {"level": "error", "code": "NetConnection.Connect.Rejected", "description": words}
            talk.command("_error", number, None, told)
            talk.command("close", 0, None)
        else:
            talk.command("_result", number, None, {"level": "status"})
            talk.listen()

    with one_call(serve) as port:
        yield port


def opened(port: int, name: str, password: str, believes: bool = False) -> CallError | None:
    address = PushAddress.of(f"rtmp://{name}:{password}@{HOST}:{port}/live/{KEY}")
    assert password not in repr(address)
    assert KEY not in repr(address)
    call = RtmpCall(address, threading.Event(), believes)
    try:
        call.open()
    except CallError as error:
        return error
    finally:
        call.close()
    return None


def test_the_right_name_and_password_are_taken(port: int) -> None:
    assert opened(port, NAME, PASSWORD) is None


@pytest.mark.parametrize(("name", "password"), [(NAME, "plums"), ("stranger", PASSWORD)])
def test_wrong_ones_are_told_as_wrong(port: int, name: str, password: str) -> None:
    error = opened(port, name, password)
    assert error is not None
    assert (error.kind, error.reason) == ("refused", "it wants another name or password")


def test_a_fault_of_the_line_is_no_wrong_password(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = iter([rtmp_line.open_line])

    def once(host: str, called: int) -> socket.socket:
        for call in calls:
            return call(host, called)
        raise CallError("unreachable", "the network is away")

    monkeypatch.setattr(rtmp_call, "open_line", once)
    error = opened(port, NAME, PASSWORD)
    assert error is not None
    assert (error.kind, error.reason) == ("unreachable", "the network is away")


def test_a_knock_tells_no_name(port: int) -> None:
    """It believes anybody who opens."""
    error = opened(port, NAME, PASSWORD, believes=True)
    assert error is not None
    assert "need auth" in error.reason


def test_a_show_without_a_name_is_told_what_the_server_says(port: int, send: Callable[[str], Sending]) -> None:
    problem = send(f"rtmp://{HOST}:{port}/live/{KEY}").wait_for(FAILED).problem
    assert problem is not None
    assert problem.code == "output.refused"
    assert "need auth" in dict(problem.values)["reason"]


def test_other_refusals_are_no_question() -> None:
    assert answer_to("the room is closed", NAME, PASSWORD) is None


def test_the_password_is_not_repeated() -> None:
    url = f"rtmp://{NAME}:{PASSWORD}@host/live/{KEY}"
    assert without_secrets(f"{PASSWORD} is no password", url) == "••• is no password"
