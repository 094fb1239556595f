"""Who sold for a commission: those of whom no person has said yet whether they are one of us."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.store.imported_tables import ForeignAccount, OwnAnchor
from studio.store.rows import UnknownAnchor
from studio.store.tables import OrderLine


def unknown_anchors(db: Session) -> tuple[UnknownAnchor, ...]:
    """Each with how many order lines it sold, the most first."""
    ours = select(OwnAnchor).where(OwnAnchor.platform == OrderLine.platform, OwnAnchor.anchor == OrderLine.anchor)
    theirs = select(ForeignAccount).where(
        ForeignAccount.platform == OrderLine.platform, ForeignAccount.account == OrderLine.anchor
    )
    lines = func.count(OrderLine.id)
    query = (
        select(OrderLine.platform, OrderLine.anchor, lines)
        .where(OrderLine.anchor != "", ~ours.exists(), ~theirs.exists())
        .group_by(OrderLine.platform, OrderLine.anchor)
        .order_by(lines.desc(), OrderLine.platform, OrderLine.anchor)
    )
    return tuple(UnknownAnchor(*found) for found in db.execute(query))
