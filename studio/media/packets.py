"""A source's packets on their way to its frames: put in order, put together, decoded.

Lazily, on the thread that reads the source.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import av

from studio.clock import Clock
from studio.media.frames import SAMPLE_RATE

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.stream import Stream

    Packet = av.Packet[Any]  # generic in its types only

log = logging.getLogger(__name__)

SOUND_AHEAD_S = 0.3
MOST_PICTURES_HELD = 120  # packets, not yet decoded; a clip whose sound has ended does not wait for more
LEAST_SOUND_S = 0.01
EACH_ALONE = ("mjpeg", "rawvideo")  # every picture can be decoded without the others
FEW = 4  # one of so many pictures is shown


def demuxed(container: "InputContainer", *streams: "Stream") -> Iterator["Packet"]:
    """The packets of these streams to the end of the file; at the end an empty one for each.

    There PyAV may also ask for a stream that began in the midst of the file (a second programme, or damage that looks
    like one) and that it does not know, which is an IndexError; ours have been asked for by then.
    """
    try:
        yield from container.demux(streams)
    except IndexError:
        log.debug("a stream that began in the midst of the file was passed over")


def sound_ahead(packets: Iterable["Packet"]) -> Iterator["Packet"]:
    """A clip's packets, with the sound before the pictures it belongs to, however the file mixes them.

    Many cameras write the sound of a whole second after the second's pictures; read in that order it would
    come when its time is over, since pictures are read only a little ahead.
    """
    pictures: deque[Packet] = deque()
    heard_s: float | None = None
    for packet in packets:
        if packet.stream.type == "video":
            pictures.append(packet)
        else:
            heard_s = _time_s(packet) if packet.dts is not None else heard_s
            yield packet
        while pictures and (len(pictures) > MOST_PICTURES_HELD or _well_before(pictures[0], heard_s)):
            yield pictures.popleft()
    yield from pictures


def wanted(packets: Iterable["Packet"], with_sound: Callable[[], bool]) -> Iterator["Packet"]:
    """The packets without those of sound that nobody hears now: they need not be decoded."""
    return (packet for packet in packets if packet.stream.type != "audio" or with_sound())


def thinned(
    packets: Iterable["Packet"], live: bool, divisor: Callable[[], int], frame_ns: int, clock: Clock
) -> Iterator["Packet"]:
    """The packets without pictures that nobody will see, while the show has one of `divisor` ticks only.

    Of a camera whose pictures each stand alone so many are left as there are ticks, evenly. Of others only those go
    that no other needs, and only where a few are shown: what is left of them is not even.
    """
    due_ns = 0
    for packet in packets:
        if packet.stream.type == "video":
            codec, fewer = packet.stream.codec_context, divisor()
            if live and codec.name in EACH_ALONE:
                now_ns = clock.now_ns()
                if fewer > 1 and packet.size and now_ns < due_ns - frame_ns // 2:
                    continue
                due_ns = max(due_ns + fewer * frame_ns, now_ns)
            elif (skips := "NONREF" if fewer >= FEW else "DEFAULT") != codec.skip_frame:
                codec.skip_frame = skips
        yield packet


def _well_before(picture: "Packet", heard_s: float | None) -> bool:
    return heard_s is not None and (picture.dts is None or _time_s(picture) + SOUND_AHEAD_S <= heard_s)


def _time_s(packet: "Packet") -> float:
    return (packet.dts or 0) * packet.time_base.numerator / packet.time_base.denominator


def gathered(packets: Iterable["Packet"]) -> Iterator["Packet"]:
    """A microphone's packets, the uncompressed ones put together to a hundredth of a second.

    FFmpeg asks ALSA for the shortest periods a device can do, which may be a few samples: thousands of
    packets a second, each of which would cost as much as a long one.
    """
    held = bytearray()
    for packet in packets:
        if packet.dts is None or not packet.stream.codec_context.name.startswith("pcm_"):
            yield packet
            continue
        held += bytes(packet)
        if len(held) >= _least_bytes(packet.stream.codec_context):
            whole = av.Packet(bytes(held))
            whole.stream = packet.stream
            whole.pts = whole.dts = packet.dts
            held.clear()
            yield whole


def _least_bytes(sound: "av.AudioCodecContext") -> float:
    return (sound.sample_rate or SAMPLE_RATE) * LEAST_SOUND_S * sound.layout.nb_channels * sound.format.bytes


def decoded(packets: Iterable["Packet"]) -> Iterator[av.VideoFrame | av.AudioFrame]:
    """Frames of the packets in their order; a damaged packet is passed over."""
    for packet in packets:
        try:
            yield from packet.decode()
        except av.error.InvalidDataError:
            log.debug("a damaged packet was passed over")
