"""Orders in the log, typed or read from a file; each function works in the transaction it is handed."""

import uuid
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.store.rows import Change, ImportCount, OrderRow, OrderStatus
from studio.store.tables import OrderLine, ProductEntry, SessionProduct

TYPED = "typed"
NAMED = "named"


def add_typed(db: Session, session_id: int, sku: str, *, quantity: int, price_fen: int, at: datetime, by: str) -> str:
    """Writes an order for `quantity` of `sku` at `price_fen` a piece; gives back its order number."""
    order_id = uuid.uuid4().hex
    line = OrderLine(
        session_id=session_id,
        platform=TYPED,
        order_id=order_id,
        line_id="1",
        sku=sku,
        title=_title(db, session_id, sku),
        quantity=quantity,
        paid_fen=quantity * price_fen,
        refunded_fen=0,
        status=OrderStatus.PAID,
        paid_at=at,
        attributed_by=by,
    )
    db.add(line)
    return order_id


def undo_typed(db: Session, session_id: int, sku: str, quantity: int) -> int:
    """Takes `quantity` pieces of `sku` back from the orders that were typed last; gives back how many were found.

    A line that was typed by mistake was no order, so it goes; an order that came back is a refund instead.
    """
    lines = db.scalars(
        select(OrderLine)
        .where(OrderLine.session_id == session_id, OrderLine.platform == TYPED, OrderLine.sku == sku)
        .order_by(OrderLine.id.desc())
    )
    missing = quantity
    for line in lines:
        if missing == 0:
            break
        if line.quantity <= missing:
            missing -= line.quantity
            db.delete(line)
        else:
            line.paid_fen -= line.paid_fen * missing // line.quantity
            line.quantity -= missing
            missing = 0
    return quantity - missing


def import_orders(db: Session, session_id: int | None, lines: Iterable[OrderRow]) -> ImportCount:
    """Writes the lines of a file; the same line again changes what is there and is never doubled."""
    count = ImportCount()
    for line in lines:
        count = count.plus(_save(db, session_id, line))
    return count


def list_orders(db: Session, session_id: int | None = None) -> tuple[OrderRow, ...]:
    """All order lines, or those of one session, by the time they were paid."""
    query = select(OrderLine).order_by(OrderLine.paid_at, OrderLine.id)
    if session_id is not None:
        query = query.where(OrderLine.session_id == session_id)
    return tuple(_row(line) for line in db.scalars(query))


def _save(db: Session, session_id: int | None, line: OrderRow) -> Change:
    there = db.scalar(
        select(OrderLine).where(
            OrderLine.platform == line.platform,
            OrderLine.order_id == line.order_id,
            OrderLine.line_id == line.line_id,
        )
    )
    values = asdict(line)
    known = there.title if there is not None else ""
    values["title"] = line.title or known or _title(db, session_id, line.sku)
    if session_id is not None:
        values |= {"session_id": session_id, "attributed_by": NAMED}
    if there is None:
        db.add(OrderLine(**values))
        db.flush()
        return Change.NEW
    if session_id is None:  # an import that names no session does not tear the line from the one it has
        values |= {"session_id": there.session_id, "attributed_by": there.attributed_by}
    if all(getattr(there, name) == value for name, value in values.items()):
        return Change.UNCHANGED
    for name, value in values.items():
        setattr(there, name, value)
    return Change.UPDATED


def _title(db: Session, session_id: int | None, sku: str) -> str:
    """What the product is called: in that session, else in the shop, else nothing."""
    in_session = select(SessionProduct.name).where(SessionProduct.session_id == session_id, SessionProduct.sku == sku)
    in_shop = select(ProductEntry.name).where(ProductEntry.sku == sku)
    return db.scalar(in_session) or db.scalar(in_shop) or ""


def _row(line: OrderLine) -> OrderRow:
    return OrderRow(
        platform=line.platform,
        order_id=line.order_id,
        line_id=line.line_id,
        sku=line.sku,
        title=line.title,
        quantity=line.quantity,
        paid_fen=line.paid_fen,
        refunded_fen=line.refunded_fen,
        status=line.status,
        paid_at=line.paid_at,
        session_id=line.session_id,
        attributed_by=line.attributed_by,
    )
