"""An output on the air in a test, and what it told."""

from collections.abc import Callable
from itertools import groupby

from studio.clock import SystemClock
from studio.config import DestinationConfig, Secret
from studio.media.encoder import Encoder
from studio.media.frames import EncodedPacket
from studio.media.muxing import FlvTags
from studio.media.rtmp_output import RtmpOutput
from studio.output_states import OutputChanged, OutputState
from tests.media.feed import Feed
from tests.media.told import DEADLINE_S, Told

KEY = "k3y-of-a-farmer"
OFFLINE, CONNECTING, LIVE, RECONNECTING, FAILED, STOPPING = OutputState
Show = tuple[Encoder, list[EncodedPacket]]


def offering(output: RtmpOutput, show: Show) -> Callable[[EncodedPacket], None]:
    """Hands an output what the fan-out would."""
    flv = FlvTags(show[0])

    def offer(packet: EncodedPacket) -> None:
        for tagged in flv.tagged(packet):
            output.offer(tagged)

    return offer


class Sending:
    """An output on the air, and all it told."""

    def __init__(self, url: str, feed: Feed, show: Show, lost_ns: int | None = None) -> None:
        self.told = Told()
        self.keyframes_wanted = 0
        destination = DestinationConfig("platform", Secret(url))
        clock = SystemClock()
        self.output = RtmpOutput(
            destination, FlvTags(show[0]), clock, self.told, self._want, clock.now_ns(), self.told, lost_ns
        )
        self.offer = offering(self.output, show)
        self._feed = feed
        self._waited_for = 0  # how far in the row of states they were waited for

    def _want(self) -> None:
        self.keyframes_wanted += 1

    def start(self) -> "Sending":
        self.output.start()
        self._feed.takers.append(self.offer)
        return self

    def on_air(self) -> "Sending":
        """Once the server takes the stream."""
        self.wait_for(LIVE)
        self.wait_for_packets()
        return self

    @property
    def states(self) -> list[OutputState]:
        """Those it entered; another reason for being in one enters nothing."""
        return [OFFLINE, *(event.state for event in self._entered())]

    def _entered(self) -> list[OutputChanged]:
        """The events with which it entered each of its states."""
        return [next(events) for _state, events in groupby(self.told.of(OutputChanged), lambda event: event.state)]

    def wait_for(self, *states: OutputState, deadline_s: float = DEADLINE_S) -> OutputChanged:
        """Returns when it has gone through these, not before what was waited for last; gives how it entered the last.

        It may be on its way already: a test that did not run for a moment finds them all the same.
        """

        def gone_through() -> bool:
            row = self.states
            for last in range(max(self._waited_for, len(states) - 1), len(row)):
                if row[last + 1 - len(states) : last + 1] == list(states):
                    self._waited_for = last
                    return True
            return False

        self.told.wait_for(gone_through, deadline_s)
        return self._entered()[self._waited_for - 1]

    def wait_for_packets(self, more: int = 1) -> None:
        sent = self.output.sent_bytes
        self.told.wait_for(lambda: self.output.sent_bytes >= sent + more)

    def stop(self) -> None:
        if self.offer in self._feed.takers:
            self._feed.takers.remove(self.offer)
        self.output.stop()
