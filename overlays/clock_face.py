"""The clock: the time of day, so that viewers see that the show is live."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, place, switch, text
from overlays.overlay_template import OverlayTemplate

if TYPE_CHECKING:
    from overlays.base import Covered, Moment, Patch


@dataclass(frozen=True, slots=True)
class ClockParams:
    """`now` is filled in while it runs."""

    caption: str = text("Words beside the time", "Live")
    seconds: bool = switch("With seconds", usual=True)
    place: Place = place(Place.TOP_LEFT)
    motion: Motion = motion(Motion.FADE)
    template: OverlayTemplate | None = None
    now: str = "00:00:00"


class Clock:
    """Draws clocks, anew with every second, or every minute."""

    def at(self, params: ClockParams, moment: "Moment") -> ClockParams:
        return replace(params, now=moment.now.strftime("%H:%M:%S" if params.seconds else "%H:%M"))

    def render(
        self, params: ClockParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The time on a dark ground."""
        from overlays.panel import Line, draw_panel, panel_of  # noqa: PLC0415 - Qt only where something is drawn

        lines = (Line(params.caption, "price_ink", bold=True), Line(params.now, bold=True))
        return draw_panel(panel_of("clock", params, *lines), canvas_width, canvas_height, covered)
