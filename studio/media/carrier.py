"""The engine's end of one relay process: its pipe, and what it says of how the stream goes."""

import errno
import json
import logging
import os
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from typing import cast

from studio.clock import Clock
from studio.errors import REASONS, Problem
from studio.i18n import N_
from studio.media.frames import NS, PacketKind
from studio.priority import put_first
from studio.worker import Worker

log = logging.getLogger(__name__)

PIPE_BYTES = 16_384  # what lies in the pipe can no longer be left out when the network is slow
# Both ends of a pipe that is full wait for each other's turn, again and again. A computer whose turns come late gets
# more done in each of them with a roomy one.
ROOMY_PIPE_BYTES = 131_072
TURNS_LATE = 0.05  # of its time the relay waits for a processor
F_SETPIPE_SZ = 1031  # Linux, fcntl.h
LOOK_EVERY_S = 0.02  # whether a pipe can be made narrow again
REPORTS = 4  # of the last second
COMMAND = (sys.executable, "-m", "studio.media.relay")
CONNECT_DEADLINE_S = 8.0
# A line that dies after the first answer must not hold up the next try; one that is only slow gets the time it needs:
# a call that publishes has five round trips, or seven, where one that knocks has three, or five.
COMEBACK_DEADLINE_S = 4.0
KNOCKS_LONG = 4.0
KNOCK_DEADLINE_S = 20.0  # a relay tells of each call: one that says nothing for so long is broken
BROKE = N_("its sender ended without a word")
HELD = 0.5  # of the last second something waited for the network: less, and it is not the network that is slow


