"""What a piece last cost on a platform, by the orders that were imported, and which differences a person confirmed."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from studio.run import PriceDifference
from studio.store.order_rows import SOLD
from studio.store.orders import TYPED
from studio.store.tables import OrderLine, PriceConfirmation, ProductEntry


def price_differences(db: Session) -> tuple[PriceDifference, ...]:
    """The products whose price is another than a piece of the newest imported order cost; confirmed ones are left out.

    An order's price is what the platform asks for a piece, where the file or interface says so; else what was paid for
    the line, shared out over its pieces: a voucher makes that differ too, which is why a person is asked and nothing is
    changed.
    """
    at = func.coalesce(OrderLine.paid_at, OrderLine.created_at)
    is_sale = (OrderLine.platform != TYPED) & OrderLine.status.in_(SOLD) & (OrderLine.quantity > 0)
    is_sale &= OrderLine.paid_fen > 0
    newest = select(OrderLine.sku, func.max(at).label("sold_at")).where(is_sale).group_by(OrderLine.sku).subquery()
    query = (
        select(ProductEntry, OrderLine, at)
        .join(newest, newest.c.sku == ProductEntry.sku)
        .join(OrderLine, (OrderLine.sku == newest.c.sku) & (at == newest.c.sold_at))
        .where(is_sale, ProductEntry.deleted.is_(False))
        .order_by(ProductEntry.id, OrderLine.id)
    )
    known = {row.sku: (row.price_fen, row.platform_fen) for row in db.scalars(select(PriceConfirmation))}
    found: dict[str, PriceDifference] = {}
    for product, line, sold_at in db.execute(query):
        platform_fen = line.unit_price_fen or round(line.paid_fen / line.quantity)
        found[product.sku] = PriceDifference(
            product.sku, product.name, product.price_fen, line.platform, platform_fen, sold_at
        )
    return tuple(
        one
        for one in found.values()
        if one.platform_fen != one.price_fen and known.get(one.sku) != (one.price_fen, one.platform_fen)
    )


def confirm_price(db: Session, sku: str, price_fen: int, platform_fen: int, at: datetime) -> None:
    """A person says that the price is right though the platform's was another; holds until one of them changes."""
    db.execute(delete(PriceConfirmation).where(PriceConfirmation.sku == sku))
    db.add(PriceConfirmation(sku=sku, price_fen=price_fen, platform_fen=platform_fen, at=at))
