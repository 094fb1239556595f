"""An output over the network: one RTMP address with a relay process of its own.

Threads: the encoder's threads offer packets (never waiting), `output-NAME` writes them into the relay's
pipe, `relay-NAME` reads what the relay says. A relay that does not move any more is killed by `watch`.

A line that broke is made anew by a relay that is started at once and knocks every second or two until somebody
answers: trying costs next to nothing, and no call that hangs keeps the next one waiting. A first connect that reached
no server at all has failed, and is made again when somebody answers a relay that knocks: no key is told by that.
"""

import errno
import json
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from studio.clock import Clock
from studio.config import DestinationConfig, Secret
from studio.errors import REASONS, Problem, reason_of
from studio.media.carrier import Relay, patience_s, told_by
from studio.media.flow import FIRST_S, Flow, flow_of
from studio.media.frames import NS, EncodedPacket
from studio.media.knocking import due_ns
from studio.media.muxing import FlvTags, packed
from studio.media.outage import MAYBE_OURS, NEW_TRIED_FOR_S, OURS, Outage
from studio.media.output import CUT_OFF, FAREWELL_S, RETRY_S, Output, reason_in
from studio.media.queues import PacketQueue
from studio.output_states import OutputChanged, OutputState

log = logging.getLogger(__name__)

