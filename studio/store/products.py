"""The shop's products in the log; each function works in the transaction it is handed."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.errors import fault
from studio.shop.products import Product
from studio.store.rows import Change
from studio.store.tables import ProductEntry


def save_product(db: Session, product: Product) -> Change:
    """Writes `product` under its SKU; one that had been removed is back, and counts as new."""
    entry = db.scalar(select(ProductEntry).where(ProductEntry.sku == product.sku))
    if entry is None:
        db.add(ProductEntry(**asdict(product), deleted=False))
        db.flush()
        return Change.NEW
    if not entry.deleted and _product(entry) == product:
        return Change.UNCHANGED
    change = Change.NEW if entry.deleted else Change.UPDATED
    for name, value in asdict(product).items():
        setattr(entry, name, value)
    entry.deleted = False
    return change


def remove_product(db: Session, sku: str) -> None:
    """Takes a product off the list; raises `card.unknown`."""
    _entry(db, sku).deleted = True


def product(db: Session, sku: str) -> Product:
    """The product called `sku`; raises `card.unknown`."""
    return _product(_entry(db, sku))


def list_products(db: Session) -> tuple[Product, ...]:
    """All products that are not removed, in the order they came in."""
    entries = db.scalars(select(ProductEntry).where(ProductEntry.deleted.is_(False)).order_by(ProductEntry.id))
    return tuple(_product(entry) for entry in entries)


def _entry(db: Session, sku: str) -> ProductEntry:
    entry = db.scalar(select(ProductEntry).where(ProductEntry.sku == sku, ProductEntry.deleted.is_(False)))
    if entry is None:
        raise fault("card.unknown", sku=sku)
    return entry


def _product(entry: ProductEntry) -> Product:
    return Product(
        sku=entry.sku,
        name=entry.name,
        price_fen=entry.price_fen,
        old_price_fen=entry.old_price_fen,
        unit=entry.unit,
        origin=entry.origin,
        picture=entry.picture,
        link=entry.link,
        producer=entry.producer,
        stock=entry.stock,
    )
