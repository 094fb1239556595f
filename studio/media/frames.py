"""Pictures and sound as they travel: yuv420p frames with the time they were captured, and encoded packets.

Also how any picture meets the canvas (`Fitter`), and the timeline that ticks and samples are counted on.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

import av
import numpy as np
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from studio.config import CanvasConfig, Fit

SAMPLE_RATE = 48_000
AUDIO_BLOCK = 1024  # samples in one AAC frame
PIXEL_FORMAT = "yuv420p"
BLACK_YUV = (16, 128, 128)
BT601 = (5, 6)  # both numbers of that matrix (ITU-T H.273, table 4)
NS = 1_000_000_000
POOLED_FRAMES = 4

Frame = av.VideoFrame
Plane = NDArray[np.uint8]
Planes = tuple[Plane, Plane, Plane]
Samples = NDArray[np.float32]  # 2 × n, -1…1


@dataclass(frozen=True, slots=True)
class Timeline:
    """The show's time: tick n is due at `start_ns` + n/fps, sample s belongs to `start_ns` + s/48000."""

    start_ns: int
    fps: int

    @property
    def frame_ns(self) -> int:
        return NS // self.fps

    def tick_ns(self, tick: int) -> int:
        return self.start_ns + tick * NS // self.fps

    def sample_at(self, at_ns: int) -> int:
        return (at_ns - self.start_ns) * SAMPLE_RATE // NS

    def sample_ns(self, sample: int) -> int:
        return self.start_ns + sample * NS // SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Picture:
    """A captured frame on the canvas' size, yuv420p, and when it is due; never written to."""

    frame: av.VideoFrame
    due_ns: int


class PacketKind(StrEnum):
    VIDEO = "video"
    AUDIO = "audio"


@dataclass(frozen=True, slots=True)
class EncodedPacket:
    """One encoded frame; times in units of `time_base` since the start of the show."""

    kind: PacketKind
    data: bytes
    pts: int
    dts: int
    duration: int
    keyframe: bool
    time_base: Fraction
    time_s: float = field(init=False)  # when it is to be decoded

    def __post_init__(self) -> None:
        object.__setattr__(self, "time_s", self.dts * self.time_base.numerator / self.time_base.denominator)


def planes(frame: av.VideoFrame) -> Planes:
    """Writable views of a yuv420p frame's Y (h × w), U and V (h/2 × w/2)."""
    y, u, v = frame.planes
    return _pixels(y), _pixels(u), _pixels(v)


def _pixels(plane: VideoPlane) -> Plane:
    return np.ndarray((plane.height, plane.width), np.uint8, plane, 0, (plane.line_size, 1))  # type: ignore[arg-type]


def blank(width: int, height: int, colour: tuple[int, int, int] = BLACK_YUV) -> av.VideoFrame:
    """A yuv420p frame of one colour."""
    frame = av.VideoFrame(width, height, PIXEL_FORMAT)
    for plane, value in zip(planes(frame), colour, strict=True):
        plane.fill(value)
    return frame


class FramePool:
    """Canvas frames that are used again and again: a new one a tick costs a page fault for each 4 KB of it."""

    def __init__(self, canvas: CanvasConfig) -> None:
        self._canvas = canvas
        self._free: deque[av.VideoFrame] = deque(maxlen=POOLED_FRAMES)

    def take(self) -> av.VideoFrame:
        """A frame of the canvas' size with any content."""
        try:
            return self._free.popleft()
        except IndexError:
            return av.VideoFrame(self._canvas.width, self._canvas.height, PIXEL_FORMAT)

    def give(self, frame: av.VideoFrame) -> None:
        """Takes a frame back that nobody reads any more."""
        self._free.append(frame)


class Fitter:
    """Turns frames of any size and pixel format into canvas frames; one per source, one thread.

    Everything becomes BT.709, limited range: RGB, the full range and the BT.601 matrix of webcams. A YUV source that
    does not say which matrix it has is taken as it is.
    """

    def __init__(self, canvas: CanvasConfig, fit: Fit) -> None:
        self._canvas = canvas
        self._fit = fit
        self._reformatter = VideoReformatter()

    def fit(self, frame: av.VideoFrame) -> av.VideoFrame:
        width, height = self._canvas.width, self._canvas.height
        full_range = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
        old_matrix = frame.colorspace in BT601 and not frame.format.is_rgb
        fits = (frame.width, frame.height, frame.format.name) == (width, height, PIXEL_FORMAT)
        if fits and not full_range and not old_matrix:
            return frame
        inner_width, inner_height = self._inner_size(frame.width, frame.height)
        scaled = self._reformatter.reformat(
            frame,
            inner_width,
            inner_height,
            PIXEL_FORMAT,
            src_colorspace=Colorspace.ITU601 if old_matrix else None,
            dst_colorspace=Colorspace.ITU709 if frame.format.is_rgb or old_matrix else None,
            src_color_range=ColorRange.JPEG if full_range else None,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.BILINEAR,
            threads=1,
        )
        if (inner_width, inner_height) == (width, height):
            return scaled
        return self._placed(scaled)

    def _inner_size(self, width: int, height: int) -> tuple[int, int]:
        """The even size at which the picture lies wholly in the canvas, or covers it wholly."""
        ratios = (self._canvas.width / width, self._canvas.height / height)
        scale = min(ratios) if self._fit is Fit.CONTAIN else max(ratios)
        return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)

    def _placed(self, scaled: av.VideoFrame) -> av.VideoFrame:
        """The scaled picture in the middle of a black canvas, cut where it reaches over."""
        canvas = blank(self._canvas.width, self._canvas.height)
        for target, source in zip(planes(canvas), planes(scaled), strict=True):
            (from_y, to_y, rows) = _overlap(source.shape[0], target.shape[0])
            (from_x, to_x, columns) = _overlap(source.shape[1], target.shape[1])
            target[to_y : to_y + rows, to_x : to_x + columns] = source[
                from_y : from_y + rows, from_x : from_x + columns
            ]
        return canvas


def _overlap(source: int, target: int) -> tuple[int, int, int]:
    """Where a centred run of `source` pixels starts in itself and in `target`, and how long it is."""
    return max(0, (source - target) // 2), max(0, (target - source) // 2), min(source, target)