STALL_DEADLINE_S = 5.0
TRIAL_S = 3.0  # some servers take the call, and hang up on a wrong key when the first picture comes
SLIPS = 2  # so often it may be a weak network that breaks it
AT_ONCE_S = 1.0  # who hangs up sooner has looked at the key
HANG_UP_S = 0.5
OLD_ASKED_FOR_S = 3.0  # whether its server is there
LOOK_EVERY_S = 0.25
TOGETHER_BYTES = 8192  # go into the pipe at once; what is in there can no longer be left out


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
        self._former: tuple[DestinationConfig, int | None] | None = None  # the address before it, its `closes_ns`
        self._proven = False  # whether this address has ever held
        self._slips = 0  # lines it has lost before that, soon after they were made
        self._lasted_s = 0.0  # the last one
        self._outage = Outage(self.name, clock)
        self._tried_ns: int | None = None  # when it was last tried, in an outage
        self._ended = threading.Event()

    @property
    def relay_pid(self) -> int | None:
        relay = self._relay
        return relay.pid if relay is not None else None

    @property
    def closes_ns(self) -> int | None:
        return self._outage.closes_ns if self.state is OutputState.RECONNECTING else None

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
        self._queue.counts = relay is not None and relay.live_s >= FIRST_S
        self._queue.put(packet)

    def replace(self, url: Secret) -> None:
        """Goes on at another address, whatever it is doing now; what is not taken there is tried at the old one on."""
        with self._changing:
            self._next = replace(self._destination, url=url)
        self._end_relay()
        self._retry.set()

    def retry(self) -> None:
        super().retry()
        if self.state is OutputState.FAILED:
            self._end_relay()  # it only knocks

    def _end_relay(self) -> None:
        if (relay := self._relay) is not None:
            relay.kill()

    def watch(self, now_ns: int) -> None:
        """Ends a relay that has not moved for too long, and tells when a room may be closed; called once a second."""
        relay = self._relay
        if relay is not None and relay.live and now_ns - relay.moved_ns > STALL_DEADLINE_S * NS:
            relay.said = relay.said if relay.reason else ("", REASONS[errno.ETIMEDOUT])
            relay.kill()
        with self._changing:
            slept = self._outage.wake(now_ns)
            lost = self.state is OutputState.RECONNECTING
            waits = lost and self._outage.refused_long
            if (waits or self.state is OutputState.LIVE) and relay and relay.live and relay.live_s >= TRIAL_S:
                self._end_outage(relay)
            elif lost:
                self._outage.log_room(now_ns)
                self._become(self.state, self._outage.told(), say=slept and self.closes_ns is not None)

    def _begin(self) -> None:
        """What was on the air before the studio itself went down is tried until it is back, as any line that broke."""
        if self._lost_ns is None:
            super()._begin()
            return
        self._queue.close()
        self._proven = True
        self._call_at_once()
        self._tally.lost_at_ns = self._clock.now_ns()
        self._outage.count_down(self._destination.platform, self._lost_ns)
        cut_off = Problem.of("output.lost", name=self.name, reason=CUT_OFF)
        self._become(OutputState.RECONNECTING, self._outage.told(cut_off))

    def _run(self, stopping: threading.Event) -> None:
        try:
            super()._run(stopping)
        finally:
            self._ended.set()

    def _try(self, stopping: threading.Event) -> Problem:
        problem = super()._try(stopping)
        self._outage.count(problem)
        return problem

    def _is_final(self, problem: Problem) -> bool:
        """What was on the air is tried on, whatever its server says; all else but a weak line is the person's."""
        if self._proven:
            return False
        at_once = self.state is OutputState.LIVE and self._lasted_s < AT_ONCE_S
        slipped = problem.code in MAYBE_OURS and self._slips < SLIPS and not at_once
        return problem.code not in OURS and not slipped and not (self._slips > 0 and self._outage.held)

    def _lose(self, problem: Problem) -> Problem | None:
        new = self.state is OutputState.LIVE and self._former is not None  # it has not held: the old one may be better
        if new:
            self._outage.try_new()
        if not self._proven and (new or problem.code in MAYBE_OURS):
            self._slips += 1
            if problem.code in MAYBE_OURS:
                problem = Problem.of("output.lost", name=self.name, reason=reason_in(problem))
        elif self.state is OutputState.LIVE:
            self._proven = True
        self._begin_outage()
        return self._outage.told(problem)

    def _begin_outage(self) -> None:
        """What is made from here on reaches nobody. The room's time runs: on, where a line did not hold."""
        self._queue.close()
        if self.state is not OutputState.LIVE or self._tally.lost_at_ns is not None:
            return
        self._tally.lost_at_ns = self._clock.now_ns()
        self._outage.count_down(self._destination.platform, self._tally.lost_at_ns)

    def _end_outage(self, relay: Relay) -> None:
        """The line has held: the outage was over when it was made."""
        self._proven, self._former = True, None
        self._outage.spurned = ""
        if self.state is OutputState.RECONNECTING and self._outage.refused_long:
            self._become(OutputState.LIVE)  # it was waited for
        if self._tally.come_back(self._clock.now_ns() - round(relay.live_s * NS)):
            self._outage.closes_ns = None

    def _is_elsewhere(self) -> bool:
        """Goes over to the address that was given meanwhile, if one was."""
        with self._changing:
            new, self._next = self._next, None
            if new is None:
                return False
            self._begin_outage()
            self._former = (self._destination, self._outage.closes_ns) if self._proven else self._former
            self._destination, self._proven, self._slips = new, False, 0
            self._outage.forget()
            self._queue.restart()
            self._become(OutputState.CONNECTING, say=True)
        self._want_keyframe()
        return True

    def _give_up(self, problem: Problem, stopping: threading.Event) -> None:
        """A new address that is not taken takes nothing away: the room's time runs on, and the old one is tried on."""
        if self._former is None or problem.code == "output.unreachable":  # who is away is waited for
            super()._give_up(problem, stopping)
        elif self.state is not OutputState.LIVE and self._outage.spares_new(problem):
            self._retry.wait(RETRY_S[0])
        else:
            self._go_back(problem)

    def _go_back(self, problem: Problem) -> None:
        with self._changing:
            assert self._former is not None
            (self._destination, closes_ns), self._former, self._proven, self._slips = self._former, None, True, 0
            self._outage.go_back(closes_ns, reason_in(problem))
            self._queue.close()
            self._call_at_once()
            self._become(OutputState.RECONNECTING, self._outage.told())

    def _wait_for_person(self, stopping: threading.Event) -> None:
        """Until another try is asked for; where no server was reached, also until one is there to be tried."""
        self._queue.close()
        if self.problem is not None and self.problem.code == "output.unreachable":
            if not self._await_anybody():
                self._go_back(self.problem)
                return
        else:
            self._retry.wait()
        self._slips = 0
        if not stopping.is_set() and not self._is_elsewhere():
            self._outage.forget()  # only now: a new address has its time from here on, however long was waited
            self._queue.restart()
            self._want_keyframe()
            self._become(OutputState.CONNECTING)

    def _await_anybody(self) -> bool:
        """False where nobody answers at a new address and the old one's server does: the network is there."""
        while not self._retry.is_set():
            if self._knock(self._destination, None if self._former is None else NEW_TRIED_FOR_S):
                break
            old_there = self._former is not None and self._knock(self._former[0], OLD_ASKED_FOR_S)
            if old_there and not self._knock(self._destination, OLD_ASKED_FOR_S):
                return self._retry.is_set()
            self._retry.wait(RETRY_S[0])
        return True

    def _knock(self, place: DestinationConfig, within_s: float | None) -> bool:
        """Whether a server answers there; waited for until the person asks for something, or for so long."""
        relay = Relay(self.name, self._clock)
        with self._mishaps, suppress(OSError):
            try:
                relay.start()
                self._relay = relay
                if self._retry.is_set():
                    relay.kill()  # what was asked for may have come before there was a relay to end
                relay.send(self._order(place) + b"\n")
                if within_s is None:
                    self._connected(relay)
                else:
                    relay.connected.wait(within_s)
            finally:
                self._close(relay, HANG_UP_S)
        if relay.broke:
            self._tell_why(told_by(relay, relay.said))
        return relay.took_s is not None

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
            relay.send(self._order(self._destination) + b"\n" + self._flv.header)
            if self._connected(relay):
                self._back_on_air()
                if stopping.is_set():
                    self._queue.close()  # coming back may have opened it again
                self._carry(relay)
        except OSError as error:
            log.info("output %s: the relay's pipe broke: %s", self.name, error)
        finally:
            held, self._lasted_s = relay.live_s >= TRIAL_S, relay.lasted_s
            if relay.live_s > 0 and (held or stopping.is_set()):
                self._end_outage(relay)
            self._close(relay, FAREWELL_S if stopping.is_set() else HANG_UP_S)
        return self._why_ended(relay, held)

    def _why_ended(self, relay: Relay, held: bool) -> Problem:
        if held and relay.kind == "silent":
            self._call_at_once()  # the line was given up because its server is there
        said_no = not held and relay.kind and (relay.kind != "silent" or not self._proven)
        if relay.broke or not relay.was_live or said_no:
            return told_by(relay, relay.said)
        return Problem.of("output.lost", name=self.name, reason=relay.reason or REASONS[errno.EPIPE])

    def _carry(self, relay: Relay) -> None:
        """Hands the relay what comes until nothing does; times begin at zero with each line."""
        while together := self._queue.get_together(TOGETHER_BYTES):
            base_s = self._base_s = together[0].time_s if self._base_s is None else self._base_s
            relay.await_narrow_pipe()
            relay.send(packed(together, base_s))

    def _connected(self, relay: Relay) -> bool:
        """Waits until the server has taken the stream; what keeps it away is told meanwhile, each time it is new."""
        told = "", ""
        while not relay.connected.wait(LOOK_EVERY_S):
            patience_ns = patience_s(relay, first=self.state is OutputState.CONNECTING) * NS
            if self._clock.now_ns() - relay.moved_ns >= patience_ns:
                relay.said = "silent", REASONS[errno.ETIMEDOUT]
                relay.kill()
                break
            said = relay.said
            if said[1] and said != told:
                told = said
                self._tell_why(told_by(relay, said))
            if self.state is OutputState.RECONNECTING and self._former is not None and not self._outage.tries_new:
                relay.said = "unreachable", relay.reason or REASONS[errno.ETIMEDOUT]
                relay.kill()  # the old one's server is to be asked, too: it ends now
        self._tried_ns = relay.moved_ns
        return relay.live

    def _tell_why(self, problem: Problem) -> None:
        if self.state is OutputState.FAILED:
            self._become(OutputState.FAILED, problem)
        elif self.state is OutputState.RECONNECTING:
            self._outage.count(problem)
            self._become(OutputState.RECONNECTING, self._outage.told(problem))

    def _order(self, place: DestinationConfig) -> bytes:
        """What the relay is to do; it calls on after a refusal where it was on the air with that key."""
        since_ns = self._tried_ns if self._tried_ns is not None else self._clock.now_ns()
        knock = {
            "from_ns": due_ns(since_ns, RETRY_S),
            "every_s": RETRY_S,
            "repeats": self._proven,
            "only": self.state is OutputState.FAILED,
        }
        first = self.state is OutputState.CONNECTING
        return json.dumps({"url": place.url.reveal(), "knock": None if first else knock}).encode()

    def _call_at_once(self) -> None:
        self._tried_ns = self._clock.now_ns() - round(RETRY_S[1] * NS)

    def _back_on_air(self) -> None:
        """The stream flows again; whether the outage is over shows when the line has held."""
        self._base_s = self._tried_ns = None
        if self._tally.lost_at_ns is not None:
            self._queue.restart()  # what came while the line was made is old by now
            self._want_keyframe()
        if not self._outage.refused_long:  # else nothing is told before
            self._become(OutputState.LIVE)

    def _close(self, relay: Relay, farewell_s: float) -> None:
        relay.end(farewell_s)
        self._tally.sent_packets += relay.packets
        self._tally.sent_bytes += relay.bytes
        self._tally.first_packet_ns = self._tally.first_packet_ns or relay.first_packet_ns
        self._relay = None
        if relay.broke and not relay.was_live and self.state is OutputState.RECONNECTING:
            self._retry.wait(RETRY_S[0])  # started at once again it would break as fast

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
