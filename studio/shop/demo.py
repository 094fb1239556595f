"""The demo shop: products of village co-operatives with drawn pictures, a clip in place of a camera, and their show."""

from pathlib import Path

from studio.config import AudioConfig, AudioKind, ShowConfig, SourceConfig, SourceKind
from studio.paths import asset
from studio.shop.catalogue import read_products
from studio.shop.products import Product

DEMO_TICKER = "今晚产地直发，坏果包赔，24 小时内发货"


def demo_products() -> tuple[Product, ...]:
    """The products the program brings along; their links lead nowhere."""
    products, rejected = read_products(asset("demo", "products.csv"))
    if rejected:
        raise ValueError(f"the demo shop's own table is broken: {rejected}")
    return tuple(products)


def demo_clip() -> Path:
    """A market stall in an orchard with its host: 1280×720, 30 frames a second, with sound, loops without a seam."""
    return asset("demo", "clip.mp4")


def demo_show(recordings: Path) -> ShowConfig:
    """The demo shop's show: the clip as camera, all cards in turn, into the embedded receiver."""
    cards = tuple(product.card() for product in demo_products())
    return ShowConfig(
        source=SourceConfig(SourceKind.CLIP, str(demo_clip())),
        audio=AudioConfig(AudioKind.CLIP),
        cards=cards,
        first_card=cards[0].sku,
        rotate_s=10.0,
        ticker=DEMO_TICKER,
        record_dir=recordings,
        rehearsal=True,
    )
