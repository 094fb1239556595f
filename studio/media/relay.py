"""A process of its own that carries one FLV stream from a pipe to one RTMP address.

A write waits for the network, and a name server may hang for half a minute: here that holds up no other output, and a
relay may be killed at any time without hurting anybody else. What it needs of FLV and RTMP is little, so it loads
nothing of FFmpeg, starts at once and costs next to nothing.

In, on stdin: one line of JSON (`url`, `knock`), then the FLV stream. The address arrives here and not on the command
line, because it holds the key. Where `knock` is given (`from_ns` on the monotonic clock, `every_s`), somebody has to
answer at the address first.

Out, on stdout: lines of JSON. `{"event": "unanswered", "reason": "…"}` before each call while nobody does, until nobody
listens here any more (an empty reason before one is known), `{"event": "answered"}`, `{"event": "connected"}`, then
four times a second `{"event": "sent", "packets": n, "bytes": n, "video_s": t, "audio_s": t, "arrived": n, "waits": yes,
"queued": share}` (times of the newest packets on their way; bytes the other side has confirmed; whether something waits
for the network; the share of the time since the last report in which the stream waited for a processor), or
`{"event": "failed", "kind": "unreachable" | "untrusted" | "silent" | "refused" | "hung_up", "reason": "…"}` with the
server's own words where it spoke. Nothing that is printed holds the address or the key.
"""

import contextlib
import errno
import json
import os
import select
import signal
import sys
import threading
import time
from typing import BinaryIO

from studio.addresses import without_secrets
from studio.errors import REASONS
from studio.media.flv import VIDEO, Tag, tags_together
from studio.media.knocking import NOBODY, REASONS_OF_KINDS, Door, Doubt, wait_for_answer
from studio.media.rtmp_call import PushAddress, RtmpCall
from studio.media.rtmp_line import CallError
from studio.media.sockets import Carried, carried_by, keep_unsent_low, queued_ns
from studio.media.waiting import Waiting

STUCK_S = 25.0  # the last resort where the address blocks for good: the process ends itself
REPORT_EVERY_S = 0.25
TOLD_AS = {"no_name": "unreachable", "no_rtmp": "unreachable"}  # kinds that a person is told as another


class Progress:
    """How far the stream has come, told at even times, whatever it waits for. Ends the process where the line is dead.

    Where the system tells what is waited for, the thread that carries the stream tells it too: a thread of its own
    would wake for each report, which costs more than what there is to tell. Elsewhere there is one, which finds it out.
    """

    def __init__(self, url: str, call: RtmpCall, pipe: BinaryIO) -> None:
        self.packets = 0
        self.bytes = 0
        self._at_s = {"video": 0.0, "audio": 0.0}
        self._line = call.line
        self._pipe = pipe
        self._doubt = Doubt(Door(url))
        carried = carried_by(self._line)
        self._begun_bytes = carried.confirmed_bytes if carried is not None else 0
        self._told = 0  # bytes, and since when there were no more
        self._moved_s = self._due_s = time.monotonic()
        self._queued = queued_ns(), time.monotonic_ns()
        self._waiting = Waiting()  # where the system does not tell
        self._is_told = carried is not None and self._queued[0] is not None
        self._over = threading.Event()
        self._teller = threading.Thread(target=self._tell_on, name="progress")

    def start(self) -> None:
        keep_unsent_low(self._line)
        if not self._is_told:
            self._teller.start()

    def read(self, most: int) -> bytes:
        """From the pipe, as it comes. Told is before it is read: right after a write something always waits."""
        while self._is_told and not select.select([self._pipe], [], [], REPORT_EVERY_S)[0]:
            self.look()
        self.look()
        return self._pipe.read(most)

    def begin(self) -> None:
        """Something is about to be written."""
        if not self._is_told:
            self._waiting.begin()

    def end(self, tags: list[Tag]) -> None:
        """They are on their way."""
        if not self._is_told:
            self._waiting.end()
        first = not self.packets
        for tag in tags:
            if tag.is_media:
                self._at_s["video" if tag.kind == VIDEO else "audio"] = tag.time_ms / 1000
                self.bytes += len(tag.body)
                self.packets += 1
        if first and self.packets:
            self._tell()

    def look(self) -> None:
        """Tells how far it has come, where that is due and no other thread does."""
        if self._is_told and time.monotonic() >= self._due_s:
            self._due_s = time.monotonic() + REPORT_EVERY_S
            self._report()

    def _tell_on(self) -> None:
        while self._waiting.rest(self._over, REPORT_EVERY_S):
            self._report()

    def _report(self) -> None:
        carried, now_s = self._tell(), time.monotonic()
        dead = carried is not None and self._doubt.is_dead(now_s, carried.confirmed_bytes, carried.waits)
        if dead or now_s - self._moved_s > STUCK_S:
            tell("failed", kind="silent", reason=REASONS[errno.ETIMEDOUT])
            os._exit(1)

    def _tell(self) -> Carried | None:
        carried = carried_by(self._line)
        arrived = (carried.confirmed_bytes if carried is not None else self.bytes) - self._begun_bytes
        self._waiting.look()
        waits = carried.unsent_bytes > 0 if carried is not None else self._waiting.by_network
        times = {f"{kind}_s": round(at_s, 3) for kind, at_s in self._at_s.items()}
        queued = self._queued_share()
        tell("sent", packets=self.packets, bytes=self.bytes, arrived=arrived, waits=waits, queued=queued, **times)
        if self._told != arrived:
            self._told, self._moved_s = arrived, time.monotonic()
        return carried

    def _queued_share(self) -> float:
        """Of the time since this was asked last, 0…1."""
        before, self._queued = self._queued, (queued_ns(), time.monotonic_ns())
        (queued, now), (was_queued, then) = self._queued, before
        if queued is None or was_queued is None:
            return round(self._waiting.late, 3)
        return round(min(1.0, (queued - was_queued) / max(1, now - then)), 3)

    def stop(self) -> None:
        self._over.set()
        if not self._is_told:
            self._teller.join()
        self._tell()


