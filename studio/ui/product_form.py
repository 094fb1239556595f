"""A product as a farmer fills it in: texts in his words, and back into what the shop keeps."""

from dataclasses import dataclass, field, replace

from studio.errors import StudioError, fault
from studio.i18n import N_, _
from studio.shop.links import LINK_PLATFORMS, product_link
from studio.shop.measures import format_weight, parse_day, parse_weight_g
from studio.shop.products import Product, parse_price


@dataclass(frozen=True, slots=True)
class ProductForm:
    """The boxes of the form, from what every product has to what few have."""

    name: str = field(default="", metadata={"label": N_("Name")})
    sku: str = field(default="", metadata={"label": N_("Code")})
    price: str = field(default="", metadata={"label": N_("Price, yuan")})
    old_price: str = field(default="", metadata={"label": N_("Former price, yuan")})
    unit: str = field(default="", metadata={"label": N_("What the price buys")})
    stock: int | None = field(default=None, metadata={"label": N_("Stock"), "low": 0, "high": 999_999_999})
    short_name: str = field(default="", metadata={"label": N_("Short name for the card")})
    net_weight: str = field(default="", metadata={"label": N_("Net weight, like 5斤")})
    origin: str = field(default="", metadata={"label": N_("Origin")})
    producer: str = field(default="", metadata={"label": N_("Producer")})
    batch: str = field(default="", metadata={"label": N_("Batch")})
    harvested: str = field(default="", metadata={"label": N_("Harvest day, like 2026-10-08")})
    selling_points: str = field(default="", metadata={"label": N_("Selling points, with ; between")})
    proof: str = field(default="", metadata={"label": N_("Certificate or test report"), "file": True})
    giving_percent: int = field(default=0, metadata={"label": N_("Giving share, percent"), "low": 0, "high": 100})
    taobao: str = field(default="", metadata={"label": N_("Taobao number or link")})
    douyin: str = field(default="", metadata={"label": N_("Douyin number or link")})
    kuaishou: str = field(default="", metadata={"label": N_("Kuaishou number or link")})
    pinduoduo: str = field(default="", metadata={"label": N_("Pinduoduo number or link")})
    jd: str = field(default="", metadata={"label": N_("JD number or link")})
    link: str = field(default="", metadata={"label": N_("Another link")})


def form_of_product(product: Product) -> ProductForm:
    """What the boxes show of a product."""
    return ProductForm(
        name=product.name,
        sku=product.sku,
        price=_yuan(product.price_fen),
        old_price=_yuan(product.old_price_fen),
        unit=product.unit,
        stock=product.stock,
        short_name=product.short_name,
        net_weight=format_weight(product.net_weight_g) if product.net_weight_g else "",
        origin=product.origin,
        producer=product.producer,
        batch=product.batch,
        harvested=str(product.harvested_on or ""),
        selling_points="; ".join(product.selling_points.splitlines()),
        proof=product.proof,
        giving_percent=product.giving_percent,
        link=product.link,
        **dict(product.platform_links),
    )


def product_of(form: ProductForm, before: Product | None) -> Product:
    """The product the boxes describe; what has no box stays as it was. Raises `value.bad`."""
    points = [point.strip() for point in form.selling_points.replace("\uff1b", ";").split(";")]
    typed = {platform: getattr(form, platform).strip() for platform in LINK_PLATFORMS}
    if not form.name.strip():
        raise fault("value.bad", field=_("name"), value="-", reason=_("a product needs a name"))
    return replace(
        before or Product("new", "new", 0),
        sku=form.sku.strip(),
        name=form.name.strip(),
        price_fen=parse_price(form.price),
        old_price_fen=parse_price(form.old_price) if form.old_price.strip() else None,
        unit=form.unit.strip(),
        stock=form.stock,
        short_name=form.short_name.strip(),
        net_weight_g=parse_weight_g(form.net_weight) if form.net_weight.strip() else None,
        origin=form.origin.strip(),
        producer=form.producer.strip(),
        batch=form.batch.strip(),
        harvested_on=parse_day(form.harvested) if form.harvested.strip() else None,
        selling_points="\n".join(point for point in points if point),
        proof=form.proof.strip(),
        giving_percent=form.giving_percent,
        link=form.link.strip(),
        platform_links=tuple((platform, product_link(platform, text)) for platform, text in typed.items() if text),
    )


def wrong_in(form: ProductForm, before: Product | None) -> str:
    """What is wrong while somebody still types, in one sentence; empty where nothing is, or nothing was begun."""
    if form == ProductForm(sku=form.sku):
        return ""
    try:
        product_of(form, before)
    except StudioError as error:
        return str(error)
    return ""


def free_sku(taken: set[str]) -> str:
    """The first code of the row P01, P02, … that no product has."""
    number = 1
    while f"P{number:02d}" in taken:
        number += 1
    return f"P{number:02d}"


def _yuan(price_fen: int | None) -> str:
    return "" if price_fen is None else f"{price_fen // 100}.{price_fen % 100:02d}"
