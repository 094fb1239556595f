"""Comments as a console or a table program saved them: by its headings, when each was written and what it says."""

from collections.abc import Sequence
from pathlib import Path

from integrations.base import IntegrationError
from integrations.exports.cells import clean
from integrations.exports.layout import HEADING_ROWS, plain
from integrations.exports.sheets import Row, read_lines, read_sheets

SAID = ("评论内容", "弹幕内容", "评论", "弹幕", "内容", "comment", "content")
WHEN = ("评论时间", "弹幕时间", "发送时间", "发布时间", "时间", "time")
WHO = ("用户昵称", "昵称", "用户名", "用户", "name", "user")
NOBODY = "·"  # stands where a line has a name


def comment_lines(path: Path) -> list[str]:
    """One line for each comment: of a table its time, nobody's name and its words, with tabs; of a text as it is.

    Raises `IntegrationError`.
    """
    lines = read_lines(path)
    try:
        said = [line for _name, rows in read_sheets(path) for line in _said(list(rows))]
    except IntegrationError:
        said = []  # a text that is no table
    return said or lines


def _said(rows: Sequence[Row]) -> list[str]:
    """The lines of a table whose headings are known by two of them: one alone may be what somebody wrote."""
    for top, (_line, row) in enumerate(rows[:HEADING_ROWS]):
        said, when, who = (_column(row, headings) for headings in (SAID, WHEN, WHO))
        if said >= 0 and (when >= 0 or who >= 0):
            cells = ((_cell(below, when), _cell(below, said)) for _line, below in rows[top + 1 :])
            return [f"{at}\t{NOBODY}\t{words}" for at, words in cells if words]
    return []


def _column(row: Sequence[str], headings: Sequence[str]) -> int:
    """The column under the surest of these headings; below 0 where there is none."""
    there = [plain(cell) for cell in row]
    return next((there.index(heading) for heading in headings if heading in there), -1)


def _cell(row: Sequence[str], column: int) -> str:
    return " ".join(clean(row[column]).split()) if 0 <= column < len(row) else ""
