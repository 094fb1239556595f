"""The flash sale: a price that holds for minutes, what is left of the goods, and the time."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, number, place, text
from overlays.overlay_template import OverlayTemplate

if TYPE_CHECKING:
    from overlays.base import Covered, Moment, Patch


@dataclass(frozen=True, slots=True)
class FlashSaleParams:
    """`left_s` is filled in while it counts down."""

    name: str = text("Product")
    price_yuan: str = text("Price, yuan")
    old_price_yuan: str = text("Former price, yuan")
    stock: int = number("Pieces there are", 100, 0, 1_000_000)
    stock_left: int = number("Pieces left", 100, 0, 1_000_000)
    minutes: float = number("Minutes it lasts", 5.0, 0.1, 600)
    heading: str = text("Heading", "Flash sale")
    pieces: str = text("Words for what is left", "{count} left")
    over: str = text("Words when it is over", "The sale is over")
    place: Place = place(Place.TOP_LEFT)
    motion: Motion = motion(Motion.FROM_LEFT)
    template: OverlayTemplate | None = None
    left_s: int | None = None


class FlashSale:
    """Draws flash sales, anew with every second."""

    def at(self, params: FlashSaleParams, moment: "Moment") -> FlashSaleParams:
        from overlays.countdown import seconds_left  # noqa: PLC0415 - Qt only where something is drawn

        return replace(params, left_s=seconds_left(params.minutes, moment))

    def render(
        self, params: FlashSaleParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The sale with a bar of what is left; raises `OverlayError` for a price that is none."""
        from overlays.countdown import clock_text  # noqa: PLC0415 - Qt only where something is drawn
        from overlays.money import price_text  # noqa: PLC0415
        from overlays.panel import Line, draw_panel, panel_of  # noqa: PLC0415

        left = round(params.minutes * 60) if params.left_s is None else params.left_s
        on = left > 0 and params.stock_left > 0
        heading = f"{params.heading} {clock_text(left)}" if on else params.over
        panel = panel_of(
            "flash",
            params,
            Line(heading, "tag_ink", bold=True, tag="tag" if on else "quiet_ink"),
            Line(params.name, bold=True, most_lines=2),
            Line(price_text(params.price_yuan), "price_ink" if on else "quiet_ink", bold=True),
            Line(price_text(params.old_price_yuan), "quiet_ink", struck=True),
            Line(params.pieces.replace("{count}", str(params.stock_left)) if on else "", "quiet_ink"),
        )
        part = params.stock_left / params.stock if on and params.stock else None
        return draw_panel(replace(panel, part=part), canvas_width, canvas_height, covered)
