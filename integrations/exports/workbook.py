"""The sheets of a workbook, some thousand rows at a time.

The library reads a sheet whole: of a hundred thousand orders that takes half a gigabyte. An xlsx is a zip of XML, so
each piece of a sheet is handed over as a small workbook of its own, beside the styles and texts that all sheets share.
Other kinds of workbook, which hold less, are read whole.
"""

import io
import re
import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast
from xml.etree import ElementTree
from zipfile import BadZipFile, ZipFile

import python_calamine

from integrations.base import N_, IntegrationError

Numbered = tuple[int, list[object]]  # a row's number, counted from 1, and its cells

PIECE_BYTES = 4_000_000  # of XML: some thousand rows
_READ_BYTES = 1_000_000
_LINKS = "xl/_rels/workbook.xml.rels"
_BOOK = "xl/workbook.xml"
_TEXTS = "xl/sharedstrings.xml"
_BESIDE = ("[content_types].xml", "_rels/.rels", _BOOK, _LINKS, _TEXTS, "xl/styles.xml")
_ROWS_BEGIN = re.compile(rb"<(\w+:)?sheetData(?:\s[^>]*)?>")
_ROW_NUMBER = re.compile(rb"<(?:\w+:)?row\b[^>]*?\sr=[\"'](\d+)[\"']")
_DAMAGED = (
    python_calamine.CalamineError,
    BadZipFile,
    zlib.error,
    struct.error,
    ElementTree.ParseError,
    ArithmeticError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,  # a password, or a way of packing that nobody uses
    ValueError,
)


def read_workbook(path: Path) -> Iterator[tuple[str, Iterator[Numbered]]]:
    """The sheets of an xlsx, an xls or what else table programs write, by name; `IntegrationError` where damaged."""
    try:
        with ZipFile(path) as book:
            parts = _sheet_parts(book)
            beside = {name: book.read(name) for name in book.namelist() if name.lower() in _BESIDE}
        _small_workbook(beside)  # the library wants no more than these
    except _DAMAGED:
        parts = []  # where it is none of the others either, the library says so
    for name, place, part in parts:
        yield name, _in_pieces(path, place, part, beside)
    if not parts:
        with _translated():
            whole = python_calamine.load_workbook(io.BytesIO(path.read_bytes()))  # whatever its name ends in
        for name in whole.sheet_names:
            yield name, _whole(whole, name)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except _DAMAGED as error:
        raise IntegrationError(N_("the workbook is damaged")) from error


def _whole(book: python_calamine.CalamineWorkbook, name: str) -> Iterator[Numbered]:
    with _translated():
        sheet = book.get_sheet_by_name(name)
    yield from enumerate(cast("Iterator[list[object]]", sheet.iter_rows()), 1)


def _sheet_parts(book: ZipFile) -> list[tuple[str, int, str]]:
    """The sheets with rows: the name of each, its place among all sheets, and the part of the zip that it is."""
    links, sheets = (ElementTree.fromstring(book.read(part)) for part in (_LINKS, _BOOK))  # noqa: S314 - expat has limits
    linked = {link.get("Id"): link for link in links}
    parts = []
    for place, sheet in enumerate(sheets.findall(".//{*}sheet")):
        link = linked[next((value for name, value in sheet.items() if name.endswith("}id")), None)]
        target = link.get("Target", "")
        if link.get("Type", "").endswith("/worksheet"):
            part = target[1:] if target.startswith("/") else f"xl/{target}"
            parts.append((sheet.get("name", ""), place, part))
    for _name, _place, part in parts:
        book.getinfo(part)
    return parts


def _in_pieces(path: Path, place: int, part: str, beside: Mapping[str, bytes]) -> Iterator[Numbered]:
    """The rows of one sheet, all as wide as in its first piece or wider, and beginning at the same column."""
    shared = (len(content) for name, content in beside.items() if name.lower() == _TEXTS)
    least_bytes = max([PIECE_BYTES, *shared])  # they are read with each piece: all in all no more than the sheet
    first = width = -1
    with _translated(), ZipFile(path) as book, book.open(part) as stream:
        for xml in _pieces(stream, least_bytes):
            sheet = _small_workbook(beside, part, xml).get_sheet_by_index(place)
            if sheet.start is None:
                continue
            top, left = sheet.start
            rows = cast("list[list[object]]", sheet.to_python())
            if first < 0:
                first, width = left, len(rows[0])
            fits = left == first and len(rows[0]) >= width
            for line, row in enumerate(rows, top + 1):
                yield line, row if fits else _placed(row, left - first, width)


def _placed(row: list[object], to_the_right: int, width: int) -> list[object]:
    placed = [*[""] * to_the_right, *row[max(0, -to_the_right) :]]
    return [*placed, *[""] * (width - len(placed))]


def _small_workbook(
    beside: Mapping[str, bytes], part: str = "", xml: Iterable[bytes | memoryview] = ()
) -> python_calamine.CalamineWorkbook:
    data = io.BytesIO()
    with ZipFile(data, "w") as book:
        for name, content in beside.items():
            book.writestr(name, content)
        if part:
            with book.open(part, "w") as sheet:
                for some in xml:
                    sheet.write(some)
    data.seek(0)
    return python_calamine.load_workbook(data)


def _pieces(stream: IO[bytes], least_bytes: int) -> Iterator[Iterable[bytes | memoryview]]:
    """A sheet's XML as sheets of some of its rows each; rows that have no number count on from the piece before.

    Each is good until the next one is asked for.
    """
    waiting = bytearray()
    while (rows := _ROWS_BEGIN.search(waiting)) is None:
        more = stream.read(_READ_BYTES)
        waiting += more
        if not more or len(waiting) > least_bytes:
            yield bytes(waiting), stream.read()
            return
    prefix = rows[1] or b""
    end, tail = b"</%brow>" % prefix, b"</%bsheetData></%bworksheet>" % (prefix, prefix)
    head, done = bytes(waiting[: rows.end()]), 0
    del waiting[: rows.end()]
    while more := stream.read(_READ_BYTES):
        waiting += more
        cut = waiting.rfind(end) + len(end)
        if len(waiting) < least_bytes or cut < len(end):
            continue
        with memoryview(waiting) as whole, whole[:cut] as piece:  # not a copy: these are most of a large file's bytes
            yield head, _up_to(prefix, done), piece, tail
        number = _ROW_NUMBER.match(waiting, waiting.rfind(b"<%brow" % prefix, 0, cut))
        done = int(number[1]) if number else done + waiting.count(end, 0, cut)
        del waiting[:cut]
    yield head, _up_to(prefix, done), bytes(waiting)


def _up_to(prefix: bytes, done: int) -> bytes:
    """An empty row of the number `done`, after which the next one counts on."""
    return b'<%brow r="%d"></%brow>' % (prefix, done, prefix) if done else b""
