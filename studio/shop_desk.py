"""The shop as the engine keeps it: every change is on the picture of a running show first, then in the log.

A log that is busy may keep a writer waiting for seconds; viewers are not to wait for a price. On the engine's thread.
"""

from collections.abc import Callable

from studio import commands as ask
from studio.commands import ShopCommand
from studio.errors import StudioError
from studio.events import Event
from studio.run import PricesDiffer
from studio.shop.products import Product
from studio.shop.told import ProductsListed, ProductsRefused
from studio.store.store import Store

OnPicture = Callable[[Product], None]


def _nobody(_product: Product) -> None:
    """No show runs."""


class ShopDesk:
    """Changes the products and tells what they are now."""

    def __init__(self, store: Store, tell: Callable[[Event], None]) -> None:
        self._store = store
        self._tell = tell

    def obey(self, command: ShopCommand, show: OnPicture = _nobody, add: OnPicture = _nobody) -> None:
        """Does what concerns the shop; `show` changes a product on the picture, if it is there.

        `add` lets the running show have one that is new to it: one that is saved, not the thousands of a table.
        """
        products: tuple[Product, ...] = ()
        try:
            match command:
                case ask.SaveProduct(product):
                    add(product)
                    show(product)
                    self._store.save_product(product)
                case ask.ImportProducts(products):
                    for product in products:
                        show(product)
                    self._store.import_products(products)
                case ask.RemoveProduct(sku):
                    self._store.remove_product(sku)
                case ask.UndoProducts():
                    products = self._undo(show)
                case ask.ConfirmPrice(sku, price_fen, platform_fen):
                    self._store.confirm_price(sku, price_fen, platform_fen)
            if not isinstance(command, ask.ConfirmPrice):
                changed = not isinstance(command, ask.ListProducts)
                self._tell(ProductsListed(products or self._store.list_products(), changed))
            self.tell_prices()
        except StudioError as error:
            self._tell(ProductsRefused(error.problem))

    def tell_prices(self) -> None:
        """Which prices a person should look at; raises as the store does."""
        self._tell(PricesDiffer(self._store.price_differences()))

    def _undo(self, show: OnPicture) -> tuple[Product, ...]:
        """Takes the last change back, shows it, and gives back all products; of thousands that is not done twice."""
        undone = set(self._store.undo_products().skus)
        products = self._store.list_products()
        for product in products:
            if product.sku in undone:
                show(product)
        return products
