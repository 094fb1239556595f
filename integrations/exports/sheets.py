"""Tables as files: CSV in the encodings consoles write, and workbooks of table programs, as rows of text."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from zipfile import is_zipfile

import python_calamine

from integrations.base import N_, IntegrationError

LARGEST_BYTES = 200_000_000
EXACT_DIGITS = 15  # a table program's numbers hold so many and make the rest up
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
Row = tuple[int, list[str]]  # its line, counted from 1, and its cells


def read_sheets(path: Path) -> list[tuple[str, list[Row]]]:
    """The tables in a file with their names; rows without any text are left out.

    CSV: UTF-8 with or without its mark, UTF-16 with it, else GB18030 (which contains GBK and GB2312); commas, tabs or
    semicolons. Workbooks: xlsx and xls. Raises `IntegrationError`.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise IntegrationError(N_("the file is too large"))
        with path.open("rb") as file:
            head = file.read(4)
        if is_zipfile(path) or head == _OLD_WORKBOOK:
            return _workbook(path)
        return [("", list(_csv(_decoded(path.read_bytes()))))]
    except OSError as error:
        raise IntegrationError(N_("the file cannot be read: {reason}"), reason=error.strerror or error) from error


def _workbook(path: Path) -> list[tuple[str, list[Row]]]:
    try:
        book = python_calamine.load_workbook(str(path))
        sheets = []
        for name in book.sheet_names:
            rows = enumerate(book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1)
            sheets.append((name, [(line, cells) for line, row in rows if any(cells := [_text(cell) for cell in row])]))
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise IntegrationError(N_("the workbook is damaged")) from error
    return sheets


def _text(cell: object) -> str:
    """A workbook's cell as the text it stands for; a number that is too long to be exact is shown as shortened."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        if not cell.is_integer():
            return repr(cell)
        return str(int(cell)) if abs(cell) < 10**EXACT_DIGITS else f"{cell:E}"
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def _decoded(data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise IntegrationError(N_("the file is not a table"))


def _csv(text: str) -> Iterator[Row]:
    first_line = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first_line.count))
    try:
        line = 1  # a quoted cell may hold line breaks: a row begins where the one before ended
        for row in rows:
            if any(cell.strip() for cell in row):
                yield line, row
            line = rows.line_num + 1
    except csv.Error as error:
        raise IntegrationError(N_("line {line} cannot be read: {reason}"), line=line, reason=error) from error
