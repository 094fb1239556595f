"""Whether phones will read the code of an overlay: tried on the really composed and encoded picture.

The overlay is blended over the show as it is on the air, or over a busy drawn picture before there is one; encoded as
the show is now, and then once more as platforms do for viewers with a weak line, in two sizes; each time the code is
read back. Only the code and what is around it is encoded, with the share of the rate that so much of the picture gets:
the show needs the computer. A code that is not read grows and is tried again.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from overlays.base import OverlayError, Patch
from studio.config import CanvasConfig
from studio.media.codecs import Compression, x264_options
from studio.media.frames import Plane, Planes, blank, planes
from studio.media.layers import Layer

GROWTHS = (1.0, 1.25, 1.5, 2.0)
PLATFORM_STEPS = ((540, 800), (480, 500))  # the shorter side in pixels and kb/s: what platforms make of a show
FRAMES = 5  # the first is a keyframe, which takes more than its share
PLATFORM = {"preset": "veryfast", "tune": "zerolatency"}
LOOKED_AT = 2  # of the last ones: a phone that is held to the screen sees many
FPS = 25
MARGIN_PX = 12
AROUND = 10  # of the canvas' shorter side, so small a part of picture around the code is encoded with it
NEARER = (1.0, 1.6)  # OpenCV's reader misses codes at some sizes that any phone reads; a phone is moved, too

Drawing = Callable[[float], Patch]  # an overlay with its code so many times larger than usual
Box = tuple[int, int, int, int]  # x, y, width, height
Ground = Callable[[Box], list[Planes]]  # a part of the canvas in pictures that follow each other, to be drawn on


@dataclass(frozen=True, slots=True)
class Proof:
    """How large the code has to be (1: as usual), and after which steps it still could not be read.

    `refused` says in plain words why no code can be drawn at all.
    """

    growth: float
    unread: tuple[str, ...] = ()
    refused: str = ""


def prove(
    draw: Drawing,
    link: str,
    canvas: CanvasConfig,
    compression: Compression,
    ground: Ground | None = None,
    growths: tuple[float, ...] = GROWTHS,
) -> Proof:
    """Tries the code in growing sizes until it is read after every step; else the best of them.

    It is drawn on `ground`, or on leaves where that is None.
    """
    best: Proof | None = None
    side_px = 0
    for growth in growths:
        try:
            patch = draw(growth)
        except OverlayError as error:
            best = best or Proof(growth, refused=str(error))
            break
        before_px, side_px = side_px, patch.code[2] if patch.code is not None else 0
        if best is not None and side_px == before_px:
            continue  # it has no room to grow
        proof = Proof(growth, unread_steps(patch, link, canvas, compression, ground or leaves))
        if not proof.unread:
            return proof
        if best is None or len(proof.unread) < len(best.unread):
            best = proof
    assert best is not None
    return best


def unread_steps(
    patch: Patch, link: str, canvas: CanvasConfig, compression: Compression, ground: Ground
) -> tuple[str, ...]:
    """The steps after which `link` was not read any more: the show's own size, then a platform's."""
    layer = Layer(patch)
    short = min(canvas.width, canvas.height)
    seen = seen_part(layer, canvas)
    left, top, width, height = seen
    assert layer.code is not None
    share = width * height / (canvas.width * canvas.height)
    x, y, code_width, code_height = layer.code
    part = (x - left, y - top, code_width, code_height)
    composed = ground(seen)
    for target in composed:
        layer.draw(target, 1.0, -left, -top, 0)
    kbps = max(1, round(compression.kbps * share))
    pictures = sent(composed, kbps, x264_options(compression, canvas), canvas.fps)
    unread = []
    if not _read_in(pictures, link, part, 1.0):
        unread.append(f"{short}p")
    for side, step_kbps in PLATFORM_STEPS:
        if side >= short:
            continue
        shrink = side / short
        size = (round(width * shrink / 2) * 2, round(height * shrink / 2) * 2)
        small = [smaller(picture, size) for picture in pictures]
        if not _read_in(sent(small, round(step_kbps * share), PLATFORM, canvas.fps), link, part, shrink):
            unread.append(f"{side}p")
    return tuple(unread)


def seen_part(layer: Layer, canvas: CanvasConfig) -> Box:
    """The part of the canvas that is tried: the code with a margin, within the canvas, all even."""
    if layer.code is None:
        raise ValueError("the overlay has no code")
    x, y, width, height = layer.code
    margin_px = min(canvas.width, canvas.height) // AROUND
    left, top = max(0, x - margin_px) // 2 * 2, max(0, y - margin_px) // 2 * 2
    right, bottom = min(canvas.width, x + width + margin_px), min(canvas.height, y + height + margin_px)
    return left, top, (right - left) // 2 * 2, (bottom - top) // 2 * 2


def leaves(part: Box) -> list[Planes]:
    """What is drawn on where there is no picture yet."""
    pictures = []
    for luma in busy(part[2], part[3]):
        target = planes(blank(part[2], part[3]))
        np.copyto(target[0], luma)
        pictures.append(target)
    return pictures


def busy(width: int, height: int, count: int = FRAMES) -> list[Plane]:
    """Leaves in the wind: as hard to compress as an orchard, and never twice the same."""
    chance = random.Random(1)  # noqa: S311 - leaves; NumPy's own takes 20 ms to load

    def leaves(dark: float, bright: float) -> NDArray[np.float32]:
        rows, columns = height // 8 + 1, width // 8 + 1
        drawn = np.frombuffer(chance.randbytes(rows * columns), np.uint8).reshape(rows, columns)
        return dark + drawn * np.float32((bright - dark) / 255)

    still = leaves(40, 210)
    pictures = []
    for number in range(count):
        moved = np.clip(still + leaves(-25, 25), 0, 255).astype(np.uint8)
        luma = cv2.resize(moved, (width, height), interpolation=cv2.INTER_LINEAR)
        pictures.append(np.asarray(np.roll(luma, number * 6, axis=1), np.uint8))
    return pictures


def smaller(picture: Planes, size: tuple[int, int]) -> Planes:
    """The picture in that size, as a platform makes it."""
    halves = (size[0] // 2, size[1] // 2)
    y, u, v = (
        np.asarray(cv2.resize(plane, to, interpolation=cv2.INTER_AREA), np.uint8)
        for plane, to in zip(picture, (size, halves, halves), strict=True)
    )
    return y, u, v


def sent(pictures: Sequence[Planes], kbps: int, options: Mapping[str, str] = PLATFORM, fps: int = FPS) -> list[Planes]:
    """The pictures after x264 at that rate, with no more in its first frames than a stream's buffer holds."""
    height, width = pictures[0][0].shape
    codec = av.CodecContext.create("libx264", "w")
    assert isinstance(codec, av.VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.bit_rate = kbps * 1000
    codec.time_base, codec.framerate = Fraction(1, fps), Fraction(fps)
    codec.thread_count = 1
    rate = f"{kbps}k"
    codec.options = {**options, "maxrate": rate, "bufsize": rate}
    reader = av.CodecContext.create("h264", "r")
    reader.thread_count = 1
    packets = []
    for number, picture in enumerate(pictures):
        frame = blank(width, height)
        for plane, source in zip(planes(frame), picture, strict=True):
            np.copyto(plane, source)
        frame.pts, frame.time_base = number, Fraction(1, fps)
        packets += codec.encode(frame)
    packets += codec.encode(None)
    frames = [frame for packet in packets for frame in reader.decode(av.Packet(bytes(packet)))]
    frames += reader.decode(None)
    return [_kept(planes(frame)) for frame in frames]


def _kept(picture: Planes) -> Planes:
    y, u, v = picture
    return y.copy(), u.copy(), v.copy()


def _read_in(pictures: Sequence[Planes], link: str, part: Box, shrink: float) -> bool:
    return any(reads(picture[0], link, part, shrink) for picture in reversed(pictures[-LOOKED_AT:]))


def reads(luma: Plane, link: str, part: Box, shrink: float) -> bool:
    """Whether the code in `part` (in pixels before the picture was shrunk) is read as `link`."""
    x, y, width, height = (round(value * shrink) for value in part)
    seen = luma[max(0, y - MARGIN_PX) : y + height + MARGIN_PX, max(0, x - MARGIN_PX) : x + width + MARGIN_PX]
    for nearer in NEARER:
        size = cv2.resize(seen, None, fx=nearer, fy=nearer, interpolation=cv2.INTER_CUBIC) if nearer != 1.0 else seen
        try:
            text, _corners, _straight = cv2.QRCodeDetector().detectAndDecode(size)
        except cv2.error:  # a blot that looks like a code and is none
            continue
        if text == link:
            return True
    return False
