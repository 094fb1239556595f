"""Tables of products as CSV: what a table program saves, with Chinese or English headings."""

from pathlib import Path

from studio.errors import StudioError, fault
from studio.i18n import _
from studio.shop.products import Product, parse_price
from studio.shop.table import RejectedRow, TableRow, read_table

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
}
_NEEDED = ("sku", "name", "price")


def read_products(path: Path) -> tuple[list[Product], list[RejectedRow]]:
    """The good rows as products, and the bad ones with their lines; a picture's path is from the table's folder.

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
    old_price, stock, picture = (cells.get(field, "") for field in ("old_price", "stock", "picture"))
    if stock and not (stock.isascii() and stock.isdigit() and len(stock) < 10):
        raise fault("value.bad", field=_("stock"), value=stock, reason=_("write a whole number"))
    return Product(
        sku=cells.get("sku", ""),
        name=cells.get("name", ""),
        price_fen=parse_price(cells.get("price", "")),
        old_price_fen=parse_price(old_price) if old_price else None,
        unit=cells.get("unit", ""),
        origin=cells.get("origin", ""),
        picture=str(folder / picture) if picture else "",
        link=cells.get("link", ""),
        producer=cells.get("producer", ""),
        stock=int(stock) if stock else None,
    )
