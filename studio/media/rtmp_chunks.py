"""RTMP's chunk stream: messages into bytes and back, whatever line carries them.

After Adobe's Real Time Messaging Protocol, version 1.0 (2012), section 5.3; messages' numbers from 5.4 and 7.1.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

SET_CHUNK_SIZE, ACKNOWLEDGEMENT, USER_CONTROL, WINDOW_SIZE, COMMAND = 1, 3, 4, 5, 20
FIRST_CHUNK_BYTES = 128  # what both sides begin with (5.4.1)
MOST_MESSAGE_BYTES = 1 << 20  # a command is a few hundred
LONG_TIME = 0xFFFFFF  # ms; a time as large stands in four bytes of its own: a show of more than four and a half hours
HEADER_BYTES = (11, 7, 3, 0)  # of the four shapes of header, each of which leaves out more of what stays the same
COUNTED, GOES_ON = 1 << 6, 3 << 6  # the shapes with a time since the message before, and with nothing


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it came."""

    kind: int
    body: bytes


@dataclass(slots=True)
class _Incoming:
    """A message of one chunk stream on its way in, and the header that the next chunk may leave out."""

    length: int = 0
    kind: int = 0
    long_time: bool = False
    body: bytearray = field(default_factory=bytearray)


class ChunkReader:
    """Takes bytes as they come, gives messages as they are whole; chunks of several streams may come mixed."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._chunk_bytes = FIRST_CHUNK_BYTES
        self._incoming: dict[int, _Incoming] = {}

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that `data` completes. Raises ValueError or struct.error where they make no sense."""
        self._held += data
        while True:
            taken, message = self._next_chunk()
            if not taken:
                return
            del self._held[:taken]
            if message is None:
                continue
            if message.kind == SET_CHUNK_SIZE:
                self._chunk_bytes = struct.unpack("!I", message.body[:4])[0] & 0x7FFF_FFFF or FIRST_CHUNK_BYTES
            yield message

    def _next_chunk(self) -> tuple[int, Message | None]:
        """How many bytes the next chunk takes, 0 where it is not whole yet, and the message that it completes."""
        held = self._held
        if not held:
            return 0, None
        shape, stream, at = held[0] >> 6, held[0] & 63, 1
        if stream < 2:  # the number stands in one more byte, or in two
            at = 2 + stream
            stream = int.from_bytes(held[1:at], "little") + 64
        header = held[at : at + HEADER_BYTES[shape]]
        at += HEADER_BYTES[shape]
        if len(held) < at:
            return 0, None
        known = self._incoming.get(stream) or _Incoming()
        length, kind, long_time = known.length, known.kind, known.long_time
        if shape <= 2:
            long_time = int.from_bytes(header[:3], "big") == LONG_TIME
        if shape <= 1:
            length, kind = int.from_bytes(header[3:6], "big"), header[6]
        if length > MOST_MESSAGE_BYTES:
            raise ValueError("a message larger than any command")
        at += 4 if long_time else 0
        end = at + min(self._chunk_bytes, length - len(known.body))
        if len(held) < end:
            return 0, None
        body = known.body + held[at:end]
        whole = len(body) == length
        self._incoming[stream] = _Incoming(length, kind, long_time, bytearray() if whole else body)
        return end, Message(kind, bytes(body)) if whole else None


def chunked(
    chunks: int,
    kind: int,
    body: bytes,
    time_ms: int,
    stream_id: int,
    chunk_bytes: int,
    before_ms: int | None = None,
) -> bytes:
    """A message of the chunk stream `chunks`, in pieces where it is long.

    `before_ms`: the time of the message before it in this chunk stream, from which it is counted then. So, as with
    other encoders, no time gets long in a show of hours: servers differ on where a long one stands in later pieces.
    """
    counted = before_ms is not None and 0 <= time_ms - before_ms < LONG_TIME
    if before_ms is not None and counted:
        time_ms -= before_ms
    long_time = struct.pack("!I", time_ms & 0xFFFF_FFFF) if time_ms >= LONG_TIME else b""
    first = bytes([COUNTED | chunks if counted else chunks]) + min(time_ms, LONG_TIME).to_bytes(3, "big")
    first += len(body).to_bytes(3, "big") + bytes([kind])
    first += (b"" if counted else struct.pack("<I", stream_id)) + long_time
    if len(body) <= chunk_bytes:
        return first + body
    between = bytes([GOES_ON | chunks]) + long_time
    return first + between.join(body[start : start + chunk_bytes] for start in range(0, len(body), chunk_bytes))
