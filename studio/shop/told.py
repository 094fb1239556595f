"""What the engine tells of the shop."""

from dataclasses import dataclass

from studio.errors import Problem
from studio.shop.products import Product


@dataclass(frozen=True, slots=True)
class ProductsListed:
    """The shop's products, because somebody asked, or because they were `changed`."""

    products: tuple[Product, ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class ProductsRefused:
    """A change of the shop that was not made."""

    problem: Problem


ShopTold = ProductsListed | ProductsRefused
