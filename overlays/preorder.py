"""The pre-order: what is still growing, when it comes, and how much of the harvest is left to promise."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, number, place, text
from overlays.overlay_template import OverlayTemplate

if TYPE_CHECKING:
    from overlays.base import Covered, Patch


@dataclass(frozen=True, slots=True)
class PreorderParams:
    """No more is sold than the harvest gives: `cap` pieces, of which `promised` are taken; a cap of 0 shows none."""

    name: str = text("Product")
    price_yuan: str = text("Price, yuan")
    delivery: str = text("Day of delivery")
    cap: int = number("Pieces the harvest gives", 0, 0, 10_000_000)
    promised: int = number("Pieces taken already", 0, 0, 10_000_000)
    heading: str = text("Heading", "Order before the harvest")
    sent: str = text("Words for the delivery", "Sent from {day} on")
    left: str = text("Words for what is left", "{count} left of this harvest")
    full: str = text("Words when all is taken", "The whole harvest is taken")
    place: Place = place(Place.TOP_LEFT)
    motion: Motion = motion(Motion.FROM_LEFT)
    template: OverlayTemplate | None = None


class Preorder:
    """Draws pre-orders."""

    def render(
        self, params: PreorderParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The offer with a bar of what is left; raises `OverlayError` for a price that is none."""
        from overlays.money import price_text  # noqa: PLC0415 - Qt only where something is drawn
        from overlays.panel import Line, draw_panel, panel_of  # noqa: PLC0415

        left = max(0, params.cap - params.promised)
        words = "" if not params.cap else params.left.replace("{count}", str(left)) if left else params.full
        day = params.delivery.strip()
        panel = panel_of(
            "preorder",
            params,
            Line(params.heading, "tag_ink", bold=True, tag="tag"),
            Line(params.name, bold=True, most_lines=2),
            Line(price_text(params.price_yuan), "price_ink", bold=True),
            Line(params.sent.replace("{day}", day) if day else "", "origin_ink", most_lines=2),
            Line(words, most_lines=2),
        )
        part = left / params.cap if params.cap else None
        return draw_panel(replace(panel, part=part), canvas_width, canvas_height, covered)
