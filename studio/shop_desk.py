"""The shop as the engine keeps it: every change is on the picture of a running show first, then in the log.

A log that is busy may keep a writer waiting for seconds; viewers are not to wait for a price. On the engine's thread.
"""

from collections.abc import Callable, Iterable

from studio import commands as ask
from studio.cards import CardDesk
from studio.commands import ShopCommand
from studio.errors import StudioError
from studio.events import Event
from studio.run import PricesDiffer
from studio.shop.products import Product
from studio.shop.told import ProductsListed, ProductsRefused
from studio.store.store import Store


class ShopDesk:
    """Changes the products and tells what they are now."""

    def __init__(self, store: Store, tell: Callable[[Event], None]) -> None:
        self._store = store
        self._tell = tell

    def obey(self, command: ShopCommand, cards: CardDesk | None) -> None:
        """Does what concerns the shop; `cards` are those of the show that runs."""
        try:
            match command:
                case ask.SaveProduct(product):
                    _show((product,), cards)
                    self._store.save_product(product)
                case ask.ImportProducts(products):
                    _show(products, cards)
                    self._store.import_products(products)
                case ask.RemoveProduct(sku):
                    self._store.remove_product(sku)
                case ask.UndoProducts():
                    self._undo(cards)
                case ask.ConfirmPrice(sku, price_fen, platform_fen):
                    self._store.confirm_price(sku, price_fen, platform_fen)
            if not isinstance(command, ask.ConfirmPrice):
                changed = not isinstance(command, ask.ListProducts)
                self._tell(ProductsListed(self._store.list_products(), changed))
            self.tell_prices()
        except StudioError as error:
            self._tell(ProductsRefused(error.problem))

    def tell_prices(self) -> None:
        """Which prices a person should look at; raises as the store does."""
        self._tell(PricesDiffer(self._store.price_differences()))

    def _undo(self, cards: CardDesk | None) -> None:
        undone = set(self._store.undo_products().skus)
        if cards is not None:
            _show((product for product in self._store.list_products() if product.sku in undone), cards)


def _show(products: Iterable[Product], cards: CardDesk | None) -> None:
    """What has a card in the running show is on it at once."""
    shown = {card.sku for card in cards.cards} if cards is not None else set()
    for product in products:
        if cards is not None and product.sku in shown:
            cards.change(product)
