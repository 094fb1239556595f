"""What comes next, so that viewers wait for it."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from overlays.fields import Motion, Place, motion, place, text
from overlays.overlay_template import OverlayTemplate

if TYPE_CHECKING:
    from overlays.base import Covered, Patch


@dataclass(frozen=True, slots=True)
class NextProductParams:
    """`picture` is a file."""

    name: str = text("Product")
    price_yuan: str = text("Price, yuan")
    picture: str = text("Picture", file=True)
    caption: str = text("Heading", "Coming next")
    place: Place = place(Place.TOP_RIGHT)
    motion: Motion = motion(Motion.FROM_RIGHT)
    template: OverlayTemplate | None = None


class NextProduct:
    """Draws what comes next."""

    def render(
        self, params: NextProductParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The product, smaller than a card; raises `OverlayError` for a price that is none."""
        from overlays.money import price_text  # noqa: PLC0415 - Qt only where something is drawn
        from overlays.panel import Line, draw_panel, panel_of  # noqa: PLC0415

        panel = panel_of(
            "next",
            params,
            Line(params.caption, "tag_ink", bold=True, tag="tag"),
            Line(params.name, bold=True, most_lines=2),
            Line(price_text(params.price_yuan), "price_ink", bold=True),
        )
        return draw_panel(replace(panel, picture=params.picture), canvas_width, canvas_height, covered)
