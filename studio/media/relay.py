"""A process of its own that carries one FLV stream from a pipe to one RTMP address.

Opening an RTMP output holds the interpreter's lock until the server answers, so it must not happen in the
engine; and a relay may be killed at any time without hurting anybody else.

In, on stdin: one line of JSON (`url`, `header_bytes`, `width`, `height`, `write_timeout_s`, `knock`), then the FLV
header once by itself (`header_bytes` long), from which the connection is made before the first picture comes, then
the FLV stream with its header. The address arrives here and not on the command line, because it holds the key.
Where `knock` is given (`from_ns` on the monotonic clock, `every_s`), somebody has to answer at the address first.

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
import faulthandler
import io
import json
import logging
import os
import re
import signal
import sys
import threading
import time
from typing import Any, BinaryIO
from urllib.parse import urlsplit

import av
import av.logging
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from studio.addresses import app_and_stream
from studio.errors import REASONS, reason_of
from studio.i18n import N_
from studio.media.knocking import REASONS_OF_KINDS, Door, Doubt, wait_for_answer
from studio.media.sockets import Carried, carried_by, keep_unsent_low, queued_ns, stream_socket
from studio.media.waiting import Waiting

SPLITTING = "\\'|[]"  # what the tee muxer would take for its own
STUCK_S = 25.0  # the last resort where the address blocks for good: the process ends itself
REPORT_EVERY_S = 0.25
KEPT_WORDS = 4096  # characters, the newest: a show lasts for hours
READ_BYTES = 8192  # what is read ahead can no longer be left out when the network is slow
NO_WAIT_US = 1  # the engine has put them in order: sound that waited here too would stop where a picture is left out


class ServerWords(logging.Handler):
    """Collects what FFmpeg logs, so that a failure can be told in the server's own words.

    Warnings are no reasons: a server that does not know an old command says so, and takes the stream all the same.
    """

    def __init__(self, secrets: list[str]) -> None:
        super().__init__()
        self._text = ""
        self._secrets = secrets

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno == logging.WARNING:
            return
        self._text = (self._text + record.getMessage().strip() + "\n")[-KEPT_WORDS:]

    @property
    def unencrypted(self) -> bool:
        """Whether the line was to be encrypted, and was not."""
        return "Cannot open connection tls" in self._text

    def verdict(self, error: Exception) -> tuple[str, str]:
        """What kind of failure it was (`unreachable`, `silent`, `refused`, `hung_up`) and why, without the key."""
        if "Failed to resolve hostname" in self._text:
            return "unreachable", N_("the name of the server is not known")
        if "Cannot open connection tcp" in self._text:
            return "unreachable", reason_of(error)
        spoken = re.findall(r"Server error: (.+)", self._text)
        if spoken:
            text = spoken[-1].strip()
            for secret in self._secrets:
                text = text.replace(secret, "•••")
            return "refused", text[:200]
        if getattr(error, "errno", None) == errno.ETIMEDOUT:
            return "silent", reason_of(error)
        return "hung_up", REASONS[errno.EPIPE]


class Progress:
    """How far the stream has come, told at even times also while a write waits for the network.

    Ends the process where the line is dead: a write may wait for it for long.
    """

    def __init__(self, url: str) -> None:
        self.packets = 0
        self.bytes = 0
        self._at_s = {"video": 0.0, "audio": 0.0}
        self._socket = stream_socket()
        self._doubt = Doubt(Door(url))
        carried = self._carried()
        self._begun_bytes = carried.confirmed_bytes if carried is not None else 0
        self._told = -1
        self._queued = queued_ns(), time.monotonic_ns()
        self._waiting = Waiting()  # where the system does not tell
        self._is_told = carried is not None and self._queued[0] is not None
        self._over = threading.Event()
        self._teller = threading.Thread(target=self._tell_on, name="progress")

    def start(self) -> None:
        if self._socket is not None:
            keep_unsent_low(self._socket)
        faulthandler.dump_traceback_later(STUCK_S, exit=True)
        self._teller.start()

    def begin(self) -> None:
        """A packet is about to be written."""
        self._waiting.begin()

    def add(self, kind: str, size_bytes: int, at_s: float) -> None:
        """A packet is on its way."""
        self._waiting.end()
        self._at_s[kind] = at_s
        self.bytes += size_bytes
        self.packets += 1
        if self.packets == 1:
            self._tell()

    def _tell_on(self) -> None:
        while self._rest():
            carried = self._tell()
            if carried is not None and self._doubt.is_dead(time.monotonic(), carried.confirmed_bytes, carried.waits):
                tell("failed", kind="silent", reason=REASONS[errno.ETIMEDOUT])
                os._exit(1)

    def _rest(self) -> bool:
        """Until the next report is due; False where there is none."""
        if self._is_told:
            return not self._over.wait(REPORT_EVERY_S)
        return self._waiting.rest(self._over, REPORT_EVERY_S)

    def _carried(self) -> Carried | None:
        return carried_by(self._socket) if self._socket is not None else None

    def _tell(self) -> Carried | None:
        carried = self._carried()
        arrived = (carried.confirmed_bytes if carried is not None else self.bytes) - self._begun_bytes
        self._waiting.look()
        waits = carried.unsent_bytes > 0 if carried is not None else self._waiting.by_network
        times = {f"{kind}_s": round(at_s, 3) for kind, at_s in self._at_s.items()}
        queued = self._queued_share()
        tell("sent", packets=self.packets, bytes=self.bytes, arrived=arrived, waits=waits, queued=queued, **times)
        if self._told != arrived:
            self._told = arrived
            faulthandler.dump_traceback_later(STUCK_S, exit=True)
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
        self._teller.join()
        self._tell()


def why_in_vain(url: str, words: ServerWords, error: Exception) -> tuple[str, str]:
    """As `ServerWords.verdict`; why no encryption came about FFmpeg does not say, so a call of our own finds it out."""
    kind, reason = words.verdict(error)
    if not words.unencrypted:
        return kind, reason
    from studio.media.rtmp_call import CallError, PushAddress, RtmpCall  # noqa: PLC0415 - seldom needed

    call = RtmpCall(PushAddress.of(url), threading.Event())
    try:
        call.open()
    except CallError as failure:
        kind = {"no_name": "unreachable", "no_rtmp": "unreachable"}.get(failure.kind, failure.kind)
        return kind, REASONS_OF_KINDS.get(failure.kind) or failure.reason or reason
    finally:
        call.close()
    return kind, reason  # it has proven whose it is now: the network was away


def tee_address(url: str, write_timeout_s: float) -> str:
    """The address for FFmpeg's tee muxer, which alone hands options down to the socket."""
    options = {
        "f": "flv",
        "rw_timeout": round(write_timeout_s * 1e6),
        "send_buffer_size": 65536,
        "max_interleave_delta": NO_WAIT_US,
        "flvflags": "no_duration_filesize",
    }
    if urlsplit(url).scheme == "rtmps":
        from studio.media.trust import authorities, nobody_between  # noqa: PLC0415 - only where it is encrypted

        if not nobody_between(urlsplit(url).hostname or ""):
            options |= {"tls_verify": 1, "ca_file": _escaped(authorities(), "\\':]")}
    if "/" in urlsplit(url).query:
        # WORKAROUND for FFmpeg, which looks for the application's end in the query too (rtmpproto.c, rtmp_open): a
        # signature with a slash in it would become a part of the application, and no server knows that one.
        app, stream = app_and_stream(url)
        options |= {"rtmp_app": _escaped(app, "\\':]"), "rtmp_playpath": _escaped(stream, "\\':]")}
    told = ":".join(f"{name}={value}" for name, value in options.items())
    return f"[{_escaped(told, SPLITTING)}]{_escaped(url, SPLITTING)}"


