"""Tables of products as CSV: what a table program saves, with Chinese or English headings."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from studio.errors import StudioError, fault
from studio.i18n import _
from studio.shop.links import LINK_PLATFORMS, product_link
from studio.shop.measures import parse_day, parse_weight_g
from studio.shop.products import Product, parse_price
from studio.shop.table import RejectedRow, TableRow, read_table

_PLATFORM_WORDS = {"taobao": "淘宝", "douyin": "抖音", "kuaishou": "快手", "pinduoduo": "拼多多", "jd": "京东"}

# field -> its heading in Chinese and English; the first three must be there
HEADINGS = {
    "sku": ("编号", "sku"),
    "name": ("名称", "name"),
    "price": ("价格", "price"),
    "old_price": ("原价", "old price"),
    "unit": ("规格", "unit"),
    "origin": ("产地", "origin"),
    "picture": ("图片", "picture"),
    "link": ("链接", "link"),
    "producer": ("生产者", "producer"),
    "stock": ("库存", "stock"),
    "short_name": ("简称", "short name"),
    "net_weight": ("净重", "net weight"),
    "batch": ("批次", "batch"),
    "harvested": ("采收日期", "harvested"),
    "proof": ("证明", "proof"),
    "selling_points": ("卖点", "selling points"),
    "giving": ("捐赠比例", "giving"),
    **{f"link {one}": (f"{_PLATFORM_WORDS[one]}链接", f"{one} link") for one in LINK_PLATFORMS},
    **{f"sku {one}": (f"{_PLATFORM_WORDS[one]}编码", f"{one} sku") for one in LINK_PLATFORMS},
}
_NEEDED = ("sku", "name", "price")

T = TypeVar("T")


def read_products(path: Path) -> tuple[list[Product], list[RejectedRow]]:
    """The good rows as products, and the bad ones with their lines; files' paths are from the table's folder.

    Raises as `read_table` does.
    """
    products: dict[str, Product] = {}
    rejected: list[RejectedRow] = []
    for row in read_table(path, HEADINGS, _NEEDED):
        try:
            product = _product(row, path.parent)
            if product.sku in products:
                reason = _("it stands further up in the table already")
                raise fault("value.bad", field=_("code"), value=product.sku, reason=reason)
            products[product.sku] = product
        except StudioError as error:
            rejected.append(RejectedRow(row.line, str(error)))
    return list(products.values()), rejected


def _product(row: TableRow, folder: Path) -> Product:
    if row.beyond:
        reason = _("the row has more columns than the headings")
        raise fault("value.bad", field=_("row"), value=row.beyond, reason=reason)
    cells = row.cells

    def text(field: str) -> str:
        return cells.get(field, "")

    def file(field: str) -> str:
        return str(folder / text(field)) if text(field) else ""

    return Product(
        sku=text("sku"),
        name=text("name"),
        price_fen=parse_price(text("price")),
        old_price_fen=_if_there(text("old_price"), parse_price),
        unit=text("unit"),
        origin=text("origin"),
        picture=file("picture"),
        link=text("link"),
        producer=text("producer"),
        stock=_if_there(text("stock"), lambda cell: _whole(cell, _("stock"))),
        short_name=text("short_name"),
        net_weight_g=_if_there(text("net_weight"), parse_weight_g),
        batch=text("batch"),
        harvested_on=_if_there(text("harvested"), parse_day),
        proof=file("proof"),
        selling_points=text("selling_points"),
        giving_percent=_whole(text("giving").removesuffix("%") or "0", _("giving share")),
        platform_skus=tuple((one, text(f"sku {one}")) for one in LINK_PLATFORMS if text(f"sku {one}")),
        platform_links=tuple(
            (one, product_link(one, text(f"link {one}"))) for one in LINK_PLATFORMS if text(f"link {one}")
        ),
    )


def _if_there(cell: str, read: Callable[[str], T]) -> T | None:
    return read(cell) if cell else None


def _whole(cell: str, label: str) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) < 10):
        raise fault("value.bad", field=label, value=cell, reason=_("write a whole number"))
    return int(cell)
