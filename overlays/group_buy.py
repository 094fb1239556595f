"""The group buy: the price for many, and how many people it still needs."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, number, place, text
from overlays.overlay_template import OverlayTemplate

if TYPE_CHECKING:
    from overlays.base import Covered, Patch


@dataclass(frozen=True, slots=True)
class GroupBuyParams:
    """`joined` of `wanted` people are in."""

    name: str = text("Product")
    price_yuan: str = text("Price for the group, yuan")
    wanted: int = number("People it takes", 10, 2, 100_000)
    joined: int = number("People who are in", 0, 0, 100_000)
    missing: str = text("Words while some are missing", "{count} more and the price holds")
    complete: str = text("Words when all are there", "The group is complete")
    place: Place = place(Place.TOP_LEFT)
    motion: Motion = motion(Motion.FROM_LEFT)
    template: OverlayTemplate | None = None


class GroupBuy:
    """Draws group buys."""

    def render(
        self, params: GroupBuyParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The group with a bar of who is in; raises `OverlayError` for a price that is none."""
        from overlays.money import price_text  # noqa: PLC0415 - Qt only where something is drawn
        from overlays.panel import Line, draw_panel, panel_of  # noqa: PLC0415

        missing = max(0, params.wanted - params.joined)
        words = params.missing.replace("{count}", str(missing)) if missing else params.complete
        panel = panel_of(
            "group",
            params,
            Line(params.name, bold=True, most_lines=2),
            Line(price_text(params.price_yuan), "price_ink", bold=True),
            Line(words, "origin_ink", bold=True, most_lines=2),
        )
        part = min(1.0, params.joined / params.wanted)
        return draw_panel(replace(panel, part=part), canvas_width, canvas_height, covered)
