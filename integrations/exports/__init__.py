"""Order files of the platforms: recognised by their headings, read into one shape. Nothing here knows a studio."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path

from integrations.base import N_, IntegrationError
from integrations.exports import douyin, jd, kuaishou, own, pinduoduo, taobao
from integrations.exports.base import BadRow, Export
from integrations.exports.layout import HEADING_ROWS, Layout, find_headings
from integrations.exports.reading import read_rows
from integrations.exports.sheets import Row, read_sheets

LAYOUTS: tuple[Layout, ...] = (
    *taobao.LAYOUTS,
    *douyin.LAYOUTS,
    *kuaishou.LAYOUTS,
    *pinduoduo.LAYOUTS,
    *jd.LAYOUTS,
    *own.LAYOUTS,
)
_OTHER_KIND = N_("this sheet is of another kind than the first; save it as a file of its own and import that too")


class UnknownHeadingsError(IntegrationError):
    """No layout knows the file; `headings` is its widest row near the top."""

    def __init__(self, headings: Sequence[str]) -> None:
        super().__init__(N_("its headings are of no kind that is known"))
        self.headings = tuple(headings)


def read_export(
    path: Path,
    salt: bytes,
    layouts: Sequence[Layout] = LAYOUTS,
    tick: Callable[[int], None] = lambda _done: None,
) -> Export:
    """The order lines of a file of any kind in `layouts`; `salt` keeps the hashes of buyers to one studio.

    A workbook's further sheets with the same headings belong to it; the rows of a sheet of another kind are told of as
    rows that do not come in. `tick` is told how many rows of a sheet are done;
    what it raises stops the reading. Raises `IntegrationError` where the file is no table, `UnknownHeadingsError`
    where no layout knows it.
    """
    export: Export | None = None
    headings: list[str] = []
    told_at = written_at(path)
    for rows in read_sheets(path):
        head = list(islice(rows, HEADING_ROWS))
        headings = headings or widest(head)
        found = find_headings(head, layouts)
        if found is None:
            continue
        layout, top = found
        if export is not None and layout.kind != export.kind:
            others = tuple(BadRow(line, _OTHER_KIND) for line, _row in chain(head[top + 1 :], rows))
            export = replace(export, bad=(*export.bad, *others))
            continue
        lines, bad = read_rows(layout, head[top][1], chain(head[top + 1 :], rows), salt, tick, told_at)
        before = export or Export(layout.kind, layout.platform, (), ())
        export = Export(layout.kind, layout.platform, (*before.lines, *lines), (*before.bad, *bad))
    if export is None:
        raise UnknownHeadingsError(headings)
    return export


def written_at(path: Path) -> datetime | None:
    """When the file was written: of two of an order, the newer one holds."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return None  # whoever reads it says why


def widest(rows: Sequence[Row]) -> list[str]:
    """The row with the most cells that say something: the headings, if any are."""
    return max((row for _line, row in rows), key=lambda row: sum(bool(cell.strip()) for cell in row), default=[])
