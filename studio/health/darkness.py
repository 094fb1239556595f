"""A picture that is too dark to see the goods: dusk has come, or the lamp is off."""

from studio.health.alarm import Limit
from studio.health.bars import between_bars
from studio.health.black import brightness
from studio.media.frames import Plane

BRIGHT = 90  # a host in lamp light before a night sky covers more than the tenth of the picture that has to be bright
DARK, NOT_DARK = 72, 84  # luma of 16…235; a face in ordinary light has 120 to 180


class Darkness:
    """Whether even the brightest tenth of the picture is dark."""

    def __init__(self) -> None:
        self._limit = Limit(DARK, NOT_DARK)

    def take(self, points: Plane) -> bool:
        """`points` are lumas spread evenly over the picture."""
        return self._limit.take(brightness(between_bars(points), BRIGHT))
