"""Tables of products as CSV: what a table program saves, with Chinese or English headings."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from studio.errors import StudioError, fault
from studio.i18n import _
from studio.shop.products import Product, parse_price

# field -> its heading in Chinese and English; the first three must be there
HEADINGS = {
    "sku": ("编号", "sku"),
    "name": ("名称", "name"),
    "price": ("价格", "price"),
    "old_price": ("原价", "old_price"),
    "unit": ("规格", "unit"),
    "origin": ("产地", "origin"),
    "picture": ("图片", "picture"),
    "link": ("链接", "link"),
    "producer": ("生产者", "producer"),
    "stock": ("库存", "stock"),
}
_NEEDED = ("sku", "name", "price")
_LARGEST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that did not come in: its line in the file, counted from 1, and why in the reader's language."""

    line: int
    reason: str


def read_products(path: Path) -> tuple[list[Product], list[RejectedRow]]:
    """The good rows as products, and the bad ones with their lines; a picture's path is from the table's folder.

    UTF-8 with or without its mark, UTF-16 with it, else GB18030; commas, semicolons or tabs between columns.
    Raises `csv.missing`, `csv.unreadable`, `csv.headings`.
    """
    text = _read_text(path)
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        columns = _columns(path, next(rows, []))
        numbered: list[tuple[int, list[str]]] = []
        line = rows.line_num + 1  # a quoted cell may hold line breaks: a row begins where the one before ended
        for row in rows:
            numbered.append((line, row))
            line = rows.line_num + 1
    except csv.Error as error:
        raise fault("csv.unreadable", path=path, reason=error) from error
    return _read_rows(numbered, columns, path.parent)


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_BYTES + 1)
    except FileNotFoundError as error:
        raise fault("csv.missing", path=path) from error
    except (OSError, ValueError) as error:
        raise fault("csv.unreadable", path=path, reason=getattr(error, "strerror", None) or error) from error
    if len(data) > _LARGEST_BYTES:
        raise fault("csv.unreadable", path=path, reason=_("it is too large"))
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise fault("csv.unreadable", path=path, reason=_("it is not text"))


def _columns(path: Path, heading_row: list[str]) -> list[str | None]:
    """The field each column holds; None for a column that is not ours."""
    by_heading = {heading: field for field, headings in HEADINGS.items() for heading in headings}
    columns = [by_heading.get(heading.strip().lower()) for heading in heading_row]
    missing = [field for field in _NEEDED if field not in columns]
    if missing:
        raise fault(
            "csv.headings",
            path=path,
            missing=", ".join("/".join(HEADINGS[field]) for field in missing),
            expected=",".join(chinese for chinese, _english in HEADINGS.values()),
        )
    return columns


def _read_rows(
    numbered: list[tuple[int, list[str]]], columns: list[str | None], folder: Path
) -> tuple[list[Product], list[RejectedRow]]:
    products: dict[str, Product] = {}
    rejected: list[RejectedRow] = []
    for line, row in numbered:
        if not any(cell.strip() for cell in row):
            continue
        try:
            product = _product(row, columns, folder)
            if product.sku in products:
                reason = _("it stands further up in the table already")
                raise fault("value.bad", field=_("code"), value=product.sku, reason=reason)
            products[product.sku] = product
        except StudioError as error:
            rejected.append(RejectedRow(line, str(error)))
    return list(products.values()), rejected


def _product(row: list[str], columns: list[str | None], folder: Path) -> Product:
    if any(cell.strip() for cell in row[len(columns) :]):
        reason = _("the row has more columns than the headings")
        raise fault("value.bad", field=_("row"), value=row[len(columns)], reason=reason)
    cells = {field: cell.strip() for field, cell in zip(columns, row, strict=False) if field}
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
