"""The rows of a text with separators, each with its line; a quotation mark that never closes swallows none of them."""

import csv
import io
import re
from collections.abc import Iterator, Sequence


class NeverClosedError(Exception):
    """A cell begins with a quotation mark and does not end with one: the rows below it would be inside it."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def csv_rows(lines: Sequence[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a text in lines, each with the line it begins in, counted from 1.

    Raises `NeverClosedError` and `csv.Error`.
    """
    rows = csv.reader(lines, delimiter=delimiter)
    line = 1  # a quoted cell may hold line breaks: a row begins where the one before ended
    for row in rows:
        several = rows.line_num > line
        if (several or rows.line_num == len(lines)) and _swallows(lines[line - 1 : rows.line_num], delimiter, several):
            raise NeverClosedError(line)
        yield line, row
        line = rows.line_num + 1


def _swallows(lines: Sequence[str], delimiter: str, several: bool) -> bool:
    """Whether a cell of the row ends at a quotation mark that begins another cell, or at no one at all.

    Read strictly, the first is an error; consoles may write blanks between a cell's end and the separator. In a row
    of one line nothing but its own text can stand behind a mark.
    """
    blanks = " " if delimiter == "\t" else " \t"
    closed = re.sub(rf'"[{blanks}]+(?=[{delimiter}\r\n]|$)', '"', "".join(lines))
    try:
        list(csv.reader(io.StringIO(closed, newline=""), strict=True, delimiter=delimiter))
    except csv.Error as error:
        return several or "end of data" in str(error)
    return False
