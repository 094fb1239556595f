"""Where the encoded show goes over the network: one output per RTMP address, each with a relay process of its own.

Threads: the encoder's threads offer packets (never waiting), `output-NAME` writes them into the relay's
pipe, `relay-NAME` reads what the relay says. A relay that does not move any more is killed by `watch`.
"""

import errno
import json
import logging
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from av.error import FFmpegError

from studio.clock import Clock
from studio.config import DestinationConfig
from studio.errors import REASONS, Problem, bug_of, reason_of
from studio.events import TRANSITIONS, OutputChanged, OutputReport, OutputState
from studio.media.frames import NS, EncodedPacket
from studio.media.muxing import FlvPipe, Muxer, Templates
from studio.media.queues import PacketQueue
from studio.worker import Worker

log = logging.getLogger(__name__)

CONNECT_DEADLINE_S = 8.0
STALL_DEADLINE_S = 10.0
TRIAL_S = 3.0  # some servers take the call, and hang up on a wrong key when the first picture comes
WRITE_TIMEOUT_S = 4.0  # FFmpeg gives up after three of these
RETRY_S = (1.0, 2.0)  # platforms close a room after one or two minutes without a stream: never wait longer
FAREWELL_S = 3.0


class Relay:
    """One relay process: takes the order and the FLV stream, says how it goes."""

    def __init__(self, name: str, clock: Clock) -> None:
        self.connected = threading.Event()  # or ended
        self.kind = ""  # of its failure, as the relay tells it
        self.reason = ""
        self.live = False
        self.packets = 0
        self.bytes = 0
        self.moved_ns = clock.now_ns()
        self.first_packet_ns: int | None = None
        self._connected_ns: int | None = None
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._listener = Worker(f"relay-{name}", self._listen)

    def start(self) -> int:
        """Starts the process; gives the number of the pipe that leads into it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "studio.media.relay"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        self._listener.start()
        assert self._process.stdin is not None
        return self._process.stdin.fileno()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def _listen(self, _stopping: threading.Event) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with suppress(ValueError, KeyError):
                self._hear(json.loads(line))
        self.live = False
        self.connected.set()

    def _hear(self, word: dict[str, object]) -> None:
        self.moved_ns = self._clock.now_ns()
        if word["event"] == "connected":
            self.live = True
            self._connected_ns = self.moved_ns
            self.connected.set()
        elif word["event"] == "sent":
            self.packets, self.bytes = int(str(word["packets"])), int(str(word["bytes"]))
            if self.packets and self.first_packet_ns is None:
                self.first_packet_ns = self.moved_ns
        elif word["event"] == "failed":
            self.kind, self.reason = str(word["kind"]), str(word["reason"])

    @property
    def live_s(self) -> float:
        """How long the server has been taking the stream."""
        return 0.0 if self._connected_ns is None else (self._clock.now_ns() - self._connected_ns) / NS

    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()

    def end(self, farewell_s: float) -> None:
        """Closes the pipe, so that the relay says goodbye to the server; kills it where that takes too long."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(farewell_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


@dataclass(slots=True)
class Tally:
    """What an output has done over all its relays."""

    sent_packets: int = 0
    sent_bytes: int = 0
    reconnects: int = 0
    outage_ns: int = 0
    first_packet_ns: int | None = None
    lost_at_ns: int | None = None


