"""What a file's order lines make of the log: what is there of its orders is read at once, then everything is a value.

No import is written here: `order_drafts` does that.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from integrations.exports.base import Carrier, Export, ExportLine
from integrations.exports.live_sessions import TAOBAO_LIST
from studio.presets import PLATFORMS, recognised
from studio.store.attribution import Airing, Airings, Catalogue, Rooms, find_in_room, find_session
from studio.store.changes import Change, ImportCount, Imported
from studio.store.imported_tables import ForeignAccount, OrderImport, OwnAnchor, PlatformSession
from studio.store.kept_orders import Kept, Order, chunks, kept_lines, orders_of, values_of
from studio.store.order_rows import Way
from studio.store.products import list_products
from studio.store.tables import HealthSample, OrderLine, OutputEvent, ProductName, SessionEntry, SessionProduct

Find = Callable[[ExportLine], tuple[int | None, Way | None]]
TICK_ROWS = 1000
BY_PEOPLE = (Way.NAMED, Way.TYPED)


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
    """What an import is to do: lines that are new or changed, and the numbers of gone ones."""

    seen: Seen
    imported: tuple[Imported, ...]  # for each file
    new: list[Kept]
    changed: list[Kept]
    gone: list[int]


def look(db: Session, platform: str) -> Seen:
    """What an import depends on besides its orders."""
    last = db.scalar(select(func.max(OrderImport.id)))
    own = frozenset(db.scalars(select(OwnAnchor.anchor).where(OwnAnchor.platform == platform)))
    return Seen(load_catalogue(db), load_airings(db), sent_elsewhere(db, platform), own, last or 0)


def reckon(db: Session, session_id: int | None, exports: Sequence[Export], tick: Callable[[int], None]) -> Reckoning:
    """What becomes of the lines of one platform's files; `tick` is told how many rows are done, and may raise to stop.

    Rows of one order may come in any order of exactness: a row for the whole of it never counts beside its lines.
    """
    platform = exports[0].platform
    seen = look(db, platform)
    orders = orders_of(db, platform, (line.order_id for export in exports for line in export.lines))
    outcomes: list[list[tuple[Change, list[Kept]]]] = []
    done = 0
    for export in exports:
        outcomes.append([])
        for done, found in enumerate(export.lines, done + 1):  # noqa: B020 - it goes on counting
            outcomes[-1].append(orders[found.order_id].add(found))
            if done % TICK_ROWS == 0:
                tick(done)
    for order in orders.values():
        order.finish()
    all_kept = [kept for order in orders.values() for kept in order.lines.values()]
    find = _finding(db, platform, seen, all_kept)
    for kept in all_kept:
        _attribute(kept, session_id, seen.catalogue, find)
    tick(done)
    known = seen.own_anchors | _foreign(db, platform)
    imported = tuple(_imported(export, own, known) for export, own in zip(exports, outcomes, strict=True))
    return _reckoning(seen, imported, orders.values())


def _imported(export: Export, outcomes: Iterable[tuple[Change, list[Kept]]], known: frozenset[str]) -> Imported:
    """What came of one file's lines; of `known` anchors a person has said whether they are of us."""
    count = ImportCount()
    for change, touched in outcomes:
        was_same = change is Change.UNCHANGED
        count = count.plus(Change.UPDATED if was_same and any(kept.moved for kept in touched) else change)
    tomorrow = sum(line.carrier is Carrier.TOMORROW for line in export.lines)
    anchors = Counter(line.anchor for line in export.lines if line.anchor and line.anchor not in known)
    return Imported(count, tomorrow, tuple(anchors.most_common()))


def own_anchor(db: Session, platform: str, anchor: str) -> int:
    """Remembers that an anchor is one of us; gives how many of the lines that were sold so are of a session now."""
    db.merge(OwnAnchor(platform=platform, anchor=anchor))
    return _attribute_again(db, platform, anchor)


def disown_anchor(db: Session, platform: str, anchor: str) -> None:
    """What was taken for one of us is none: the lines that were sold so are of no session."""
    db.execute(delete(OwnAnchor).where(OwnAnchor.platform == platform, OwnAnchor.anchor == anchor))
    _attribute_again(db, platform, anchor)


def _attribute_again(db: Session, platform: str, anchor: str) -> int:
    db.flush()
    seen = look(db, platform)
    all_kept = list(kept_lines(db, (OrderLine.platform == platform) & (OrderLine.anchor == anchor)))
    find = _finding(db, platform, seen, all_kept)
    for kept in all_kept:
        _attribute(kept, None, seen.catalogue, find)
        if kept.changed:
            db.execute(update(OrderLine).where(OrderLine.id == kept.id).values(values_of(kept)))
    return sum(kept.session_id is not None for kept in all_kept)


def _foreign(db: Session, platform: str) -> frozenset[str]:
    """The accounts of which a person has said that they are not ours."""
    return frozenset(db.scalars(select(ForeignAccount.account).where(ForeignAccount.platform == platform)))


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


def _finding(db: Session, platform: str, seen: Seen, all_kept: Iterable[Kept]) -> Find:
    """By what the session of a line is found; what others sold for a commission is of none."""
    airings = Airings(one for one in seen.airings if one.session_id not in seen.elsewhere)
    ours = [kept.line for kept in all_kept if _is_ours(kept.line, seen)]
    rooms = _rooms(db, platform, ours, airings)

    def find(line: ExportLine) -> tuple[int | None, Way | None]:
        return find_in_room(line, airings, rooms) if _is_ours(line, seen) else (None, None)

    return find


def _is_ours(line: ExportLine, seen: Seen) -> bool:
    return not line.anchor or line.anchor in seen.own_anchors


def _rooms(db: Session, platform: str, lines: list[ExportLine], airings: Airings) -> Rooms:
    """What is known of the live rooms that the lines of a file name, from the log and the file itself."""
    wanted = sorted({line.room_id for line in lines if line.room_id})
    said: dict[str, set[int]] = {}
    fallen = Counter((line.room_id, find_session(line, airings)[0]) for line in lines if line.room_id)
    foreign = _foreign(db, platform)
    for some in chunks(wanted):
        listed = select(PlatformSession).where(PlatformSession.platform == platform, PlatformSession.room_id.in_(some))
        for room in db.scalars(listed):
            tells_ends = room.kind != TAOBAO_LIST.kind
            if room.ended_at is None and tells_ends and room.account not in foreign:
                continue  # still open when it was told of: which shows are in it is not known yet
            during = (
                one
                for one in airings.all
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


def _reckoning(seen: Seen, imported: tuple[Imported, ...], orders: Iterable[Order]) -> Reckoning:
    reckoning = Reckoning(seen, imported, [], [], [])
    for order in orders:
        reckoning.gone.extend(order.gone)
        for kept in order.lines.values():
            if kept.id is None:
                reckoning.new.append(kept)
            elif kept.changed:
                reckoning.changed.append(kept)
    return reckoning
