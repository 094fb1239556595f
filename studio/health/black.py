"""A black picture: the lens cap is on, or a hand or a cloth covers the camera."""

import numpy as np

from studio.health.alarm import Limit
from studio.media.frames import Plane

BRIGHTEST = 98  # per cent of the points may be as dark as black is; a lit lamp or a clock is no picture
BLACK, NOT_BLACK = 32, 40  # luma; video black is 16, and a covered camera turns its gain up until noise shows


def brightness(points: Plane, percent: int) -> int:
    """The luma that so many per cent of the points do not exceed; a fourth of them speak for all."""
    few = points[::2, ::2].ravel()
    place = few.size * percent // 100
    return int(np.partition(few, place)[place])


class Blackness:
    """Whether the camera shows black."""

    def __init__(self) -> None:
        self._limit = Limit(BLACK, NOT_BLACK)

    def take(self, points: Plane) -> bool:
        """`points` are lumas spread evenly over the picture."""
        return self._limit.take(brightness(points, BRIGHTEST))
