"""A call to an RTMP server: handshake, `connect`, `publish`, and the stream's messages.

After Adobe's Real Time Messaging Protocol, version 1.0 (2012): handshake in section 5.2, commands in section 7.
FFmpeg's own client opens the room with the same step in which it finds out that somebody answers, and holds the
interpreter's lock meanwhile; this one can stop before, and holds up nobody.
"""

import contextlib
import os
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from studio.addresses import app_and_stream
from studio.i18n import N_
from studio.media.amf import Value, decoded, encoded
from studio.media.flv import AUDIO, SCRIPT, Tag
from studio.media.rtmp_chunks import (
    ACKNOWLEDGEMENT,
    COMMAND,
    FIRST_CHUNK_BYTES,
    SET_CHUNK_SIZE,
    USER_CONTROL,
    WINDOW_SIZE,
    ChunkReader,
    chunked,
)
from studio.media.rtmp_line import CallError, encrypted, open_line

PORTS = {"rtmp": 1935, "rtmps": 443}
VERSION = 3
HANDSHAKE_BYTES = 1536
ANSWER_TIMEOUT_S = 6.0
LOOK_EVERY_S = 0.1  # whether it is to stop, where something is waited for
LISTEN_EVERY_S = 0.25  # to what the server says while it is sent to
READ_BYTES = 4096
# In one piece: encrypted the line tells of its progress only once all is sent that it was given, and Windows takes
# whatever it is given at once, however little its buffer is to hold.
PIECE_BYTES = 16_384
GOODBYE_S = 2.0
MOST_LOGIN_STEPS = 3  # without a name, with it, with the answer to a challenge
OUT_CHUNK = 60_000
# Chunk streams: 2 is the protocol's own, the others are what encoders use; times go forward in each
CONTROL_CHUNKS, COMMAND_CHUNKS, SOUND_CHUNKS, MEDIA_CHUNKS = 2, 3, 4, 6
KEPT = encoded("@setDataFrame")
PING, PONG = (6).to_bytes(2, "big"), (7).to_bytes(2, "big")  # of the user control messages (7.1.7)
# The numbers of our commands; what a server says of the two old ones is no answer to the key
CONNECT, RELEASE_STREAM, FC_PUBLISH, CREATE_STREAM, PUBLISH, FC_UNPUBLISH, DELETE_STREAM = range(1, 8)


