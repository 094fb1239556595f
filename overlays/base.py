"""What every overlay is: parameters in, one picture and the way it moves out. Nothing here knows a studio.

An overlay is drawn once per change, in RGBA; whoever shows it blends and moves the picture.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar, runtime_checkable

from overlays.fields import Motion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Rgba: TypeAlias = "NDArray[np.uint8]"  # a window that makes forms of parameters has no NumPy


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
    missing: str = ""  # characters that no installed font has; they were left out
    flaw: str = ""  # what is wrong with its picture file, in the place of which something is drawn
    code: tuple[int, int, int, int] | None = None  # left, top, width, height of its code with the quiet zone, in `rgba`


@dataclass(frozen=True, slots=True)
class Covered:
    """How much of a canvas lies under the names, buttons and comments of those who show it.

    Parts of its height (`top`, `bottom`) and of its width (`left`, `right`), each from 0 to 1.
    """

    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    left: float = 0.0

    def joined(self, other: "Covered") -> "Covered":
        """What is covered by either."""
        return Covered(
            max(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
            max(self.left, other.left),
        )


def usually_covered(canvas_width: int, canvas_height: int) -> Covered:
    """What a room covers of which nothing is known.

    Of upright ones it is what was seen on phones: the room's name and the count of viewers above, comments and buttons
    below. A wide picture lies between bars.
    """
    return Covered(top=0.11, bottom=0.178) if canvas_height > canvas_width else Covered()


@dataclass(frozen=True, slots=True)
class Moment:
    """When an overlay that changes by itself is drawn."""

    since_s: float  # how long it has been shown
    now: datetime  # the time of day, with its zone
    value: str | None = None  # what was read last, for those that show a value from elsewhere


Params_contra = TypeVar("Params_contra", contravariant=True)
Params = TypeVar("Params")


class Overlay(Protocol[Params_contra]):
    """Draws one kind of overlay."""

    def render(
        self, params: Params_contra, canvas_width: int, canvas_height: int, covered: Covered | None = None
    ) -> Patch:
        """The patch for `params` on a canvas of that size; nothing lies outside the canvas or where it is covered.

        Where `covered` is None it is what a room usually covers.

        Raises `OverlayError` for parameters that cannot be drawn.
        """


@runtime_checkable
class Timed(Protocol[Params]):
    """An overlay that changes by itself, once a second at most."""

    def at(self, params: Params, moment: Moment) -> Params:
        """The parameters as they are to be drawn at that moment; equal ones need not be drawn again."""


NO_ROOM = "There is no room for a code that phones can read"


class OverlayError(Exception):
    """Parameters that cannot be drawn; its text says why in plain words."""
