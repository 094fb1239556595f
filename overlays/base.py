"""What every overlay is: parameters in, one picture and the way it moves out. Nothing here knows a studio.

An overlay is drawn once per change, in RGBA; whoever shows it blends and moves the picture.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Rgba = NDArray[np.uint8]


class Motion(StrEnum):
    """How a patch comes in and leaves: it slides from that edge of the canvas, fades, or is just there."""

    NONE = "none"
    FADE = "fade"
    FROM_LEFT = "from_left"
    FROM_RIGHT = "from_right"
    FROM_TOP = "from_top"
    FROM_BOTTOM = "from_bottom"


@dataclass(frozen=True, slots=True)
class Patch:
    """A drawn overlay: `rgba` is height × width × 4, uint8, straight (not premultiplied) alpha.

    `x`, `y` place its top left corner on the canvas, in pixels; even, and so are the sides.
    Where `scroll_px_per_s` is set, `rgba` is an endless strip and `width` of it is shown at a time.
    """

    rgba: Rgba
    x: int
    y: int
    motion: Motion = Motion.NONE
    scroll_px_per_s: float = 0.0
    width: int = 0  # of the window onto a scrolling strip; 0: the whole picture


Params_contra = TypeVar("Params_contra", contravariant=True)


class Overlay(Protocol[Params_contra]):
    """Draws one kind of overlay."""

    def render(self, params: Params_contra, canvas_width: int, canvas_height: int) -> Patch:
        """The patch for `params` on a canvas of that size; nothing lies outside the canvas.

        Raises `OverlayError` for parameters that cannot be drawn.
        """


class OverlayError(Exception):
    """Parameters that cannot be drawn; its text says why in plain words."""
