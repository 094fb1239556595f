"""The producer's story: who grew it, where, and what the last sale brought."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, place, text

if TYPE_CHECKING:
    from overlays.base import Patch


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


class Story:
    """Draws producers' stories."""

    def render(self, params: StoryParams, canvas_width: int, canvas_height: int) -> "Patch":
        """The producer with picture and story."""
        from overlays.panel import GREEN, GREY, Line, Panel, draw_panel  # noqa: PLC0415 - Qt only where something is drawn

        lines = (
            Line(params.name, 34, bold=True, most_lines=2),
            Line(params.village, 22, GREEN, most_lines=2),
            Line(params.story, 22, most_lines=4),
            Line(params.brought, 22, GREY, most_lines=3),
        )
        panel = Panel(lines, params.place, params.motion, width=560, picture=params.picture, picture_side=160)
        return draw_panel(panel, canvas_width, canvas_height)