def tell(event: str, **values: object) -> bool:
    """Tells the engine; False where it does not listen any more."""
    with contextlib.suppress(OSError):
        os.write(1, (json.dumps({"event": event, **values}) + "\n").encode())
        return True
    return False


def read_line(pipe: BinaryIO) -> bytes:
    """One line from an unbuffered pipe, byte by byte, so that nothing after it is taken."""
    line = bytearray()
    while (byte := pipe.read(1)) not in (b"", b"\n"):
        line += byte
    return bytes(line)


def carry(pipe: BinaryIO, call: RtmpCall, url: str) -> None:
    """Hands on what comes until the pipe ends. Raises `CallError`, and ValueError where no FLV comes."""
    progress = Progress(url, call, pipe)
    progress.start()
    try:
        for together in tags_together(progress.read):
            progress.begin()
            call.send(together, progress.look)
            progress.end(together)
    finally:
        progress.stop()


def failed(error: CallError, url: str) -> None:
    """Tells why there is no line, in the server's own words where it spoke, without the key."""
    reason = REASONS_OF_KINDS.get(error.kind) or without_secrets(error.reason, url)
    tell("failed", kind=TOLD_AS.get(error.kind, error.kind), reason=reason or NOBODY)


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the engine, which ends the show in order,
    signal.signal(getattr(signal, "SIGHUP", signal.SIGINT), signal.SIG_IGN)  # and so is the end of its terminal
    pipe = os.fdopen(0, "rb", buffering=0)
    order = json.loads(read_line(pipe) or b"{}")
    if "url" not in order:
        return 2
    url = order["url"]
    if order["knock"] is not None:
        reason = wait_for_answer(url, order["knock"], lambda why: tell("unanswered", reason=why))
        if reason:
            tell("failed", kind="unreachable", reason=reason)
            return 1
    tell("answered")
    last_resort = threading.Timer(STUCK_S, os._exit, [1])  # a name server may hang
    last_resort.name, last_resort.daemon = "last-resort", True
    last_resort.start()
    call = RtmpCall(PushAddress.of(url), threading.Event())
    try:
        call.open()
        call.publish()
        last_resort.cancel()
        tell("connected")
        carry(pipe, call, url)
    except CallError as error:
        failed(error, url)
        return 1
    finally:
        call.close()
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # a connection that is half dead must not hold the process at its end
