"""Outputs when the program itself fails: what was on the air is tried again, with nobody there to ask for it."""

import errno
from collections.abc import Callable

import pytest

from studio.errors import REASONS
from tests.end2end.nginx import RtmpServer
from tests.media.sending import CONNECTING, FAILED, KEY, LIVE, RECONNECTING, Sending


@pytest.mark.expects_errors
def test_a_fault_of_ours_fails_the_output_and_it_may_be_tried_again(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_anything: object) -> None:
        raise ZeroDivisionError("a bug")

    sending = send(server.url(KEY))
    sending.wait_for(LIVE)
    with monkeypatch.context() as patch:
        patch.setattr("studio.media.flv.Tag.packed", broken)
        problem = sending.wait_for(LIVE, FAILED).problem
    assert problem is not None
    assert problem.code == "output.bug"
    assert len(sending.told.of(Exception)) == 1
    sending.output.retry()
    sending.wait_for(FAILED, CONNECTING, LIVE)


@pytest.mark.expects_errors
def test_a_fault_of_ours_is_no_end_of_what_was_on_the_air(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody may be there to press a button."""

    tries: list[object] = []

    def broken(*anything: object) -> None:
        tries.append(anything)
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("studio.media.output.RETRY_S", (0.05, 0.1))
    sending = send(server.url(KEY)).on_air()
    sending.output._proven = True
    with monkeypatch.context() as patch:
        patch.setattr("studio.media.flv.Tag.packed", broken)
        problem = sending.wait_for(LIVE, RECONNECTING).problem
        sending.told.wait_for(lambda: len(tries) >= 3)
    assert problem is not None
    assert problem.code == "output.bug"
    assert len(sending.told.of(Exception)) == 1, "told once, however often it happens"
    sending.wait_for(RECONNECTING, LIVE)
    sending.wait_for_packets(20_000)
    assert FAILED not in sending.states


def test_a_relay_that_cannot_be_started_is_a_problem_of_its_output_only(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_anything: object, **_more: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    with monkeypatch.context() as patch:
        patch.setattr("subprocess.Popen", full)
        sending = send(server.url(KEY))
        problem = sending.wait_for(CONNECTING, FAILED).problem
    assert problem is not None
    assert dict(problem.values)["reason"] == REASONS[errno.EAGAIN]
    sending.output.retry()
    sending.wait_for(CONNECTING, LIVE)
