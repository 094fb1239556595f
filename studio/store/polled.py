"""How far the interfaces of platforms have told of orders, and what came of it, in the transaction it is handed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from studio.store.order_rows import OrderStatus, PolledTotal
from studio.store.tables import OrderLine, SessionEntry, Table

_CHUNK = 900  # values in one statement; SQLite takes 999 in its older versions
_COUNTED = (OrderStatus.PAID, OrderStatus.SHIPPED, OrderStatus.FINISHED, OrderStatus.REFUNDED)


class OrderPoint(Table):
    """Up to which moment everything that changed of an account's orders is in the log."""

    __tablename__ = "order_point"

    account: Mapped[str] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(primary_key=True)
    confirmed_at: Mapped[datetime]


def confirmed(db: Session, account: str, platform: str) -> datetime | None:
    """Up to when all is told; None where nothing ever was."""
    found = db.get(OrderPoint, (account, platform))
    return found.confirmed_at if found is not None else None


def confirm(db: Session, account: str, platform: str, at: datetime) -> None:
    """All is told up to `at`; what is confirmed stays so."""
    found = db.get(OrderPoint, (account, platform))
    if found is None:
        db.add(OrderPoint(account=account, platform=platform, confirmed_at=at))
    elif found.confirmed_at < at:
        found.confirmed_at = at


def forget_point(db: Session, account: str) -> None:
    """An account that is gone begins anew when it comes back."""
    for found in db.scalars(select(OrderPoint).where(OrderPoint.account == account)):
        db.delete(found)


def with_room(db: Session, platform: str, numbers: Iterable[str]) -> frozenset[str]:
    """Of these orders, those of which it is known what brought the buyer."""
    wanted, found = list(numbers), set[str]()
    for first in range(0, len(wanted), _CHUNK):
        some = OrderLine.order_id.in_(wanted[first : first + _CHUNK])
        found.update(
            db.scalars(select(OrderLine.order_id).where(OrderLine.platform == platform, some, OrderLine.carrier != ""))
        )
    return frozenset(found)


def first_show_since(db: Session, at: datetime) -> datetime | None:
    """When the earliest of the shows began that were on the air after `at`; rehearsals are none."""
    still_on = SessionEntry.ended_at.is_(None) | (SessionEntry.ended_at >= at)
    return db.scalar(select(func.min(SessionEntry.started_at)).where(SessionEntry.rehearsal.is_(False), still_on))


def polled_total(db: Session, session_id: int, platform: str) -> PolledTotal:
    """What a platform told of that was sold in a session, given back or not."""
    paid = OrderLine.status.in_(_COUNTED)
    wanted = select(
        func.count(OrderLine.order_id.distinct()), func.sum(OrderLine.quantity), func.sum(OrderLine.paid_fen)
    ).where(OrderLine.session_id == session_id, OrderLine.platform == platform, paid)
    orders, pieces, paid_fen = db.execute(wanted).one()
    return PolledTotal(orders, pieces or 0, paid_fen or 0)
