"""Real servers and a show that runs, for the tests of what leaves the studio."""

import itertools
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.errors import explain
from studio.media import rtmp_output
from studio.media.encoder import Encoder
from studio.media.frames import EncodedPacket
from studio.output_states import TRANSITIONS, OutputChanged
from tests.end2end.nginx import RtmpServer
from tests.media.feed import Feed
from tests.media.films import encoded
from tests.media.sending import KEY, OFFLINE, Sending, Show


@pytest.fixture(scope="session")
def encoded_show() -> tuple[Encoder, list[EncodedPacket]]:
    """Four seconds of a small show, and the encoder whose streams are the outputs' templates."""
    kept: list[Encoder] = []
    packets = encoded(4.0, keep=kept)
    return kept[0], packets


@pytest.fixture
def feed(encoded_show: tuple[Encoder, list[EncodedPacket]]) -> Iterator[Feed]:
    """The show, going on and on in real time; hand it takers."""
    with Feed(encoded_show[1]) as feed:
        yield feed


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RtmpServer]:
    with RtmpServer(tmp_path / "nginx", record=True) as server:
        yield server


@pytest.fixture
def send(
    feed: Feed, encoded_show: Show, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[Callable[[str], Sending]]:
    """Starts outputs; afterwards every one went only along the table, and none told its key to anybody."""
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(rtmp_output, "RETRY_S", (0.1, 0.2))
    started: list[Sending] = []

    def start(url: str) -> Sending:
        started.append(Sending(url, feed, encoded_show))
        return started[-1].start()

    yield start
    for sending in started:
        sending.stop()
        sending.stop()
        states = sending.states
        assert states[-1] is OFFLINE
        for before, after in itertools.pairwise(states):
            assert after in TRANSITIONS[before]
        told = repr(sending.told.all) + repr(sending.output.report()) + sending.output.shown_address
        assert KEY not in told
        problems = [event.problem for event in sending.told.of(OutputChanged) if event.problem is not None]
        assert KEY not in repr([explain(problem) for problem in problems])
    assert KEY not in caplog.text
