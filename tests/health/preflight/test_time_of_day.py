"""A wrong clock is found with real time servers; no answer is told as not checked."""

import socket

import pytest

from studio.checks import Outcome
from studio.clock import Clock, SystemClock
from studio.errors import explain
from studio.health.preflight import time_of_day
from studio.health.preflight.time_of_day import check_clock, http_offset_s, ntp_offset_s
from tests.end2end.sockets import HOST, free_port
from tests.health.preflight.time_servers import time_server, web_server

CLOCK = SystemClock()
VERSION_AND_MODE, STRATUM, OUR_STAMP = slice(0, 1), slice(1, 2), slice(24, 32)


@pytest.mark.parametrize("ahead_s", [0.0, 300.0, -86_400.0])
def test_the_offset_to_a_time_server_is_measured(ahead_s: float) -> None:
    with time_server(ahead_s) as server:
        port = int(server.rpartition(":")[2])
        assert ntp_offset_s(HOST, port, CLOCK) == pytest.approx(-ahead_s, abs=0.5)


@pytest.mark.parametrize("ahead_s", [0.0, -400.0])
def test_the_offset_to_a_web_server_is_measured_to_the_second(ahead_s: float) -> None:
    with web_server(ahead_s) as server:
        assert http_offset_s(server, CLOCK) == pytest.approx(-ahead_s, abs=1.5)


@pytest.mark.parametrize("damage", [VERSION_AND_MODE, OUR_STAMP], ids=["unsynchronised", "not our question"])
def test_an_answer_that_cannot_be_trusted_is_none(damage: slice) -> None:
    with time_server(damage=damage) as server:
        assert check_clock(CLOCK, [server]).outcome is Outcome.NOT_CHECKED


def test_a_right_clock_is_good_and_names_whom_it_asked() -> None:
    with time_server() as server:
        result = check_clock(CLOCK, [server])
    assert result.outcome is Outcome.GOOD
    assert HOST in result.found.told()


def test_a_clock_that_is_off_by_seconds_is_good_and_says_so() -> None:
    with time_server(-29.5) as server:
        result = check_clock(CLOCK, [server])
    assert result.outcome is Outcome.GOOD
    assert "within 30 s" in result.found.told()


@pytest.mark.parametrize("ahead_s", [90.0, -90.0, 7200.0, 3 * 86_400.0])
def test_a_clock_that_is_off_is_told_with_both_times(ahead_s: float) -> None:
    with time_server(ahead_s) as server:
        result = check_clock(CLOCK, [server])
    assert result.outcome is Outcome.BAD
    assert result.problem is not None
    values = dict(result.problem.values)
    assert values["shown"] != values["right"]
    assert values["right"] in explain(result.problem).what


def test_the_next_server_is_asked_where_one_does_not_answer() -> None:
    with web_server(dated=False) as dumb, web_server() as good:
        result = check_clock(CLOCK, [f"ntp://{HOST}:{free_port()}", dumb, good])
    assert result.outcome is Outcome.GOOD


def test_without_any_answer_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time_of_day, "ANSWER_TIMEOUT_S", 0.2)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind((HOST, 0))
        result = check_clock(CLOCK, [f"ntp://{HOST}:{silent.getsockname()[1]}", f"http://{HOST}:{free_port()}/"])
    assert result.outcome is Outcome.NOT_CHECKED
    assert "No time server answered" in result.found.told()


def test_the_environment_may_name_other_servers_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(server: str, _clock: Clock) -> float:
        asked.append(server)
        raise OSError

    monkeypatch.setenv("NONGBO_TIME_SERVERS", "ntp://one http://two/")
    check_clock(CLOCK, ask=ask)
    monkeypatch.setenv("NONGBO_TIME_SERVERS", "")
    assert check_clock(CLOCK, ask=ask).outcome is Outcome.NOT_CHECKED
    assert asked == ["ntp://one", "http://two/"]
