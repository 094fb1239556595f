"""FLV as a stream of tags (Adobe Flash Video File Format 10.1, annex E): their bodies are RTMP's messages."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

AUDIO, VIDEO, SCRIPT = 8, 9, 18  # the kinds of tags (E.4.1)
HEADER_BYTES, TAG_HEADER_BYTES, TAG_END_BYTES = 13, 11, 4
CONFIGURATION, FRAMES = 0, 1  # what an AVCVIDEOPACKET or AACAUDIODATA holds (E.4.3.1, E.4.2.2); 2 ends a sequence
READ_BYTES = 12_288  # a picture of most shows; what is read ahead can no longer be left out when the network is slow


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag; its time is that of decoding."""

    kind: int
    time_ms: int
    body: bytes

    @property
    def is_header(self) -> bool:
        """Whether it describes the stream, which is done once: script data, and the decoders' configuration."""
        return self.kind == SCRIPT or self.body[1] == CONFIGURATION

    @property
    def is_media(self) -> bool:
        """Whether it holds pictures or sound."""
        return self.kind != SCRIPT and self.body[1] == FRAMES

    def packed(self) -> bytes:
        """As it stands in a stream."""
        time = (self.time_ms & 0xFFFFFF).to_bytes(3, "big") + bytes([self.time_ms >> 24])  # its highest byte last
        head = bytes([self.kind]) + len(self.body).to_bytes(3, "big") + time + bytes(3)
        return head + self.body + (TAG_HEADER_BYTES + len(self.body)).to_bytes(TAG_END_BYTES, "big")


def tags(read: Callable[[int], bytes]) -> Iterator[Tag]:
    """The tags of a stream one after the other; see `tags_together`."""
    return itertools.chain.from_iterable(tags_together(read))


def tags_together(read: Callable[[int], bytes]) -> Iterator[list[Tag]]:
    """The tags of a stream as soon as they are whole, those together that came together.

    `read` gives at most so many bytes, and none at the end. A tag that was cut off at the end is left out. Raises
    ValueError where it is no FLV.
    """
    held = bytearray()
    while len(held) < HEADER_BYTES:
        more = read(READ_BYTES)
        if not more:
            return
        held += more
    if held[:3] != b"FLV":
        raise ValueError("it is no FLV stream")
    del held[:HEADER_BYTES]
    while True:
        whole, taken, wanted = whole_tags(held)
        del held[:taken]
        if whole:
            yield whole
        more = read(max(READ_BYTES, wanted - len(held)))
        if not more:
            return
        held += more


def whole_tags(held: bytes | bytearray) -> tuple[list[Tag], int, int]:
    """The tags that are whole in `held`, how many bytes they take, and how many the one after them needs."""
    found: list[Tag] = []
    at, left = 0, len(held)
    while left - at >= TAG_HEADER_BYTES:
        end = at + TAG_HEADER_BYTES + int.from_bytes(held[at + 1 : at + 4], "big") + TAG_END_BYTES
        if end > left:
            return found, at, end - at
        time_ms = int.from_bytes(held[at + 4 : at + 7], "big") | held[at + 7] << 24
        found.append(Tag(held[at], time_ms, bytes(held[at + TAG_HEADER_BYTES : end - TAG_END_BYTES])))
        at = end
    return found, at, TAG_HEADER_BYTES