class RtmpOutput:
    """One destination. A first connect that fails waits for the person; a link that breaks later is made anew."""

    def __init__(
        self,
        destination: DestinationConfig,
        templates: Templates,
        clock: Clock,
        emit: Callable[[OutputChanged], None],
        want_keyframe: Callable[[], None],
        show_started_ns: int,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        self.name = destination.name
        self.state = OutputState.OFFLINE
        self.problem: Problem | None = None
        self.settled = threading.Event()  # live or failed for the first time
        self._destination = destination
        self._templates = templates
        self._clock = clock
        self._emit = emit
        self._want_keyframe = want_keyframe
        self._failed = failed
        self._show_started_ns = show_started_ns
        self._queue = PacketQueue(on_starved=want_keyframe)
        self._relay: Relay | None = None
        self._tally = Tally()
        self._ended_as: tuple[OutputState, Problem | None] | None = None
        self._retry = threading.Event()
        self._changing = threading.Lock()
        self._ended = threading.Event()
        self._worker = Worker(f"output-{self.name}", self._run_to_end, failed)

    @property
    def shown_address(self) -> str:
        return self._destination.shown

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

    def start(self) -> None:
        self._queue.restart()  # the show's first keyframe waits here while the connection is made
        self._worker.start()

    def offer(self, packet: EncodedPacket) -> None:
        """Takes a packet if there is anywhere to send it; never waits."""
        self._queue.put(packet)

    def retry(self) -> None:
        """Tries a failed destination again."""
        self._retry.set()

    def watch(self, now_ns: int) -> None:
        """Ends a relay that has not moved for too long; called once a second."""
        relay = self._relay
        if relay is None:
            return
        if relay.live and now_ns - relay.moved_ns > STALL_DEADLINE_S * NS:
            relay.reason = relay.reason or REASONS[errno.ETIMEDOUT]
            relay.kill()

    def _become(self, state: OutputState, problem: Problem | None = None) -> None:
        with self._changing:
            if state is self.state:
                self.problem = problem
                return
            if state not in TRANSITIONS[self.state]:
                raise RuntimeError(f"output {self.name}: {self.state} may not become {state}")
            self.state, self.problem = state, problem
        self._emit(OutputChanged(self.name, self.shown_address, state, self._clock.utc(), problem))
        if state in (OutputState.LIVE, OutputState.FAILED):
            self.settled.set()

    def _run_to_end(self, stopping: threading.Event) -> None:
        try:
            self._run(stopping)
        finally:
            self._ended.set()

    def _run(self, stopping: threading.Event) -> None:
        self._become(OutputState.CONNECTING)
        while not stopping.is_set():
            problem = self._attempt(stopping)
            self._retry.clear()  # before the look at `stopping`: what is asked from here on is not missed
            if stopping.is_set():
                break
            # Once it was on air a refusal may only mean that the server still holds the line that broke.
            refused = self.state is OutputState.LIVE and problem.code != "output.lost"
            if self.state is OutputState.CONNECTING or refused or problem.code == "engine.bug":
                self._become(OutputState.FAILED, problem)
                self._wait_for_person(stopping)
            else:
                if self.state is OutputState.LIVE:
                    self._tally.lost_at_ns = self._clock.now_ns()
                self._become(OutputState.RECONNECTING, problem)
                stopping.wait(random.uniform(*RETRY_S))  # noqa: S311 - keeps many studios from calling at once
                self._queue.restart()

    def _wait_for_person(self, stopping: threading.Event) -> None:
        self._queue.close()
        self._retry.wait()
        if not stopping.is_set():
            self._queue.restart()
            self._want_keyframe()
            self._become(OutputState.CONNECTING)

    def _attempt(self, stopping: threading.Event) -> Problem:
        """As `_live_once`; what is our own fault ends this connection only, and the person may try again."""
        try:
            return self._live_once(stopping)
        except Exception as error:
            log.exception("output %s: ended by an error", self.name)
            if self._failed is not None:
                self._failed(error)
            return bug_of(error)

    def _live_once(self, stopping: threading.Event) -> Problem:
        """One relay's life from start to end; says why it ended."""
        relay = Relay(self.name, self._clock)
        muxer: Muxer | None = None
        try:
            try:
                pipe = FlvPipe(relay.start())
            except OSError as error:
                return Problem.of("output.unreachable", name=self.name, reason=reason_of(error))
            self._relay = relay
            if stopping.is_set():
                relay.kill()  # `begin_stop` may have come before there was a relay to end
            muxer = Muxer(pipe, "flv", {"flvflags": "no_duration_filesize", "flush_packets": "1"}, self._templates)
            pipe.begin(self._order(len(pipe.header)))
            relay.connected.wait(CONNECT_DEADLINE_S)
            if not relay.live:
                if relay.connected.is_set():
                    return self._refusal(relay)
                relay.kill()
                return Problem.of("output.silent", name=self.name)
            self._back_on_air()
            if stopping.is_set():
                self._queue.close()  # coming back may have opened it again
            while (packet := self._queue.get()) is not None:
                muxer.write(packet)
        except (OSError, FFmpegError) as error:
            log.info("output %s: the relay's pipe broke: %s", self.name, error)
        finally:
            self._close(muxer, relay, stopping)
        if relay.live_s < TRIAL_S and self._tally.reconnects == 0 and relay.kind:
            return self._refusal(relay)
        return Problem.of("output.lost", name=self.name, reason=relay.reason or REASONS[errno.EPIPE])

    def _order(self, header_bytes: int) -> bytes:
        order = {
            "url": self._destination.url.reveal(),
            "header_bytes": header_bytes,
            "width": self._templates.video.width,
            "height": self._templates.video.height,
            "write_timeout_s": WRITE_TIMEOUT_S,
        }
        return json.dumps(order).encode()

    def _refusal(self, relay: Relay) -> Problem:
        """Nobody there, nobody speaking, or somebody who says no: the person needs to know which."""
        kind = relay.kind or "hung_up"
        return Problem.of(f"output.{kind}", name=self.name, reason=relay.reason or REASONS[errno.EPIPE])

    def _back_on_air(self) -> None:
        if self._tally.lost_at_ns is not None:
            self._tally.outage_ns += self._clock.now_ns() - self._tally.lost_at_ns
            self._tally.lost_at_ns = None
            self._tally.reconnects += 1
            self._queue.restart()  # what came while the line was made is old by now
            self._want_keyframe()
        self._become(OutputState.LIVE)

    def _close(self, muxer: Muxer | None, relay: Relay, stopping: threading.Event) -> None:
        if muxer is not None:
            with suppress(OSError, FFmpegError):
                muxer.close()
        relay.end(FAREWELL_S if stopping.is_set() else 0.5)
        self._tally.sent_packets += relay.packets
        self._tally.sent_bytes += relay.bytes
        if self._tally.first_packet_ns is None:
            self._tally.first_packet_ns = relay.first_packet_ns
        self._relay = None

    def begin_stop(self) -> None:
        """Asks it to end, so that several outputs say goodbye at the same time."""
        self._worker.stopping.set()
        self._retry.set()
        self._queue.close()
        relay = self._relay
        if relay is not None and not relay.live:
            relay.kill()  # nobody to say goodbye to

    def stop(self, farewell_s: float = FAREWELL_S + 1.0) -> None:
        """Sends what waits, says goodbye to the server and ends, all within `farewell_s`; may be called twice."""
        self.begin_stop()
        if self._worker.alive and not self._ended.wait(farewell_s):
            relay = self._relay
            if relay is not None:
                relay.kill()
        self._worker.join(farewell_s)
        if self.state not in (OutputState.OFFLINE, OutputState.STOPPING):
            self._ended_as = (self.state, self.problem)
            self._become(OutputState.STOPPING, self.problem)
            self._become(OutputState.OFFLINE)

    def report(self) -> OutputReport:
        """What this output did; after `stop` with the state it was in before."""
        tally, now_ns = self._tally, self._clock.now_ns()
        outage_ns = tally.outage_ns + (now_ns - tally.lost_at_ns if tally.lost_at_ns is not None else 0)
        first_ns = tally.first_packet_ns
        state, problem = self._ended_as or (self.state, self.problem)
        return OutputReport(
            self.name,
            state.value,
            None if first_ns is None else round((first_ns - self._show_started_ns) / NS, 3),
            tally.sent_packets,
            tally.sent_bytes,
            self._queue.dropped,
            tally.reconnects,
            round(outage_ns / NS, 3),
            None if problem is None else _reason(problem),
        )


def _reason(problem: Problem) -> str:
    return dict(problem.values).get("reason", problem.code)
