"""Whether a camera that gives pictures also sees: covered, or standing still, where a real camera never does.

A lens behind a cap or a finger gives black; a driver that hangs gives the very same picture again and again, which
the noise of a sensor rules out. Both are looked for a few times a second on a thinned-out picture (0.05 ms each),
on the thread that reads the camera. Clips, screens and other programs may be black or stand still as they like.

A table on which nothing moves is no picture that stands still: seen by a sensor, it is never twice the same. Where
pictures do repeat, what the camera gave before tells why. One that had trembled without a pause has a sensor, and its
driver hangs. One that never did may be another program's, or a slide that comes over a capture card, and is meant so.

What comes over a network from a phone was compressed, which leaves the noise out where nothing moves: it may repeat
for seconds and be alive. Of such a camera only black is judged here; that nothing moves is said by the watchdogs.
"""

import zlib
from enum import StrEnum

import av
import numpy as np

from studio.media.frames import NS, planes

LOOK_EVERY_NS = NS // 4
COVERED_AFTER_NS = 2 * NS
STILL_AFTER_NS = 5 * NS
LIVED_LOOKS = 40  # in a row that were all different: ten seconds
BLACK_BELOW = 40  # of 16…235: a covered sensor's noise stays below, a lit thing in a dark room does not
BLACK_SHARE = 0.995
THINNED = 4  # every fourth row and column


class Seen(StrEnum):
    """What the pictures of a camera are worth."""

    CLEAR = "clear"
    COVERED = "covered"
    STILL = "still"


class Sight:
    """Looks at one camera's pictures; `seen` and `lived` may be read from any thread.

    `still`: the camera has been opened anew because it stood still, and is called so until it moves. Until then it is
    not shown, unless its standing still is `believed` to be meant so. `compressed`: no noise is left in them.
    """

    def __init__(self, still: bool = False, believed: bool = False, compressed: bool = False) -> None:
        self.seen = Seen.STILL if still else Seen.CLEAR
        self.lived = False  # whether it has ever trembled as only a sensor does
        self._still = still
        self._believed = believed
        self._compressed = compressed
        self._different = 0  # looks in a row
        self._looked_ns: int | None = None
        self._black_since_ns: int | None = None
        self._same_since_ns = 0
        self._print: int | None = None

    def believe(self) -> None:
        """Shows from now on what stands still, until it moves; may be called on any thread."""
        self._believed = True

    def worth_showing(self, frame: av.VideoFrame, now_ns: int) -> bool:
        """Whether viewers are better served by this canvas frame than by the slate."""
        if self._looked_ns is None or now_ns - self._looked_ns >= LOOK_EVERY_NS or self.seen is not Seen.CLEAR:
            self._looked_ns = now_ns
            self.seen = self._look(frame, now_ns)
        return self.seen is Seen.CLEAR or (self.seen is Seen.STILL and self._believed)

    def _look(self, frame: av.VideoFrame, now_ns: int) -> Seen:
        luma = np.ascontiguousarray(planes(frame)[0][::THINNED, ::THINNED])
        fingerprint = zlib.crc32(luma.tobytes())
        if fingerprint == self._print:
            self._different = 0
        else:
            if self._print is not None:
                self._still = self._believed = False
            self._print, self._same_since_ns = fingerprint, now_ns
            self._different += 1
            self.lived = self.lived or (self._different >= LIVED_LOOKS and not self._compressed)
        if np.count_nonzero(luma < BLACK_BELOW) < BLACK_SHARE * luma.size:
            self._black_since_ns = None
        elif self._black_since_ns is None:
            self._black_since_ns = now_ns
        if self._black_since_ns is not None:
            return Seen.COVERED if now_ns - self._black_since_ns >= COVERED_AFTER_NS else Seen.CLEAR
        still = self._still or now_ns - self._same_since_ns >= STILL_AFTER_NS
        return Seen.STILL if still and not self._compressed else Seen.CLEAR
