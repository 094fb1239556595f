"""The banner: a few large words on a coloured ground."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, place, text

if TYPE_CHECKING:
    from overlays.base import Patch


@dataclass(frozen=True, slots=True)
class BannerParams:
    """Colours are written as #rrggbb or by their English name."""

    title: str = text("Large words")
    line: str = text("Words below")
    colour: str = text("Colour", "#2c7a34")
    place: Place = place(Place.TOP)
    motion: Motion = motion(Motion.FROM_TOP)


class Banner:
    """Draws banners."""

    def render(self, params: BannerParams, canvas_width: int, canvas_height: int) -> "Patch":
        """The banner; raises `OverlayError` for a colour that is none."""
        from overlays.painting import colour  # noqa: PLC0415 - Qt only where something is drawn
        from overlays.panel import Line, Panel, draw_panel  # noqa: PLC0415

        ground, ink = colour(params.colour)
        lines = (Line(params.title, 44, ink, bold=True, most_lines=2), Line(params.line, 26, ink, most_lines=2))
        panel = Panel(lines, params.place, params.motion, width=900, ground=ground, opacity=0.94, middled=True)
        return draw_panel(panel, canvas_width, canvas_height)
