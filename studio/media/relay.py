"""A process of its own that carries one FLV stream from a pipe to one RTMP address.

A write waits for the network, and a name server may hang for half a minute: here that holds up no other output, and a
relay may be killed at any time without hurting anybody else. What it needs of FLV and RTMP is little, so it loads
nothing of FFmpeg, starts at once and costs next to nothing.

In, on stdin: one line of JSON (`url`, `knock`), then the FLV stream. The address arrives here and not on the command
line, because it holds the key. Where `knock` is given (`from_ns` on the monotonic clock, `every_s`), somebody has to
answer at the address first; where it is the `only` thing, that is all. One that `repeats` calls again, from the
knocking on, where it is turned away: a destination that is lost is tried every second, and a process costs more.

Out, on stdout: lines of JSON. `{"event": "unanswered", "reason": "…"}` before each call while nobody does, until nobody
listens here any more (an empty reason before one is known), `{"event": "answered", "took_s": t}` (the call that was),
`{"event": "turned_away", …}` as `failed`, where it goes on, `{"event": "connected"}`, then four times a second
`{"event": "sent", "packets": n, "bytes": n, "video_s": t, "audio_s": t, "arrived": n, "waits": yes, "queued": share}`
(times of the newest packets on their way; bytes the other side has confirmed, or, where the system does not tell, those
it has taken; whether something waits for the network; the share of the time since the last report in which the stream
waited for a processor), or
`{"event": "failed", "kind": "unreachable" | "untrusted" | "silent" | "refused" | "hung_up", "reason": "…"}` with the
server's own words where it spoke; the kind "bug", with a `trace`, is a fault of ours. Nothing that is printed holds the
address or the key.
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
from typing import Any, BinaryIO

from studio.addresses import without_secrets
from studio.errors import REASONS
from studio.media.flv import VIDEO, Tag, tags_together
from studio.media.knocking import NOBODY, Door, Doubt, due_ns, wait_for_answer, words_of
from studio.media.rtmp_call import PushAddress, RtmpCall
from studio.media.rtmp_line import CallError
from studio.media.sockets import Carried, carried_by, keep_unsent_low, queued_ns
from studio.media.waiting import Waiting

UNREACHED_S = 6.0  # a name server may hang for half a minute: nobody is there then, as far as anybody can say
STUCK_S = 25.0  # nothing confirmed for so long: the line is dead
REPORT_EVERY_S = 0.25
TOLD_AS = {"no_name": "unreachable", "no_rtmp": "unreachable"}  # kinds that a person is told as another


class Progress:
    """How far the stream has come, told at even times, whatever it waits for. Ends the process where the line is dead.

    Where the system tells how long a processor is waited for, the thread that carries the stream tells all of it: a
    thread of its own would wake for each report, which costs more than what there is to tell. Elsewhere there is one,
    which finds it out.
    """

    def __init__(self, url: str, call: RtmpCall, pipe: BinaryIO) -> None:
        self.packets = 0
        self.bytes = 0
        self._at_s = {"video": 0.0, "audio": 0.0}
        self._call = call
        self._pipe = pipe
        self._doubt = Doubt(Door(url))
        carried = carried_by(self._call.line)
        self._begun_bytes = self._gone_bytes(carried)
        self._told = 0  # bytes, and since when there were no more
        self._moved_s = self._due_s = time.monotonic()
        self._queued = queued_ns(), time.monotonic_ns()
        self._waiting = Waiting()
        self._is_told = carried is not None and self._queued[0] is not None
        self._over = threading.Event()
        self._teller = threading.Thread(target=self._tell_on, name="progress")

    def start(self) -> None:
        keep_unsent_low(self._call.line)
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
        self._waiting.begin()

    def end(self, tags: list[Tag]) -> None:
        """They are on their way."""
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
        carried = carried_by(self._call.line)
        arrived = self._gone_bytes(carried) - self._begun_bytes
        self._waiting.look(self._queued_share())
        # A modem's queue may hold all the system took, while a write waits until there is room again.
        waits = self._waiting.by_network or (carried is not None and carried.unsent_bytes > 0)
        times = {f"{kind}_s": round(at_s, 3) for kind, at_s in self._at_s.items()}
        queued = round(self._waiting.late, 3)
        tell("sent", packets=self.packets, bytes=self.bytes, arrived=arrived, waits=waits, queued=queued, **times)
        if self._told != arrived:
            self._told, self._moved_s = arrived, time.monotonic()
        return carried

    def _gone_bytes(self, carried: Carried | None) -> int:
        """Of the line, as far as anybody here knows; also in the middle of a picture, which may take seconds."""
        return carried.confirmed_bytes if carried is not None else self._call.sent_bytes

    def _queued_share(self) -> float | None:
        """Of the time since this was asked last, 0…1; None where the system does not tell."""
        before, self._queued = self._queued, (queued_ns(), time.monotonic_ns())
        (queued, now), (was_queued, then) = self._queued, before
        if queued is None or was_queued is None:
            return None
        return min(1.0, (queued - was_queued) / max(1, now - then))

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


def begin(call: RtmpCall) -> None:
    """Opens the call and publishes. Raises `CallError`; ends the process where the address leads to nobody in time."""

    def look() -> None:
        if not call.reached:
            tell("failed", kind="unreachable", reason=NOBODY)
            os._exit(1)

    last_resort = threading.Timer(UNREACHED_S, look)
    last_resort.name, last_resort.daemon = "last-resort", True
    last_resort.start()
    try:
        call.open()
        call.publish()
    finally:
        last_resort.cancel()


def obey(order: dict[str, Any], pipe: BinaryIO) -> int:
    """Knocks where that is asked for, calls, and carries the stream; gives the code to end with."""
    url, knock = order["url"], order["knock"]
    took_s: float | None = 0.0
    while True:
        if knock is not None:
            took_s = wait_for_answer(url, knock, lambda why: tell("unanswered", reason=why))
            if took_s is None:
                return 1  # nobody listens any more
        tell("answered", took_s=took_s)
        if knock is not None and knock["only"]:
            return 0
        called_ns, event = time.monotonic_ns(), "turned_away" if knock is not None and knock["repeats"] else "failed"
        call = RtmpCall(PushAddress.of(url), threading.Event())
        try:
            begin(call)
            event = "failed"
            tell("connected")
            carry(pipe, call, url)
            return 0
        except CallError as error:
            reason = without_secrets(words_of(error), url)
            if not tell(event, kind=TOLD_AS.get(error.kind, error.kind), reason=reason) or event == "failed":
                return 1
        finally:
            call.close()
        knock["from_ns"] = due_ns(called_ns, knock["every_s"])


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the engine, which ends the show in order,
    signal.signal(getattr(signal, "SIGHUP", signal.SIGINT), signal.SIG_IGN)  # and so is the end of its terminal
    pipe = os.fdopen(0, "rb", buffering=0)
    order = json.loads(read_line(pipe) or b"{}")
    if "url" not in order:
        return 2
    try:
        return obey(order, pipe)
    except Exception as error:
        from traceback import format_exception  # noqa: PLC0415 - a bug of ours, told to the engine, whose log is read

        trace = [without_secrets(line, order["url"]) for line in format_exception(error)]
        tell("failed", kind="bug", reason=without_secrets(repr(error), order["url"]), trace=trace)
        return 3


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # a connection that is half dead must not hold the process at its end
