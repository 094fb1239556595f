"""Pictures and sound as they travel: yuv420p frames with the time they were captured, and encoded packets.

Also how any picture meets the canvas (`Fitter`), and the timeline that ticks and samples are counted on.
"""

import struct
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
from av.filter import Graph
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from studio.config import CanvasConfig, Fit

SAMPLE_RATE = 48_000
AUDIO_BLOCK = 1024  # samples in one AAC frame
PIXEL_FORMAT = "yuv420p"
BLACK_YUV = (16, 128, 128)
MATRICES = {  # other than BT.709's, by their numbers in ITU-T H.273, table 4
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    9: Colorspace.BT2020,
    10: Colorspace.BT2020,
}
NS = 1_000_000_000
POOLED_FRAMES = 4
EVEN_PX = 4  # what is cut off is a multiple of this, so that no format's colours lie between two pixels
STOOD_UP = {1: cv2.ROTATE_90_COUNTERCLOCKWISE, 2: cv2.ROTATE_180, 3: cv2.ROTATE_90_CLOCKWISE}  # by quarter turns
MOST_STRETCHED = 3  # no camera has pixels that are wider, or higher, by more

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

    Everything becomes BT.709, limited range: RGB, the full range and the BT.601 matrix of webcams, the BT.2020 matrix
    of phones. A YUV source that does not say which matrix it has is taken as it is. A film that says it lies on its
    side, as every phone's does that was held upright, is stood up.
    """

    def __init__(self, canvas: CanvasConfig, fit: Fit) -> None:
        self.how = fit  # may be changed at any time, from any thread
        self._canvas = canvas
        self._stretch = 1.0
        self._reformatter = VideoReformatter()
        self._cut: tuple[object, Graph] | None = None  # what it was made for, and what cuts

    def stretch(self, pixel_shape: Fraction | None) -> None:
        """How wide a pixel of the source is by its height: old camcorders' and small network cameras' are not square.

        None where nobody knows; a shape that no camera has is a fault of the file's.
        """
        believed = pixel_shape is not None and 1 / MOST_STRETCHED <= pixel_shape <= MOST_STRETCHED
        self._stretch = float(pixel_shape) if pixel_shape is not None and believed else 1.0

    def fit(self, frame: av.VideoFrame) -> av.VideoFrame:
        turns = _quarter_turns(frame)
        canvas = self._canvas.width, self._canvas.height
        width, height = canvas[::-1] if turns % 2 else canvas  # of the canvas, as the frame lies
        if self._fills(frame, turns):
            fitted = self._converted(self._middle(frame, width, height), width, height)
        else:
            fitted = self._converted(frame, *self._inner_size(frame, width, height))
        if turns:
            fitted = _stood_up(fitted, turns)
        return fitted if (fitted.width, fitted.height) == canvas else self._placed(fitted)

    def _converted(self, frame: av.VideoFrame, width: int, height: int) -> av.VideoFrame:
        """In our pixel format and that size; the frame itself where it is so already."""
        full_range = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
        rgb = frame.format.is_rgb
        matrix = None if rgb else MATRICES.get(frame.colorspace)
        fits = (frame.width, frame.height, frame.format.name) == (width, height, PIXEL_FORMAT)
        if fits and not full_range and matrix is None:
            return frame
        return self._reformatter.reformat(
            frame,
            width,
            height,
            PIXEL_FORMAT,
            src_colorspace=matrix,
            dst_colorspace=Colorspace.ITU709 if rgb or matrix is not None else None,
            src_color_range=ColorRange.JPEG if full_range else None,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.BILINEAR,
            threads=1,
        )

    def _fills(self, frame: av.VideoFrame, turns: int) -> bool:
        if self.how is Fit.AUTO:
            sides = frame.width * self._stretch, frame.height
            wide, high = sides[::-1] if turns % 2 else sides
            return wide > high and self._canvas.width < self._canvas.height
        return self.how is Fit.COVER

    def _middle(self, frame: av.VideoFrame, width: int, height: int) -> av.VideoFrame:
        """What has the canvas' shape, out of the middle of the picture; its pixels are not copied.

        To scale all of a wide picture for an upright canvas would take three times as long.
        """
        scale = min(frame.width * self._stretch / width, frame.height / height)
        x, y = (
            int((side - wanted * scale) / 2) // EVEN_PX * EVEN_PX
            for side, wanted in ((frame.width, width / self._stretch), (frame.height, height))
        )
        if (x, y) == (0, 0):
            return frame
        if not (frame.format.is_planar or frame.format.is_rgb):  # FFmpeg does not cut where pixels share a colour
            frame = self._converted(frame, frame.width, frame.height)
        made_for = (frame.width, frame.height, frame.format.name, x, y)
        if self._cut is None or self._cut[0] != made_for:
            self._cut = made_for, _cutter(frame, x, y)
        graph = self._cut[1]
        graph.push(frame)
        cut = graph.pull()
        assert isinstance(cut, av.VideoFrame)
        cut.colorspace, cut.color_range = frame.colorspace, frame.color_range
        return cut

    def _inner_size(self, frame: av.VideoFrame, width: int, height: int) -> tuple[int, int]:
        """The even size at which the picture lies wholly in the canvas."""
        wide = frame.width * self._stretch
        scale = min(width / wide, height / frame.height)
        return max(2, round(wide * scale / 2) * 2), max(2, round(frame.height * scale / 2) * 2)

    def _placed(self, scaled: av.VideoFrame) -> av.VideoFrame:
        """The scaled picture in the middle of a black canvas."""
        canvas = blank(self._canvas.width, self._canvas.height)
        for target, source in zip(planes(canvas), planes(scaled), strict=True):
            rows, columns = source.shape
            y, x = (target.shape[0] - rows) // 2, (target.shape[1] - columns) // 2
            target[y : y + rows, x : x + columns] = source
        return canvas


def _quarter_turns(frame: av.VideoFrame) -> int:
    """How often it has to be turned against the clock to stand upright; as one that is mirrored does already."""
    degrees = frame.rotation
    if not -180 <= degrees <= 180:  # of a matrix without a size
        return 0
    turns = round(degrees / 90) % 4
    return 0 if turns == 2 and _is_mirrored(frame) else turns


def _is_mirrored(frame: Any) -> bool:
    """Left and right exchanged, which FFmpeg takes for half a turn: the matrix leaves above and below as they are."""
    try:
        matrix = struct.unpack("9i", bytes(frame.side_data["DISPLAYMATRIX"]))
    except (KeyError, ValueError, struct.error):  # the second where it has what PyAV does not know
        return False
    return bool(matrix[4] > 0)


def _stood_up(frame: av.VideoFrame, turns: int) -> av.VideoFrame:
    """A yuv420p frame turned by so many quarters against the clock."""
    sides = (frame.height, frame.width) if turns % 2 else (frame.width, frame.height)
    turned = av.VideoFrame(*sides, PIXEL_FORMAT)
    for target, source in zip(planes(turned), planes(frame), strict=True):
        cv2.rotate(source, STOOD_UP[turns], dst=target)
    return turned


def _cutter(frame: av.VideoFrame, x: int, y: int) -> Graph:
    """What cuts so many pixels off both sides, and above and below, of pictures like this one."""
    graph = Graph()
    graph.threads = 1
    begin = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base or Fraction(1, 1000)
    )
    size = f"{frame.width - 2 * x}:{frame.height - 2 * y}"
    crop, end = graph.add("crop", f"{size}:{x}:{y}:exact=1"), graph.add("buffersink")
    begin.link_to(crop)
    crop.link_to(end)
    graph.configure()
    return graph
