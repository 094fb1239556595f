"""What is sold: a product with its price, and prices read from and written as people write them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from overlays.card import CardParams
from studio.errors import StudioError, fault
from studio.i18n import N_, _
from studio.shop.links import LONGEST_LINK, product_link
from studio.shop.web_address import is_web_address

MOST_STOCK_TOLD = 99  # more than that hurries nobody
RESERVED_SKUS = ("none", "all")  # words the command line uses in place of a code
HIGHEST_PRICE_FEN = 1_000_000_000
_LONGEST = {
    "sku": 40,
    "name": 200,
    "unit": 40,
    "origin": 80,
    "producer": 120,
    "short_name": 40,
    "batch": 60,
    "selling_points": 2000,
}
_LABELS = {
    "sku": N_("code"),
    "name": N_("name"),
    "unit": N_("unit"),
    "origin": N_("origin"),
    "producer": N_("producer"),
    "short_name": N_("short name"),
    "batch": N_("batch"),
    "selling_points": N_("selling points"),
}
_LONGEST_CODE = 64  # of a platform's own code for the product
_HEAVIEST_G = 10_000_000
_MOST_STOCK = 999_999_999  # more the log does not hold

_PRICE = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{1,2})?")


@dataclass(frozen=True, slots=True)
class Product:
    """One thing on sale. Money in fen; `picture` and `proof` are files' paths, `producer` a co-operative or household.

    Raises `value.bad` for a code with spaces, a missing name, a price that cannot be, an old price below
    the price, a link that is none or too long for a readable code, a platform's link of another shape, a
    stock or a weight below zero or beyond all measure, a share beyond 100 percent.
    """

    sku: str
    name: str
    price_fen: int
    old_price_fen: int | None = None
    unit: str = ""  # what the price buys: "5 kg"
    origin: str = ""
    picture: str = ""
    link: str = ""
    producer: str = ""
    stock: int | None = None  # None: not counted
    short_name: str = ""  # for the card; empty: the name
    net_weight_g: int | None = None  # without the box
    batch: str = ""
    harvested_on: date | None = None
    proof: str = ""  # a certificate or a test report
    selling_points: str = ""  # one a line, for the prompter
    giving_percent: int = 0  # of the price, for a good cause
    platform_skus: tuple[tuple[str, str], ...] = ()  # (platform, its own code for the product)
    platform_links: tuple[tuple[str, str], ...] = ()  # (platform, link), as `product_link` gives it

    def __post_init__(self) -> None:
        _check_texts(self)
        _check_money(self)
        if self.link and (len(self.link.encode("utf-8", "replace")) > LONGEST_LINK or not is_web_address(self.link)):
            reason = _("a web address of at most {most} letters, like https://example.com/a1").format(most=LONGEST_LINK)
            raise _bad(_("link"), self.link, reason)
        if self.stock is not None and self.stock < 0:
            raise _bad(_("stock"), self.stock, _("less than nothing cannot be in stock"))
        if self.stock is not None and self.stock > _MOST_STOCK:
            raise _bad(_("stock"), self.stock, _("at most {most}").format(most=_MOST_STOCK))
        if self.net_weight_g is not None and not 0 < self.net_weight_g <= _HEAVIEST_G:
            raise _bad(_("net weight"), self.net_weight_g, _("between 1 gram and 10 tons"))
        if not 0 <= self.giving_percent <= 100:
            raise _bad(_("giving share"), self.giving_percent, _("between 0 and 100 percent"))
        _check_platforms(self)

    def card(self, with_stock: bool = False) -> CardParams:
        """What the product's card shows; of many pieces it tells `with_stock` only, of the last ones always."""
        return CardParams(
            sku=self.sku,
            name=self.short_name or self.name,
            price_fen=self.price_fen,
            old_price_fen=self.old_price_fen,
            unit=self.unit,
            origin=self.origin,
            picture=self.picture,
            link=self.link,
            links=self.platform_links,
            stock=self.stock,
            stock_words=_stock_words(self.stock, with_stock),
        )

    def link_on(self, platform: str) -> str:
        """What a code shown on `platform` opens: the product's link there, else its own."""
        return dict(self.platform_links).get(platform, self.link)


def parse_price(text: str) -> int:
    """Fen from a price as people write it: `39.90`, `¥1,299`, `39.9元`, also in full-width characters.

    Raises `value.bad` for anything else: a sign, more than two decimals, words.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元").strip()
    if not _PRICE.fullmatch(plain) or not plain.isascii():
        raise _bad(_("price"), text.strip() or "-", _("write yuan with at most two decimals, like 39.90"))
    yuan, _point, fen = plain.replace(",", "").partition(".")
    if len(yuan) > len(str(HIGHEST_PRICE_FEN)):
        raise _bad(_("price"), text, _too_high())
    price_fen = int(yuan) * 100 + int(fen.ljust(2, "0") or 0)
    if price_fen > HIGHEST_PRICE_FEN:
        raise _bad(_("price"), text, _too_high())
    return price_fen


def format_price(price_fen: int) -> str:
    """Fen as a price with two decimals: `¥39.90`."""
    yuan, fen = divmod(abs(price_fen), 100)
    return f"{'-' if price_fen < 0 else ''}¥{yuan:,}.{fen:02d}"


def _check_texts(product: Product) -> None:
    sku = product.sku
    if not sku or sku.lower() in RESERVED_SKUS or " " in sku or not sku.isprintable():
        raise _bad(_("code"), sku or "-", _("a short code without spaces, like P01"))
    if not product.name.strip():
        raise _bad(_("name"), product.name or "-", _("a product needs a name"))
    for field, most in _LONGEST.items():
        value = getattr(product, field)
        if len(value) > most:
            raise _bad(_(_LABELS[field]), value[:20] + "…", _("at most {most} characters").format(most=most))


def _check_money(product: Product) -> None:
    for label, price_fen in ((N_("price"), product.price_fen), (N_("old price"), product.old_price_fen)):
        if price_fen is None:
            continue
        if price_fen < 0:
            raise _bad(_(label), format_price(price_fen), _("a price cannot be less than nothing"))
        if price_fen > HIGHEST_PRICE_FEN:
            raise _bad(_(label), format_price(price_fen), _too_high())
    if product.old_price_fen is not None and product.old_price_fen < product.price_fen:
        reason = _("the old price must not be lower than the price")
        raise _bad(_("old price"), format_price(product.old_price_fen), reason)


def _check_platforms(product: Product) -> None:
    for platform, link in product.platform_links:
        if product_link(platform, link) != link:  # a bare number is not a link yet
            raise _bad(_("link"), link, _("a web address is needed here"))
    for platform, code in product.platform_skus:
        if not code or len(code) > _LONGEST_CODE or not code.isprintable() or " " in code:
            reason = _("at most {most} letters and digits without spaces").format(most=_LONGEST_CODE)
            raise _bad(_("code on {platform}").format(platform=platform), code[:20] or "-", reason)


def _stock_words(stock: int | None, always: bool) -> str:
    """What the card says of the pieces that are left."""
    if stock is None or (stock > MOST_STOCK_TOLD and not always):
        return ""
    return _("{count} left").format(count=stock) if stock else _("Sold out")


def _too_high() -> str:
    return _("at most {price}").format(price=format_price(HIGHEST_PRICE_FEN))


def _bad(field: str, value: object, reason: str) -> StudioError:
    return fault("value.bad", field=field, value=value, reason=reason)
