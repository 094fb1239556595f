"""Encoded packets in containers: Matroska in a file, FLV as the tags that go to relays."""

import logging
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any, Protocol

import av
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream

from studio.media.flv import AUDIO, VIDEO, Tag, whole_tags
from studio.media.frames import EncodedPacket, PacketKind

log = logging.getLogger(__name__)

TAG_KINDS = {PacketKind.VIDEO: VIDEO, PacketKind.AUDIO: AUDIO}
PACKET_KINDS = {number: kind for kind, number in TAG_KINDS.items()}
SOUND_WAITS_US = 1_000_000
EARLY_PACKETS = 200  # of sound, more than four seconds
FLV_OPTIONS = {
    "flvflags": "no_duration_filesize",
    "flush_packets": "1",
    "max_interleave_delta": str(SOUND_WAITS_US),
}


class Writable(Protocol):
    """A pipe or file that takes bytes."""

    def write(self, data: bytes) -> int: ...


class Templates(Protocol):
    """Whoever has the encoders' streams."""

    video: Any
    audio: Any


class Muxer:
    """One container, open from the start; its times begin at zero with `begins_s`, or else with its first packet.

    Errors of the target (`OSError`) and of FFmpeg (`FFmpegError`, not always an `OSError`) are raised as they come.
    """

    def __init__(
        self,
        target: str | Writable,
        container_format: str,
        options: dict[str, str],
        by: Templates,
        begins_s: Fraction | None = None,
    ) -> None:
        self._container = av.open(target, "w", format=container_format, options=options)
        self._streams: dict[PacketKind, Stream] = {
            PacketKind.VIDEO: self._container.add_stream_from_template(by.video),
            PacketKind.AUDIO: self._container.add_stream_from_template(by.audio),
        }
        self._base_s = begins_s
        self._shifts: dict[PacketKind, int] = {}  # the base in each kind's own units
        self._container.start_encoding()

    def write(self, packet: EncodedPacket) -> None:
        """Adds a packet; each container gets a packet of its own, for writing one changes its times."""
        if self._base_s is None:
            self._base_s = packet.dts * packet.time_base
        shift = self._shifts.get(packet.kind)
        if shift is None:
            shift = self._shifts[packet.kind] = round(self._base_s / packet.time_base)
        copy = Packet(packet.data)
        copy.pts, copy.dts = packet.pts - shift, packet.dts - shift
        copy.duration, copy.time_base = packet.duration, packet.time_base
        copy.is_keyframe = packet.keyframe
        copy.stream = self._streams[packet.kind]
        self._container.mux_one(copy)

    def close(self) -> None:
        self._container.close()


def packed(packets: Iterable[EncodedPacket], base_s: float) -> bytes:
    """What comes from `FlvTags.tagged` as whole tags, in the order given; their times begin at `base_s`."""
    tags = (
        Tag(TAG_KINDS[packet.kind], max(0, round((packet.time_s - base_s) * 1000)), packet.data) for packet in packets
    )
    return b"".join(tag.packed() for tag in tags)


class FlvTags:
    """The show's packets as bodies of FLV tags, made once for all who send them over a network.

    They come out in the order of decoding: sound waits for the picture that belongs to it, which an encoder holds back
    for a while, but for no more than `SOUND_WAITS_US`. May be used by several threads.
    """

    def __init__(self, by: Templates) -> None:
        self._by = by
        self._muxer: Muxer | None = None
        self._header = b""
        self._written = bytearray()
        self._waiting: dict[PacketKind, deque[EncodedPacket]] = {kind: deque() for kind in PacketKind}
        self._early: deque[EncodedPacket] = deque(maxlen=EARLY_PACKETS)  # sound from before the first picture
        self._begins_s: float | None = None  # the time of the first picture
        self._last_dts: dict[PacketKind, int] = {}
        self._using = threading.Lock()

    @property
    def header(self) -> bytes:
        """What each stream begins with: the file's header, and the tags that describe it."""
        with self._using:
            self._open()
            return self._header

    def _open(self) -> Muxer:
        if self._muxer is None:
            self._muxer = Muxer(self, "flv", FLV_OPTIONS, self._by, Fraction(0))
            self._header = self._take()
        return self._muxer

    def write(self, data: bytes) -> int:
        """What the muxer has made."""
        self._written += data
        return len(data)

    def _take(self) -> bytes:
        written, self._written = self._written, bytearray()
        return bytes(written)

    def tagged(self, packet: EncodedPacket) -> list[EncodedPacket]:
        """The packets whose turn has come, their data a tag's body; none while `packet` waits for what comes before."""
        with self._using:
            muxer = self._open()
            if packet.dts <= self._last_dts.get(packet.kind, packet.dts - 1):
                log.error("a packet of %s whose time goes back was left out", packet.kind.value)
                return []
            self._last_dts[packet.kind] = packet.dts
            if self._begins_s is None and packet.kind is PacketKind.AUDIO:
                self._early.append(packet)
                return []
            if self._begins_s is None:
                self._begins_s = packet.time_s
            due, self._early = (packet, *self._early), deque(maxlen=EARLY_PACKETS)
            try:
                for one in due:
                    if one.time_s >= self._begins_s:  # the muxer takes nothing from before what it was given first
                        self._waiting[one.kind].append(one)
                        muxer.write(one)
            except FFmpegError as error:
                log.error("the stream for the servers begins anew: %s", error)
                self._begin_anew()
                return []
            return self._ready()

    def _begin_anew(self) -> None:
        """Without what was in the muxer: which of it an error was about is not known."""
        self._muxer = self._begins_s = None
        self._take()
        for waiting in (self._early, *self._waiting.values()):
            waiting.clear()
        self._last_dts.clear()

    def finish(self) -> list[EncodedPacket]:
        """What still waited for what comes before it, once nothing more does."""
        with self._using:
            muxer, self._muxer = self._muxer, None
            if muxer is None:
                return []
            try:
                muxer.close()
                return self._ready()
            finally:
                self._begin_anew()

    def _ready(self) -> list[EncodedPacket]:
        return [
            replace(self._waiting[kind].popleft(), data=tag.body)
            for tag in whole_tags(self._take())[0]
            if tag.is_media and (kind := PACKET_KINDS[tag.kind])
        ]
