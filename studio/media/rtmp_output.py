"""An output over the network: one RTMP address with a relay process of its own.

Threads: the encoder's threads offer packets (never waiting), `output-NAME` writes them into the relay's
pipe, `relay-NAME` reads what the relay says. A relay that does not move any more is killed by `watch`.

A line that broke is made anew by a relay that is started at once and knocks every second or two until somebody
answers: trying costs next to nothing, and no call that hangs keeps the next one waiting.
"""

import errno
import json
import logging
import math
import random
import threading
from collections.abc import Callable
from dataclasses import replace

from studio.clock import Clock
from studio.config import DestinationConfig, Secret
from studio.errors import REASONS, Problem, reason_of
from studio.i18n import N_
from studio.media.carrier import Relay
from studio.media.flow import Flow, flow_of
from studio.media.flv import Tag
from studio.media.frames import NS, EncodedPacket
from studio.media.knocking import GATE
from studio.media.muxing import TAG_KINDS, FlvTags
from studio.media.output import FAREWELL_S, RETRY_S, Output, reason_in
from studio.media.queues import PacketQueue
from studio.output_states import OutputChanged, OutputState
from studio.presets import preset_of

log = logging.getLogger(__name__)

CONNECT_DEADLINE_S = 8.0
COMEBACK_DEADLINE_S = 4.0  # from the first answer on; a line that dies then must not hold up the next try
KNOCK_DEADLINE_S = 20.0  # a relay tells of each call: one that says nothing for so long is broken
STALL_DEADLINE_S = 5.0
TRIAL_S = 3.0  # some servers take the call, and hang up on a wrong key when the first picture comes
REFUSED_FOR_S = 90.0  # so long nginx-rtmp holds a line that broke (ping 60 s, ping_timeout 30 s), and refuses the next
REFUSALS = ("output.refused", "output.hung_up")
LOOK_EVERY_S = 0.25
TOGETHER_BYTES = 8192  # go into the pipe at once; what is in there can no longer be left out
ROOM_TOLD_EVERY_S = 10
CUT_OFF = N_("the show was cut off")


