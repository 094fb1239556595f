"""What a file's order lines make of the log: what is there of its orders is read at once, then everything is a value.

Nothing is written here: `order_drafts` does that.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from integrations.exports.base import STAND_IN, Carrier, Export, ExportLine, Status
from studio.presets import PLATFORMS, recognised
from studio.store.attribution import Airing, Catalogue, Rooms, find_in_room, find_session
from studio.store.changes import Change, ImportCount, Imported
from studio.store.imported_tables import ForeignAccount, OrderImport, OwnAnchor, PlatformSession
from studio.store.merging import exactness, merged, same_product, shared_out, spread
from studio.store.order_rows import Way
from studio.store.products import list_products
from studio.store.tables import HealthSample, OrderLine, OutputEvent, ProductName, SessionEntry, SessionProduct

Find = Callable[[ExportLine], tuple[int | None, Way | None]]
TICK_ROWS = 1000
CHUNK = 900  # values in one statement; SQLite takes 999 in its older versions
BY_PEOPLE = (Way.NAMED, Way.TYPED)
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
        buyer = next((kept.line.buyer for kept in self.lines.values() if kept.line.buyer), "")
        kept = Kept(None, replace(found, buyer=found.buyer or buyer))
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
        changes = [kept for kept, line in zip(touched, before, strict=True) if kept.line != line]
        for kept in changes:
            kept.changed = True
        return Change.UPDATED if changes else Change.UNCHANGED, touched

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
    if line == kept.line:
        return Change.UNCHANGED
    kept.line, kept.changed = line, True
    return Change.UPDATED


@dataclass(frozen=True, slots=True)
class Seen:
    """What was looked at of the log to reckon an import, besides the orders themselves."""

    catalogue: Catalogue
    airings: list[Airing]
    elsewhere: frozenset[int]  # the sessions that were sent to other platforms only
    own_anchors: frozenset[str]
    last_import: int


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What an import is to do: columns of lines, new or changed (with their `number`), and the numbers of gone ones."""

    seen: Seen
    imported: Imported
    new: list[dict[str, Any]]
    changed: list[dict[str, Any]]
    gone: list[int]


def look(db: Session, platform: str) -> Seen:
    """What an import depends on besides its orders."""
    last = db.scalar(select(func.max(OrderImport.id)))
    own = frozenset(db.scalars(select(OwnAnchor.anchor).where(OwnAnchor.platform == platform)))
    return Seen(load_catalogue(db), load_airings(db), sent_elsewhere(db, platform), own, last or 0)


def reckon(db: Session, session_id: int | None, export: Export, tick: Callable[[int], None]) -> Reckoning:
    """What becomes of a file's lines; `tick` is told how many rows are done, and may raise to stop.

    Rows of one order may come in any order of exactness: a row for the whole of it never counts beside its lines.
    """
    seen = look(db, export.platform)
    airings = [one for one in seen.airings if one.session_id not in seen.elsewhere]
    orders = _orders(db, export)
    outcomes: list[tuple[Change, list[Kept]]] = []
    anchors = Counter[str]()
    for done, found in enumerate(export.lines, 1):
        if found.anchor:
            if found.anchor not in seen.own_anchors:
                anchors[found.anchor] += 1
                found = replace(found, carrier=Carrier.OTHER)  # noqa: PLW2901
            found = replace(found, anchor="")  # noqa: PLW2901
        outcomes.append(orders[found.order_id].add(found))
        if done % TICK_ROWS == 0:
            tick(done)
    for order in orders.values():
        order.finish()
    rooms = _rooms(
        db, export.platform, [kept.line for order in orders.values() for kept in order.lines.values()], airings
    )
    for order in orders.values():
        for kept in order.lines.values():
            _attribute(kept, session_id, seen.catalogue, partial(find_in_room, airings=airings, rooms=rooms))
    count = ImportCount()
    for change, touched in outcomes:
        was_same = change is Change.UNCHANGED
        count = count.plus(Change.UPDATED if was_same and any(kept.moved for kept in touched) else change)
    tomorrow = sum(line.carrier is Carrier.TOMORROW for line in export.lines)
    tick(len(export.lines))
    return _reckoning(seen, Imported(count, tomorrow, _to_ask(db, export.platform, anchors)), orders.values())


def load_catalogue(db: Session) -> Catalogue:
    """The products of the shop and of past sessions, and what people said platforms call them."""
    names = db.execute(select(ProductName.platform, ProductName.name, ProductName.sku))
    catalogue = Catalogue(remembered={(platform, name): sku for platform, name, sku in names})
    for product in list_products(db):
        catalogue.add(product.sku, product.name, product.link, *(link for _platform, link in product.platform_links))
        catalogue.codes |= dict.fromkeys(product.platform_skus, product.sku)
    query = select(SessionProduct.sku, SessionProduct.name, SessionProduct.link).distinct()
    for sku, name, link in db.execute(query):
        if sku not in catalogue.names:
            catalogue.add(sku, name, link)
    return catalogue


