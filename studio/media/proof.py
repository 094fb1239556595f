"""Whether phones will read a card's code: tried on the really composed and encoded picture, before viewers see it.

The card is blended over a busy picture, encoded as the show is, and then twice more as platforms do for viewers with
a weak line; each time its code is read back. Only the card and what is around it is encoded, with the share of the
rate that so much of the picture gets: the show needs the computer. Where the code is not read, it grows and is tried
again. On a thread of its own, one card after the other; what was found for a card is asked for, never waited for.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import av
import cv2
import numpy as np

from overlays.base import OverlayError, Patch
from overlays.card import Card, CardParams
from studio.config import CanvasConfig
from studio.media.frames import Plane, Planes, blank, planes
from studio.media.layers import Layer
from studio.worker import Worker

log = logging.getLogger(__name__)

GROWTHS = (1.0, 1.25, 1.5, 2.0)
PLATFORM_STEPS = ((540, 800), (480, 500))  # the shorter side in pixels and kb/s: what platforms make of a show
FRAMES = 6
FPS = 25
MARGIN_PX = 12
AROUND = 8  # of the canvas' shorter side, so small a part of picture around the card is encoded with it
NEARER = (1.0, 1.6)  # OpenCV's reader misses codes at some sizes that any phone reads; a phone is moved, too
PAUSE_S = 1.0  # between two cards, so that the show never feels it


@dataclass(frozen=True, slots=True)
class Proof:
    """How large the code has to be (1: as the card has it), and after which steps it still could not be read."""

    growth: float
    unread: tuple[str, ...]


def prove(card: CardParams, canvas: CanvasConfig, kbps: int, growths: tuple[float, ...] = GROWTHS) -> Proof:
    """Tries the card's code in growing sizes; raises `OverlayError` for a link no code holds."""
    best = Proof(1.0, ("",))
    for growth in growths:
        try:
            patch = Card().render(replace(card, code_growth=growth), canvas.width, canvas.height)
        except OverlayError:
            if growth == growths[0]:
                raise
            break
        proof = Proof(growth, unread_steps(patch, card.link.strip(), canvas, kbps))
        if not proof.unread:
            return proof
        if growth == growths[0] or len(proof.unread) < len(best.unread):
            best = proof
    return best