def _escaped(text: str, signs: str) -> str:
    return "".join(f"\\{sign}" if sign in signs else sign for sign in text)


def secrets_of(url: str) -> list[str]:
    """The parts of an address that must not be shown, longest first."""
    parts = urlsplit(url)
    key = parts.path.rsplit("/", 1)[-1]
    found = {url, key, parts.query, f"{key}?{parts.query}" if parts.query else ""}
    return sorted((text for text in found if len(text) > 1), key=len, reverse=True)


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


def read_exactly(pipe: BinaryIO, count: int) -> bytes:
    data = bytearray()
    while len(data) < count and (more := pipe.read(count - len(data))):
        data += more
    return bytes(data)


def connect(order: dict[str, Any], header: bytes) -> av.container.OutputContainer:
    """The open RTMP connection, its stream headers sent."""
    with av.open(io.BytesIO(header), "r", format="flv") as shape:
        options = {"max_interleave_delta": str(NO_WAIT_US)}
        output = av.open(tee_address(order["url"], order["write_timeout_s"]), "w", format="tee", options=options)
        for stream in shape.streams:
            made = output.add_stream_from_template(stream)
            if isinstance(made, VideoStream):  # without a picture FFmpeg does not know its size
                made.width, made.height = order["width"], order["height"]
        output.start_encoding()
    return output


