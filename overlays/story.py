"""The producer's story: who grew it, where, and what the last sale brought."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, place, text
from overlays.overlay_template import OverlayTemplate

if TYPE_CHECKING:
    from overlays.base import Covered, Patch


@dataclass(frozen=True, slots=True)
class StoryParams:
    """`picture` is a file; `brought` what the last sale brought, in the seller's own words."""

    name: str = text("Producer")
    village: str = text("Village")
    picture: str = text("Picture", file=True)
    story: str = text("Story")
    brought: str = text("What the last sale brought")
    place: Place = place(Place.LEFT)
    motion: Motion = motion(Motion.FROM_LEFT)
    template: OverlayTemplate | None = None


class Story:
    """Draws producers' stories."""

    def render(
        self, params: StoryParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The producer with picture and story."""
        from overlays.panel import Line, draw_panel, panel_of  # noqa: PLC0415 - Qt only where something is drawn

        panel = panel_of(
            "story",
            params,
            Line(params.name, bold=True, most_lines=2),
            Line(params.village, "origin_ink", most_lines=2),
            Line(params.story, most_lines=4),
            Line(params.brought, "quiet_ink", most_lines=3),
        )
        return draw_panel(replace(panel, picture=params.picture), canvas_width, canvas_height, covered)
