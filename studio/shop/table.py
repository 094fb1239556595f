"""Tables people save from a table program: CSV in any encoding and separator, or XLSX, found by their headings."""

import csv
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from integrations.csv_rows import NeverClosedError, csv_rows
from integrations.encodings import decoded
from studio.errors import fault, reason_of
from studio.i18n import _

LARGEST_BYTES = 20_000_000

# field -> its headings, the Chinese one first, in small letters
Headings = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row that is not blank: its line in the file, counted from 1, and the cells of the fields it has."""

    line: int
    cells: dict[str, str]
    beyond: str  # what stands in columns without a heading
    unclosed: bool = False  # a quotation mark in it has no other: what it says nobody knows

    def check(self) -> None:
        """Raises `value.bad` for a row that is not to be understood."""
        if self.unclosed:
            mark = _("a quotation mark in line {line} is never closed").format(line=self.line)
            raise fault("value.bad", field=_("row"), value=self.line, reason=mark)


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that did not come in: its line in the file, counted from 1, and why in the reader's language."""

    line: int
    reason: str


def read_table(path: Path, headings: Headings, needed: Collection[str]) -> list[TableRow]:
    """The rows below the headings; columns with other headings are passed over. Of a workbook, the first sheet.

    UTF-8 with or without its mark, UTF-16 with it, else GB18030; commas, semicolons or tabs between columns. A
    line with a quotation mark that never closes is a row by itself, and the lines below it are rows as ever.
    Raises `csv.missing`, `csv.unreadable`, `csv.headings`.
    """
    lines = iter(_workbook_lines(path) if _starts_like_a_workbook(path) else _text_lines(path))
    fields = _fields(path, next(lines, (1, []))[1] or [], headings, needed)
    found = []
    for line, row in lines:
        if row is None:
            found.append(TableRow(line, {}, "", unclosed=True))
        elif any(cell.strip() for cell in row):
            cells = {field: cell.strip() for field, cell in zip(fields, row, strict=False) if field}
            found.append(TableRow(line, cells, "".join(row[len(fields) :]).strip()))
    return found


def _text_lines(path: Path) -> list[tuple[int, list[str] | None]]:
    """The rows with their lines; None for a line in which a cell begins that never ends."""
    lines = io.StringIO(_read_text(path), newline="").readlines()
    delimiter = max(",;\t", key="".join(lines[:1]).count)
    found: list[tuple[int, list[str] | None]] = []
    done = 0
    while done < len(lines):
        before = done
        try:
            found += ((before + line, row) for line, row in csv_rows(lines[before:], delimiter))
            done = len(lines)
        except NeverClosedError as error:
            done = before + error.line
            found.append((done, None))
        except csv.Error as error:
            raise fault("csv.unreadable", path=path, reason=error) from error
    return found


def _starts_like_a_workbook(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"PK\x03\x04"
    except (OSError, ValueError):
        return False  # reading it as text tells why


def _workbook_lines(path: Path) -> list[tuple[int, list[str] | None]]:
    import python_calamine  # noqa: PLC0415 - only where a workbook is read

    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise fault("csv.unreadable", path=path, reason=_("it is too large"))
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, python_calamine.ZipError, OSError, ValueError, IndexError) as error:
        raise fault("csv.unreadable", path=path, reason=_("the workbook is damaged")) from error
    return [(line, [_cell_text(cell) for cell in row]) for line, row in enumerate(rows, 1)]


def _cell_text(cell: object) -> str:
    """A number without the `.0` a workbook gives it; days as year-month-day."""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(round(cell, 9))
    return str(cell)


def _fields(path: Path, heading_row: list[str], headings: Headings, needed: Collection[str]) -> list[str | None]:
    """The field each column holds; None for a column that is not ours."""
    by_heading = {heading: field for field, spellings in headings.items() for heading in spellings}
    fields = [by_heading.get(" ".join(heading.lower().replace("_", " ").split())) for heading in heading_row]
    missing = [field for field in headings if field in needed and field not in fields]
    if missing:
        raise fault(
            "csv.headings",
            path=path,
            missing=", ".join("/".join(headings[field][:2]) for field in missing),
            expected=",".join(spellings[0] for spellings in headings.values()),
        )
    return fields


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
    except FileNotFoundError as error:
        raise fault("csv.missing", path=path) from error
    except (OSError, ValueError) as error:
        raise fault("csv.unreadable", path=path, reason=reason_of(error)) from error
    if len(data) > LARGEST_BYTES:
        raise fault("csv.unreadable", path=path, reason=_("it is too large"))
    text = decoded(data)
    if text is None:
        raise fault("csv.unreadable", path=path, reason=_("it is not text"))
    return text
