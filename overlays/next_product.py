"""What comes next, so that viewers wait for it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, place, text

if TYPE_CHECKING:
    from overlays.base import Patch


@dataclass(frozen=True, slots=True)
class NextProductParams:
    """`picture` is a file."""

    name: str = text("Product")
    price_yuan: str = text("Price, yuan")
    picture: str = text("Picture", file=True)
    caption: str = text("Heading", "Coming next")
    place: Place = place(Place.TOP_RIGHT)
    motion: Motion = motion(Motion.FROM_RIGHT)


class NextProduct:
    """Draws what comes next."""

    def render(self, params: NextProductParams, canvas_width: int, canvas_height: int) -> "Patch":
        """The product, smaller than a card; raises `OverlayError` for a price that is none."""
        from overlays.money import price_text  # noqa: PLC0415 - Qt only where something is drawn
        from overlays.panel import GREEN, RED, WHITE, Line, Panel, draw_panel  # noqa: PLC0415

        lines = (
            Line(params.caption, 20, WHITE, bold=True, tag=GREEN),
            Line(params.name, 26, bold=True, most_lines=2),
            Line(price_text(params.price_yuan), 30, RED, bold=True),
        )
        panel = Panel(lines, params.place, params.motion, width=380, picture=params.picture, picture_side=100)
        return draw_panel(panel, canvas_width, canvas_height)