def unread_steps(patch: Patch, link: str, canvas: CanvasConfig, kbps: int) -> tuple[str, ...]:
    """The steps after which `link` was not read any more: the show's own size, then a platform's."""
    layer = Layer(patch)
    short = min(canvas.width, canvas.height)
    left, top, right, bottom = _around(layer, canvas, short // AROUND)
    share = (right - left) * (bottom - top) / (canvas.width * canvas.height)
    composed = []
    for luma in _busy(canvas):
        target = planes(blank(canvas.width, canvas.height))
        np.copyto(target[0], luma)
        layer.draw(target, 1.0, 0, 0, 0)
        composed.append(_cut(target, left, top, right, bottom))
    part = (layer.x - left, layer.y - top, layer.width, layer.height)
    pictures = _sent(composed, round(kbps * share))
    unread = []
    if not _read_in(pictures, link, part, 1.0):
        unread.append(f"{short}p")
    for side, step_kbps in PLATFORM_STEPS:
        if side >= short:
            continue
        shrink = side / short
        size = (round((right - left) * shrink / 2) * 2, round((bottom - top) * shrink / 2) * 2)
        small = [_smaller(picture, size) for picture in pictures]
        if not _read_in(_sent(small, round(step_kbps * share)), link, part, shrink):
            unread.append(f"{side}p")
    return tuple(unread)


def _around(layer: Layer, canvas: CanvasConfig, margin_px: int) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the layer with a margin, within the canvas, all even."""
    left, top = max(0, layer.x - margin_px), max(0, layer.y - margin_px)
    right = min(canvas.width, layer.x + layer.width + margin_px)
    bottom = min(canvas.height, layer.y + layer.height + margin_px)
    return left // 2 * 2, top // 2 * 2, right // 2 * 2, bottom // 2 * 2


def _cut(picture: Planes, left: int, top: int, right: int, bottom: int) -> Planes:
    y, u, v = picture
    half = np.s_[top // 2 : bottom // 2, left // 2 : right // 2]
    return y[top:bottom, left:right], u[half], v[half]


def _busy(canvas: CanvasConfig) -> list[Plane]:
    """Leaves in the wind: as hard to compress as an orchard, and never twice the same."""
    chance = np.random.default_rng(1)
    still = chance.integers(40, 210, (canvas.height // 8 + 1, canvas.width // 8 + 1)).astype(np.float32)
    pictures = []
    for number in range(FRAMES):
        moved = np.clip(still + chance.integers(-25, 25, still.shape), 0, 255).astype(np.uint8)
        luma = cv2.resize(moved, (canvas.width, canvas.height), interpolation=cv2.INTER_LINEAR)
        pictures.append(np.asarray(np.roll(luma, number * 6, axis=1), np.uint8))
    return pictures


def _smaller(picture: Planes, size: tuple[int, int]) -> Planes:
    halves = (size[0] // 2, size[1] // 2)
    y, u, v = (
        np.asarray(cv2.resize(plane, to, interpolation=cv2.INTER_AREA), np.uint8)
        for plane, to in zip(picture, (size, halves, halves), strict=True)
    )
    return y, u, v


def _sent(pictures: Sequence[Planes], kbps: int) -> list[Planes]:
    """The pictures after H.264 at that rate, with no more in its first frames than a stream's buffer holds."""
    height, width = pictures[0][0].shape
    codec = av.CodecContext.create("libx264", "w")
    assert isinstance(codec, av.VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.bit_rate = kbps * 1000
    codec.time_base, codec.framerate = Fraction(1, FPS), Fraction(FPS)
    codec.thread_count = 1
    rate = f"{kbps}k"
    codec.options = {"preset": "veryfast", "tune": "zerolatency", "maxrate": rate, "bufsize": rate}
    reader = av.CodecContext.create("h264", "r")
    reader.thread_count = 1
    packets = []
    for number, picture in enumerate(pictures):
        frame = blank(width, height)
        for plane, source in zip(planes(frame), picture, strict=True):
            np.copyto(plane, source)
        frame.pts, frame.time_base = number, Fraction(1, FPS)
        packets += codec.encode(frame)
    packets += codec.encode(None)
    frames = [frame for packet in packets for frame in reader.decode(av.Packet(bytes(packet)))]
    frames += reader.decode(None)
    return [_kept(planes(frame)) for frame in frames]


def _kept(picture: Planes) -> Planes:
    y, u, v = picture
    return y.copy(), u.copy(), v.copy()


def _read_in(pictures: Sequence[Planes], link: str, part: tuple[int, int, int, int], shrink: float) -> bool:
    """Whether one of the last pictures is read: a phone that is held to the screen looks at many."""
    return any(_reads(picture[0], link, part, shrink) for picture in reversed(pictures[-3:]))


def _reads(luma: Plane, link: str, part: tuple[int, int, int, int], shrink: float) -> bool:
    x, y, width, height = (round(value * shrink) for value in part)
    seen = luma[max(0, y - MARGIN_PX) : y + height + MARGIN_PX, max(0, x - MARGIN_PX) : x + width + MARGIN_PX]
    for nearer in NEARER:
        size = cv2.resize(seen, None, fx=nearer, fy=nearer, interpolation=cv2.INTER_CUBIC)
        try:
            text, _corners, _straight = cv2.QRCodeDetector().detectAndDecode(size)
        except cv2.error:  # a blot that looks like a code and is none
            continue
        if text == link:
            return True
    return False


class CodeProver:
    """Proves the cards of one show in their order; `found` is called on its thread."""

    def __init__(self, canvas: CanvasConfig, kbps: int, found: Callable[[CardParams, Proof], None]) -> None:
        self._canvas, self._kbps = canvas, kbps
        self._found = found
        self._cards: tuple[CardParams, ...] = ()
        self._worker: Worker | None = None

    def start(self, cards: tuple[CardParams, ...]) -> None:
        self._cards = tuple(card for card in cards if card.link.strip())
        if self._cards:
            self._worker = Worker("code prover", self._run)
            self._worker.start()

    def _run(self, stopping: threading.Event) -> None:
        for card in self._cards:
            if stopping.is_set():
                return
            try:
                self._found(card, prove(card, self._canvas, self._kbps))
            except OverlayError as error:  # told when the card is shown
                log.info("no code for %s: %s", card.sku, error)
            if stopping.wait(PAUSE_S):
                return

    def stop(self) -> None:
        """After the card that is being tried; may be called twice."""
        if self._worker is not None:
            self._worker.stop()