def load_airings(db: Session) -> list[Airing]:
    """When each session was on air, the earliest first; nobody buys in a rehearsal."""
    seen_alive = (
        select(func.max(HealthSample.at))
        .where(HealthSample.session_id == SessionEntry.id, SessionEntry.ended_at.is_(None))
        .scalar_subquery()
    )
    query = (
        select(SessionEntry.id, SessionEntry.started_at, SessionEntry.ended_at, seen_alive)
        .where(SessionEntry.rehearsal.is_(False))
        .order_by(SessionEntry.started_at, SessionEntry.id)
    )
    return [
        Airing(number, started_at, ended_at, last_sign or started_at)
        for number, started_at, ended_at, last_sign in db.execute(query)
    ]


def sent_elsewhere(db: Session, platform: str) -> frozenset[int]:
    """The sessions that were sent to other platforms only, as far as their addresses tell.

    A platform of which no address is known, as a county's own shop, may sell what any of them showed.
    """
    if platform not in {preset.platform for preset in PLATFORMS}:
        return frozenset()
    reached: dict[int, set[str]] = {}
    for session_id, address in db.execute(select(OutputEvent.session_id, OutputEvent.address).distinct()):
        preset = recognised(address)
        reached.setdefault(session_id, set()).add(preset.platform if preset is not None else "")
    return frozenset(
        number for number, platforms in reached.items() if "" not in platforms and platform not in platforms
    )


def _to_ask(db: Session, platform: str, anchors: Counter[str]) -> tuple[tuple[str, int], ...]:
    """Those of whom no person has said yet that they are not of us."""
    foreign = set(db.scalars(select(ForeignAccount.account).where(ForeignAccount.platform == platform)))
    return tuple((anchor, lines) for anchor, lines in anchors.most_common() if anchor not in foreign)


def _rooms(db: Session, platform: str, lines: list[ExportLine], airings: list[Airing]) -> Rooms:
    """What is known of the live rooms that the lines of a file name, from the log and the file itself."""
    wanted = sorted({line.room_id for line in lines if line.room_id})
    said: dict[str, set[int]] = {}
    fallen = Counter((line.room_id, find_session(line, airings)[0]) for line in lines if line.room_id)
    for some in chunks(wanted):
        listed = select(PlatformSession).where(PlatformSession.platform == platform, PlatformSession.room_id.in_(some))
        for room in db.scalars(listed):
            during = (
                one
                for one in airings
                if room.ended_at and one.covers(room.ended_at, room.ended_at - room.started_at, timedelta())
            )
            own = said.setdefault(room.room_id, set())
            if room.session_id is not None:
                own |= {room.session_id, *(one.session_id for one in during)}
        there = (
            select(OrderLine.room_id, OrderLine.session_id, func.count())
            .where(OrderLine.platform == platform, OrderLine.room_id.in_(some))
            .group_by(OrderLine.room_id, OrderLine.session_id)
        )
        fallen.update({(room_id, session_id): count for room_id, session_id, count in db.execute(there)})
    seen = {room: number for (room, number), _count in reversed(fallen.most_common()) if number is not None}
    return Rooms({room: frozenset(own) for room, own in said.items()}, seen)


def _orders(db: Session, export: Export) -> dict[str, Order]:
    """What is there of the file's orders."""
    orders = {line.order_id: Order() for line in export.lines}
    for numbers in chunks(list(orders)):
        query = select(*_COLUMNS).where(OrderLine.platform == export.platform, OrderLine.order_id.in_(numbers))
        for number, session_id, way, sku, *values in db.execute(query):
            line = _line(values)
            orders[line.order_id].lines[line.line_id] = Kept(number, line, session_id, way, sku)
    return orders


def _line(values: list[Any]) -> ExportLine:
    values[_STATUS], values[_CARRIER] = Status(values[_STATUS]), Carrier(values[_CARRIER])
    return ExportLine(*values)


def _attribute(kept: Kept, session_id: int | None, catalogue: Catalogue, find: Find) -> None:
    """Product and session of a line; what a person said of its session stays."""
    line = kept.line
    sku = catalogue.sku_of(line.platform, line.sku, line.product_id, line.title)
    if not line.title and sku in catalogue.names:
        kept.line, kept.changed = replace(line, title=catalogue.names[sku]), True
        kept.moved = True
    found: tuple[int | None, str | None] = (kept.session_id, kept.attributed_by)
    if session_id is not None:
        found = session_id, Way.NAMED
    elif kept.attributed_by not in BY_PEOPLE:
        found = find(line)
    if (kept.session_id, kept.attributed_by, kept.sku) != (*found, sku):
        kept.changed = kept.moved = True
    kept.session_id, kept.attributed_by = found
    kept.sku = sku


def _reckoning(seen: Seen, imported: Imported, orders: Iterable[Order]) -> Reckoning:
    reckoning = Reckoning(seen, imported, [], [], [])
    for order in orders:
        reckoning.gone.extend(order.gone)
        for kept in order.lines.values():
            if kept.id is None:
                reckoning.new.append(_values(kept) | {"number": None})
            elif kept.changed:
                reckoning.changed.append(_values(kept) | {"number": kept.id})
    return reckoning


def _values(kept: Kept) -> dict[str, Any]:
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
    }


def chunks(values: list[Any]) -> Iterator[list[Any]]:
    for first in range(0, len(values), CHUNK):
        yield values[first : first + CHUNK]
