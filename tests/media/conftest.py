"""Real servers and a show that runs, for the tests of what leaves the studio."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.media.encoder import Encoder
from studio.media.frames import EncodedPacket
from tests.end2end.nginx import RtmpServer
from tests.end2end.sockets import ClosingServer, SilentServer
from tests.media.feed import Feed
from tests.media.films import encoded


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
def silent_server() -> Iterator[SilentServer]:
    with SilentServer() as server:
        yield server


@pytest.fixture
def closing_server() -> Iterator[ClosingServer]:
    with ClosingServer() as server:
        yield server