class Relay:
    """One relay process: takes the order and the FLV stream, says how it goes."""

    def __init__(self, name: str, clock: Clock) -> None:
        self.connected = threading.Event()  # or ended
        self.said = "", ""  # why it is not on the air, as it told last: the kind and the reason
        self.took_s: float | None = None  # the call that was answered; None while it knocks
        self.live = False
        self.packets = 0
        self.bytes = 0
        self.arrived_bytes = 0  # confirmed by the other side
        self.told_s = 0.0  # when it last said so
        self.held = 1.0  # the share of its last reports in which something waited for the network
        self.queued = 0.0  # the share of that time in which it waited for a processor itself
        self.at_s = dict.fromkeys(PacketKind, 0.0)  # how far its own stream has come, which begins at zero
        self.moved_ns = clock.now_ns()
        self.first_packet_ns: int | None = None
        self._connected_ns: int | None = None
        self._waits: deque[bool] = deque(maxlen=REPORTS)
        self._queued: deque[float] = deque(maxlen=REPORTS)
        self._clock = clock
        self.name = name
        self._killed = False
        self._failed = False  # as it told itself
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe_bytes = self._wanted_bytes = 0  # 0: as the system makes it
        self._ended = threading.Event()
        self._using_pipe = threading.Lock()
        self._listener = Worker(f"relay-{name}", self._listen)

    def start(self) -> None:
        """Starts the process. Raises OSError where the computer has no room for it."""
        self._process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        put_first(self._process.pid)
        self._want_pipe(PIPE_BYTES)
        self._listener.start()

    def send(self, data: bytes) -> None:
        """Writes all of it into the pipe, waiting for the relay; raises BrokenPipeError where that has gone."""
        assert self._process is not None
        assert self._process.stdin is not None
        pipe, view = self._process.stdin.fileno(), memoryview(data)
        while view:
            view = view[os.write(pipe, view) :]

    def _want_pipe(self, wanted_bytes: int) -> None:
        """The pipe is to hold so much, on a system that lets it."""
        if sys.platform == "linux":
            self._wanted_bytes = wanted_bytes
            self._fit_pipe()

    def _fit_pipe(self) -> None:
        """Makes the pipe hold what it is to hold, where no more lies in it now."""
        wanted_bytes = self._wanted_bytes
        if wanted_bytes == self._pipe_bytes or sys.platform == "win32":
            return
        import fcntl  # noqa: PLC0415 - there is none elsewhere

        assert self._process is not None
        assert self._process.stdin is not None
        with self._using_pipe, suppress(OSError, ValueError):  # it may be closed
            fcntl.fcntl(self._process.stdin.fileno(), F_SETPIPE_SZ, wanted_bytes)
            self._pipe_bytes = wanted_bytes

    def await_narrow_pipe(self) -> None:
        """Waits while more lies in the pipe than it is to hold now.

        A writer that went on would keep it full, and one that is full cannot be made narrow. What waits meanwhile
        waits in the output's queue, which knows what may be left out.
        """
        while self._pipe_bytes > self._wanted_bytes and not self._ended.is_set():
            self._fit_pipe()
            if self._pipe_bytes > self._wanted_bytes:
                self._ended.wait(LOOK_EVERY_S)

    @property
    def kind(self) -> str:
        """Of what it told, empty where that is nothing."""
        return self.said[0]

    @property
    def reason(self) -> str:
        return self.said[1]

    @property
    def broke(self) -> bool:
        """Whether it has ended by a fault of its own."""
        ended_badly = self._ended.is_set() and self._process is not None and bool(self._process.poll())
        return self.kind == "bug" or (ended_badly and not self._failed and not self._killed)

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
        self._ended.set()
        self.connected.set()

    def _hear(self, word: dict[str, object]) -> None:
        event, now_ns = word["event"], self._clock.now_ns()
        if event == "sent":
            self._hear_progress(word, now_ns)
            return
        self.moved_ns = now_ns
        if event == "unanswered":
            self.took_s = None
            if word["reason"]:
                self.said = "unreachable", str(word["reason"])
        elif event == "answered":
            self.took_s, self.said = float(str(word["took_s"])), ("", "")
        elif event == "connected":
            self.live = True
            self._connected_ns = now_ns
            self.connected.set()
        elif event in ("turned_away", "failed"):
            self.took_s, self._failed = None, event == "failed"
            self.said = str(word["kind"]), str(word["reason"])
            if "trace" in word:
                log.error("relay %s: %s", self.name, "".join(cast(list[str], word["trace"])))

    def _hear_progress(self, word: dict[str, object], now_ns: int) -> None:
        packets, arrived_bytes = int(str(word["packets"])), int(str(word["arrived"]))
        if arrived_bytes != self.arrived_bytes:
            self.moved_ns = now_ns
        self.packets, self.arrived_bytes, self.told_s = packets, arrived_bytes, now_ns / NS
        self.bytes = int(str(word["bytes"]))
        self._waits.append(bool(word["waits"]))
        self.held = sum(self._waits) / len(self._waits)
        self._queued.append(float(str(word["queued"])))
        self.queued = sum(self._queued) / len(self._queued)
        self.at_s = {kind: float(str(word[f"{kind}_s"])) for kind in PacketKind}
        self._want_pipe(ROOMY_PIPE_BYTES if self.queued >= TURNS_LATE and not self.by_network else PIPE_BYTES)
        if self.packets and self.first_packet_ns is None:
            self.first_packet_ns = now_ns

    @property
    def by_network(self) -> bool:
        """Whether it is the network that the stream waits for, where it waits."""
        return self.held >= HELD

    @property
    def was_live(self) -> bool:
        """Whether the server has ever taken the stream."""
        return self._connected_ns is not None

    @property
    def lasted_s(self) -> float:
        """From when the server took the stream to the relay's last word."""
        return 0.0 if self._connected_ns is None else (self.moved_ns - self._connected_ns) / NS

    @property
    def live_s(self) -> float:
        """How long the server has been taking the stream."""
        return 0.0 if self._connected_ns is None else (self._clock.now_ns() - self._connected_ns) / NS

    def kill(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._killed = True
            self._process.kill()

    def end(self, farewell_s: float) -> None:
        """Closes the pipe, so that the relay says goodbye to the server; kills it where that takes too long."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        with self._using_pipe, suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(farewell_s)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        self._listener.join()
        if self.broke:
            log.warning("relay %s ended by itself with %s", self.name, self._process.returncode)
        assert self._process.stdout is not None
        self._process.stdout.close()


def patience_s(relay: Relay, first: bool) -> float:
    """How long a relay may be without a word; `first`: it makes a first connection."""
    if first:
        return CONNECT_DEADLINE_S
    if relay.took_s is None:
        return KNOCK_DEADLINE_S
    return min(CONNECT_DEADLINE_S, max(COMEBACK_DEADLINE_S, KNOCKS_LONG * relay.took_s))


def told_by(relay: Relay, said: tuple[str, str]) -> Problem:
    """Nobody there, nobody speaking, somebody who says no, or our own fault: the person needs to know which.

    `said`: what it told, as it was read once; it may tell something else meanwhile.
    """
    told, words = said
    kind, reason = ("relay_broke", BROKE) if relay.broke else (told or "hung_up", REASONS[errno.EPIPE])
    return Problem.of(f"output.{kind}", name=relay.name, reason=words or reason)
