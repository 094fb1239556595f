"""The lines of an import into the log: into a temporary table first, however long it takes, then over at once.

A show that runs writes its log every second. The database is kept from it only for the last step, which the database
does by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Column, Integer, MetaData, Table, delete, insert, select, update
from sqlalchemy.orm import Session

from integrations.exports import Contents
from integrations.exports.base import Export
from studio.store.changes import ImportCount, Imported
from studio.store.database import take_write_lock
from studio.store.imported_tables import OrderImport
from studio.store.imports import TICK_ROWS, Reckoning, look, reckon
from studio.store.kept_orders import chunks, values_of
from studio.store.platform_sessions import import_sessions
from studio.store.tables import OrderLine

_LINES = cast(Table, OrderLine.__table__)
_COLUMNS = [column.name for column in _LINES.columns if column.name != "id"]
_KEY = ("platform", "order_id", "line_id")  # a line keeps it
_DRAFTS = Table(
    "order_draft",
    MetaData(),
    Column("number", Integer),  # of the line that changes; none for a new one
    *(Column(column.name, column.type, nullable=True) for column in _LINES.columns if column.name != "id"),
    prefixes=["TEMPORARY"],
)


def import_contents(
    db: Session, session_id: int | None, contents: Contents, tick: Callable[[int], None], now: datetime
) -> tuple[tuple[Imported, ...], tuple[ImportCount, ...]]:
    """Writes a file in one transaction, in a session of `Database.preparing`; `tick` may raise to stop it.

    Where somebody else has written orders or products meanwhile, or the file's own live sessions say more, it is
    reckoned again, with nobody writing beside it. Gives what came of each kind of orders, and of live sessions.
    """
    exports = contents.exports
    rows = sum(len(export.lines) for export in exports)
    reckoned = _reckoned(db, session_id, exports, tick)
    _DRAFTS.create(db.connection())
    _lay_down(db, reckoned, tick, rows)
    take_write_lock(db)
    sessions = tuple(import_sessions(db, export) for export in contents.sessions)
    is_told_more = any(count.new or count.updated for count in sessions)
    if is_told_more or any(look(db, platform) != one.seen for platform, one in reckoned.items()):
        db.execute(delete(_DRAFTS))
        reckoned = _reckoned(db, session_id, exports, tick)
        _lay_down(db, reckoned, tick, rows)
    _take_over(db, list(reckoned.values()))
    for export in exports:
        db.add(OrderImport(at=now, kind=export.kind, platform=export.platform, rows=len(export.lines)))
    db.flush()
    imported = {platform: list(one.imported) for platform, one in reckoned.items()}
    return tuple(imported[export.platform].pop(0) for export in exports), sessions


def _reckoned(
    db: Session, session_id: int | None, exports: Sequence[Export], tick: Callable[[int], None]
) -> dict[str, Reckoning]:
    """What becomes of each platform's lines: its kinds of files speak of the same orders."""
    return {
        platform: reckon(db, session_id, [one for one in exports if one.platform == platform], tick)
        for platform in dict.fromkeys(export.platform for export in exports)
    }


def _lay_down(db: Session, reckoned: Mapping[str, Reckoning], tick: Callable[[int], None], rows: int) -> None:
    connection = db.connection()  # the table itself: objects for each row would take as long as all the rest
    for one in reckoned.values():
        lines = [*one.new, *one.changed]
        for first in range(0, len(lines), TICK_ROWS):
            some = lines[first : first + TICK_ROWS]
            connection.execute(insert(_DRAFTS), [values_of(kept) | {"number": kept.id} for kept in some])
            tick(rows)


def _take_over(db: Session, reckoned: Sequence[Reckoning]) -> None:
    for one in reckoned:
        for numbers in chunks(one.gone):
            db.execute(delete(OrderLine).where(OrderLine.id.in_(numbers)))
    drafted = [_DRAFTS.c[name] for name in _COLUMNS]
    if any(one.new for one in reckoned):
        db.execute(insert(_LINES).from_select(_COLUMNS, select(*drafted).where(_DRAFTS.c.number.is_(None))))
    if any(one.changed for one in reckoned):
        values = {name: _DRAFTS.c[name] for name in _COLUMNS if name not in _KEY}  # its index stays as it is
        db.execute(update(_LINES).values(values).where(_LINES.c.id == _DRAFTS.c.number))
