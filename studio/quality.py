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

    `slowest` is the destination whose network asks for it; None where the whole picture is sent.
    """

    kbps: int  # of the picture
    wanted_kbps: int
    motion: Motion
    slowest: str | None
    better: bool  # than before
    at: datetime
