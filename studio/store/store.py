"""The `Store`: the one door to the log of the shop and its sessions.

Every method is one transaction and gives back plain rows. Any thread may call any method. Each may raise
`store.busy`, `store.damaged`, `store.unreachable` or `home.unwritable`; what else it raises is said there.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import URL

from integrations.exports import Contents
from integrations.exports.base import Export
from integrations.exports.live_sessions import SessionsExport
from studio.clock import Clock, SystemClock
from studio.events import Event
from studio.paths import Home
from studio.run import PriceDifference
from studio.shop.products import Product
from studio.store import (
    anchors,
    comments,
    detail,
    imports,
    order_drafts,
    orders,
    parts,
    platform_sessions,
    polled,
    prices,
    products,
    session_sales,
    sessions,
    typed_viewers,
    writing,
)
from studio.store.changes import Change, ImportCount, Imported, Undone
from studio.store.database import BUSY_TIMEOUT_S, Database, sqlite_url
from studio.store.order_rows import OrderRow, PolledTotal, Promised, UnknownProduct
from studio.store.rows import Recorded, SessionDetail, SessionEnd, SessionRow, UnknownAnchor, ViewerRow
from studio.store.sessions import NewSession
from studio.store.tables import ViewerSample

DATABASE_VARIABLE = "NONGBO_DATABASE_URL"


class Store:
    """The log at `url`; nothing is touched before `open`."""

    def __init__(self, url: str | URL, clock: Clock | None = None, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self._database = Database(url, busy_timeout_s)
        self._clock = clock or SystemClock()

    @classmethod
    def of(cls, home: Home, clock: Clock | None = None) -> "Store":
        """The log of `home`: its file, or the database that NONGBO_DATABASE_URL names."""
        return cls(os.environ.get(DATABASE_VARIABLE) or sqlite_url(home.database), clock)

    def open(self) -> "Store":
        """Connects and brings the tables up to date; raises `store.newer` for the log of a later version."""
        self._database.open()
        return self

    def close(self) -> None:
        """Lets the log go; may be called twice."""
        self._database.close()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def shown(self) -> str:
        """Where the log is, for people; never a password."""
        return self._database.shown

    # the shop

    def save_product(self, product: Product) -> Change:
        """Adds the product, or changes the one with its SKU."""
        with self._database.writing() as db:
            return products.save_products(db, [product], self._clock.utc())[0]

    def import_products(self, rows: Iterable[Product]) -> ImportCount:
        """Saves all products of a file, or none of them."""
        count = ImportCount()
        with self._database.writing() as db:
            for change in products.save_products(db, rows, self._clock.utc()):
                count = count.plus(change)
        return count

    def list_products(self) -> tuple[Product, ...]:
        with self._database.reading() as db:
            return products.list_products(db)

    def product(self, sku: str) -> Product:
        """Raises `card.unknown`."""
        with self._database.reading() as db:
            return products.product(db, sku)

    def remove_product(self, sku: str) -> None:
        """Takes the product off the list; past sessions keep theirs. Raises `card.unknown`."""
        with self._database.writing() as db:
            products.remove_product(db, sku, self._clock.utc())

    def undo_products(self) -> Undone:
        """Takes the last change of the shop back: one product, or a whole import. Raises `products.no_undo`."""
        with self._database.writing() as db:
            return products.undo(db)

    def price_differences(self) -> tuple[PriceDifference, ...]:
        """The products whose price is another than a piece of the newest imported order cost, and nobody confirmed."""
        with self._database.reading() as db:
            return prices.price_differences(db)

    def confirm_price(self, sku: str, price_fen: int, platform_fen: int) -> None:
        """A person says that the price is right, though the platform's last order had the other one."""
        with self._database.writing() as db:
            prices.confirm_price(db, sku, price_fen, platform_fen, self._clock.utc())

    # sessions

    def begin_session(self, new: NewSession) -> int:
        """Writes a session that goes on air; gives back its number."""
        with self._database.writing() as db:
            return sessions.begin_session(db, new)

    def next_session_number(self) -> int:
        """The number of the next session, where nobody else begins one meanwhile."""
        with self._database.reading() as db:
            return sessions.next_number(db)

    def end_session(self, session_id: int, at: datetime) -> None:
        """Closes the session and what is open in it; raises `session.unknown`."""
        with self._database.writing() as db:
            sessions.end_session(db, session_id, at, SessionEnd.ENDED)

    def close_interrupted(self) -> tuple[int, ...]:
        """Closes the sessions a crash left open, each at its last sign of life; gives back their numbers.

        For the engine that holds the home folder only: to anybody else a running show looks the same.
        """
        with self._database.writing() as db:
            return sessions.close_interrupted(db)

    def go_on_with(self, session_id: int, at: datetime, recording: str | None) -> None:
        """Opens a session again that was cut off and marks the gap; raises `session.unknown`, `session.not_cut_off`."""
        with self._database.writing() as db:
            parts.go_on(db, session_id, at, recording)

    def last_cut_off(self) -> int | None:
        """The newest session's number where it was cut off; rehearsals do not count."""
        with self._database.reading() as db:
            return parts.last_cut_off(db)

    def recordings_ending_in(self, suffix: str) -> tuple[Recorded, ...]:
        """The recordings of sessions that are over whose names end in `suffix`, oldest first."""
        with self._database.reading() as db:
            return parts.recordings_ending_in(db, suffix)

    def list_sessions(self) -> tuple[SessionRow, ...]:
        """All sessions, newest first."""
        with self._database.reading() as db:
            return sessions.list_sessions(db)

    def session_detail(self, session_id: int) -> SessionDetail:
        """Raises `session.unknown`."""
        with self._database.reading() as db:
            return detail.session_detail(db, session_id, self._clock.utc())

    def session_prices(self, session_id: int) -> dict[str, int]:
        """SKU → price in fen: as they were in the session, else as they are in the shop. Raises `session.unknown`."""
        with self._database.reading() as db:
            sessions.session_entry(db, session_id)
            now = {product.sku: product.price_fen for product in products.list_products(db)}
            return now | {card.sku: card.price_fen for card in sessions.session_cards(db, session_id)}

    def write_events(
        self,
        session_id: int,
        events: Sequence[Event],
        ended_at: datetime | None = None,
        end: SessionEnd = SessionEnd.ENDED,
    ) -> None:
        """Writes a batch of what happened, all or nothing, and ends the session where `ended_at` says so."""
        with self._database.writing() as db:
            writing.write_events(db, session_id, events)
            if ended_at is not None:
                sessions.end_session(db, session_id, ended_at, end)

    # orders and viewers

    def add_order(self, session_id: int, sku: str, quantity: int, price_fen: int) -> str:
        """Writes an order somebody tells us of now; gives back its number. Raises `session.unknown`."""
        with self._database.writing() as db:
            sessions.session_entry(db, session_id)
            at = self._clock.utc()
            return orders.add_typed(db, session_id, sku, quantity=quantity, price_fen=price_fen, at=at, by=orders.NAMED)

    def undo_order(self, session_id: int, sku: str, quantity: int = 1) -> int:
        """Takes pieces back from the orders typed last; gives back how many there were. Raises `session.unknown`."""
        with self._database.writing() as db:
            sessions.session_entry(db, session_id)
            return orders.undo_typed(db, session_id, sku, quantity)

    def import_export(
        self, session_id: int | None, export: Export, tick: Callable[[int], None] = lambda _done: None
    ) -> Imported:
        """Writes what a platform's file or interface says of its orders: all of it, or nothing where `tick` raises.

        Where no session is named each line finds its own. The same again, or something newer, changes lines and
        never doubles them; something older takes nothing back. Raises `session.unknown`.
        """
        return self.import_contents(session_id, Contents((export,)), tick)[0][0]

    def import_contents(
        self, session_id: int | None, contents: Contents, tick: Callable[[int], None] = lambda _done: None
    ) -> tuple[tuple[Imported, ...], tuple[ImportCount, ...]]:
        """Writes all that is in a file, in one transaction; what came of its orders, then of its live sessions.

        Orders as with `import_export`; what platforms say of live sessions is kept beside ours.
        """
        with self._database.preparing() as db:
            if session_id is not None:
                sessions.session_entry(db, session_id)
            return order_drafts.import_contents(db, session_id, contents, tick, self._clock.utc())

    def import_sessions(self, export: SessionsExport) -> ImportCount:
        """Keeps what a platform says of its live sessions beside ours, all of it or nothing."""
        return self.import_contents(None, Contents((), (export,)))[1][0]

    def disown_account(self, platform: str, account: str) -> None:
        """Remembers that an account in platforms' files is not ours; takes its figures and orders off our sessions."""
        with self._database.writing() as db:
            platform_sessions.disown(db, platform, account)
            imports.disown_anchor(db, platform, account)

    def unknown_anchors(self) -> tuple[UnknownAnchor, ...]:
        """Who sold for a commission and may be one of us, the busiest first."""
        with self._database.reading() as db:
            return anchors.unknown_anchors(db)

    def own_anchor(self, platform: str, anchor: str) -> int:
        """Remembers that whoever sells under this number for a commission is one of us.

        Gives how many lines that were sold so are of a session by now.
        """
        with self._database.writing() as db:
            return imports.own_anchor(db, platform, anchor)

    def count_comments(self, session_id: int, text: str) -> int:
        """Counts the words of pasted comments, which are not kept; gives back how many. Raises `session.unknown`.

        The same text again counts once.
        """
        with self._database.writing() as db:
            return comments.count_text(db, sessions.session_entry(db, session_id), text)

    def product_names(self, session_id: int) -> dict[str, tuple[str, ...]]:
        """By what each product is known in the comments of a session."""
        with self._database.reading() as db:
            return comments.product_names(db, session_id)

    def add_comments(self, session_id: int, source: str, counts: Mapping[tuple[str, datetime | None], int]) -> None:
        """Adds to what the comments that `source` tells of speak of (`studio.comments.count_words`)."""
        with self._database.writing() as db:
            comments.add_counts(db, session_id, source, counts)

    def confirmed(self, account: str, platform: str) -> datetime | None:
        """Up to when all that changed of the account's orders is here; None where nothing was ever asked."""
        with self._database.reading() as db:
            return polled.confirmed(db, account, platform)

    def confirm(self, account: str, platform: str, at: datetime) -> None:
        """All that changed of the account's orders up to `at` is here."""
        with self._database.writing() as db:
            polled.confirm(db, account, platform, at)

    def forget_account(self, account: str) -> None:
        """Of an account of this name nothing was ever asked; what it told stays."""
        with self._database.writing() as db:
            polled.forget_point(db, account)

    def with_room(self, platform: str, numbers: Sequence[str]) -> frozenset[str]:
        """Of these orders, those of which it is known what brought the buyer."""
        with self._database.reading() as db:
            return polled.with_room(db, platform, numbers)

    def first_show_since(self, at: datetime) -> datetime | None:
        """When the earliest of the shows began that were on the air after `at`; rehearsals are none."""
        with self._database.reading() as db:
            return polled.first_show_since(db, at)

    def polled_total(self, session_id: int, platform: str) -> PolledTotal:
        """What a platform told of that was sold in a session."""
        with self._database.reading() as db:
            return polled.polled_total(db, session_id, platform)

    def unshipped_orders(self, session_id: int | None = None) -> tuple[OrderRow, ...]:
        """What is paid and still to be sent, the longest waiting first. Raises `session.unknown`."""
        with self._database.reading() as db:
            if session_id is not None:
                sessions.session_entry(db, session_id)
            return orders.unshipped_orders(db, session_id, session_sales.left_out(db, session_id))

    def promised_orders(self) -> tuple[Promised, ...]:
        """What has to be exported once more, since the platform says by now which of it a live room sold."""
        with self._database.reading() as db:
            return orders.promised_orders(db, self._clock.utc())

    def unknown_products(self) -> tuple[UnknownProduct, ...]:
        """What was sold under names that are no product of the shop yet."""
        with self._database.reading() as db:
            return orders.unknown_products(db)

    def count_unknown(self) -> int:
        """How many names of `unknown_products` there are."""
        with self._database.reading() as db:
            return orders.count_unknown(db)

    def name_product(self, name: str, sku: str) -> int:
        """Remembers that platforms call `sku` so; gives back how many lines are its now. Raises `card.unknown`."""
        with self._database.writing() as db:
            return orders.name_product(db, name, sku)

    def list_orders(self, session_id: int | None = None) -> tuple[OrderRow, ...]:
        """All order lines, or one session's. Raises `session.unknown`."""
        with self._database.reading() as db:
            if session_id is not None:
                sessions.session_entry(db, session_id)
            return orders.list_orders(db, session_id)

    def add_viewers(self, session_id: int, count: int, about: bool = False) -> datetime:
        """Writes a count somebody tells us of; a session that is over gets it at its end. Raises `session.unknown`."""
        with self._database.writing() as db:
            at = sessions.session_entry(db, session_id).ended_at or self._clock.utc()
            db.add(ViewerSample(session_id=session_id, at=at, count=count, source=orders.TYPED, about=about))
            return at

    def undo_viewers(self, session_id: int, count: int | None = None, at: datetime | None = None) -> ViewerRow | None:
        """Takes a typed count back: the last one, the last of `count`, or the one typed `at`; None where none is so.

        Raises `session.unknown`.
        """
        with self._database.writing() as db:
            sessions.session_entry(db, session_id)
            return typed_viewers.undo_viewers(db, session_id, count, at)
