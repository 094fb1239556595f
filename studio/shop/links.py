"""Links to a product on the selling platforms: recognised by their shape, or built from the product's number.

The shapes are those in the platforms' own documents and sellers' programs. A number is digits only, 6 to 20 of
them; the bound is our own, no platform states one.
"""

import re
from collections.abc import Set
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from studio.errors import fault
from studio.i18n import _
from studio.presets import CUSTOM, preset_of

LONGEST_LINK = 300  # characters; a longer one makes a code too fine for phones
_NUMBER = re.compile(r"[0-9]{6,20}")


@dataclass(frozen=True, slots=True)
class Shape:
    """One form of a platform's product link; the number stands in `parameter`, or in the path where that is empty."""

    host: str
    path: str  # a pattern; its group is the number where the path holds it
    parameter: str = ""


# platform -> the link a number becomes, and every shape that is known
_BUILT = {
    "taobao": "https://item.taobao.com/item.htm?id={number}",
    "douyin": "https://haohuo.jinritemai.com/views/product/item2?id={number}",
    "kuaishou": "https://app.kwaixiaodian.com/merchant/shop/detail?id={number}",
    "pinduoduo": "https://mobile.yangkeduo.com/goods.html?goods_id={number}",
    "jd": "https://item.jd.com/{number}.html",
}
_SHAPES = {
    "taobao": (Shape("item.taobao.com", r"/item\.htm", "id"), Shape("detail.tmall.com", r"/item\.htm", "id")),
    "douyin": (
        Shape("haohuo.jinritemai.com", r"/views/product/(?:item2|detail)", "id"),
        Shape("haohuo.jinritemai.com", r"/ecommerce/trade/detail/index\.html", "id"),
    ),
    "kuaishou": (
        Shape("app.kwaixiaodian.com", r"/merchant/shop/detail", "id"),
        Shape("app.kwaixiaodian.com", r"/page/kwaishop-buyer-goods-detail-outside", "id"),
    ),
    "pinduoduo": (Shape("mobile.yangkeduo.com", r"/goods\.html", "goods_id"),),
    "jd": (Shape("item.jd.com", r"/([0-9]+)\.html"), Shape("item.m.jd.com", r"/product/([0-9]+)\.html")),
}
LINK_PLATFORMS = tuple(_BUILT)


def product_link(platform: str, text: str) -> str:
    """The link to a product on `platform` from what somebody typed: its number, or a link that is kept as it is.

    Raises `value.bad` for any other platform, host, path or number.
    """
    typed = text.strip()
    if platform not in _BUILT:
        reason = _("links are known for {platforms}").format(platforms=", ".join(LINK_PLATFORMS))
        raise fault("value.bad", field=_("platform"), value=platform or "-", reason=reason)
    built = _BUILT[platform]
    if _NUMBER.fullmatch(typed):
        return built.format(number=typed)
    if len(typed) <= LONGEST_LINK and _number_in(platform, typed):
        return typed
    reason = _("write the product's number, 6 to 20 digits, or its link, like {link}").format(
        link=built.format(number="123456789")
    )
    field = _("link on {platform}").format(platform=_(preset_of(platform).name))
    raise fault("value.bad", field=field, value=typed[:60] or "-", reason=reason)


def code_link(own: str, links: tuple[tuple[str, str], ...], platforms: Set[str]) -> str:
    """What one code leads to that is seen on all of `platforms` at once; empty where no link fits them all.

    Each platform has the product's link there, else the product's own; where these differ, the own link it is: a code
    that leads from one platform to another is punished. A server of one's own belongs to no platform: without an own
    link it takes the only one there is.
    """
    by_platform = dict(links)
    if len(by_platform) == 1:
        by_platform |= {CUSTOM.platform: own or links[0][1]}
    wanted = {by_platform.get(one, own) for one in platforms or {CUSTOM.platform}}
    return wanted.pop() if len(wanted) == 1 else own


def _number_in(platform: str, link: str) -> str:
    """The product's number in a link of the platform; empty where it is none."""
    if not link.isascii() or not link.isprintable() or " " in link:
        return ""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https"):
        return ""
    for shape in _SHAPES[platform]:
        found = re.fullmatch(shape.path, parts.path)
        if parts.netloc.lower() != shape.host or found is None:
            continue
        numbers = parse_qs(parts.query).get(shape.parameter, []) if shape.parameter else [found[1]]
        if len(numbers) == 1 and _NUMBER.fullmatch(numbers[0]):
            return numbers[0]
    return ""
