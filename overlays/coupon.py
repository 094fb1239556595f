"""The coupon: what it is worth, when it may be used, and how long it can still be had."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, number, place, text
from overlays.overlay_template import OverlayTemplate

if TYPE_CHECKING:
    from overlays.base import Covered, Moment, Patch


@dataclass(frozen=True, slots=True)
class CouponParams:
    """`minutes` count from the moment it is shown; `left_s` is filled in while it counts down."""

    worth: str = text("What it is worth, yuan", "10")
    rule: str = text("When it may be used")
    minutes: float = number("Minutes it lasts", 5.0, 0.1, 600)
    caption: str = text("Words before the time", "Still")
    over: str = text("Words when it is over", "The coupon is over")
    place: Place = place(Place.TOP_LEFT)
    motion: Motion = motion(Motion.POP)
    template: OverlayTemplate | None = None
    left_s: int | None = None


class Coupon:
    """Draws coupons, anew with every second."""

    def at(self, params: CouponParams, moment: "Moment") -> CouponParams:
        from overlays.countdown import seconds_left  # noqa: PLC0415 - Qt only where something is drawn

        return replace(params, left_s=seconds_left(params.minutes, moment))

    def render(
        self, params: CouponParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The coupon; raises `OverlayError` for a worth that is no sum."""
        from overlays.countdown import clock_text  # noqa: PLC0415 - Qt only where something is drawn
        from overlays.money import price_text  # noqa: PLC0415
        from overlays.panel import Line, draw_panel, panel_of  # noqa: PLC0415

        left = round(params.minutes * 60) if params.left_s is None else params.left_s
        time_left = Line(f"{params.caption} {clock_text(left)}", "tag_ink", bold=True, tag="tag")
        panel = panel_of(
            "coupon",
            params,
            Line(price_text(params.worth), "price_ink" if left else "quiet_ink", bold=True),
            Line(params.rule, most_lines=2),
            time_left if left else Line(params.over, "quiet_ink", bold=True),
        )
        return draw_panel(panel, canvas_width, canvas_height, covered)
