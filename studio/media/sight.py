"""Whether a camera that gives pictures also sees: covered, or standing still, where a real camera never does.

A lens behind a cap or a finger gives black; a driver that hangs gives the very same picture again and again, which
the noise of a sensor rules out. Both are looked for a few times a second on a thinned-out picture (0.05 ms each),
on the thread that reads the camera. Clips, screens and other programs may be black or stand still as they like.
"""

import zlib
from enum import StrEnum

import av
import numpy as np

from studio.media.frames import NS, planes

LOOK_EVERY_NS = NS // 4
COVERED_AFTER_NS = 2 * NS
STILL_AFTER_NS = 5 * NS
BLACK_BELOW = 40  # of 16…235: a covered sensor's noise stays below, a lit thing in a dark room does not
BLACK_SHARE = 0.995
THINNED = 4  # every fourth row and column


class Seen(StrEnum):
    """What the pictures of a camera are worth."""

    CLEAR = "clear"
    COVERED = "covered"
    STILL = "still"


class Sight:
    """Looks at one camera's pictures; `seen` may be read from any thread.

    `patient`: the camera has been opened anew because it stood still, and what stands still again is meant so (another
    program's picture, a photograph). It is shown, and called still until it moves.
    """

    def __init__(self, patient: bool = False) -> None:
        self.seen = Seen.STILL if patient else Seen.CLEAR
        self._patient = patient
        self._looked_ns: int | None = None
        self._black_since_ns: int | None = None
        self._same_since_ns = 0
        self._print: int | None = None

    def worth_showing(self, frame: av.VideoFrame, now_ns: int) -> bool:
        """Whether viewers are better served by this canvas frame than by the slate."""
        if self._looked_ns is None or now_ns - self._looked_ns >= LOOK_EVERY_NS or self.seen is not Seen.CLEAR:
            self._looked_ns = now_ns
            self.seen = self._look(frame, now_ns)
        return self.seen is Seen.CLEAR or (self.seen is Seen.STILL and self._patient)

    def _look(self, frame: av.VideoFrame, now_ns: int) -> Seen:
        luma = np.ascontiguousarray(planes(frame)[0][::THINNED, ::THINNED])
        fingerprint = zlib.crc32(luma.tobytes())
        if fingerprint != self._print:
            if self._print is not None:
                self._patient = False
            self._print, self._same_since_ns = fingerprint, now_ns
        if np.count_nonzero(luma < BLACK_BELOW) < BLACK_SHARE * luma.size:
            self._black_since_ns = None
        elif self._black_since_ns is None:
            self._black_since_ns = now_ns
        if self._black_since_ns is not None:
            return Seen.COVERED if now_ns - self._black_since_ns >= COVERED_AFTER_NS else Seen.CLEAR
        if self._patient or now_ns - self._same_since_ns >= STILL_AFTER_NS:
            return Seen.STILL
        return Seen.CLEAR
