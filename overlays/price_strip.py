"""The price strip: one line with a name, the price and the former price."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, place, text
from overlays.overlay_template import OverlayTemplate

if TYPE_CHECKING:
    from overlays.base import Covered, Patch


@dataclass(frozen=True, slots=True)
class PriceStripParams:
    """Prices in yuan, as they are typed."""

    name: str = text("Product")
    price_yuan: str = text("Price, yuan")
    old_price_yuan: str = text("Former price, yuan")
    unit: str = text("What the price buys")
    place: Place = place(Place.BOTTOM)
    motion: Motion = motion(Motion.FROM_BOTTOM)
    template: OverlayTemplate | None = None


class PriceStrip:
    """Draws price strips."""

    def render(
        self, params: PriceStripParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The strip; raises `OverlayError` for a price that is none."""
        from overlays.money import price_text, with_unit  # noqa: PLC0415 - Qt only where something is drawn
        from overlays.panel import Line, draw_panel, panel_of  # noqa: PLC0415

        panel = panel_of(
            "price",
            params,
            Line(params.name, bold=True),
            Line(with_unit(price_text(params.price_yuan), params.unit), "price_ink", bold=True),
            Line(price_text(params.old_price_yuan), "quiet_ink", struck=True),
        )
        return draw_panel(panel, canvas_width, canvas_height, covered)
