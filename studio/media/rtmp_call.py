"""A call to an RTMP server that needs no encoder: handshake, `connect`, and if asked for `publish`.

After Adobe's Real Time Messaging Protocol, version 1.0 (2012): chunks in section 5.3, commands in section 7. FFmpeg's
own client opens the room with the same step in which it finds out that somebody answers; this one stops before.
"""

import contextlib
import errno
import os
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from studio.addresses import app_and_stream
from studio.errors import REASONS, reason_of
from studio.i18n import N_
from studio.media.amf import Value, decoded, encoded

PORTS = {"rtmp": 1935, "rtmps": 443}
VERSION = 3
HANDSHAKE_BYTES = 1536
CALL_TIMEOUT_S = 4.0
MOST_PLACES = 2  # addresses of one name that are tried
ANSWER_TIMEOUT_S = 6.0
LOOK_EVERY_S = 0.2  # whether it is to stop
SEND_BUFFER_BYTES = 65536  # what the system holds back has not been sent; keep it small beside what is measured
OUT_CHUNK = 60_000
MOST_MESSAGE_BYTES = 1 << 20  # a command is a few hundred
LONG_TIME = 0xFFFFFF

# Message types (5.4, 7.1)
SET_CHUNK_SIZE, VIDEO, DATA, COMMAND = 1, 9, 18, 20
# Chunk streams: 2 is the protocol's own, the others are what every encoder uses
CONTROL_CHUNKS, COMMAND_CHUNKS, MEDIA_CHUNKS = 2, 3, 6


class CallError(Exception):
    """Why a call failed: `kind` is no_name, unreachable, untrusted, no_rtmp, refused, silent or hung_up."""

    def __init__(self, kind: str, reason: str = "") -> None:
        super().__init__(kind, reason)
        self.kind = kind
        self.reason = reason


@dataclass(frozen=True, slots=True)
class PushAddress:
    """A push address in the parts the protocol names them by; `stream` is the key and stays secret."""

    host: str
    port: int
    encrypted: bool
    app: str
    stream: str

    @classmethod
    def of(cls, url: str) -> "PushAddress":
        parts = urlsplit(url)
        app, stream = app_and_stream(url)
        return cls(parts.hostname or "", parts.port or PORTS[parts.scheme], parts.scheme == "rtmps", app, stream)

    @property
    def tc_url(self) -> str:
        """The address without the stream, as `connect` tells it."""
        scheme = "rtmps" if self.encrypted else "rtmp"
        port = "" if self.port == PORTS[scheme] else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}{port}/{self.app}"


@dataclass(slots=True)
class _Incoming:
    """A message of one chunk stream on its way in, and the header that the next chunk may leave out."""

    length: int = 0
    kind: int = 0
    long_time: bool = False
    body: bytearray | None = None


