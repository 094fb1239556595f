"""A text: anything the seller wants to say, on white or dark ground."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, number, place, switch, text

if TYPE_CHECKING:
    from overlays.base import Patch


@dataclass(frozen=True, slots=True)
class FreeTextParams:
    """`size` is the height of the letters at 720p."""

    words: str = text("Text")
    size: int = number("Size of the letters", 32, 12, 120)
    dark: bool = switch("White on dark ground", usual=True)
    place: Place = place(Place.BOTTOM_LEFT)
    motion: Motion = motion(Motion.FADE)


class FreeText:
    """Draws texts of up to six lines."""

    def render(self, params: FreeTextParams, canvas_width: int, canvas_height: int) -> "Patch":
        """The text; raises `OverlayError` where there is none."""
        from overlays.panel import INK, WHITE, Line, Panel, draw_panel  # noqa: PLC0415 - Qt only where something is drawn

        ink, ground = (WHITE, INK) if params.dark else (INK, WHITE)
        lines = (Line(params.words, params.size, ink, bold=True, most_lines=6),)
        panel = Panel(lines, params.place, params.motion, width=720, ground=ground, opacity=0.8)
        return draw_panel(panel, canvas_width, canvas_height)
