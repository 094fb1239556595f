"""What a printed label says of a product."""

from overlays.label import Label
from studio.i18n import _
from studio.shop.measures import format_weight
from studio.shop.products import Product, format_price

MOST_COPIES = 1000


def label_of(product: Product, platform: str | None) -> Label:
    """The label with a code for `platform`, else with whatever link there is; without a link it has no code."""
    told = (
        (_("Origin"), product.origin),
        (_("Net weight"), format_weight(product.net_weight_g) if product.net_weight_g else ""),
        (_("Batch"), product.batch),
        (_("Harvested"), str(product.harvested_on or "")),
        (_("Producer"), product.producer),
    )
    first = product.link or next((link for _platform, link in product.platform_links), "")
    return Label(
        name=product.name,
        price=format_price(product.price_fen),
        unit=product.unit,
        lines=tuple(f"{word} {value}" for word, value in told if value),
        link=product.link_on(platform) if platform else first,
        picture=product.picture,
    )
