"""Live data: a value from elsewhere that is read again and again: the orchard's warmth, a hive's weight."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, number, place, text
from overlays.overlay_template import OverlayTemplate

if TYPE_CHECKING:
    from overlays.base import Covered, Moment, Patch


@dataclass(frozen=True, slots=True)
class LiveDataParams:
    """`address` is a file or an HTTP address, read by whoever shows this; `value` is filled in from there.

    `path` leads to the value in a JSON answer: `sensors.0.celsius`; empty: the whole text.
    """

    caption: str = text("What it is")
    address: str = text("File or address it is read from", file=True)
    path: str = text("Place in a JSON answer")
    unit: str = text("Unit")
    every_s: int = number("Read every, seconds", 5, 1, 3600)
    place: Place = place(Place.TOP_RIGHT)
    motion: Motion = motion(Motion.FADE)
    template: OverlayTemplate | None = None
    value: str = "–"


class LiveData:
    """Draws values, anew when they change."""

    def at(self, params: LiveDataParams, moment: "Moment") -> LiveDataParams:
        return params if moment.value is None else replace(params, value=moment.value)

    def render(
        self, params: LiveDataParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The value with its unit and what it is."""
        from overlays.panel import Line, draw_panel, panel_of  # noqa: PLC0415 - Qt only where something is drawn

        value = f"{params.value} {params.unit}".strip()
        lines = (Line(params.caption, most_lines=2), Line(value, "price_ink", bold=True))
        return draw_panel(panel_of("data", params, *lines), canvas_width, canvas_height, covered)
