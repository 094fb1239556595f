"""A blurred picture: the camera is out of focus, or its lens is greasy.

Measured is how steep the steepest edges are, not how much detail there is: the picture is shrunk to 320 points of
width, cut into cells of 12, and in every cell with some contrast the largest step between two neighbours is divided
by the cell's whole range of luma. An edge in focus does its way in one step (near 1), one blurred by a Gaussian of
s points in steps of 1 / (s·√(2π)). The tenth of the cells with the steepest edges speaks for the picture, so a blurred
background behind a host in focus is right. Noise counts little, since the shrinking evens it out; the well-known
variance of the Laplacian calls a noisy blurred picture sharp.

Measured on 20 photographs at 1280 × 720, with and without noise of 4 levels: in focus 0.57 to 0.92, the demo clip and
films of a street and of a tree 0.85 to 0.94, a number plate that moved while it was taken 0.37; blurred with a sigma of
3 pixels 0.39 to 0.58, of 6 pixels 0.26 to 0.42, of 8 pixels 0.21 to 0.31.
"""

import cv2
import numpy as np

from studio.health.alarm import Limit
from studio.health.bars import between_bars
from studio.media.frames import Plane

LONGEST_SIDE = 320
CELL = 12
CONTRAST = 48  # luma between a cell's darkest and brightest point: less tells nothing of an edge
FEWEST_CELLS = 10
STEEPEST = 90
BLURRED, SHARP = 0.32, 0.4


def shrunk(luma: Plane) -> Plane:
    """The picture, 320 points wide or high."""
    shrink = LONGEST_SIDE / max(luma.shape)
    size = (round(luma.shape[1] * shrink), round(luma.shape[0] * shrink))
    return np.asarray(cv2.resize(luma, size, interpolation=cv2.INTER_AREA), np.uint8)


def steepness(luma: Plane) -> float | None:
    """How steep the steepest edges of a picture are, 0…1; None where it has no edges to judge by."""
    small = between_bars(shrunk(luma))
    cell = np.ones((CELL, CELL), np.uint8)
    height, width = small.shape
    middles = (slice(CELL // 2, height - 1, CELL), slice(CELL // 2, width - 1, CELL))
    reach = cv2.subtract(cv2.dilate(small, cell), cv2.erode(small, cell))[middles]
    across = cv2.absdiff(small[:, 1:], small[:, :-1])[:-1]
    down = cv2.absdiff(small[1:], small[:-1])[:, :-1]
    step = cv2.dilate(cv2.max(across, down), cell)[middles]
    telling = reach >= CONTRAST
    if np.count_nonzero(telling) < FEWEST_CELLS:
        return None
    return float(np.percentile(step[telling] / reach[telling], STEEPEST))


class Blur:
    """Whether nothing in the picture is in focus."""

    def __init__(self) -> None:
        self._limit = Limit(BLURRED, SHARP)

    def take(self, luma: Plane) -> bool:
        """A picture without edges changes nothing."""
        steep = steepness(luma)
        return self._limit.exceeded if steep is None else self._limit.take(steep)
