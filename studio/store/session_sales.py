"""What each source says was sold in a session, and which typed orders are most likely the same ones again.

Each function works in the transaction it is handed.
"""

from sqlalchemy import ColumnElement, case, distinct, func, select, union
from sqlalchemy.orm import InstrumentedAttribute, Session

from integrations.exports.own import PLATFORM as OWN_TABLE
from studio.store.order_rows import SOLD, LeftOut, Sales
from studio.store.orders import TYPED
from studio.store.tables import OrderLine, ProductEntry, SessionProduct

BY_HAND = (TYPED, OWN_TABLE)  # what people write down they write down once
_IS_TYPED = OrderLine.platform == TYPED


def sales_of(db: Session, only: int | None = None) -> dict[int, list[Sales]]:
    """Session → what each source says was sold in it, the platforms first; `only` one session where it is given."""
    why = left_out(db, only)
    sales: dict[int, list[Sales]] = {}
    for session_id, source, numbers in _sums(db, only, ~_IS_TYPED, OrderLine.platform):
        sales.setdefault(session_id, []).append(Sales(source, *numbers))
    typed: dict[tuple[int, LeftOut | None], list[int]] = {}
    for session_id, sku, numbers in _sums(db, only, _IS_TYPED, OrderLine.sku):  # each typed order is of one product
        sums = typed.setdefault((session_id, why.get(session_id, {}).get(sku)), [0] * len(numbers))
        sums[:] = [before + more for before, more in zip(sums, numbers, strict=True)]
    for (session_id, reason), numbers in typed.items():
        sales.setdefault(session_id, []).append(Sales(TYPED, *numbers, left_out=reason))
    return sales


def left_out(db: Session, only: int | None = None) -> dict[int, dict[str, LeftOut]]:
    """Session → the products whose typed orders are in none of its sums, and why.

    A platform that tells of a product tells of what was typed of it, too. One that tells of something that is no
    product of the shop yet may speak of any of them: until a person says which it is, nothing is counted twice.
    """
    typed = _products_sold(db, only, _IS_TYPED)
    beside_typed = OrderLine.session_id.in_(select(OrderLine.session_id).where(_IS_TYPED))
    told = _products_sold(db, only, OrderLine.platform.not_in(BY_HAND) & beside_typed) if typed else {}
    both = typed.keys() & told.keys()
    if not both:
        return {}
    known = set(db.scalars(union(select(ProductEntry.sku), select(SessionProduct.sku))))
    found: dict[int, dict[str, LeftOut]] = {}
    for session_id in both:
        open_question = typed[session_id] if told[session_id] - known else frozenset[str]()
        found[session_id] = dict.fromkeys(open_question, LeftOut.UNMATCHED)
        found[session_id] |= dict.fromkeys(typed[session_id] & told[session_id], LeftOut.TOLD)
    return found


def _sold_in(only: int | None) -> ColumnElement[bool]:
    which = OrderLine.session_id.is_not(None) if only is None else OrderLine.session_id == only
    return which & OrderLine.status.in_(SOLD)


def _sums(
    db: Session, only: int | None, which: ColumnElement[bool], by: InstrumentedAttribute[str]
) -> list[tuple[int, str, list[int]]]:
    """Session, what it is summed `by`, then the numbers of `Sales`, in their order."""
    named = OrderLine.buyer != ""
    query = (
        select(
            OrderLine.session_id,
            by,
            func.count(distinct(OrderLine.order_id)),
            func.sum(OrderLine.quantity),
            func.sum(OrderLine.paid_fen),
            func.sum(OrderLine.refunded_fen),
            func.count(distinct(case((named, OrderLine.buyer)))),
            func.count(distinct(case((named, OrderLine.order_id)))),
        )
        .where(_sold_in(only), which)
        .group_by(OrderLine.session_id, by)
        .order_by(by)
    )
    return [
        (session_id or 0, what, [int(number) for number in numbers])  # PostgreSQL sums to a decimal
        for session_id, what, *numbers in db.execute(query)
    ]


def _products_sold(db: Session, only: int | None, which: ColumnElement[bool]) -> dict[int, frozenset[str]]:
    """Session → the SKUs of what was sold in it."""
    query = select(OrderLine.session_id, OrderLine.sku).where(_sold_in(only), which).distinct()
    found: dict[int, set[str]] = {}
    for session_id, sku in db.execute(query):
        found.setdefault(session_id or 0, set()).add(sku)
    return {session_id: frozenset(skus) for session_id, skus in found.items()}