def carry(pipe: BinaryIO, output: av.container.OutputContainer, url: str) -> None:
    """Hands on packet by packet until the pipe ends."""
    options = {"fpsprobesize": "0", "analyzeduration": "0"}
    progress = Progress(url)
    with av.open(pipe, "r", format="flv", options=options, buffer_size=READ_BYTES) as source:
        ways: dict[int, tuple[str, Stream, float]] = {}  # fractions for each packet would be a fifth of all the work
        progress.start()
        try:
            for packet in source.demux():
                if packet.dts is None:
                    continue
                way = ways.get(packet.stream_index)
                if way is None:
                    way = ways[packet.stream_index] = _way(packet, output)
                (kind, stream, unit_s), size, dts = way, packet.size, packet.dts
                packet.stream = stream
                progress.begin()
                output.mux_one(packet)
                progress.add(kind, size, dts * unit_s)
        finally:
            progress.stop()


def _way(packet: "Packet[Stream]", output: av.container.OutputContainer) -> tuple[str, Stream, float]:
    """What a stream that arrives here is, which one it goes on in, and its unit of time in seconds."""
    kind = packet.stream.type
    return kind, next(stream for stream in output.streams if stream.type == kind), float(packet.time_base)


def main() -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the engine, which ends the show in order,
    signal.signal(getattr(signal, "SIGHUP", signal.SIGINT), signal.SIG_IGN)  # and so is the end of its terminal
    pipe = os.fdopen(0, "rb", buffering=0)
    order = json.loads(read_line(pipe) or b"{}")
    if "url" not in order:
        return 2
    words = ServerWords(secrets_of(order["url"]))
    logging.getLogger("libav").addHandler(words)
    av.logging.set_level(av.logging.WARNING)
    header = read_exactly(pipe, order["header_bytes"])
    if order["knock"] is not None:
        reason = wait_for_answer(order["url"], order["knock"], lambda why: tell("unanswered", reason=why))
        if reason:
            tell("failed", kind="unreachable", reason=reason)
            return 1
    tell("answered")
    faulthandler.dump_traceback_later(STUCK_S, exit=True)
    try:
        output = connect(order, header)
    except (FFmpegError, OSError, ValueError) as error:
        kind, reason = why_in_vain(order["url"], words, error)
        tell("failed", kind=kind, reason=reason)
        return 1
    tell("connected")
    try:
        carry(pipe, output, order["url"])
        output.close()
    except (FFmpegError, OSError, ValueError) as error:
        kind, reason = words.verdict(error)
        tell("failed", kind=kind, reason=reason)
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # a connection that is half dead must not hold the process at its end
