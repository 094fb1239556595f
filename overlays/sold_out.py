"""Sold out: said large, so that nobody asks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, place, text
from overlays.overlay_template import OverlayTemplate

if TYPE_CHECKING:
    from overlays.base import Covered, Patch


@dataclass(frozen=True, slots=True)
class SoldOutParams:
    """What is gone, and what to do instead."""

    name: str = text("Product")
    heading: str = text("Heading", "Sold out")
    after: str = text("Words below", "Thank you! More comes with the next harvest")
    place: Place = place(Place.MIDDLE)
    motion: Motion = motion(Motion.POP)
    template: OverlayTemplate | None = None


class SoldOut:
    """Draws that something is sold out."""

    def render(
        self, params: SoldOutParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The words, red and large."""
        from overlays.panel import Line, draw_panel, panel_of  # noqa: PLC0415 - Qt only where something is drawn

        panel = panel_of(
            "soldout",
            params,
            Line(params.name, bold=True, most_lines=2),
            Line(params.heading, "price_ink", bold=True),
            Line(params.after, most_lines=2),
        )
        return draw_panel(panel, canvas_width, canvas_height, covered)
