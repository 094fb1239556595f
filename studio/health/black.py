"""A black picture: the lens cap is on, or a hand or a cloth covers the camera."""

import numpy as np

from studio.health.alarm import Limit
from studio.media.frames import Plane

BRIGHTEST = 98  # per cent of the points may be as dark as black is; a lit lamp or a clock is no picture
BLACK, NOT_BLACK = 32, 40  # luma; video black is 16, and a covered camera turns its gain up until noise shows


class Blackness:
    """Whether the camera shows black."""

    def __init__(self) -> None:
        self._limit = Limit(BLACK, NOT_BLACK)

    def take(self, points: Plane) -> bool:
        """`points` are lumas spread evenly over the picture."""
        return self._limit.take(float(np.percentile(points, BRIGHTEST)))
