"""A container fed with encoded packets: FLV into a relay's pipe, Matroska into a file."""

import os
from fractions import Fraction
from typing import Any, Protocol

import av
from av.packet import Packet
from av.stream import Stream

from studio.media.frames import EncodedPacket, PacketKind


class Writable(Protocol):
    """A pipe or file that takes bytes."""

    def write(self, data: bytes) -> int: ...


class Templates(Protocol):
    """Whoever has the encoders' streams."""

    video: Any
    audio: Any


class Muxer:
    """One container, open from the start; its times begin at zero with its first video packet.

    Errors of the target (`OSError`) and of FFmpeg (`FFmpegError`, not always an `OSError`) are raised as they come.
    """

    def __init__(self, target: str | Writable, container_format: str, options: dict[str, str], by: Templates) -> None:
        self._container = av.open(target, "w", format=container_format, options=options)
        self._streams: dict[PacketKind, Stream] = {
            PacketKind.VIDEO: self._container.add_stream_from_template(by.video),
            PacketKind.AUDIO: self._container.add_stream_from_template(by.audio),
        }
        self._base_s: Fraction | None = None
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


class FlvPipe:
    """The pipe an FLV stream goes through: what one packet brings along goes together, at `flush`.

    A picture sets free the sound that waited for it; each write of its own would wake the reader, and the reader's
    own write the network.
    """

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        self._held += data
        return len(data)

    def send_order(self, order: bytes) -> None:
        """Sends a line that goes before the stream."""
        self._send(order + b"\n")

    def flush(self) -> None:
        """Sends what was written, waiting for the reader; raises BrokenPipeError where the reader has gone."""
        held, self._held = self._held, bytearray()
        self._send(held)

    def _send(self, data: bytes | bytearray) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._pipe, view) :]
