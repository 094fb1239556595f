"""Sold out: said large, so that nobody asks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, place, text

if TYPE_CHECKING:
    from overlays.base import Patch


@dataclass(frozen=True, slots=True)
class SoldOutParams:
    """What is gone, and what to do instead."""

    name: str = text("Product")
    heading: str = text("Heading", "Sold out")
    after: str = text("Words below", "Thank you! More comes with the next harvest")
    place: Place = place(Place.MIDDLE)
    motion: Motion = motion(Motion.POP)


class SoldOut:
    """Draws that something is sold out."""

    def render(self, params: SoldOutParams, canvas_width: int, canvas_height: int) -> "Patch":
        """The words, red and large."""
        from overlays.panel import GOLD, RED, WHITE, Line, Panel, draw_panel  # noqa: PLC0415 - Qt only where something is drawn

        lines = (
            Line(params.name, 30, WHITE, bold=True, most_lines=2),
            Line(params.heading, 76, GOLD, bold=True),
            Line(params.after, 24, WHITE, most_lines=2),
        )
        panel = Panel(lines, params.place, params.motion, width=560, ground=RED, opacity=0.92, middled=True)
        return draw_panel(panel, canvas_width, canvas_height)
