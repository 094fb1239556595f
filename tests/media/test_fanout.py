"""The outputs of one show: whoever is removed holds nobody up, and whoever comes in its place waits for its end."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import psutil
import pytest

from studio.clock import SystemClock
from studio.config import CanvasConfig, DestinationConfig, Secret
from studio.media import fanout as fanout_module
from studio.media.fanout import Fanout
from studio.media.frames import EncodedPacket, PacketKind
from studio.media.rtmp_output import RtmpOutput
from studio.output_states import OutputChanged
from tests.end2end.nginx import RtmpServer
from tests.media.feed import Feed
from tests.media.sending import CONNECTING, LIVE, OFFLINE, STOPPING, Show
from tests.media.told import Told


@dataclass
class Sending:
    """The outputs of a show that goes on; its pictures are `padding_bytes` larger than they need be."""

    fanout: Fanout
    told: Told
    padding_bytes: int = 0

    def take(self, packet: EncodedPacket) -> None:
        padding = bytes(self.padding_bytes if packet.kind is PacketKind.VIDEO else 0)
        self.fanout.offer(replace(packet, data=packet.data + padding))


@pytest.fixture
def sending(feed: Feed, encoded_show: Show) -> Iterator[Sending]:
    told = Told()
    fanout = Fanout(CanvasConfig(320, 180, 25), encoded_show[0], SystemClock(), told, told)
    sending = Sending(fanout, told)
    feed.takers.append(sending.take)
    yield sending
    feed.takers.remove(sending.take)
    fanout.stop()
    fanout.stop()
    assert not [thing for thing in told.all if isinstance(thing, Exception)]


@contextmanager
def frozen(server: RtmpServer) -> Iterator[None]:
    """The server takes nothing and says nothing, and its lines stay open."""
    master = psutil.Process(server.pid)
    processes = [master, *master.children(recursive=True)]
    for process in processes:
        process.suspend()
    yield
    for process in processes:
        process.resume()


def at(server: RtmpServer) -> DestinationConfig:
    return DestinationConfig("platform", Secret(server.url()))


def test_one_whose_server_hangs_is_removed_without_waiting_and_its_successor_comes_after_it(
    sending: Sending, server: RtmpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout_module, "REMOVAL_S", 6.0)
    fanout, told = sending.fanout, sending.told
    fanout.add(at(server))
    output = fanout.outputs["platform"]
    assert isinstance(output, RtmpOutput)
    told.wait_for(lambda: output.sent_bytes > 0)
    pid = output.relay_pid
    assert pid is not None
    with frozen(server):
        sending.padding_bytes = 500_000
        told.wait_for(lambda: (flow := output.flow()) is not None and flow.pausing)  # its writer hangs in a full pipe
        fanout.remove("platform")
        assert output.state is LIVE, "its goodbye was waited for"
        assert fanout.outputs == {}
        fanout.add(at(server))
        assert fanout.outputs["platform"].state is OFFLINE
        sending.padding_bytes = 0
        os.kill(pid, signal.SIGKILL)
    told.wait_for(lambda: fanout.outputs["platform"].state is LIVE)
    states = [event.state for event in told.of(OutputChanged)]
    assert states == [CONNECTING, LIVE, STOPPING, OFFLINE, CONNECTING, LIVE]


def test_a_successor_that_is_removed_as_well_never_begins(sending: Sending, server: RtmpServer) -> None:
    fanout, told = sending.fanout, sending.told
    fanout.add(at(server))
    first = fanout.outputs["platform"]
    told.wait_for(lambda: first.sent_bytes > 0)
    fanout.remove("platform")
    fanout.add(at(server))
    fanout.remove("platform")
    fanout.remove("platform")
    told.wait_for(lambda: first.state is OFFLINE)
    fanout.stop()
    assert [event.state for event in told.of(OutputChanged)][-1] is OFFLINE
    assert fanout.outputs == {}
