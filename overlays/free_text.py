"""A text: anything the seller wants to say, on white or dark ground."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, number, place, switch, text
from overlays.overlay_template import OverlayTemplate

if TYPE_CHECKING:
    from overlays.base import Covered, Patch


@dataclass(frozen=True, slots=True)
class FreeTextParams:
    """`size` is the height of the letters at 720p."""

    words: str = text("Text")
    size: int = number("Size of the letters", 32, 12, 120)
    dark: bool = switch("White on dark ground", usual=True)
    place: Place = place(Place.BOTTOM_LEFT)
    motion: Motion = motion(Motion.FADE)
    template: OverlayTemplate | None = None


class FreeText:
    """Draws texts of up to six lines."""

    def render(
        self, params: FreeTextParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The text; raises `OverlayError` where there is none."""
        from overlays.contrast import least_contrast  # noqa: PLC0415 - Qt only where something is drawn
        from overlays.panel import Line, draw_panel, panel_of  # noqa: PLC0415

        panel = panel_of("text", params, Line(params.words, bold=True, most_lines=6, size=params.size))
        both = sorted((panel.template.ground, panel.template.ink), key=lambda one: least_contrast("#000000", one))
        ground, ink = both if params.dark else reversed(both)
        if ground != panel.template.ground:
            panel = replace(panel, template=replace(panel.template, ground=ground, ground_end="", ink=ink))
        return draw_panel(panel, canvas_width, canvas_height, covered)