class RtmpCall:
    """One call; `open` raises `CallError`. Everything waits at most a few seconds, and less once `stopping`.

    `believes` any certificate: only where no key is told.
    """

    def __init__(
        self,
        address: PushAddress,
        stopping: threading.Event,
        most_places: int | None = MOST_PLACES,
        believes: bool = False,
    ) -> None:
        self.greeted = False  # whether it speaks RTMP
        self._address = address
        self._stopping = stopping
        self._most_places = most_places
        self._believes = believes
        self._line: socket.socket | None = None
        self._until_s = 0.0
        self._in_chunk = self._out_chunk = 128  # what both sides begin with (5.4.1)
        self._incoming: dict[int, _Incoming] = {}
        self._stream_id = 0

    def open(self) -> None:
        """Calls, shakes hands, and asks for the application; publishes nothing."""
        self._line = self._called()
        self._until_s = time.monotonic() + ANSWER_TIMEOUT_S
        with self._faults():
            self._shake_hands()
            properties = {
                "app": self._address.app,
                "type": "nonprivate",
                "flashVer": "FMLE/3.0 (compatible; nongbo)",
                "tcUrl": self._address.tc_url,
            }
            self._command("connect", 1, properties)
            self._await_result(1)

    def publish(self) -> None:
        """Goes on air under the key: from here on the platform may show it. Raises `CallError`."""
        self._until_s = time.monotonic() + ANSWER_TIMEOUT_S
        with self._faults():
            self._message(CONTROL_CHUNKS, SET_CHUNK_SIZE, struct.pack("!I", OUT_CHUNK))
            self._out_chunk = OUT_CHUNK
            self._command("releaseStream", 2, None, self._address.stream)
            self._command("FCPublish", 3, None, self._address.stream)
            self._command("createStream", 4, None)
            number = self._await_result(4)
            self._stream_id = int(number) if isinstance(number, float) else 1
            self._command("publish", 5, None, self._address.stream, "live")
            self._await_publishing()

    def send(self, kind: int, time_ms: int, body: bytes) -> None:
        """One message of the published stream; waits while the network is slow. Raises `CallError`."""
        self._until_s = time.monotonic() + ANSWER_TIMEOUT_S
        with self._faults():
            self._message(MEDIA_CHUNKS, kind, body, time_ms)

    def close(self) -> None:
        """Takes leave where something was published, and hangs up; may be called twice."""
        line, self._line = self._line, None
        if line is None:
            return
        with contextlib.suppress(OSError):
            if self._stream_id:
                line.settimeout(LOOK_EVERY_S)
                ending = encoded("FCUnpublish", 6, None, self._address.stream)
                line.sendall(self._chunks(COMMAND_CHUNKS, COMMAND, ending, 0))
                deleting = encoded("deleteStream", 7, None, self._stream_id)
                line.sendall(self._chunks(COMMAND_CHUNKS, COMMAND, deleting, 0))
        line.close()

    def _called(self) -> socket.socket:
        """The open line, encrypted where the address says so."""
        try:
            places = socket.getaddrinfo(self._address.host, self._address.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise CallError("no_name") from error
        failure: OSError = TimeoutError(errno.ETIMEDOUT, "")
        for family, kind, protocol, _name, place in places[: self._most_places]:
            line = socket.socket(family, kind, protocol)
            try:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                line.settimeout(CALL_TIMEOUT_S)
                line.connect(place)
            except OSError as error:
                line.close()
                failure = error
                continue
            return self._encrypted(line) if self._address.encrypted else line
        if isinstance(failure, TimeoutError):
            raise CallError("unreachable", REASONS[errno.ETIMEDOUT]) from failure
        raise CallError("unreachable", reason_of(failure)) from failure

    def _encrypted(self, line: socket.socket) -> socket.socket:
        import ssl  # noqa: PLC0415 - three megabytes that most relays never need

        from studio.media.trust import believing, nobody_between, why_untrusted  # noqa: PLC0415 - with `ssl`

        believes = self._believes or nobody_between(self._address.host)
        try:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if believes else believing()
            if believes:
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            return context.wrap_socket(line, server_hostname=self._address.host)
        except ssl.SSLCertVerificationError as error:
            line.close()
            raise CallError("untrusted", why_untrusted(error)) from error
        except TimeoutError as error:
            line.close()
            raise CallError("silent") from error
        except OSError as error:
            line.close()
            raise CallError("no_rtmp", N_("it does not speak the encryption")) from error

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        """What the line says of its end, as the kinds a person can be told."""
        try:
            yield
        except TimeoutError as error:
            raise CallError("silent") from error
        except OSError as error:
            raise CallError("hung_up") from error
        except (ValueError, struct.error) as error:
            raise CallError("no_rtmp", N_("what it says makes no sense")) from error

    def _shake_hands(self) -> None:
        """C0, C1, C2 against S0, S1, S2 (5.2)."""
        self._write(bytes([VERSION]) + bytes(8) + os.urandom(HANDSHAKE_BYTES - 8))
        try:
            version = self._read(1)[0]
        except ConnectionError as error:
            raise CallError("hung_up") from error
        if version != VERSION:
            raise CallError("no_rtmp", N_("another kind of server answers there"))
        self.greeted = True
        theirs = self._read(HANDSHAKE_BYTES)
        self._read(HANDSHAKE_BYTES)
        self._write(theirs)

    def _await_result(self, number: int) -> Value:
        """The answer to the command `number`; an `_error` is a refusal in the server's own words."""
        while True:
            name, transaction, *rest = self._next_command()
            if name == "_result" and transaction == number:
                return rest[-1] if rest else None
            if name == "_error" and transaction == number:
                raise CallError("refused", _words(rest))
            if name == "close":
                raise CallError("hung_up")

    def _await_publishing(self) -> None:
        while True:
            name, _transaction, *rest = self._next_command()
            if name == "_error":
                raise CallError("refused", _words(rest))
            if name != "onStatus":
                continue
            told = rest[-1] if rest and isinstance(rest[-1], Mapping) else {}
            if told.get("code") == "NetStream.Publish.Start":
                return
            if told.get("level") == "error":
                raise CallError("refused", _words(rest))

    def _next_command(self) -> list[Value]:
        while True:
            kind, body = self._next_message()
            if kind == SET_CHUNK_SIZE:
                self._in_chunk = struct.unpack("!I", body[:4])[0] & 0x7FFF_FFFF or 128
            elif kind == COMMAND:
                values = decoded(body)
                if len(values) >= 2:
                    return values

    def _next_message(self) -> tuple[int, bytes]:
        """The next whole message; chunks of several streams may come mixed (5.3.1)."""
        while True:
            first = self._read(1)[0]
            shape, stream = first >> 6, first & 63
            if stream == 0:
                stream = self._read(1)[0] + 64
            elif stream == 1:
                low, high = self._read(2)
                stream = low + high * 256 + 64
            incoming = self._incoming.setdefault(stream, _Incoming())
            self._read_header(shape, incoming)
            if incoming.body is None:
                incoming.body = bytearray()
            if incoming.length > MOST_MESSAGE_BYTES:
                raise ValueError("a message larger than any command")
            incoming.body += self._read(min(self._in_chunk, incoming.length - len(incoming.body)))
            if len(incoming.body) == incoming.length:
                whole, incoming.body = bytes(incoming.body), None
                return incoming.kind, whole

    def _read_header(self, shape: int, incoming: _Incoming) -> None:
        """Shapes 0 to 3 leave out more and more of what stays the same (5.3.1.2)."""
        if shape <= 2:
            incoming.long_time = int.from_bytes(self._read(3), "big") == LONG_TIME
        if shape <= 1:
            incoming.length = int.from_bytes(self._read(3), "big")
            incoming.kind = self._read(1)[0]
        if shape == 0:
            self._read(4)
        if incoming.long_time:
            self._read(4)

    def _command(self, *values: Value) -> None:
        stream_id = self._stream_id if values[0] == "publish" else 0
        self._message(COMMAND_CHUNKS, COMMAND, encoded(*values), stream_id=stream_id)

    def _message(self, chunks: int, kind: int, body: bytes, time_ms: int = 0, stream_id: int | None = None) -> None:
        self._write(self._chunks(chunks, kind, body, time_ms, stream_id))

    def _chunks(self, chunks: int, kind: int, body: bytes, time_ms: int, stream_id: int | None = None) -> bytes:
        """A message with a whole header, in pieces where it is long."""
        if stream_id is None:
            stream_id = self._stream_id if chunks == MEDIA_CHUNKS else 0
        header = bytes([chunks]) + time_ms.to_bytes(3, "big") + len(body).to_bytes(3, "big")
        data = bytearray(header + bytes([kind]) + struct.pack("<I", stream_id))
        for start in range(0, len(body), self._out_chunk):
            if start:
                data.append(0xC0 | chunks)
            data += body[start : start + self._out_chunk]
        return bytes(data)

    def _write(self, data: bytes) -> None:
        """All of it, as fast as the network takes it; raises TimeoutError where it takes nothing for long."""
        assert self._line is not None
        view = memoryview(data)
        while view:
            self._line.settimeout(LOOK_EVERY_S)
            try:
                taken = self._line.send(view)
            except TimeoutError:
                self._look()
                continue
            view = view[taken:]
            self._until_s = time.monotonic() + ANSWER_TIMEOUT_S

    def _read(self, count: int) -> bytes:
        assert self._line is not None
        data = bytearray()
        while len(data) < count:
            self._line.settimeout(LOOK_EVERY_S)
            try:
                piece = self._line.recv(count - len(data))
            except TimeoutError:
                self._look()
                continue
            if not piece:
                raise ConnectionError
            data += piece
        return bytes(data)

    def _look(self) -> None:
        if self._stopping.is_set() or time.monotonic() > self._until_s:
            raise TimeoutError


def _words(values: list[Value]) -> str:
    """What a server says of its refusal."""
    told = next((value for value in reversed(values) if isinstance(value, Mapping)), {})
    return str(told.get("description") or told.get("code") or "")[:200]
