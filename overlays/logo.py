"""The logo: a small picture in a corner, with what is transparent in it left so."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, number, place, text
from overlays.overlay_template import OverlayTemplate, usual_template

if TYPE_CHECKING:
    from overlays.base import Covered, Patch


@dataclass(frozen=True, slots=True)
class LogoParams:
    """`picture` is a file; `side` the longer side, in per cent of the shorter side of the canvas."""

    picture: str = text("Picture", file=True)
    side: int = number("Size, %", 15, 3, 100)
    place: Place = place(Place.TOP_RIGHT)
    motion: Motion = motion(Motion.FADE)
    template: OverlayTemplate | None = None


class Logo:
    """Draws a picture file whole, in its own shape."""

    def render(
        self, params: LogoParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The picture; raises `OverlayError` for a file that is missing or no picture."""
        from overlays.still import draw_still  # noqa: PLC0415 - Qt only where something is drawn

        template = params.template or usual_template("logo")
        where = (params.place, params.motion)
        return draw_still(params.picture, params.side, where, template, canvas_width, canvas_height, covered)
