"""The giving tag: how much of each sale goes to whom."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, place, text

if TYPE_CHECKING:
    from overlays.base import Patch


@dataclass(frozen=True, slots=True)
class GivingParams:
    """`share` as it is said: 1 yuan, 3 %."""

    share: str = text("How much", "1 yuan")
    purpose: str = text("For whom")
    caption: str = text("Words", "Of each order {share} goes to {purpose}")
    place: Place = place(Place.TOP_RIGHT)
    motion: Motion = motion(Motion.FADE)


class Giving:
    """Draws giving tags."""

    def render(self, params: GivingParams, canvas_width: int, canvas_height: int) -> "Patch":
        """The tag; raises `OverlayError` where nobody is named."""
        from overlays.base import OverlayError  # noqa: PLC0415 - Qt only where something is drawn
        from overlays.panel import Line, Panel, draw_panel  # noqa: PLC0415

        if not params.purpose.strip():
            raise OverlayError("It does not say whom the money is for")
        words = params.caption.replace("{share}", params.share).replace("{purpose}", params.purpose)
        lines = (Line(f"❤ {words}", 24, "#8a1538", bold=True, most_lines=3),)
        panel = Panel(lines, params.place, params.motion, width=400, ground="#ffe9ee")
        return draw_panel(panel, canvas_width, canvas_height)
