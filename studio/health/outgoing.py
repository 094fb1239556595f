"""What leaves for the viewers, decoded as one of them would, and whether they see the camera in it at all.

Everything else that is looked at is the camera's own picture. So an overlay that covers all of it, or a fault between
the camera and the network, would stay unnoticed. A keyframe of the show's own stream is decoded every few seconds (20
to 30 ms at 720p, nearly all without Python's lock); where nothing is encoded here, because the platform's own program
does, a composed picture is encoded as the show would be.

That viewers see black is a fault where the camera does not. That they see a picture which stands still is none by
itself: a table on which nothing moves looks so after encoding. It is one where the camera's picture moves meanwhile.
A keyframe is up to a few seconds old when it is looked at, so it is laid beside what the camera gave when it was made.
"""

from collections.abc import Callable, Sequence

import av
import cv2
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from studio.health.black import BLACK, BRIGHTEST, NOT_BLACK, brightness
from studio.media.frames import EncodedPacket, PacketKind, Plane, planes
from studio.media.proof import sent

EVERY_PIXEL = 8
BLOCKS = (32, 18)  # of 40 pixels each way at 720p: a sensor's noise and an encoder's blur leave their means alone
MOVED, STAYED = 10.0, 2.0  # luma of a block
MOVED_BLOCKS = 0.1  # of the picture: less may lie behind a card
FOLLOWED = 0.05  # of the blocks that moved


def decoded(keyframe: EncodedPacket, header: bytes) -> Plane | None:
    """The luma of an H.264 keyframe; `header` are the encoder's parameter sets. None where it cannot be decoded."""
    codec = av.CodecContext.create("h264", "r")
    codec.extradata = header
    codec.thread_count = 1
    try:
        frames = [*codec.decode(av.Packet(keyframe.data)), *codec.decode(None)]
    except FFmpegError:
        return None
    return planes(frames[0])[0] if frames else None


class Outgoing:
    """The newest picture on its way to the viewers.

    `header` gives the encoder's parameter sets, `tick_ns` the moment a tick of the show was due.
    """

    def __init__(self, header: Callable[[], bytes], kbps: int, tick_ns: Callable[[int], int]) -> None:
        self._header = header
        self._kbps = kbps
        self._tick_ns = tick_ns
        self._keyframe: EncodedPacket | None = None
        self._composed: av.VideoFrame | None = None
        self._wanted = False

    def offer(self, packet: EncodedPacket) -> None:
        """Takes what the encoder made; on its thread."""
        if packet.keyframe and packet.kind is PacketKind.VIDEO:
            self._keyframe = packet

    def show(self, frame: av.VideoFrame) -> None:
        """Takes a composed picture that nobody encodes; on the compositor's thread, and copied only where wanted."""
        if self._wanted:
            self._wanted = False
            kept = av.VideoFrame(frame.width, frame.height, frame.format.name)
            for plane, source in zip(planes(kept), planes(frame), strict=True):
                np.copyto(plane, source)
            kept.pts = frame.pts
            self._composed = kept

    def forget(self) -> None:
        """What is there was made before something changed."""
        self._keyframe = self._composed = None

    def is_there(self, encodes: bool) -> bool:
        """Whether there is a picture that was not taken yet; `encodes`: whether the show is encoded here."""
        if encodes:
            return self._keyframe is not None
        self._keyframe = None  # of when the show still was
        self._wanted = self._composed is None
        return self._composed is not None

    def take(self) -> tuple[Plane, int] | None:
        """The luma viewers see, and when it was composed (ns); None where it cannot be decoded. Takes its time."""
        keyframe, composed = self._keyframe, self._composed
        self._keyframe = self._composed = None
        if keyframe is not None:
            luma = decoded(keyframe, self._header())
            return None if luma is None else (luma, self._tick_ns(keyframe.pts))
        if composed is None:
            return None
        return sent([planes(composed)], self._kbps)[0][0], self._tick_ns(composed.pts or 0)


Blocks = NDArray[np.float32]


class Hidden:
    """Whether what viewers see is not the camera's picture, told by two looks at both."""

    def __init__(self) -> None:
        self._before: tuple[list[Blocks], Blocks] | None = None

    def take(self, camera: Sequence[Plane], outgoing: Plane) -> bool:
        """A luma that was sent, and what the camera gave just before and just after it was composed, however small.

        When in between the camera moved nobody knows. So what is sent is left behind only where it is behind both.
        """
        now = [_blocks(luma) for luma in camera], _blocks(outgoing)
        before, self._before = self._before, now
        black = _is_black(outgoing[EVERY_PIXEL // 2 :: EVERY_PIXEL, EVERY_PIXEL // 2 :: EVERY_PIXEL], BLACK)
        if black and not any(_is_black(luma, NOT_BLACK) for luma in camera):
            return True
        if before is None:
            return False
        pairs = zip(before[0], now[0], strict=False)
        return all(_left_behind(was, seen, np.abs(now[1] - before[1])) for was, seen in pairs)

    def forget(self) -> None:
        """There was no picture in between."""
        self._before = None


def _is_black(points: Plane, limit: int) -> bool:
    return brightness(points, BRIGHTEST) <= limit


def _left_behind(was: Blocks, seen: Blocks, sent_moved: Blocks) -> bool:
    """Whether the camera's picture has moved, and what viewers see has not, in the places where it did."""
    moved = np.abs(seen - was) >= MOVED
    if np.count_nonzero(moved) < MOVED_BLOCKS * moved.size:
        return False
    followed = sent_moved[moved] >= STAYED
    return bool(np.count_nonzero(followed) < FOLLOWED * followed.size)


def _blocks(luma: Plane) -> Blocks:
    return np.asarray(cv2.resize(luma, BLOCKS, interpolation=cv2.INTER_AREA), np.float32)
