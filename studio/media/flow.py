"""How the stream flows to one destination, as its queue and its relay tell it together."""

from dataclasses import dataclass

from studio.media.carrier import HELD, Relay
from studio.media.frames import PacketKind
from studio.media.queues import PacketQueue

REPORTED_EVERY_S = 0.25  # as `studio.media.relay` does
FIRST_S = 4.0  # of a line: what waited for it is not all sent, and nobody saw it


@dataclass(frozen=True, slots=True)
class Flow:
    """How the stream flows to one destination that is on the air."""

    name: str
    delivered_bytes: int  # since its line was made; confirmed by the other side, as far as the system tells
    told_s: float  # when that was so, on the monotonic clock
    age_s: float  # how far what goes out now lies behind what is made now
    live_s: float
    pausing: bool = False  # its picture stands still: pictures are left out for it
    held: float = 1.0  # the share of the last second in which its network was what it waited for
    queued: float = 0.0  # the share of the last second in which its relay waited for a processor

    @property
    def by_network(self) -> bool:
        """Whether it is the network that it waits for, where it waits; else this computer."""
        return self.held >= HELD

    @property
    def waits_here(self) -> bool:
        """Whether it is this computer that it waits for; the little sound of a pause does not tell."""
        return not self.by_network and not self.pausing


def flow_of(name: str, queue: PacketQueue, relay: Relay, base_s: float, now_s: float) -> Flow:
    """The flow now; `base_s` is the time of the first packet of this line."""
    ages_s = {kind: queue.newest_s[kind] - base_s - relay.at_s[kind] for kind in PacketKind}
    # Sound also waits for the picture that belongs to it, which an encoder holds back for a while.
    age_s = ages_s[PacketKind.AUDIO] if queue.pausing else min(ages_s.values())
    # What was made since the relay last spoke is not behind: it has only not been told of.
    age_s = max(0.0, age_s - min(REPORTED_EVERY_S, now_s - relay.told_s))
    return Flow(name, relay.arrived_bytes, relay.told_s, age_s, relay.live_s, queue.pausing, relay.held, relay.queued)
