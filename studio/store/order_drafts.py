"""The lines of an import into the log: into a temporary table first, however long it takes, then over at once.

A show that runs writes its log every second. The database is kept from it only for the last step, which the database
does by itself.
"""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from sqlalchemy import Column, Integer, MetaData, Table, delete, insert, select, update
from sqlalchemy.orm import Session

from integrations.exports.base import Export
from studio.store.changes import Imported
from studio.store.database import take_write_lock
from studio.store.imported_tables import OrderImport
from studio.store.imports import TICK_ROWS, Reckoning, look, reckon
from studio.store.kept_orders import chunks
from studio.store.tables import OrderLine

_LINES = cast(Table, OrderLine.__table__)
_COLUMNS = [column.name for column in _LINES.columns if column.name != "id"]
_DRAFTS = Table(
    "order_draft",
    MetaData(),
    Column("number", Integer),  # of the line that changes; none for a new one
    *(Column(column.name, column.type, nullable=True) for column in _LINES.columns if column.name != "id"),
    prefixes=["TEMPORARY"],
)


def import_export(
    db: Session, session_id: int | None, export: Export, tick: Callable[[int], None], now: datetime
) -> Imported:
    """Writes a file's lines in one transaction, in a session of `Database.preparing`; `tick` may raise to stop it.

    Where somebody else has written orders or products meanwhile, it is reckoned again, with nobody writing beside it.
    """
    reckoned = reckon(db, session_id, export, tick)
    _DRAFTS.create(db.connection())
    _lay_down(db, reckoned, tick, len(export.lines))
    take_write_lock(db)
    if look(db, export.platform) != reckoned.seen:
        db.execute(delete(_DRAFTS))
        reckoned = reckon(db, session_id, export, tick)
        _lay_down(db, reckoned, tick, len(export.lines))
    _take_over(db, reckoned)
    db.add(OrderImport(at=now, kind=export.kind, platform=export.platform, rows=len(export.lines)))
    db.flush()
    return reckoned.imported


def _lay_down(db: Session, reckoned: Reckoning, tick: Callable[[int], None], rows: int) -> None:
    connection = db.connection()  # the table itself: objects for each row would take as long as all the rest
    lines = [*reckoned.new, *reckoned.changed]
    for first in range(0, len(lines), TICK_ROWS):
        connection.execute(insert(_DRAFTS), lines[first : first + TICK_ROWS])
        tick(rows)


def _take_over(db: Session, reckoned: Reckoning) -> None:
    for numbers in chunks(reckoned.gone):
        db.execute(delete(OrderLine).where(OrderLine.id.in_(numbers)))
    drafted = [_DRAFTS.c[name] for name in _COLUMNS]
    if reckoned.new:
        db.execute(insert(_LINES).from_select(_COLUMNS, select(*drafted).where(_DRAFTS.c.number.is_(None))))
    if reckoned.changed:
        values = {name: _DRAFTS.c[name] for name in _COLUMNS}
        db.execute(update(_LINES).values(values).where(_LINES.c.id == _DRAFTS.c.number))
