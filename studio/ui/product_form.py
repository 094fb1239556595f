"""A product as a farmer fills it in: texts in his words, and back into what the shop keeps."""

from dataclasses import dataclass, field, fields, replace

from studio.errors import StudioError, fault
from studio.i18n import N_, _
from studio.shop.links import LINK_PLATFORMS, product_link
from studio.shop.measures import format_weight, parse_day, parse_weight_g
from studio.shop.products import Product, parse_price

_LINK = N_("the product's number, or its link")
_CODE = N_("as in its order list")


@dataclass(frozen=True, slots=True)
class ProductForm:
    """The boxes of the form, from what every product has to what few have."""

    name: str = field(default="", metadata={"label": N_("Name"), "section": N_("The goods")})
    sku: str = field(default="", metadata={"label": N_("Code")})
    price: str = field(default="", metadata={"label": N_("Price, yuan"), "hint": N_("like 39.90")})
    old_price: str = field(default="", metadata={"label": N_("Former price, yuan"), "hint": N_("if it was higher")})
    unit: str = field(default="", metadata={"label": N_("What the price buys"), "hint": N_("like 5 jin")})
    stock: int | None = field(
        default=None, metadata={"label": N_("Stock"), "none": N_("not counted"), "low": 0, "high": 999_999_999}
    )
    short_name: str = field(
        default="", metadata={"label": N_("Short name for the card"), "hint": N_("if the name is long")}
    )
    selling_points: str = field(
        default="",
        metadata={"label": N_("Selling points"), "lines": True, "hint": N_("what you say about it, one a line")},
    )
    origin: str = field(default="", metadata={"label": N_("Origin"), "section": N_("Where it comes from")})
    producer: str = field(default="", metadata={"label": N_("Producer"), "hint": N_("household or co-operative")})
    harvested: str = field(default="", metadata={"label": N_("Harvest day"), "hint": N_("like 2026-10-08")})
    batch: str = field(default="", metadata={"label": N_("Batch")})
    net_weight: str = field(default="", metadata={"label": N_("Net weight"), "hint": N_("without the box, like 5斤")})
    proof: str = field(
        default="",
        metadata={
            "label": N_("Certificate or test report"),
            "file": True,
            "opens": True,
            "hint": N_("a picture or a PDF"),
        },
    )
    giving_percent: int = field(default=0, metadata={"label": N_("Giving share, percent"), "low": 0, "high": 100})
    taobao: str = field(
        default="", metadata={"label": N_("Taobao"), "section": N_("Links for the code"), "hint": _LINK}
    )
    douyin: str = field(default="", metadata={"label": N_("Douyin"), "hint": _LINK})
    kuaishou: str = field(default="", metadata={"label": N_("Kuaishou"), "hint": _LINK})
    pinduoduo: str = field(default="", metadata={"label": N_("Pinduoduo"), "hint": _LINK})
    jd: str = field(default="", metadata={"label": N_("JD"), "hint": _LINK})
    link: str = field(default="", metadata={"label": N_("Another link"), "hint": N_("a web address")})
    sku_taobao: str = field(
        default="",
        metadata={"label": N_("Taobao"), "section": N_("Your own code there, to find its orders"), "hint": _CODE},
    )
    sku_douyin: str = field(default="", metadata={"label": N_("Douyin"), "hint": _CODE})
    sku_kuaishou: str = field(default="", metadata={"label": N_("Kuaishou"), "hint": _CODE})
    sku_pinduoduo: str = field(default="", metadata={"label": N_("Pinduoduo"), "hint": _CODE})
    sku_jd: str = field(default="", metadata={"label": N_("JD"), "hint": _CODE})


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
        selling_points=product.selling_points,
        proof=product.proof,
        giving_percent=product.giving_percent,
        link=product.link,
        **dict(product.platform_links),
        **{f"sku_{platform}": code for platform, code in product.platform_skus if platform in LINK_PLATFORMS},
    )


def product_of(form: ProductForm, before: Product | None) -> Product:
    """The product the boxes describe; what has no box stays as it was. Raises `value.bad`."""
    typed = {platform: getattr(form, platform).strip() for platform in LINK_PLATFORMS}
    codes = {platform: getattr(form, f"sku_{platform}").strip() for platform in LINK_PLATFORMS}
    others = [pair for pair in before.platform_skus if pair[0] not in codes] if before is not None else []
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
        selling_points="\n".join(point.strip() for point in form.selling_points.splitlines() if point.strip()),
        proof=form.proof.strip(),
        giving_percent=form.giving_percent,
        link=form.link.strip(),
        platform_links=tuple((platform, product_link(platform, text)) for platform, text in typed.items() if text),
        platform_skus=(*others, *((platform, code) for platform, code in codes.items() if code)),
    )


def wrong_in(form: ProductForm) -> dict[str, str]:
    """What will not do while somebody still types: a sentence by field; boxes nobody has filled in are not told."""
    sound = ProductForm(name="-", sku="P", price="0")
    tried = {
        part.name: replace(sound, **{part.name: getattr(form, part.name)})
        for part in fields(ProductForm)
        if getattr(form, part.name) != part.default
    }
    wrong = {name: sentence for name, one in tried.items() if (sentence := _refusal(one))}
    if not wrong.keys() & {"price", "old_price"} and form.price.strip():
        if sentence := _refusal(replace(sound, price=form.price, old_price=form.old_price)):
            wrong["old_price"] = sentence
        elif parse_price(form.price) == 0:
            wrong["price"] = _("It costs nothing: right only for a gift.")
    return wrong


def _refusal(form: ProductForm) -> str:
    try:
        product_of(form, None)
    except StudioError as error:
        return str(error)
    return ""


def lacking_in(form: ProductForm) -> dict[str, str]:
    """The boxes without which there is no product, by field; told when somebody saves."""
    needed = {
        "name": _("A product needs a name."),
        "sku": _("A product needs a code, like P01."),
        "price": _("A product needs a price."),
    }
    return {name: sentence for name, sentence in needed.items() if not getattr(form, name).strip()}


def free_sku(taken: set[str]) -> str:
    """The first code of the row P01, P02, … that no product has."""
    number = 1
    while f"P{number:02d}" in taken:
        number += 1
    return f"P{number:02d}"


def _yuan(price_fen: int | None) -> str:
    return "" if price_fen is None else f"{price_fen // 100}.{price_fen % 100:02d}"
