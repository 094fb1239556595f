"""What becomes of the picture where the network is slow."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Motion(StrEnum):
    """What is left of the picture's movement."""

    WHOLE = "whole"
    HALF = "half"
    STILL = "still"


@dataclass(frozen=True, slots=True)
class QualityChanged:
    """The picture was changed to fit the network, down or up again; sound is never touched.

    `slowest` is the destination whose network asks for it; None where the whole picture is sent. `behind_s` is how far
    what went out there lay behind what was made, and `taken_kbps` what its line took in the second before, picture and
    sound together; None where nothing is slow.
    """

    kbps: int  # of the picture
    wanted_kbps: int
    motion: Motion
    slowest: str | None
    better: bool  # than before
    at: datetime
    behind_s: float | None = None
    taken_kbps: int | None = None
