"""The products of one show as its overlays speak of them: as they were planned, and as they are now."""

from collections.abc import Iterable

from overlays.card import CardParams
from studio.adding import KINDS, AddedConfig, as_changed, filled_in
from studio.errors import StudioError


class OfferedProducts:
    """Their cards; a product that is new to the show was planned as it came."""

    def __init__(self, cards: Iterable[CardParams]) -> None:
        self._planned = {card.sku: card for card in cards}
        self._now = dict(self._planned)

    def planned(self, sku: str) -> CardParams | None:
        return self._planned.get(sku)

    def now(self, sku: str) -> CardParams | None:
        return self._now.get(sku)

    def change(self, card: CardParams) -> bool:
        """A product's card is this one from now on; True where more pieces came, or nobody counts them any more."""
        before, self._now[card.sku] = self._now.get(card.sku), card
        self._planned.setdefault(card.sku, card)
        return card.stock != 0 and (before is None or before.stock != card.stock)

    def since(self, then: CardParams | None, added: AddedConfig) -> AddedConfig:
        """An overlay that was asked for when its product's card was `then`, as the product is now."""
        now = self._now.get(added.sku)
        return added if now is None or now == then else as_changed(added, then, now)

    def filled_in(self, planned: AddedConfig) -> AddedConfig:
        """What was planned, with what its product's card said before the show where it says nothing itself."""
        card = self._planned.get(planned.sku)
        return filled_in(planned, card) if card is not None and planned.kind in KINDS else planned

    def as_now(self, planned: AddedConfig) -> AddedConfig:
        """What was planned, as its product is now; one of another version stays as it is."""
        try:
            return self.since(self._planned.get(planned.sku), planned)
        except StudioError:
            return planned
