"""Tables of products as CSV: what a table program saves, with Chinese or English headings."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

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
_FILES = ("picture", "proof")

T = TypeVar("T")


def read_products(path: Path, known: Iterable[Product] = ()) -> tuple[list[Product], list[RejectedRow]]:
    """The good rows as products, and the bad ones with their lines; files' paths are from the table's folder.

    What the table has no column for stays as it is with a `known` product of that code. Raises as `read_table` does.
    """
    before = {product.sku: product for product in known}
    products: dict[str, Product] = {}
    rejected: list[RejectedRow] = []
    for row in read_table(path, HEADINGS, _NEEDED):
        try:
            row.check()
            product = _product(row, path.parent, before.get(row.cells.get("sku", "")))
            if product.sku in products:
                reason = _("it stands further up in the table already")
                raise fault("value.bad", field=_("code"), value=product.sku, reason=reason)
            products[product.sku] = product
        except StudioError as error:
            rejected.append(RejectedRow(row.line, str(error)))
    return list(products.values()), rejected


# field -> what a product calls it, and how its cell is read; prices and files are read apart
_PLAIN: dict[str, tuple[str, Callable[[str], object]]] = {
    **{name: (name, str) for name in ("unit", "origin", "link", "producer", "short_name", "batch", "selling_points")},
    "old_price": ("old_price_fen", lambda cell: _if_there(cell, parse_price)),
    "stock": ("stock", lambda cell: _if_there(cell, lambda text: _whole(text, _("stock")))),
    "net_weight": ("net_weight_g", lambda cell: _if_there(cell, parse_weight_g)),
    "harvested": ("harvested_on", lambda cell: _if_there(cell, parse_day)),
    "giving": ("giving_percent", lambda cell: _whole(cell.removesuffix("%") or "0", _("giving share"))),
}


def _product(row: TableRow, folder: Path, before: Product | None) -> Product:
    """The product of a row; fields the table has no column for are taken from `before`."""
    if row.beyond:
        reason = _("the row has more columns than the headings")
        raise fault("value.bad", field=_("row"), value=row.beyond, reason=reason)
    cells = row.cells
    told: dict[str, Any] = {
        "sku": cells.get("sku", ""),
        "name": cells.get("name", ""),
        "price_fen": parse_price(cells.get("price", "")),
    }
    told |= {name: read(cells[field]) for field, (name, read) in _PLAIN.items() if field in cells}
    told |= {field: str(folder / cells[field]) if cells[field] else "" for field in _FILES if field in cells}
    links, skus = (dict(before.platform_links), dict(before.platform_skus)) if before else ({}, {})
    for one in LINK_PLATFORMS:
        if f"link {one}" in cells:
            links[one] = product_link(one, cells[f"link {one}"]) if cells[f"link {one}"] else ""
        skus[one] = cells.get(f"sku {one}", skus.get(one, ""))
    told["platform_links"] = tuple((one, links[one]) for one in LINK_PLATFORMS if links.get(one))
    told["platform_skus"] = tuple((one, skus[one]) for one in LINK_PLATFORMS if skus[one])
    if before is not None:
        return replace(before, **told)
    return Product(**told)


def _if_there(cell: str, read: Callable[[str], T]) -> T | None:
    return read(cell) if cell else None


def _whole(cell: str, label: str) -> int:
    if not (cell.isascii() and cell.isdigit() and len(cell) < 10):
        raise fault("value.bad", field=label, value=cell, reason=_("write a whole number"))
    return int(cell)
