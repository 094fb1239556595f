"""The banner: a few large words on a coloured ground."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, place, text
from overlays.overlay_template import OverlayTemplate

if TYPE_CHECKING:
    from overlays.base import Covered, Patch


@dataclass(frozen=True, slots=True)
class BannerParams:
    """`colour` is that of the ground, written as #rrggbb or by its English name; empty: the template's."""

    title: str = text("Large words")
    line: str = text("Words below")
    colour: str = text("Colour", hint="as in its template")
    place: Place = place(Place.TOP)
    motion: Motion = motion(Motion.FROM_TOP)
    template: OverlayTemplate | None = None


class Banner:
    """Draws banners."""

    def render(
        self, params: BannerParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The banner; raises `OverlayError` for a colour that is none."""
        from overlays.painting import colour  # noqa: PLC0415 - Qt only where something is drawn
        from overlays.panel import Line, draw_panel, panel_of  # noqa: PLC0415

        lines = (Line(params.title, bold=True, most_lines=2), Line(params.line, most_lines=2))
        panel = panel_of("banner", params, *lines)
        if params.colour.strip():
            ground, ink = colour(params.colour)
            panel = replace(panel, template=replace(panel.template, ground=ground, ground_end="", ink=ink))
        return draw_panel(panel, canvas_width, canvas_height, covered)
