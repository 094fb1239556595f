"""What an outage is told as and how long it lasts: a server that has not noticed, a slow one, a fault of ours."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.clock import SystemClock
from studio.errors import Problem
from studio.media import carrier, outage, rtmp_output
from studio.media.carrier import BROKE
from studio.media.frames import NS
from studio.media.outage import NEW_TRIED_FOR_S, REFUSED_FOR_S, SPURNED_TOLD_FOR_S, Outage
from studio.output_states import OutputChanged
from tests.end2end.nginx import RtmpServer
from tests.end2end.weak_network import WeakNetwork
from tests.media.sending import CONNECTING, FAILED, KEY, LIVE, OFFLINE, RECONNECTING, Sending
from tests.media.told import Hand

HELD = "Already publishing"  # nginx-rtmp


def refused(words: str) -> Problem:
    return Problem.of("output.refused", name="platform", reason=words)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (HELD, "output.held"),
        ("stream busy", "output.held"),
        ("The name is in use.", "output.held"),
        ("the key has expired", "output.not_taken_back"),
    ],
)
def test_a_server_that_holds_the_broken_line_is_told_as_that_before_the_steps_are(words: str, code: str) -> None:
    hand = Hand(NS)
    lost = Outage("platform", hand)
    lost.count(refused(words))
    assert lost.told(refused(words)) == Problem.of(code, name="platform", reason=words)
    hand.at_ns += round((REFUSED_FOR_S - 1) * NS)
    lost.count(refused(words))
    assert not lost.refused_long
    hand.at_ns += NS
    assert lost.told(refused(words)) == Problem.of("output.turned_away", name="platform", reason=words)
    lost.count(Problem.of("output.unreachable", name="platform", reason="no answer came in time"))
    assert not lost.refused_long, "nobody refuses any more"


def test_that_a_new_address_was_not_taken_is_told_before_what_keeps_the_old_one_away() -> None:
    hand = Hand(NS)
    lost = Outage("platform", hand)
    lost.count_down("kuaishou", hand.at_ns)
    closes_ns = lost.closes_ns
    assert closes_ns is not None
    lost.forget()
    assert not lost.spares_new(refused("no such room")), "its server's own word"
    unreached = Problem.of("output.unreachable", name="platform", reason="nobody answers")
    assert lost.spares_new(unreached)
    hand.at_ns += round(NEW_TRIED_FOR_S * NS)
    assert not lost.spares_new(unreached)
    lost.go_back(closes_ns, "nobody answers")
    told = lost.told(Problem.of("output.lost", name="platform", reason="x"))
    assert told == Problem.of("output.new_refused", name="platform", reason="nobody answers")
    hand.at_ns += round(SPURNED_TOLD_FOR_S * NS)
    told = lost.told(unreached)
    assert told is not None
    assert told.code == "output.closing"
    hand.at_ns = closes_ns
    told = lost.told(unreached)
    assert told is not None
    assert told.code == "output.room_closed"


def codes(sending: Sending) -> list[str]:
    return [event.problem.code for event in sending.told.of(OutputChanged) if event.problem is not None]


def test_a_server_that_has_not_noticed_is_called_by_one_relay_until_it_lets_go(
    send: Callable[[str], Sending], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody told it that the line broke: it refuses the next one until it finds that nothing comes."""
    monkeypatch.setattr(rtmp_output, "TRIAL_S", 0.0)
    monkeypatch.setattr(outage, "REFUSED_FOR_S", 0.5)
    with RtmpServer(tmp_path / "holds", drops_idle_s=4) as server, WeakNetwork(server.rtmp_port) as network:
        sending = send(network.url(KEY)).on_air()
        sending.told.wait_for(lambda: network.carried_bytes > 10_000)
        network.abandon()

        def watched(code: str | None) -> bool:
            sending.output.watch(SystemClock().now_ns())
            problem = sending.output.problem
            return (problem.code if problem is not None else None) == code

        sending.told.wait_for(lambda: watched("output.turned_away"))
        pid = sending.output.relay_pid
        sending.told.wait_for(lambda: watched(None))
        assert sending.states == [OFFLINE, CONNECTING, LIVE, RECONNECTING, LIVE]
        assert sending.output.relay_pid == pid
        assert codes(sending) == ["output.lost", "output.held", "output.turned_away"]
        sending.wait_for_packets()
        sending.stop()


def test_a_line_with_long_round_trips_comes_back(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a call needs is measured by the one that was answered."""
    monkeypatch.setattr(rtmp_output, "TRIAL_S", 0.0)
    monkeypatch.setattr(carrier, "COMEBACK_DEADLINE_S", 0.3)
    with WeakNetwork(server.rtmp_port) as network:
        sending = send(network.url(KEY)).on_air()
        network.answers_after_s = 0.2
        network.cut()
        sending.wait_for(LIVE, RECONNECTING, LIVE)
        sending.stop()


def test_a_relay_that_ends_without_a_word_is_our_own_fault(
    send: Callable[[str], Sending],
    server: RtmpServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """And not the server's, nor is it told that it is tried again."""
    with monkeypatch.context() as patch:
        patch.setattr("studio.media.carrier.COMMAND", (sys.executable, "-c", "raise SystemExit(7)"))
        sending = send(server.url(KEY))
        problem = sending.wait_for(CONNECTING, FAILED).problem
    assert problem == Problem.of("output.relay_broke", name="platform", reason=BROKE)
    assert "relay platform ended by itself with 7" in caplog.text
    sending.output.retry()
    sending.wait_for(FAILED, CONNECTING, LIVE)


def test_a_relay_that_breaks_at_once_is_not_started_at_once_again(
    send: Callable[[str], Sending], server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the program is exchanged beneath a show: a computer that starts nothing else would lose it."""
    sending = send(server.url(KEY)).on_air()
    pauses_s: list[float | None] = []
    awaited, pid = sending.output._retry.wait, sending.output.relay_pid
    assert pid is not None

    def wait(seconds: float | None = None) -> bool:
        pauses_s.append(seconds)
        return awaited(0.01)

    with monkeypatch.context() as patch:
        patch.setattr("studio.media.carrier.COMMAND", (sys.executable, "-c", "raise SystemExit(7)"))
        patch.setattr(sending.output._retry, "wait", wait)
        os.kill(pid, signal.SIGKILL)
        sending.told.wait_for(lambda: len(pauses_s) >= 2)
    assert set(pauses_s) == {vars(rtmp_output)["RETRY_S"][0]}, "as the fixture has them"
    sending.wait_for(LIVE, RECONNECTING, LIVE)
    sending.stop()


BUG = """
from studio.media import relay

def broken(call):
    raise ZeroDivisionError(f"{call._address.stream} is a key")

relay.begin = broken
relay.main()
"""


@pytest.mark.expects_errors
def test_a_bug_in_a_relay_is_told_and_logged_without_the_key(
    send: Callable[[str], Sending],
    server: RtmpServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("studio.media.carrier.COMMAND", (sys.executable, "-c", BUG))
    problem = send(server.url(KEY)).wait_for(CONNECTING, FAILED).problem
    assert problem is not None
    assert problem.code == "output.relay_broke"
    assert "ZeroDivisionError" in dict(problem.values)["reason"]
    assert "in obey" in caplog.text, "where it happened"
