"""The lines of an order as the log has them, while a file is read into them.

A row may stand for a whole order, for a line we numbered or for one the platform did; the exacter ones hold.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from integrations.exports.base import STAND_IN, Carrier, ExportLine, Status
from studio.store.changes import Change
from studio.store.merging import exactness, merged, same_product, shared_out, spread, told_at
from studio.store.tables import OrderLine

CHUNK = 900  # values in one statement; SQLite takes 999 in its older versions
_COLUMNS = (
    OrderLine.id,
    OrderLine.session_id,
    OrderLine.attributed_by,
    OrderLine.sku,
    OrderLine.platform,
    OrderLine.order_id,
    OrderLine.line_id,
    OrderLine.product_id,
    OrderLine.code,
    OrderLine.title,
    OrderLine.quantity,
    OrderLine.paid_fen,
    OrderLine.refunded_fen,
    OrderLine.status,
    OrderLine.created_at,
    OrderLine.paid_at,
    OrderLine.shipped_at,
    OrderLine.carrier,
    OrderLine.room_id,
    OrderLine.room_started_at,
    OrderLine.delivered_by,
    OrderLine.waybill,
    OrderLine.refund_status,
    OrderLine.buyer,
    OrderLine.unit_price_fen,
    OrderLine.anchor,
    OrderLine.refund_reason,
    OrderLine.refunded_at,
    OrderLine.refund_named,
    OrderLine.refund_told_at,
)
_NAMES = [column.key for column in _COLUMNS[4:]]  # the fields of an `ExportLine`, in their order
_STATUS, _CARRIER = _NAMES.index("status"), _NAMES.index("carrier")


@dataclass(slots=True)
class Kept:
    """A line of the log, as it is to become; without a number it is not there yet."""

    id: int | None
    line: ExportLine
    session_id: int | None = None
    attributed_by: str | None = None
    sku: str = ""
    changed: bool = False
    moved: bool = False  # to another session or product than it had

    def take_over(self, coarse: "Kept") -> None:
        """What a coarser row says that gives way to this line."""
        self.line = merged(spread(coarse.line, self.line), self.line)
        self.session_id, self.attributed_by = coarse.session_id, coarse.attributed_by


class Order:
    """The lines of one order while a file is read into it."""

    __slots__ = ("_whole", "gone", "lines")  # there is one for each order of a file

    def __init__(self) -> None:
        self.lines: dict[str, Kept] = {}
        self.gone: list[int] = []
        self._whole: Kept | None = None  # a row for the whole order that has given way

    def add(self, found: ExportLine) -> tuple[Change, list[Kept]]:
        """Brings a row in; gives back what it did, and to which lines."""
        exact = exactness(found.line_id)
        best = max((exactness(line_id) for line_id in self.lines), default=exact)
        if exact < best:
            return self._say_of_all(found)
        there = self.lines.get(found.line_id)
        if there is not None:
            return _become(there, merged(there.line, found)), [there]
        kept = self._new(found)
        for line_id in [line_id for line_id in self.lines if exactness(line_id) < exact]:
            self._give_way(self.lines[line_id], kept)
        self.lines[found.line_id] = kept
        return Change.NEW, [kept]

    def finish(self) -> None:
        """Gives stand-in lines the money of their order, where a row for the whole of it has given way to them."""
        if self._whole is not None:
            self._share_out(self._whole.line)

    def _new(self, found: ExportLine) -> Kept:
        """A line that was not there, with what is known of its order already."""
        buyer = found.buyer or next((kept.line.buyer for kept in self.lines.values() if kept.line.buyer), "")
        kept = Kept(None, found if found.buyer == buyer else replace(found, buyer=buyer))
        if self._whole is not None:
            kept.take_over(self._whole)
        return kept

    def _say_of_all(self, coarse: ExportLine) -> tuple[Change, list[Kept]]:
        whole = not coarse.line_id
        touched = [kept for kept in self.lines.values() if whole or same_product(kept.line, coarse)]
        before = [kept.line for kept in touched]
        for kept in touched:
            kept.line = merged(kept.line, spread(coarse, kept.line))
            if not whole:
                kept.line = replace(kept.line, sku=kept.line.sku or coarse.sku)
        if whole:
            self._share_out(coarse)
        for kept, line in zip(touched, before, strict=True):
            kept.changed = kept.changed or kept.line != line or told_at(kept.line) > told_at(line)
        same = [kept.line for kept in touched] == before
        return Change.UNCHANGED if same else Change.UPDATED, touched

    def _give_way(self, coarse: Kept, kept: Kept) -> None:
        """A coarser row goes; what it said of the order stays with the line that takes its place."""
        if not coarse.line.line_id:
            self._whole = coarse
        if not coarse.line.line_id or same_product(coarse.line, kept.line):
            kept.take_over(coarse)
        del self.lines[coarse.line.line_id]
        if coarse.id is not None:
            self.gone.append(coarse.id)

    def _share_out(self, whole: ExportLine) -> None:
        lines = list(self.lines.values())
        if not whole.paid_fen or not all(kept.line.line_id.startswith(STAND_IN) for kept in lines):
            return
        if whole.quantity != sum(kept.line.quantity for kept in lines):
            return  # it does not stand for all of them
        for kept, line in zip(lines, shared_out(whole.paid_fen, [kept.line for kept in lines]), strict=True):
            _become(kept, line)


def _become(kept: Kept, line: ExportLine) -> Change:
    change = Change.UNCHANGED if line == kept.line else Change.UPDATED
    if change is Change.UPDATED or told_at(line) > told_at(kept.line):  # the same word, and newer than one in between
        kept.line, kept.changed = line, True
    return change


def orders_of(db: Session, platform: str, wanted: Iterable[str]) -> dict[str, Order]:
    """What is there of a platform's orders, by their numbers."""
    orders = {number: Order() for number in wanted}
    for numbers in chunks(list(orders)):
        of_these = (OrderLine.platform == platform) & OrderLine.order_id.in_(numbers)
        for kept in kept_lines(db, of_these):
            orders[kept.line.order_id].lines[kept.line.line_id] = kept
    return orders


