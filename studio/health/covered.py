"""A lens that is covered in the light: a finger, a cloth or a bag lets light through, and nothing is to be seen.

A cap in the dark is black, which `black.py` tells. Here edges are counted: the picture is shrunk to 320 points of width
and cut into cells of 12; a cell has an edge where two neighbours differ by 12 luma. What lies on the lens is so far out
of focus that its picture has none. A place may be without edges too, as a bare wall: so only a picture that had them,
twice in a row, can lose them. A picture that is only out of focus keeps edges enough, and is told as blurred.
"""

import cv2
import numpy as np

from studio.health.alarm import Limit
from studio.health.bars import between_bars
from studio.health.blur import CELL, shrunk
from studio.media.frames import Plane

STEP = 12  # luma; a sensor's noise is evened out to half of that
NOTHING, SOMETHING = 6, 14  # cells of 390; a socket in a wall fills four
PLENTY = 20
LOOKS = 2


def edged_cells(luma: Plane) -> int:
    """In how many cells there is an edge."""
    small = between_bars(shrunk(luma))
    across = cv2.absdiff(small[:, 1:], small[:, :-1])[:-1]
    down = cv2.absdiff(small[1:], small[:-1])[:, :-1]
    step = cv2.dilate(cv2.max(across, down), np.ones((CELL, CELL), np.uint8))
    return int(np.count_nonzero(step[CELL // 2 :: CELL, CELL // 2 :: CELL] >= STEP))


class Covered:
    """Whether a picture in which there was something to be seen shows nothing any more."""

    def __init__(self) -> None:
        self._limit = Limit(NOTHING, SOMETHING)
        self._looks = 0  # in a row with edges, up to as many as are needed

    def take(self, luma: Plane) -> bool:
        edges = edged_cells(luma)
        if self._looks < LOOKS:
            self._looks = self._looks + 1 if edges >= PLENTY else 0
        return self._limit.take(edges) and self._looks == LOOKS
