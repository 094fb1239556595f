"""Which address is planned after one was given during a show: never a dead one, and never a refused one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from studio.config import DestinationConfig, Secret
from studio.errors import Problem
from studio.output_states import OutputChanged, OutputState
from studio.ui.given_addresses import GivenAddresses

A, B, C = (DestinationConfig("快手", Secret(f"rtmp://{host}.example/app/key")) for host in "abc")
REFUSED = Problem.of("output.new_refused", name="快手", reason="no such room")


def live(at: DestinationConfig) -> OutputChanged:
    return OutputChanged("快手", at.shown, OutputState.LIVE, datetime.now(UTC))


def refused(back_at: DestinationConfig) -> OutputChanged:
    return OutputChanged("快手", back_at.shown, OutputState.RECONNECTING, datetime.now(UTC), REFUSED)


@pytest.fixture
def addresses() -> GivenAddresses:
    """Of a show that is on the air at A."""
    addresses = GivenAddresses()
    assert addresses.follow(live(A), A) is None
    return addresses


def test_what_is_planned_at_once_and_refused_is_taken_back(addresses: GivenAddresses) -> None:
    addresses.replace(A)
    assert addresses.follow(refused(A), B) == A
    assert addresses.follow(refused(A), A) is None


def test_what_never_worked_is_not_gone_back_to(addresses: GivenAddresses) -> None:
    """One given by the panel and lost, one in its place by the setup page, and that is refused."""
    addresses.replace(A)
    addresses.replace(B)
    assert addresses.follow(refused(A), C) == A


def test_what_worked_meanwhile_is_what_is_gone_back_to(addresses: GivenAddresses) -> None:
    addresses.give(A, B.url)
    kept = addresses.follow(live(B), A)
    assert kept == replace(A, url=B.url)
    addresses.replace(B)
    assert addresses.follow(refused(B), C) == B


def test_the_next_show_knows_nothing_of_it(addresses: GivenAddresses) -> None:
    addresses.give(A, B.url)
    addresses.forget()
    assert addresses.follow(live(B), A) is None
    assert addresses.follow(refused(B), B) is None
