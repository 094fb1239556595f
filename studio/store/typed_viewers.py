"""Counts of viewers as people type them into the log; each function works in the transaction it is handed."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.store.orders import TYPED
from studio.store.rows import ViewerRow
from studio.store.tables import ViewerSample


def undo_viewers(
    db: Session, session_id: int, count: int | None = None, at: datetime | None = None
) -> ViewerRow | None:
    """Takes the count back that was typed last, or the last one of `count`, or the one typed `at` a moment.

    Gives back what it was; None where there is none. A count that was typed by mistake was none, so it goes.
    """
    query = select(ViewerSample).where(ViewerSample.session_id == session_id, ViewerSample.source == TYPED)
    if count is not None:
        query = query.where(ViewerSample.count == count)
    if at is not None:
        query = query.where(ViewerSample.at == at)
    found = db.scalar(query.order_by(ViewerSample.id.desc()).limit(1))
    if found is None:
        return None
    db.delete(found)
    return ViewerRow(found.at, found.count, found.source, found.about)
