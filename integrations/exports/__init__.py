"""Order files of the platforms: recognised by their headings, read into one shape. Nothing here knows a studio."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path

from integrations.base import N_, IntegrationError
from integrations.exports import douyin, jd, kuaishou, own, pinduoduo, taobao
from integrations.exports.base import Export, UnreadSheet
from integrations.exports.guess import likely_headings
from integrations.exports.layout import HEADING_ROWS, Layout, find_headings
from integrations.exports.live_sessions import SessionsExport, SessionSheets
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


FEWEST_COLUMNS = 3  # an order has at least a number, a product and an amount


class UnknownHeadingsError(IntegrationError):
    """No layout knows the file; `headings` are what they probably are."""

    def __init__(self, headings: Sequence[str]) -> None:
        super().__init__(N_("its headings are of no kind that is known"))
        self.headings = tuple(headings)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds: orders of each kind, what platforms say of live sessions, and sheets that nobody knows."""

    exports: tuple[Export, ...]
    sessions: tuple[SessionsExport, ...] = ()
    unread: tuple[UnreadSheet, ...] = ()


def read_contents(
    path: Path,
    salt: bytes,
    layouts: Sequence[Layout] = LAYOUTS,
    tick: Callable[[int], None] = lambda _done: None,
) -> Contents:
    """All that is known in a file by `layouts`; `salt` keeps the hashes of buyers to one studio.

    Sheets of a workbook that have the same headings belong together; each further kind stands for itself. `tick` is
    told how many rows of a sheet are done; what it raises stops the reading. Raises `IntegrationError` where the file
    is no table, `UnknownHeadingsError` where nobody knows any of it.
    """
    exports: dict[str, Export] = {}
    headings: list[str] = []
    told_at = written_at(path)
    rooms = SessionSheets(told_at)
    unread: list[UnreadSheet] = []
    for name, rows in read_sheets(path):
        head = list(islice(rows, HEADING_ROWS))
        headings = headings or likely_headings(head)
        found = find_headings(head, layouts)
        if found is None:
            if not rooms.add(name, head, rows):
                unread += _unread(name, head, rows)
            continue
        layout, top = found
        lines, bad = read_rows(layout, head[top][1], chain(head[top + 1 :], rows), salt, tick, told_at)
        before = exports.get(layout.kind) or Export(layout.kind, layout.platform, (), ())
        exports[layout.kind] = replace(before, lines=(*before.lines, *lines), bad=(*before.bad, *bad))
    if not exports and not rooms.found:
        raise UnknownHeadingsError(headings)
    return Contents(tuple(exports.values()), rooms.found, tuple(unread))


def _unread(name: str, head: list[Row], rest: Iterable[Row]) -> list[UnreadSheet]:
    """A sheet nobody knows, where it may hold orders: notes have fewer columns, or nothing below their headings."""
    headings = likely_headings(head)
    rows = len(head) - 1 - next((place for place, (_line, row) in enumerate(head) if row == headings), 0)
    rows += sum(1 for _row in rest)
    wide_enough = sum(bool(heading.strip()) for heading in headings) >= FEWEST_COLUMNS
    return [UnreadSheet(name, rows)] if wide_enough and rows > 0 else []


def read_export(path: Path, salt: bytes, layouts: Sequence[Layout] = LAYOUTS) -> Export:
    """The order lines of a file that holds one kind of them; raises as `read_contents`."""
    return next(iter(read_contents(path, salt, layouts).exports), Export("", "", (), ()))


def written_at(path: Path) -> datetime | None:
    """When the file was written: of two of an order, the newer one holds."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):
        return None  # whoever reads it says why
