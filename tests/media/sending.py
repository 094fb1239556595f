"""An output on the air in a test, and what it told."""

from itertools import groupby

from studio.clock import SystemClock
from studio.config import DestinationConfig, Secret
from studio.media.encoder import Encoder
from studio.media.frames import EncodedPacket
from studio.media.rtmp_output import RtmpOutput
from studio.output_states import OutputChanged, OutputState
from tests.media.feed import Feed
from tests.media.told import Told

KEY = "k3y-of-a-farmer"
OFFLINE, CONNECTING, LIVE, RECONNECTING, FAILED, STOPPING = OutputState
Show = tuple[Encoder, list[EncodedPacket]]


class Sending:
    """An output on the air, and all it told."""

    def __init__(self, url: str, feed: Feed, show: Show, lost_ns: int | None = None) -> None:
        self.told = Told()
        self.keyframes_wanted = 0
        destination = DestinationConfig("platform", Secret(url))
        clock = SystemClock()
        self.output = RtmpOutput(destination, show[0], clock, self.told, self._want, clock.now_ns(), self.told, lost_ns)
        self._feed = feed

    def _want(self) -> None:
        self.keyframes_wanted += 1

    def start(self) -> "Sending":
        self.output.start()
        self._feed.takers.append(self.output.offer)
        return self

    @property
    def states(self) -> list[OutputState]:
        """Those it entered; another reason for being in one enters nothing."""
        return [OFFLINE, *(state for state, _events in groupby(event.state for event in self.told.of(OutputChanged)))]

    def wait_for(self, *states: OutputState, deadline_s: float = 60.0) -> OutputChanged:
        """Returns when the newest states are these."""
        self.told.wait_for(lambda: self.states[-len(states) :] == list(states), deadline_s)
        return self.told.of(OutputChanged)[-1]

    def wait_for_packets(self, more: int = 1) -> None:
        sent = self.output.sent_bytes
        self.told.wait_for(lambda: self.output.sent_bytes >= sent + more)

    def stop(self) -> None:
        if self.output.offer in self._feed.takers:
            self._feed.takers.remove(self.output.offer)
        self.output.stop()
