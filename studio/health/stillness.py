"""A frozen picture: the camera's program hangs and gives the same picture again and again.

What is compared is the camera's own picture, before cards and running text are drawn: those go on moving. A
living camera never gives the same points twice, since its sensor has noise. So no movement has to be recognised:
a picture is frozen when not one point in a thousand has changed at all. A network camera that compresses a scene
in which nothing moves may send such pictures too; viewers and platforms cannot tell the two apart.
"""

import cv2
import numpy as np

from studio.health.alarm import Limit
from studio.media.frames import Plane

FROZEN, ALIVE = 0.001, 0.005  # of the points


class Stillness:
    """Whether the camera repeats itself."""

    def __init__(self) -> None:
        self._limit = Limit(FROZEN, ALIVE)
        self._before: Plane | None = None

    def take(self, points: Plane) -> bool:
        """`points` are single lumas out of the picture, not means of several: a mean hides the noise."""
        before, self._before = self._before, points
        if before is None or before.shape != points.shape:
            return self._limit.take(1.0)
        return self._limit.take(float(np.count_nonzero(cv2.absdiff(before, points))) / points.size)

    def forget(self) -> None:
        """The next picture begins anew: there was none in between."""
        self._before = None
        self._limit.take(1.0)