class RtmpOutput(Output):
    """One address. A first connect that fails waits for the person; a link that breaks later is made anew.

    `lost_ns`: when the line broke that this one goes on with, in a show that was cut off; such a one begins as lost.
    """

    def __init__(
        self,
        destination: DestinationConfig,
        flv: FlvTags,
        clock: Clock,
        emit: Callable[[OutputChanged], None],
        want_keyframe: Callable[[], None],
        show_started_ns: int,
        failed: Callable[[Exception], None] | None = None,
        lost_ns: int | None = None,
    ) -> None:
        super().__init__(destination, clock, emit, show_started_ns, failed)
        self._lost_ns = lost_ns
        self._next: DestinationConfig | None = None  # a new address that was given meanwhile
        self._flv = flv
        self._want_keyframe = want_keyframe
        self._queue = PacketQueue(on_starved=want_keyframe)
        self._relay: Relay | None = None
        self._base_s: float | None = None  # the time of the present line's first packet
        self._proven = False  # whether this address has ever held
        self._refused_since_ns: int | None = None  # since when there was nothing but refusals
        self._room_told_at_s = 0  # the next number of seconds it has left that is worth a line
        self._tried_ns: int | None = None  # when somebody was last there to be tried, in an outage
        self._ended = threading.Event()

    @property
    def relay_pid(self) -> int | None:
        relay = self._relay
        return relay.pid if relay is not None else None

    @property
    def dropped_packets(self) -> int:
        return self._queue.dropped

    @property
    def sent_bytes(self) -> int:
        relay = self._relay
        return self._tally.sent_bytes + (relay.bytes if relay is not None else 0)

    def flow(self) -> Flow | None:
        """How the stream flows now; None while nothing does."""
        relay, base_s = self._relay, self._base_s
        if self.state is not OutputState.LIVE or relay is None or base_s is None:
            return None
        return flow_of(self.name, self._queue, relay, base_s, self._clock.now_ns() / NS)

    def start(self) -> None:
        self._queue.restart()  # the show's first keyframe waits here while the connection is made
        super().start()

    def offer(self, packet: EncodedPacket) -> None:
        """Takes a packet, its data a tag's body, if there is anywhere to send it; never waits."""
        relay = self._relay
        self._queue.by_network = relay is None or relay.by_network
        self._queue.put(packet)

    def replace(self, url: Secret) -> None:
        """Goes on at another address, whatever it is doing now; a refusal there goes to the person again."""
        destination = replace(self._destination, url=url)
        with self._changing:
            self._next = destination
        self._end_relay()
        self._retry.set()

    def _end_relay(self) -> None:
        relay = self._relay
        if relay is not None:
            relay.kill()

    def watch(self, now_ns: int) -> None:
        """Ends a relay that has not moved for too long, and tells when a room is closed; called once a second."""
        relay = self._relay
        if relay is not None and relay.live and now_ns - relay.moved_ns > STALL_DEADLINE_S * NS:
            relay.reason = relay.reason or REASONS[errno.ETIMEDOUT]
            relay.kill()
        with self._changing:
            waits = self.state is OutputState.RECONNECTING and self._refused_long
            if (waits or self.state is OutputState.LIVE) and relay and relay.live and relay.live_s >= TRIAL_S:
                self._end_outage(relay)
            elif waits:
                self._become(self.state, self._in_outage(self.problem))
            closes_ns = self.closes_ns
            if closes_ns is None:
                return
            left_s = -((now_ns - closes_ns) // NS)
            if 0 < left_s <= self._room_told_at_s:
                log.warning("output %s: %d s until the platform closes the room", self.name, left_s)
                self._room_told_at_s = (left_s - 1) // ROOM_TOLD_EVERY_S * ROOM_TOLD_EVERY_S
            if left_s <= 0 and (self.problem is None or self.problem.code != "output.room_closed"):
                self._become(self.state, self._in_outage(self.problem), say=True)

    def _begin(self) -> None:
        """What was on the air before the studio itself went down is tried until it is back, as any line that broke."""
        if self._lost_ns is None:
            super()._begin()
            return
        self._queue.close()
        self._proven = True
        self._call_at_once()
        self._tally.lost_at_ns = self._clock.now_ns()
        self._count_down(self._lost_ns)
        problem = Problem.of("output.lost", name=self.name, reason=CUT_OFF)
        self._become(OutputState.RECONNECTING, self._in_outage(problem))

    def _run(self, stopping: threading.Event) -> None:
        try:
            super()._run(stopping)
        finally:
            self._ended.set()

    def _try(self, stopping: threading.Event) -> Problem:
        problem = super()._try(stopping)
        self._count_refusal(problem.code in REFUSALS)
        return problem

    def _count_refusal(self, refused: bool) -> None:
        if not refused:
            self._refused_since_ns = None
        elif self._refused_since_ns is None:
            self._refused_since_ns = self._clock.now_ns()

    @property
    def _refused_long(self) -> bool:
        """Whether there was nothing but refusals for longer than a server needs to notice that its line broke."""
        since_ns = self._refused_since_ns
        return since_ns is not None and self._clock.now_ns() - since_ns >= REFUSED_FOR_S * NS

    def _is_final(self, problem: Problem) -> bool:
        """Once it was on air a refusal may only mean that the server still holds the line that broke; for a while.

        Who hangs up without a word may also be a gate whose platform has a fault: that one is never given up.
        """
        if not self._proven:
            return problem.code != "output.lost"
        return (problem.code == "output.refused" and self._refused_long) or super()._is_final(problem)

    def _lose(self, problem: Problem) -> Problem | None:
        self._begin_outage()
        return self._in_outage(problem)

    def _begin_outage(self) -> None:
        """What is made from here on reaches nobody; where the platform is known the room's time runs.

        A line that did not hold was no end of the outage before: its time goes on.
        """
        self._queue.close()
        if self.state is not OutputState.LIVE:
            return
        self._proven = True
        if self._tally.lost_at_ns is not None:
            return
        self._tally.lost_at_ns = self._clock.now_ns()
        self._count_down(self._tally.lost_at_ns)

    def _count_down(self, lost_ns: int) -> None:
        closes_after_s = preset_of(self._destination.platform).closes_after_s
        if closes_after_s is not None:
            self._room_closes_ns = lost_ns + round(closes_after_s * NS)
            self._room_told_at_s = round(closes_after_s)

    def _end_outage(self, relay: Relay) -> None:
        """The line has held: the outage was over when it was made."""
        if self.state is OutputState.RECONNECTING and self._refused_long:
            self._become(OutputState.LIVE)  # it was waited for
        if self._tally.come_back(self._clock.now_ns() - round(relay.live_s * NS)):
            self._room_closes_ns = None

    def _in_outage(self, problem: Problem | None) -> Problem | None:
        """The problem as it is told of a line that broke: with the time the room has left, if that is known."""
        reason = reason_in(problem) if problem is not None else REASONS[errno.EPIPE]
        closes_ns = self._room_closes_ns
        if closes_ns is not None and closes_ns <= self._clock.now_ns():
            return Problem.of("output.room_closed", name=self.name)
        if self._refused_long:
            return Problem.of("output.turned_away", name=self.name, reason=reason)
        if problem is not None and problem.code in REFUSALS:
            return Problem.of("output.not_taken_back", name=self.name, reason=reason)
        if closes_ns is not None:
            left_s = (closes_ns - self._clock.now_ns()) / NS
            return Problem.of("output.closing", name=self.name, reason=reason, seconds=math.ceil(left_s))
        if problem is not None and problem.code not in ("output.lost", "output.untrusted"):
            return Problem.of("output.still_away", name=self.name, reason=reason)
        return problem

    def _is_elsewhere(self) -> bool:
        """Goes over to the address that was given meanwhile, if one was."""
        with self._changing:
            new, self._next = self._next, None
            if new is None:
                return False
            self._begin_outage()
            self._destination, self._proven = new, False
            self._room_closes_ns = self._refused_since_ns = None
            self._queue.restart()
            self._become(OutputState.CONNECTING, say=True)
        self._want_keyframe()
        return True

    def _wait_for_person(self, stopping: threading.Event) -> None:
        self._queue.close()
        self._retry.wait()
        self._count_refusal(False)
        if not stopping.is_set() and not self._is_elsewhere():
            self._queue.restart()
            self._want_keyframe()
            self._become(OutputState.CONNECTING)

    def _attempt(self, stopping: threading.Event) -> Problem:
        """One relay's life from start to end; says why it ended."""
        relay = Relay(self.name, self._clock)
        try:
            try:
                relay.start()
            except OSError as error:
                stopping.wait(RETRY_S[0])  # a computer that is full is not helped by asking at once again
                return Problem.of("output.unreachable", name=self.name, reason=reason_of(error))
            self._relay = relay
            if stopping.is_set() or self._next is not None:
                relay.kill()  # `begin_stop` or `replace` may have come before there was a relay to end
            relay.send(self._order() + b"\n" + self._flv.header)
            if not self._connected(relay):
                if relay.connected.is_set():
                    return self._refusal(relay)
                relay.kill()
                return Problem.of("output.silent", name=self.name, reason=REASONS[errno.ETIMEDOUT])
            self._back_on_air()
            if stopping.is_set():
                self._queue.close()  # coming back may have opened it again
            self._carry(relay)
        except OSError as error:
            log.info("output %s: the relay's pipe broke: %s", self.name, error)
        finally:
            held = relay.live_s >= TRIAL_S
            if relay.live_s > 0 and (held or stopping.is_set()):
                self._end_outage(relay)
            self._close(relay, stopping)
        if held and relay.kind == "silent":
            self._call_at_once()  # the line was given up because its server is there
        if not held and relay.kind and (relay.kind != "silent" or not self._proven):
            return self._refusal(relay)
        return Problem.of("output.lost", name=self.name, reason=relay.reason or REASONS[errno.EPIPE])

    def _carry(self, relay: Relay) -> None:
        """Hands the relay what comes until nothing does; times begin at zero with each line."""
        while together := self._queue.get_together(TOGETHER_BYTES):
            base_s = self._base_s
            if base_s is None:
                base_s = self._base_s = together[0].time_s
            relay.await_narrow_pipe()
            tags = (
                Tag(TAG_KINDS[packet.kind], max(0, round((packet.time_s - base_s) * 1000)), packet.data)
                for packet in together
            )
            relay.send(b"".join(tag.packed() for tag in tags))

    def _connected(self, relay: Relay) -> bool:
        """Waits until the server has taken the stream; while nobody answers, the newest reason is kept."""
        back = self.state is OutputState.RECONNECTING
        deadline_ns = round((KNOCK_DEADLINE_S if back else CONNECT_DEADLINE_S) * NS)
        told = ""
        while not relay.answered.wait(LOOK_EVERY_S) and self._clock.now_ns() < relay.moved_ns + deadline_ns:
            if relay.reason and relay.reason != told:
                told = relay.reason
                self._count_refusal(told == GATE)
                problem = Problem.of("output.unreachable", name=self.name, reason=told)
                self._become(OutputState.RECONNECTING, self._in_outage(problem))
        self._tried_ns = self._clock.now_ns()
        relay.connected.wait(COMEBACK_DEADLINE_S if back else CONNECT_DEADLINE_S)
        return relay.live

    def _order(self) -> bytes:
        back = self.state is OutputState.RECONNECTING
        since_ns = self._tried_ns if back and self._tried_ns is not None else self._clock.now_ns()
        from_ns = since_ns + round(random.uniform(*RETRY_S) * NS)  # noqa: S311 - not all at once
        order = {
            "url": self._destination.url.reveal(),
            "knock": {"from_ns": from_ns, "every_s": RETRY_S} if back else None,
        }
        return json.dumps(order).encode()

    def _call_at_once(self) -> None:
        self._tried_ns = self._clock.now_ns() - round(RETRY_S[1] * NS)

    def _refusal(self, relay: Relay) -> Problem:
        """Nobody there, nobody speaking, or somebody who says no: the person needs to know which."""
        kind = relay.kind or "hung_up"
        return Problem.of(f"output.{kind}", name=self.name, reason=relay.reason or REASONS[errno.EPIPE])

    def _back_on_air(self) -> None:
        """The stream flows again; whether the outage is over shows when the line has held.

        Of who has hung up for long nothing else is told before.
        """
        self._base_s = self._tried_ns = None
        if self._tally.lost_at_ns is not None:
            self._queue.restart()  # what came while the line was made is old by now
            self._want_keyframe()
        if not self._refused_long:
            self._become(OutputState.LIVE)

    def _close(self, relay: Relay, stopping: threading.Event) -> None:
        relay.end(FAREWELL_S if stopping.is_set() else 0.5)
        self._tally.sent_packets += relay.packets
        self._tally.sent_bytes += relay.bytes
        if self._tally.first_packet_ns is None:
            self._tally.first_packet_ns = relay.first_packet_ns
        self._relay = None

    def begin_stop(self) -> None:
        super().begin_stop()
        self._queue.close()
        relay = self._relay
        if relay is not None and not relay.live:
            relay.kill()  # nobody to say goodbye to

    def stop(self, farewell_s: float = FAREWELL_S + 1.0) -> None:
        """Sends what waits, says goodbye to the server and ends, all within `farewell_s`; may be called twice."""
        self.begin_stop()
        if self._worker.alive and not self._ended.wait(farewell_s):
            self._end_relay()
        super().stop(farewell_s)
