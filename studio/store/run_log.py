"""The run of a show in the log: which step was on when, and what a product was changed to; inside a transaction."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from studio.events import Event
from studio.run import ProductChanged, StepChanged
from studio.store.rows import ProductChangeRow, StepRow
from studio.store.sessions import session_product
from studio.store.tables import ProductChange, SessionProduct, StepWindow


def write_run(db: Session, session_id: int, event: Event) -> None:
    """Writes what concerns the run; other events are passed over."""
    if isinstance(event, StepChanged):
        _write_step(db, session_id, event)
    elif isinstance(event, ProductChanged):
        _write_product(db, session_id, event)


def _write_step(db: Session, session_id: int, event: StepChanged) -> None:
    """Closes the step that was on, and opens the one that comes."""
    still_on = (StepWindow.session_id == session_id) & StepWindow.left_at.is_(None)
    db.execute(update(StepWindow).where(still_on).values(left_at=event.at))
    if event.step is not None:
        db.add(
            StepWindow(
                session_id=session_id,
                step_id=event.step.id,
                place=event.place,
                sku=event.step.sku,
                planned_s=event.step.seconds,
                offers=" ".join(one.kind for one in event.step.offer),
                came_at=event.at,
            )
        )


def _write_product(db: Session, session_id: int, event: ProductChanged) -> None:
    """What the product's card says from now on; one that is new to the session is one of its products from now on."""
    card = event.card
    products = select(SessionProduct).where(SessionProduct.session_id == session_id)
    if db.scalar(products.where(SessionProduct.sku == card.sku)) is None:
        count = db.scalar(select(func.count()).select_from(products.subquery())) or 0
        db.add(session_product(session_id, count, card))
    prices = {"price_fen": card.price_fen, "old_price_fen": card.old_price_fen, "stock": event.stock}
    db.add(ProductChange(session_id=session_id, at=event.at, sku=card.sku, **prices))


def steps(db: Session, session_id: int) -> tuple[StepRow, ...]:
    """The steps of a session's run as they came, oldest first."""
    query = select(StepWindow).where(StepWindow.session_id == session_id).order_by(StepWindow.came_at, StepWindow.id)
    return tuple(
        StepRow(row.step_id, row.place, row.sku, row.planned_s, row.offers, row.came_at, row.left_at)
        for row in db.scalars(query)
    )


def product_changes(db: Session, session_id: int) -> tuple[ProductChangeRow, ...]:
    """What was changed on the cards of a session while it ran, oldest first."""
    table = ProductChange
    query = select(table).where(table.session_id == session_id).order_by(table.at, table.id)
    return tuple(
        ProductChangeRow(row.at, row.sku, row.price_fen, row.old_price_fen, row.stock) for row in db.scalars(query)
    )