def kept_lines(db: Session, which: ColumnElement[bool]) -> Iterator[Kept]:
    """The lines of the log that are `which`."""
    there = db.connection().execute(select(*_COLUMNS).where(which))  # rows; through the session they take longer
    for number, session_id, way, sku, *values in there:
        yield Kept(number, _line(values), session_id, way, sku)


def _line(values: list[Any]) -> ExportLine:
    values[_STATUS], values[_CARRIER] = Status(values[_STATUS]), Carrier(values[_CARRIER])
    return ExportLine(*values)


def values_of(kept: Kept) -> dict[str, Any]:
    """A line as the table has it, by the names of its columns."""
    line = kept.line
    return {
        "session_id": kept.session_id,
        "attributed_by": kept.attributed_by,
        "sku": kept.sku,
        "platform": line.platform,
        "order_id": line.order_id,
        "line_id": line.line_id,
        "product_id": line.product_id,
        "code": line.sku,
        "title": line.title,
        "quantity": line.quantity or 1,
        "paid_fen": line.paid_fen,
        "refunded_fen": line.refunded_fen,
        "status": str(line.status),
        "created_at": line.created_at,
        "paid_at": line.paid_at,
        "shipped_at": line.shipped_at,
        "carrier": str(line.carrier),
        "room_id": line.room_id,
        "room_started_at": line.room_started_at,
        "delivered_by": line.delivered_by,
        "waybill": line.waybill,
        "refund_status": line.refund_status,
        "buyer": line.buyer,
        "unit_price_fen": line.unit_price_fen,
        "anchor": line.anchor,
        "refund_reason": line.refund_reason,
        "refunded_at": line.refunded_at,
        "refund_named": line.refund_named,
        "refund_told_at": line.refund_told_at,
    }


def chunks(values: list[Any]) -> Iterator[list[Any]]:
    for first in range(0, len(values), CHUNK):
        yield values[first : first + CHUNK]
