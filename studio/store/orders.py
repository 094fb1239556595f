"""Orders in the log: typed ones, lists of all; each function works in the transaction it is handed."""

import uuid
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from integrations.exports.base import Carrier
from integrations.exports.cells import CHINA_TIME
from studio.errors import fault
from studio.store.attribution import Catalogue, find_window
from studio.store.imports import load_catalogue
from studio.store.order_rows import OrderRow, OrderStatus, Promised, UnknownProduct, Way
from studio.store.rows import WindowRow
from studio.store.tables import CardWindow, OrderLine, ProductEntry, ProductName, SessionProduct

TYPED = Way.TYPED
NAMED = Way.NAMED
PROMISE_LASTS = timedelta(days=30)


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


def list_orders(db: Session, session_id: int | None = None) -> tuple[OrderRow, ...]:
    """All order lines, or those of one session, by the time they were paid."""
    query = select(OrderLine).order_by(OrderLine.paid_at, OrderLine.id)
    if session_id is not None:
        query = query.where(OrderLine.session_id == session_id)
    return _rows(db, db.scalars(query), session_id)


def unshipped_orders(
    db: Session, session_id: int | None, left_out: Mapping[int, Container[str]]
) -> tuple[OrderRow, ...]:
    """The lines that are paid and still to be sent, the longest waiting first; what is all given back is not.

    Nor is what was typed of products that are `left_out` of a session's sums: a platform tells of the same orders, and
    nobody packs a box twice.
    """
    still_owed = (OrderLine.paid_fen == 0) | (OrderLine.refunded_fen < OrderLine.paid_fen)
    query = select(OrderLine).where(OrderLine.status == OrderStatus.PAID, still_owed)
    if session_id is not None:
        query = query.where(OrderLine.session_id == session_id)
    lines = db.scalars(query.order_by(OrderLine.paid_at, OrderLine.id))
    mine = (one for one in lines if one.platform != TYPED or one.sku not in left_out.get(one.session_id or 0, ()))
    return _rows(db, mine, session_id)


def unknown_products(db: Session) -> tuple[UnknownProduct, ...]:
    """What was sold under names of platforms that are no product of the shop yet, with the product most like it."""
    catalogue = load_catalogue(db)
    return tuple(
        UnknownProduct(platform, product_id or title or code, title, code, lines, catalogue.suggestion(title))
        for platform, product_id, title, code, lines in _unknown(db, catalogue)
    )


def count_unknown(db: Session) -> int:
    """How many such names there are; looking for the product most like each takes far longer."""
    return len(_unknown(db, load_catalogue(db)))


def _unknown(db: Session, catalogue: Catalogue) -> list[tuple[str, str, str, str, int]]:
    """Platform, its number, title, the seller's code, and how many lines; the most sold first."""
    query = (
        select(OrderLine.platform, OrderLine.product_id, OrderLine.title, OrderLine.code, func.count())
        .where(OrderLine.platform != TYPED, OrderLine.sku.not_in(catalogue.names))
        .group_by(OrderLine.platform, OrderLine.product_id, OrderLine.title, OrderLine.code)
        .order_by(func.count().desc(), OrderLine.title)
    )
    return [
        (platform, product_id, title, code, lines) for platform, product_id, title, code, lines in db.execute(query)
    ]


def promised_orders(db: Session, now: datetime) -> tuple[Promised, ...]:
    """The days of which a platform said that it would tell the next day what a live room sold, and that day has come.

    They are asked for until a newer file tells, but not for ever.
    """
    at = func.coalesce(OrderLine.created_at, OrderLine.paid_at, type_=OrderLine.created_at.type)
    query = select(OrderLine.platform, at).where(OrderLine.carrier == Carrier.TOMORROW, at >= now - PROMISE_LASTS)
    days = Counter((platform, moment.astimezone(CHINA_TIME).date()) for platform, moment in db.execute(query))
    today = now.astimezone(CHINA_TIME).date()
    due = ((platform, day, lines) for (platform, day), lines in days.items() if day < today)
    return tuple(Promised(*one) for one in sorted(due, key=lambda one: (one[1], one[0])))


def name_product(db: Session, name: str, sku: str) -> int:
    """Remembers that what platforms call `name` (their number of it, or its title) is `sku`; raises `card.unknown`.

    Gives back how many lines that are there became its lines.
    """
    if sku not in load_catalogue(db).names:
        raise fault("card.unknown", sku=sku)
    called_so = (OrderLine.product_id == name) | (OrderLine.title == name) | (OrderLine.code == name)
    is_it = (OrderLine.platform != TYPED) & called_so
    for platform in db.scalars(select(OrderLine.platform).where(is_it).distinct()).all():
        db.execute(delete(ProductName).where(ProductName.platform == platform, ProductName.name == name))
        db.add(ProductName(platform=platform, name=name, sku=sku))
    db.flush()
    catalogue = load_catalogue(db)
    count = 0
    for line in db.scalars(select(OrderLine).where(is_it)):
        found = catalogue.sku_of(line.platform, line.code, line.product_id, line.title)
        count += found == sku
        line.sku = found
    return count


def _title(db: Session, session_id: int | None, sku: str) -> str:
    """What the product is called: in that session, else in the shop, else nothing."""
    in_session = select(SessionProduct.name).where(SessionProduct.session_id == session_id, SessionProduct.sku == sku)
    in_shop = select(ProductEntry.name).where(ProductEntry.sku == sku)
    return db.scalar(in_session) or db.scalar(in_shop) or ""


def _rows(db: Session, lines: Iterable[OrderLine], session_id: int | None) -> tuple[OrderRow, ...]:
    windows: dict[tuple[int, str], list[WindowRow]] = {}
    shown = select(CardWindow)
    if session_id is not None:
        shown = shown.where(CardWindow.session_id == session_id)
    for one in db.scalars(shown):
        windows.setdefault((one.session_id, one.sku), []).append(WindowRow(one.sku, one.shown_at, one.hidden_at))
    return tuple(_row(line, windows.get((line.session_id or 0, line.sku), ())) for line in lines)


def _row(line: OrderLine, windows: Sequence[WindowRow]) -> OrderRow:
    window = find_window(windows, line.sku, line.paid_at)
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
        product_id=line.product_id,
        created_at=line.created_at,
        shipped_at=line.shipped_at,
        delivered_by=line.delivered_by,
        waybill=line.waybill,
        refund_status=line.refund_status,
        refund_reason=line.refund_reason,
        refunded_at=line.refunded_at,
        unit_price_fen=line.unit_price_fen,
        anchor=line.anchor,
        window_at=window.shown_at if window else None,
        buyer=line.buyer,
    )
