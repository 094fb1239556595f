"""An encrypted address is told the key only where it proves whose it is; else a person hears why not."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import certifi
import pytest

from studio.errors import explain
from studio.media import trust
from studio.media.rtmp_call import PushAddress, RtmpCall
from studio.media.rtmp_line import CallError
from tests.end2end.nginx import RtmpServer
from tests.end2end.sockets import HOST, free_port
from tests.end2end.tls_door import TlsDoor
from tests.health.preflight.platform_servers import one_call
from tests.integrations.test_http_asking import own_certificate
from tests.media.sending import FAILED, KEY, Sending

NAME = "localhost"  # a name, and names have to be proven
EXPIRED = own_certificate(NAME, until=datetime(2021, 1, 1))
OF_ANOTHER = own_certificate("192.0.2.1")
STRANGER = own_certificate(NAME)

CASES = pytest.mark.parametrize(
    ("certificate", "known", "reason"),
    [(EXPIRED, True, "out of date"), (OF_ANOTHER, True, "another server"), (STRANGER, False, "nobody vouches")],
    ids=["expired", "of another server", "of a stranger"],
)


@pytest.fixture
def door(
    tmp_path: Path, server: RtmpServer, certificate: bytes, known: bool, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TlsDoor]:
    """`known`: somebody vouches for its certificate."""
    path = tmp_path / "own.pem"
    path.write_bytes(certificate)
    monkeypatch.delenv(trust.NAMES_OTHERS, raising=False)
    if known:
        monkeypatch.setenv(trust.NAMES_OTHERS, str(path))
    with TlsDoor(server.rtmp_port, path) as door:
        yield door


@CASES
def test_the_key_goes_to_nobody_who_does_not_prove_whose_he_is(
    send: Callable[[str], Sending], door: TlsDoor, reason: str
) -> None:
    problem = send(door.url(KEY, NAME)).wait_for(FAILED).problem
    assert problem is not None
    assert problem.code == "output.untrusted"
    assert reason in explain(problem).what
    assert door.heard == 0


@CASES
def test_the_check_before_the_show_hears_it_too(door: TlsDoor, reason: str) -> None:
    call = RtmpCall(PushAddress.of(door.url(host=NAME)), threading.Event())
    with pytest.raises(CallError) as caught:
        call.open()
    call.close()
    assert caught.value.kind == "untrusted"
    assert reason in caught.value.reason
    assert door.heard == 0


@pytest.mark.parametrize(("certificate", "known"), [(STRANGER, True)])
def test_who_is_on_the_list_is_believed(
    send: Callable[[str], Sending], door: TlsDoor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the one we use, so all of that is understood: it stands at its end."""
    listed = tmp_path / "list.pem"
    listed.write_bytes(Path(certifi.where()).read_bytes() + (tmp_path / "own.pem").read_bytes())
    monkeypatch.setenv(trust.NAMES_OTHERS, str(listed))
    sending = send(door.url(KEY, NAME)).on_air()
    assert sending.output.problem is None
    door.stop()
    sending.output.stop()


@pytest.mark.parametrize(("certificate", "known"), [(STRANGER, False)])
def test_on_this_very_computer_nothing_is_to_be_proven(send: Callable[[str], Sending], door: TlsDoor) -> None:
    sending = send(door.url(KEY)).on_air()
    assert sending.output.problem is None
    call = RtmpCall(PushAddress.of(door.url()), threading.Event())
    call.open()
    call.close()
    door.stop()
    sending.output.stop()


def test_a_server_that_does_not_encrypt_is_told_as_that(send: Callable[[str], Sending]) -> None:
    with one_call(lambda line: line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        problem = send(f"rtmps://{HOST}:{port}/live/{KEY}").wait_for(FAILED).problem
    assert problem is not None
    assert problem.code == "output.unreachable"
    assert "encryption" in explain(problem).what


@pytest.mark.parametrize("host", [HOST, "no-such-host.invalid"])
def test_an_encrypted_address_with_nobody_behind_it_is_told(send: Callable[[str], Sending], host: str) -> None:
    problem = send(f"rtmps://{host}:{free_port()}/live/{KEY}").wait_for(FAILED).problem
    assert problem is not None
    assert problem.code == "output.unreachable"


def test_a_list_that_is_not_there_is_no_list(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(trust.NAMES_OTHERS, raising=False)
    assert trust.authorities() == certifi.where()
    monkeypatch.setenv(trust.NAMES_OTHERS, str(tmp_path / "gone.pem"))
    assert trust.authorities() == certifi.where()
