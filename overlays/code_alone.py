"""A QR code alone, with a line that says what it leads to."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, place, text
from overlays.overlay_template import OverlayTemplate

if TYPE_CHECKING:
    from overlays.base import Covered, Patch


@dataclass(frozen=True, slots=True)
class CodeAloneParams:
    """What the code holds: an address, or any text; `code_growth` is filled in by whoever tries it."""

    link: str = text("Address or text in the code")
    caption: str = text("Words beside it", "Scan me")
    place: Place = place(Place.TOP_RIGHT)
    motion: Motion = motion(Motion.POP)
    template: OverlayTemplate | None = None
    code_growth: float = 1.0


class CodeAlone:
    """Draws a code as large as phones need it after a platform has compressed it again."""

    def render(
        self, params: CodeAloneParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The code and its words; raises `OverlayError` for what no readable code can hold."""
        from overlays.panel import Line, draw_panel, panel_of  # noqa: PLC0415 - Qt only where something is drawn

        lines = (Line(params.caption, bold=True, most_lines=3),) if params.link.strip() else ()
        panel = replace(panel_of("code", params, *lines), link=params.link, code_growth=params.code_growth)
        return draw_panel(panel, canvas_width, canvas_height, covered)