@dataclass(frozen=True, slots=True)
class PushAddress:
    """A push address in the parts the protocol names them by; `stream` is the key and stays secret.

    `name` and `password` are for the few servers that ask for them.
    """

    host: str
    port: int
    encrypted: bool
    app: str
    stream: str = field(repr=False)
    name: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str) -> "PushAddress":
        parts = urlsplit(url)
        app, stream = app_and_stream(url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        return cls(host, port, parts.scheme == "rtmps", app, stream, parts.username or "", parts.password or "")

    @property
    def tc_url(self) -> str:
        """The address without the stream, as `connect` tells it."""
        scheme = "rtmps" if self.encrypted else "rtmp"
        port = "" if self.port == PORTS[scheme] else f":{self.port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}{port}/{self.app}"


class RtmpCall:
    """One call; `open` raises `CallError`. Everything waits at most a few seconds, and less once `stopping`.

    `believes` any certificate: only where no key is told. To be used by one thread; `sent_bytes` may be read by any.
    """

    def __init__(self, address: PushAddress, stopping: threading.Event, believes: bool = False) -> None:
        self.greeted = False  # whether it speaks RTMP
        self.sent_bytes = 0  # what the system has taken, over all calls
        self._address = address
        self._stopping = stopping
        self._believes = believes
        self._line: socket.socket | None = None
        self._nothing_yet: tuple[type[OSError], ...] = (BlockingIOError,)
        self._until_s = self._listen_s = 0.0
        self._meanwhile: Callable[[], None] | None = None
        self._reader = ChunkReader()
        self._out_chunk = FIRST_CHUNK_BYTES
        self._commands: deque[list[Value]] = deque()  # heard, and not yet looked at
        self._window_bytes = 0  # after so many the server wants to know how many it was, 0: it has not said
        self._heard_bytes = self._confirmed_bytes = 0
        self._stream_id = 0
        self._times_ms: dict[int, int] = {}  # of the last message in each chunk stream of the published stream

    @property
    def line(self) -> socket.socket:
        """The connection under it, once it is open."""
        assert self._line is not None
        return self._line

    @property
    def reached(self) -> bool:
        """Whether there is a line to somebody, whatever he says."""
        return self._line is not None

    def open(self) -> None:
        """Calls, shakes hands, and asks for the application; publishes nothing."""
        login = ""
        for _step in range(MOST_LOGIN_STEPS):
            try:
                self._open(login)
            except CallError as refusal:
                answer = self._login_after(refusal)
                if answer is None and login and refusal.kind == "refused":
                    break
                if answer is None:
                    raise
                self.close()
                login = answer
            else:
                return
        raise CallError("refused", N_("it wants another name or password"))

    def _login_after(self, refusal: CallError) -> str | None:
        """What a server that asks for a name is told in the next call, where it may be told."""
        if refusal.kind != "refused" or not self._address.name or self._believes:
            return None
        from studio.media.rtmp_login import answer_to  # noqa: PLC0415 - hardly any server asks

        return answer_to(refusal.reason, self._address.name, self._address.password)

    def _open(self, login: str) -> None:
        address = self._address
        self._line = line = open_line(address.host, address.port)
        if address.encrypted:
            import ssl  # noqa: PLC0415 - three megabytes that most relays never need

            self._line = line = encrypted(line, address.host, self._believes)
            self._nothing_yet = (ssl.SSLWantReadError,)
        line.settimeout(LOOK_EVERY_S)
        self._reader = ChunkReader()
        self._commands.clear()
        self._window_bytes = self._heard_bytes = self._confirmed_bytes = 0
        self._until_s = time.monotonic() + ANSWER_TIMEOUT_S
        with self._faults():
            self._shake_hands()
            properties = {
                "app": address.app + login,
                "type": "nonprivate",
                "flashVer": "FMLE/3.0 (compatible; nongbo)",
                "tcUrl": address.tc_url + login,
            }
            self._command("connect", CONNECT, properties)
            self._await_result(CONNECT)

    def publish(self) -> None:
        """Goes on air under the key: from here on the platform may show it. Raises `CallError`."""
        self._until_s = time.monotonic() + ANSWER_TIMEOUT_S
        with self._faults():
            self._message(CONTROL_CHUNKS, SET_CHUNK_SIZE, struct.pack("!I", OUT_CHUNK))
            self._out_chunk = OUT_CHUNK
            self._command("releaseStream", RELEASE_STREAM, None, self._address.stream)
            self._command("FCPublish", FC_PUBLISH, None, self._address.stream)
            self._command("createStream", CREATE_STREAM, None)
            number = self._await_result(CREATE_STREAM)
            self._stream_id = int(number) if isinstance(number, float) else 1
            self._command("publish", PUBLISH, None, self._address.stream, "live")
            self._await_publishing()

    def send(self, tags: Iterable[Tag], meanwhile: Callable[[], None] | None = None) -> None:
        """Messages of the published stream, together; waits while the network is slow. Raises `CallError`.

        `meanwhile` is called a few times a second while it waits.
        """
        self._meanwhile = meanwhile
        data = b"".join(map(self._streamed, tags))
        now_s = time.monotonic()
        self._until_s = now_s + ANSWER_TIMEOUT_S
        with self._faults():
            try:
                self._write(data)
            except OSError:
                with contextlib.suppress(OSError):
                    self._listen()  # it may have said why
                raise
            if now_s >= self._listen_s:
                self._listen_s = now_s + LISTEN_EVERY_S
                self._listen()

    def close(self) -> None:
        """Takes leave where something was published, and hangs up; may be called twice."""
        line, self._line = self._line, None
        if line is None:
            return
        with contextlib.suppress(OSError):
            if self._stream_id:
                line.settimeout(GOODBYE_S)
                ending = encoded("FCUnpublish", FC_UNPUBLISH, None, self._address.stream)
                deleting = encoded("deleteStream", DELETE_STREAM, None, self._stream_id)
                for body in (ending, deleting):
                    line.sendall(chunked(COMMAND_CHUNKS, COMMAND, body, 0, 0, self._out_chunk))
                line.shutdown(socket.SHUT_WR)
                while line.recv(READ_BYTES):
                    pass  # a system that hangs up before all was read throws away what it has not sent yet
        line.close()

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        """What the line says of its end, as the kinds a person can be told; there is nobody to say goodbye to then."""
        try:
            yield
        except (CallError, OSError, ValueError, struct.error) as error:
            self._stream_id = 0
            if isinstance(error, CallError):
                raise
            if isinstance(error, OSError):
                raise CallError("silent" if isinstance(error, TimeoutError) else "hung_up") from error
            raise CallError("no_rtmp", N_("what it says makes no sense")) from error

    def _shake_hands(self) -> None:
        """C0, C1, C2 against S0, S1, S2 (5.2)."""
        self._write(bytes([VERSION]) + bytes(8) + os.urandom(HANDSHAKE_BYTES - 8))
        version = self._read_exactly(1)[0]
        if version != VERSION:
            raise CallError("no_rtmp", N_("another kind of server answers there"))
        self.greeted = True
        theirs = self._read_exactly(HANDSHAKE_BYTES)
        self._read_exactly(HANDSHAKE_BYTES)
        self._write(theirs)

    def _await_result(self, number: int) -> Value:
        """The answer to the command `number`; an `_error` is a refusal in the server's own words."""
        while True:
            name, transaction, *rest = self._next_command()
            if name == "_result" and transaction == number:
                return rest[-1] if rest else None
            if name == "_error" and transaction == number:
                raise CallError("refused", _words(rest))
            _raise_refusal(name, rest)

    def _await_publishing(self) -> None:
        while True:
            name, transaction, *rest = self._next_command()
            if name == "_error" and transaction not in (RELEASE_STREAM, FC_PUBLISH):
                raise CallError("refused", _words(rest))
            _raise_refusal(name, rest)
            if name == "onStatus" and _told(rest).get("code") == "NetStream.Publish.Start":
                return

    def _next_command(self) -> list[Value]:
        while not self._commands:
            self._hear(self._read(READ_BYTES))
        return self._commands.popleft()

    def _listen(self) -> None:
        """What the server says while it is sent to: some turn a stream away only now. Never waits for it.

        Its last words count, though the line broke right after them.
        """
        said = bytearray()
        broke: OSError | None = None
        self.line.settimeout(0.0)
        try:
            while piece := self.line.recv(READ_BYTES):
                said += piece
            broke = ConnectionError()
        except self._nothing_yet:
            pass
        except OSError as error:
            broke = error
        finally:
            self.line.settimeout(LOOK_EVERY_S)
        try:
            self._hear(bytes(said))  # what it asks for is answered as patiently as the stream is sent
        except OSError as error:
            broke = broke or error
        while self._commands:
            name, _transaction, *rest = self._commands.popleft()
            _raise_refusal(name, rest)
        if broke is not None:
            raise broke

    def _hear(self, data: bytes) -> None:
        """Keeps the commands in what came, and gives the protocol itself what it asks for."""
        self._heard_bytes += len(data)
        asked: list[bytes] = []
        for message in self._reader.feed(data):
            if message.kind == COMMAND:
                self._keep_command(message.body)
            elif message.kind == WINDOW_SIZE:
                self._window_bytes = struct.unpack("!I", message.body[:4])[0]
            elif message.kind == USER_CONTROL and message.body[:2] == PING:
                asked.append(message.body[2:6])
        for when in asked:  # last: a line that takes no answer has brought words all the same
            self._message(CONTROL_CHUNKS, USER_CONTROL, PONG + when)
        if self._window_bytes and self._heard_bytes - self._confirmed_bytes >= self._window_bytes:
            self._confirmed_bytes = self._heard_bytes
            heard = struct.pack("!I", self._heard_bytes & 0xFFFF_FFFF)
            self._message(CONTROL_CHUNKS, ACKNOWLEDGEMENT, heard)

    def _streamed(self, tag: Tag) -> bytes:
        """Script data is announced as what the server is to keep, as every encoder does (FMLE's convention)."""
        chunks = SOUND_CHUNKS if tag.kind == AUDIO else MEDIA_CHUNKS
        before_ms, self._times_ms[chunks] = self._times_ms.get(chunks), tag.time_ms
        body = KEPT + tag.body if tag.kind == SCRIPT else tag.body
        return chunked(chunks, tag.kind, body, tag.time_ms, self._stream_id, self._out_chunk, before_ms)

    def _keep_command(self, body: bytes) -> None:
        """A stream that runs is not given up for a word that nobody understands."""
        try:
            values = decoded(body)
        except ValueError:
            if not self._stream_id:
                raise
            return
        if len(values) >= 2:
            self._commands.append(values)

    def _command(self, *values: Value) -> None:
        stream_id = self._stream_id if values[0] == "publish" else 0
        self._message(COMMAND_CHUNKS, COMMAND, encoded(*values), stream_id)

    def _message(self, chunks: int, kind: int, body: bytes, stream_id: int = 0) -> None:
        self._write(chunked(chunks, kind, body, 0, stream_id, self._out_chunk))

    def _write(self, data: bytes) -> None:
        """All of it, as fast as the network takes it; raises TimeoutError where it takes nothing for long."""
        line, view = self.line, memoryview(data)
        while view:
            try:
                taken_bytes = line.send(view[:PIECE_BYTES])
            except TimeoutError as error:
                self._look(error)
                continue
            view = view[taken_bytes:]
            self.sent_bytes += taken_bytes
            self._until_s = time.monotonic() + ANSWER_TIMEOUT_S

    def _read(self, most: int) -> bytes:
        """What has come, once something has; raises ConnectionError where the server hung up."""
        while True:
            try:
                piece = self.line.recv(most)
            except TimeoutError as error:
                self._look(error)
                continue
            if not piece:
                raise ConnectionError
            return piece

    def _read_exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            data += self._read(count - len(data))
        return bytes(data)

    def _look(self, error: TimeoutError) -> None:
        """Goes on waiting where only the look is due, and the system has not given the line up."""
        if error.errno or self._stopping.is_set() or time.monotonic() > self._until_s:
            raise error
        if self._meanwhile is not None:
            self._meanwhile()


def _told(values: list[Value]) -> Mapping[str, Value]:
    """What an answer says in fields: the last one that has any."""
    return next((value for value in reversed(values) if isinstance(value, Mapping)), {})


def _words(values: list[Value]) -> str:
    """What a server says of its refusal."""
    told = _told(values)
    return str(told.get("description") or told.get("code") or "")


def _raise_refusal(name: Value, values: list[Value]) -> None:
    """Raises where a command of the server's says that it goes no further."""
    if name == "onStatus" and _told(values).get("level") == "error":
        raise CallError("refused", _words(values))
    if name == "close":
        raise CallError("hung_up")
