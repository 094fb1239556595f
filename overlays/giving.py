"""The giving tag: how much of each sale goes to whom."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, place, text
from overlays.overlay_template import OverlayTemplate

if TYPE_CHECKING:
    from overlays.base import Covered, Patch


@dataclass(frozen=True, slots=True)
class GivingParams:
    """`share` as it is said: 1 yuan, 3 %."""

    share: str = text("How much", "1 yuan")
    purpose: str = text("For whom")
    caption: str = text("Words", "Of each order {share} goes to {purpose}")
    place: Place = place(Place.TOP_RIGHT)
    motion: Motion = motion(Motion.FADE)
    template: OverlayTemplate | None = None


class Giving:
    """Draws giving tags."""

    def render(
        self, params: GivingParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The tag; raises `OverlayError` where nobody is named."""
        from overlays.base import OverlayError  # noqa: PLC0415 - Qt only where something is drawn
        from overlays.panel import Line, draw_panel, panel_of  # noqa: PLC0415

        if not params.purpose.strip():
            raise OverlayError("It does not say whom the money is for")
        words = params.caption.replace("{share}", params.share).replace("{purpose}", params.purpose)
        panel = panel_of("giving", params, Line(f"❤ {words}", bold=True, most_lines=3))
        return draw_panel(panel, canvas_width, canvas_height, covered)
