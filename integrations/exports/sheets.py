"""Tables as files: CSV in the encodings consoles write, and workbooks of table programs, as rows of text."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import cast

from integrations.base import N_, IntegrationError
from integrations.csv_rows import NeverClosedError, csv_rows
from integrations.encodings import decoded
from integrations.exports.workbook import Numbered, read_workbook

LARGEST_BYTES = 200_000_000
HEAD_LINES = 10  # the headings are among them
EXACT_DIGITS = 15  # a table program's numbers hold so many and make the rest up
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # xlsx and xls
_TEXT = {str}
Row = tuple[int, list[str]]  # its line, counted from 1, and its cells


def read_sheets(path: Path) -> Iterator[tuple[str, Iterator[Row]]]:
    """The tables in a file, each by its name in the workbook, row by row; rows without any text are left out.

    CSV: UTF-8 with or without its mark, UTF-16 with it, else GB18030 (which contains GBK and GB2312); commas, tabs or
    semicolons. Workbooks: xlsx and xls. Raises `IntegrationError`.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise IntegrationError(N_("the file is too large"))
        with path.open("rb") as file:
            head = file.read(4)
        if head in _WORKBOOKS:
            for name, rows in read_workbook(path):
                yield name, _sheet(rows)
        else:
            yield "", _csv(_text_of(path))
    except OSError as error:
        raise IntegrationError(N_("the file cannot be read: {reason}"), reason=error.strerror or error) from error


def read_lines(path: Path) -> list[str]:
    """The lines of a text, or the rows of a workbook with tabs between their cells; raises `IntegrationError`."""
    with path.open("rb") as file:
        is_book = file.read(4) in _WORKBOOKS
    if is_book:
        return ["\t".join(row) for _name, rows in read_sheets(path) for _line, row in rows]
    if path.stat().st_size > LARGEST_BYTES:
        raise IntegrationError(N_("the file is too large"))
    return _text_of(path).splitlines()


def _sheet(rows: Iterator[Numbered]) -> Iterator[Row]:
    for line, row in rows:
        is_text = set(map(type, row)) == _TEXT  # as in most: then nothing has to be made of it
        cells = cast("list[str]", row) if is_text else [cell if type(cell) is str else _text(cell) for cell in row]
        if any(map(str.strip, cells)):
            yield line, cells


def _text(cell: object) -> str:
    """A workbook's cell as the text it stands for; a number that is too long to be exact is shown as shortened."""
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float | int):
        if not float(cell).is_integer():
            return repr(round(cell, 9))  # 0.1 + 0.2 is 0.3
        return str(int(cell)) if abs(cell) < 10**EXACT_DIGITS else f"{cell:E}"
    if isinstance(cell, datetime):
        return (cell + timedelta(milliseconds=500)).strftime("%Y-%m-%d %H:%M:%S")  # a fraction of a day, rounded
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).strip()


def _text_of(path: Path) -> str:
    text = decoded(path.read_bytes())
    if text is None:
        raise IntegrationError(N_("the file is not a table"))
    return text


def _csv(text: str) -> Iterator[Row]:
    lines = io.StringIO(text, newline="").readlines()
    del text  # the lines are as large
    line = 1
    try:
        for line, row in csv_rows(lines, _delimiter(lines[:HEAD_LINES])):
            if any(cell.strip() for cell in row):
                yield line, row
    except NeverClosedError as error:
        raise IntegrationError(N_("a quotation mark in line {line} is never closed"), line=error.line) from error
    except csv.Error as error:
        raise IntegrationError(N_("line {line} cannot be read: {reason}"), line=line, reason=error) from error


def _delimiter(lines: list[str]) -> str:
    """What stands between the columns; tabs before a comma belong to the cell, as consoles write them."""
    plain = [re.sub(r"\t+(?=[,;]|\s*$)", "", line) for line in lines]
    return max(",;\t", key=lambda mark: max((line.count(mark) for line in plain), default=0))
