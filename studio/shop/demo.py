"""The demo shop: products of village co-operatives with drawn pictures, and a drawn clip in place of a camera."""

from pathlib import Path

from studio.paths import asset
from studio.shop.catalogue import read_products
from studio.shop.products import Product


def demo_products() -> tuple[Product, ...]:
    """The products the program brings along; their links lead nowhere."""
    products, rejected = read_products(asset("demo", "products.csv"))
    if rejected:
        raise ValueError(f"the demo shop's own table is broken: {rejected}")
    return tuple(products)


def demo_clip() -> Path:
    """A market stall in an orchard with its host: 1280×720, 30 frames a second, with sound, loops without a seam."""
    return asset("demo", "clip.mp4")
