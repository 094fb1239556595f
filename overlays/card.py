"""The product card: picture, name, origin, price with the old price struck through, QR code."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from overlays.template import PLAIN, CardTemplate

if TYPE_CHECKING:
    from overlays.base import Covered, Patch


class Look(StrEnum):
    """Where a card lies; the usual place is the lower left of a wide canvas and the whole width of an upright one."""

    USUAL = "usual"
    LEFT = "left"
    RIGHT = "right"
    BOTTOM = "bottom"


@dataclass(frozen=True, slots=True)
class CardParams:
    """What a card shows; money in fen, `picture` a file's path, `link` what the QR code holds.

    `links` are the product's links by platform: whoever shows the card chooses among them and puts it into `link`.
    """

    sku: str
    name: str
    price_fen: int
    old_price_fen: int | None = None
    unit: str = ""  # what the price buys: "5 kg"
    origin: str = ""
    picture: str = ""
    link: str = ""
    look: Look = Look.USUAL
    links: tuple[tuple[str, str], ...] = ()
    template: CardTemplate = PLAIN
    code_growth: float = 1.0  # how much larger than usual the code is, where phones would not read it otherwise
    stock: int | None = None  # pieces left; None: nobody counts
    stock_words: str = ""  # how many are left, or that it is sold out, as viewers read it; empty: it is not shown


class Card:
    """Draws product cards in their looks."""

    def render(
        self, params: CardParams, canvas_width: int, canvas_height: int, covered: "Covered | None" = None
    ) -> "Patch":
        """The card on a canvas of that size.

        A picture that is missing or broken becomes a drawn leaf; text that is too long shrinks, wraps,
        and ends in an ellipsis. Raises `OverlayError` for a link too long for a readable code.
        """
        from overlays.card_face import draw_card  # noqa: PLC0415 - Qt only where something is drawn

        return draw_card(params, canvas_width, canvas_height, covered)
