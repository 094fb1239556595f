"""The shop's products in the log; each function works in the transaction it is handed."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from studio.errors import fault
from studio.shop.products import Product
from studio.shop.web_address import is_web_address
from studio.store.changes import Change, Undone
from studio.store.tables import ProductEntry, ProductUndo

STEPS_KEPT = 100  # that can be taken back, one after the other
FEW = 500
_PAIRS = ("platform_skus", "platform_links")


def save_products(db: Session, products: Iterable[Product], at: datetime) -> list[Change]:
    """Writes each product under its SKU, as one step; one that had been removed is back, and counts as new.

    Rows go in by the thousand: a show may run beside this, and its process has no seconds to spare.
    """
    step = _next_step(db)
    given = list({product.sku: product for product in products}.values())
    entries = _entries(db, [product.sku for product in given])
    changes: list[Change] = []
    new: list[dict[str, Any]] = []
    before: list[dict[str, Any]] = []
    for product in given:
        entry = entries.get(product.sku)
        there = entry is not None and not entry.deleted
        if entry is not None and there and _product(entry) == product:
            changes.append(Change.UNCHANGED)
            continue
        before.append(_undo_row(step, at, product.sku, entry))
        if entry is None:
            new.append(_columns(product) | {"deleted": False})
        else:
            _write(entry, _columns(product))
        changes.append(Change.UPDATED if there else Change.NEW)
    if new:
        db.execute(insert(ProductEntry), new)
    if before:
        db.execute(insert(ProductUndo), before)
    db.flush()
    return changes


def remove_product(db: Session, sku: str, at: datetime) -> None:
    """Takes a product off the list; raises `card.unknown`."""
    entry = _entry(db, sku)
    db.execute(insert(ProductUndo), [_undo_row(_next_step(db), at, sku, entry)])
    entry.deleted = True


def undo(db: Session) -> Undone:
    """Makes the products of the newest step what they were before, and forgets it; raises `products.no_undo`."""
    step = db.scalar(select(func.max(ProductUndo.step)))
    if step is None:
        raise fault("products.no_undo")
    rows = db.scalars(select(ProductUndo).where(ProductUndo.step == step).order_by(ProductUndo.id.desc())).all()
    entries = _entries(db, [row.sku for row in rows])
    for row in rows:
        entry = entries[row.sku]
        if row.before is None:
            entry.deleted = True
        else:
            _write(entry, _columns_from(row.before))
    undone = Undone(rows[-1].at, tuple(row.sku for row in reversed(rows)))
    db.execute(delete(ProductUndo).where(ProductUndo.step == step))
    return undone


def product(db: Session, sku: str) -> Product:
    """The product called `sku`; raises `card.unknown`."""
    return _product(_entry(db, sku))


def list_products(db: Session) -> tuple[Product, ...]:
    """All products that are not removed, in the order they came in."""
    entries = db.scalars(select(ProductEntry).where(ProductEntry.deleted.is_(False)).order_by(ProductEntry.id))
    return tuple(_product(entry) for entry in entries)


def _next_step(db: Session) -> int:
    """The number of a new step; those too old to be taken back are forgotten."""
    step = (db.scalar(select(func.max(ProductUndo.step))) or 0) + 1
    db.execute(delete(ProductUndo).where(ProductUndo.step <= step - STEPS_KEPT))
    return step


def _undo_row(step: int, at: datetime, sku: str, entry: ProductEntry | None) -> dict[str, Any]:
    before = None
    if entry is not None and not entry.deleted:
        before = json.dumps(_columns(_product(entry)), ensure_ascii=False, default=date.isoformat)
    return {"step": step, "at": at, "sku": sku, "before": before}


def _write(entry: ProductEntry, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(entry, name, value)
    entry.deleted = False


def _columns(product: Product) -> dict[str, Any]:
    columns = asdict(product)
    return columns | {name: json.dumps(columns[name], ensure_ascii=False) for name in _PAIRS}


def _columns_from(before: str) -> dict[str, Any]:
    columns: dict[str, Any] = json.loads(before)
    day = columns["harvested_on"]
    return columns | {"harvested_on": date.fromisoformat(day) if day else None}


def _entries(db: Session, skus: list[str]) -> dict[str, ProductEntry]:
    """The rows of `skus`, removed ones included; of many all rows, since a database takes so many values only."""
    wanted = select(ProductEntry) if len(skus) > FEW else select(ProductEntry).where(ProductEntry.sku.in_(skus))
    return {entry.sku: entry for entry in db.scalars(wanted)}


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
        link=entry.link if is_web_address(entry.link) else "",  # from before such links were refused
        producer=entry.producer,
        stock=entry.stock,
        short_name=entry.short_name,
        net_weight_g=entry.net_weight_g,
        batch=entry.batch,
        harvested_on=entry.harvested_on,
        proof=entry.proof,
        selling_points=entry.selling_points,
        giving_percent=entry.giving_percent,
        platform_skus=_pairs(entry.platform_skus),
        platform_links=_pairs(entry.platform_links),
    )


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((platform, value) for platform, value in json.loads(text))
