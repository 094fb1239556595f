"""The shop as one file to take along: a table (CSV or XLSX), or a zip with the table and all pictures and proofs."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from studio.errors import fault, reason_of
from studio.i18n import _
from studio.paths import Home, file_there
from studio.shop.catalogue import HEADINGS, read_products
from studio.shop.library import MissedFile, keep_files
from studio.shop.measures import format_weight
from studio.shop.products import Product
from studio.shop.table import RejectedRow

LARGEST_UNPACKED_BYTES = 4_000_000_000
TABLE_NAME = "products.xlsx"
_TABLES = (".xlsx", ".csv")


def write_shop(path: Path, products: Sequence[Product]) -> None:
    """Writes the products to `path`, whose ending says how: `.csv`, `.xlsx` or `.zip`; whole or not at all.

    In a zip the files lie beside the table. Raises `value.bad` for another ending and `library.unwritable`.
    """
    ending = path.suffix.lower()
    if ending not in (*_TABLES, ".zip"):
        reason = _("the name must end in .csv, .xlsx or .zip")
        raise fault("value.bad", field=_("file"), value=path.name or "-", reason=reason)
    fresh = path.with_name(path.name + ".new")
    try:
        with fresh.open("wb") as file:
            if ending == ".zip":
                _write_zip(file, products)
            else:
                rows = [_row(product, product.picture, product.proof) for product in products]
                file.write(_csv(rows) if ending == ".csv" else _xlsx(rows))
        fresh.replace(path)
    except (OSError, ValueError) as error:
        with suppress(OSError, ValueError):  # where one may not even look
            fresh.unlink(missing_ok=True)
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        raise fault("library.unwritable", path=path, reason=reason) from error


@dataclass(frozen=True, slots=True)
class Incoming:
    """What a file brings: the products as the shop will have them, and what of it cannot come in."""

    products: tuple[Product, ...]
    rejected: tuple[RejectedRow, ...]
    missed: tuple[MissedFile, ...]


def read_shop(
    path: Path, home: Home, known: Sequence[Product], moved: Callable[[int], None] = lambda _done: None
) -> Incoming:
    """Reads a table or a zip with pictures, and keeps the files it names; the shop itself is not touched.

    `moved` is told how many products are read. Raises as `table_in` and `read_products` do.
    """
    with table_in(path) as table:
        products, rejected = read_products(table, known)
        kept, missed = keep_files(products, home, known, moved)
    return Incoming(tuple(kept), tuple(rejected), tuple(missed))


@contextmanager
def table_in(path: Path) -> Iterator[Path]:
    """The table in a zip, unpacked with the files beside it while the context lasts; any other file as it is.

    Raises `csv.unreadable` for a zip that is damaged, holds no table, or unpacks to more than a disk should take.
    """
    if path.suffix.lower() != ".zip" or not file_there(path):
        yield path
        return
    with TemporaryDirectory(prefix="nongbo-") as folder:
        try:
            with zipfile.ZipFile(path) as packed:
                if sum(entry.file_size for entry in packed.infolist()) > LARGEST_UNPACKED_BYTES:
                    raise fault("csv.unreadable", path=path, reason=_("it is too large"))
                packed.extractall(folder)  # names that lead out of the folder are cut by zipfile
                names = sorted(packed.namelist(), key=lambda name: (name.count("/"), name))
        except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as error:
            raise fault("csv.unreadable", path=path, reason=_("the zip is damaged or locked")) from error
        table = next((name for name in names if PurePosixPath(name).suffix.lower() in _TABLES), None)
        if table is None:
            raise fault("csv.unreadable", path=path, reason=_("there is no table in it"))
        yield Path(folder, table)


def _row(product: Product, picture: str, proof: str) -> list[str]:
    """The cells of a product in the order of the headings."""
    links, skus = dict(product.platform_links), dict(product.platform_skus)
    cells = {
        "sku": product.sku,
        "name": product.name,
        "price": _yuan(product.price_fen),
        "old_price": _yuan(product.old_price_fen),
        "unit": product.unit,
        "origin": product.origin,
        "picture": picture,
        "link": product.link,
        "producer": product.producer,
        "stock": "" if product.stock is None else str(product.stock),
        "short_name": product.short_name,
        "net_weight": format_weight(product.net_weight_g) if product.net_weight_g else "",
        "batch": product.batch,
        "harvested": str(product.harvested_on or ""),
        "proof": proof,
        "selling_points": product.selling_points,
        "giving": str(product.giving_percent or ""),
        **{f"link {platform}": link for platform, link in links.items()},
        **{f"sku {platform}": code for platform, code in skus.items()},
    }
    return [cells.get(field, "") for field in HEADINGS]


def _yuan(price_fen: int | None) -> str:
    return "" if price_fen is None else f"{price_fen // 100}.{price_fen % 100:02d}"


def _heading_row() -> list[str]:
    return [spellings[0] for spellings in HEADINGS.values()]


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_heading_row(), *rows])
    return text.getvalue().encode("utf-8-sig")  # the mark tells table programs that it is UTF-8


def _xlsx(rows: Sequence[Sequence[str]]) -> bytes:
    import xlsxwriter  # noqa: PLC0415 - only where a table is written

    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        for column, heading in enumerate(_heading_row()):
            sheet.write_string(0, column, heading, bold)
        for line, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(line, column, cell)  # never a formula, and no digit of a number is lost
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(HEADINGS) - 1, 14)
    return data.getvalue()


def _write_zip(file: io.BufferedWriter, products: Sequence[Product]) -> None:
    """The table and every file it names; one that has gone is left out."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed_names: set[str] = set()

        def pack(path: str, folder: str) -> str:
            if not path or not file_there(path):
                return ""
            name = f"{folder}/{Path(path).name}"
            if name not in packed_names:
                packed_names.add(name)
                packed.write(path, name, zipfile.ZIP_STORED)  # pictures are packed already
            return name

        rows = [_row(one, pack(one.picture, "pictures"), pack(one.proof, "proofs")) for one in products]
        packed.writestr(TABLE_NAME, _xlsx(rows))
