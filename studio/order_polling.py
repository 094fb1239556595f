"""Asks a seller's account at a platform for orders, viewers and comments, on a thread of its own; nothing waits for it.

During a show every few seconds, for `CATCH_UP` after it now and then, since payments and refunds come late. What is
written is the same whether it is told once or twice, and how far the platform has told is kept in the log. So whatever
ends this, the next question begins where the last whole answer ended.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from integrations.base import Handed, IntegrationError, LimitedError, LiveComment, Platform, Tokens
from integrations.exports.base import Export, ExportLine
from integrations.room_figures import sessions_of
from studio.accounts import Account, trouble
from studio.clock import Clock
from studio.comments import Comment, count_words
from studio.errors import Problem, StudioError
from studio.events import Event, Noticed
from studio.sold import AccountAsked, OnSale, OrdersArrived, ViewersSampled, count_of
from studio.store.order_files import reason
from studio.store.store import Store
from studio.worker import Mishaps, Worker

log = logging.getLogger(__name__)

CATCH_UP = timedelta(days=15)
CATCH_UP_EVERY_S = 1800.0
ROOMS_CHANGE = timedelta(days=3)  # what platforms say of a live room settles within two
EARLY = timedelta(minutes=10)  # before a show: what was ordered then may be paid in it
LONGEST_PAUSE_S = 60.0  # between two tries during a show
STOP_DEADLINE_S = 3.0
SKEW_TOLD_S = 60.0
MOST_REMEMBERED = 20_000  # lines that need not be written again
MOST_UNWRITTEN = 20_000  # comments, while the log cannot be written


class StoppedError(IntegrationError):
    """Whoever asks was told to stop."""


class Fetcher:
    """What one account tells, into the log: its orders, and of comments what they speak of. On one thread."""

    def __init__(self, account: Account, store: Store, handed: Handed) -> None:
        self._name = account.name
        self._store = store
        self._handed = handed
        self.platform: Platform = account.interface.open(account.settings, account.tokens, handed)
        self._written: dict[tuple[str, str], ExportLine] = {}
        self._show: OnSale | None = None
        self._told_until: datetime | None = None  # in the show, where that is ahead of what is confirmed
        self._rooms_asked = False
        self._heard: list[LiveComment] = []  # and not counted yet
        self._products: Mapping[str, Sequence[str]] | None = None  # of the show: by which words each is known
        self.changed = 0  # lines, since this was last looked at
        self.unread = 0
        self._why = ""  # the first of those is not read
        self.anchors = Counter[str]()  # who sold lines for a commission, and is not known to be one of us

    def fetch(self, show: OnSale | None) -> None:
        """All that changed since the last time; of a running show its own time first. Raises as the platform."""
        if show != self._show:
            self._turn_to(show)
        if show is not None:
            self._count_comments(show)
        now = self._handed.now() + timedelta(seconds=(self.platform.skew_s or 0.0) - self.platform.lag_s)
        overlap = timedelta(seconds=self.platform.overlap_s)
        point = self._store.confirmed(self._name, self.platform.name)
        since = point or self._store.first_show_since(self._handed.now() - CATCH_UP)
        if show is not None:
            own = max(filter(None, (self._told_until, show.started_at - EARLY)))
            if point is None or point < own:
                # Never the point to begin at next: earlier shows may not be caught up with yet.
                self._read(own - overlap, now, confirming=False)
                self._told_until = now
                return
        if since is not None:
            self._read(since - (overlap if point else EARLY), now, confirming=True)
        if show is None:
            self._keep_rooms(now)

    def left_out(self) -> Problem | None:
        """What to tell of orders that could not be read, since this was last asked: they are not asked for again."""
        count, why = self.unread, self._why
        self.unread, self._why = 0, ""
        return Problem.of("account.unread", name=self._name, count=count, reason=why) if count else None

    def close(self) -> None:
        self._turn_to(None)
        self.platform.close()

    def _turn_to(self, show: OnSale | None) -> None:
        """Another show, or none: nobody listens for the one that is left, once its last comments are counted."""
        left, self._show, self._told_until = self._show, show, None
        if left is None:
            return
        self._heard += self.platform.stop_listening()
        with suppress(StudioError):
            self._count_heard(left)
        self._heard, self._products = [], None

    def _count_comments(self, show: OnSale) -> None:
        self._heard += self.platform.comments()
        del self._heard[:-MOST_UNWRITTEN]
        self._count_heard(show)

    def _count_heard(self, show: OnSale) -> None:
        """Only what comments speak of is written; they themselves are kept nowhere."""
        if not self._heard:
            return
        if self._products is None:
            self._products = self._store.product_names(show.session_id)
        counts = count_words([Comment(one.text, one.at) for one in self._heard], self._products)
        self._store.add_comments(show.session_id, count_of(self.platform.name, self._name), counts)
        self._heard = []

    def _read(self, since: datetime, until: datetime, confirming: bool) -> None:
        if since >= until:
            return
        for page in self.platform.orders(since, until, self._known):
            self._handed.wait(0.0)  # it may be time to stop: then nothing is written any more
            self._write(page.export)
            if confirming and page.confirmed is not None:
                self._store.confirm(self._name, self.platform.name, page.confirmed)

    def _keep_rooms(self, now: datetime) -> None:
        """What the platform says of its live rooms, beside our sessions: of all at first, then while it may change."""
        since = self._store.first_show_since(now - (ROOMS_CHANGE if self._rooms_asked else CATCH_UP))
        if since is not None:
            for export in sessions_of(self._name, self.platform.rooms(since - EARLY, now)):
                self._store.import_sessions(export)
        self._rooms_asked = True

    def _known(self, numbers: Sequence[str]) -> frozenset[str]:
        return self._store.with_room(self.platform.name, numbers)

    def _write(self, export: Export) -> None:
        """What is new in a page; the last minutes are asked for again and again."""
        fresh = tuple(line for line in export.lines if self._written.get((line.order_id, line.line_id)) != line)
        for row in export.bad:
            log.warning("%s: order left out: %s", self.platform.name, row.reason.format(**dict(row.values)))
            self._why = self._why or reason(row)
        self.unread += len(export.bad)
        if not fresh:
            return
        now = self._handed.now()
        told = tuple(replace(line, refund_told_at=now) for line in fresh)
        imported = self._store.import_export(None, replace(export, lines=told, bad=()))
        self.changed += imported.count.new + imported.count.updated
        self.anchors.update(dict(imported.anchors))
        for line in fresh:
            self._written[line.order_id, line.line_id] = line
        while len(self._written) > MOST_REMEMBERED:
            del self._written[next(iter(self._written))]


class AccountPoller:
    """Keeps asking one account. `emit` is called on its thread; `follow` from any."""

    def __init__(
        self,
        account: Account,
        store: Store,
        emit: Callable[[Event], None],
        clock: Clock,
        keep: Callable[[str, Tokens], None],
        saved: Callable[[str], Tokens | None],
        salt: bytes,
        alone: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._account = account
        self._store = store
        self._emit = emit
        self._clock = clock
        self._keep = keep
        self._saved = saved
        self._salt = salt
        self._alone = alone
        self._show: OnSale | None = None
        self._wake = threading.Event()
        self._problem: Problem | None = None
        self._skewed: Problem | None = None
        self._failures = 0
        self._asked = False  # by somebody who waits for the answer
        self._limited_until_s = 0.0
        self._worker: Worker | None = None

    def start(self, show: OnSale | None = None) -> None:
        """Asks for the first time at once, on its own thread."""
        self._show = show
        # A platform may not answer for seconds; the end of the program does not wait for it.
        self._worker = Worker(f"account {self._account.name}", self._run, abandonable=True)
        self._worker.start()

    def follow(self, show: OnSale | None) -> None:
        """A show begins, or there is none any more."""
        self._show = show
        self._wake.set()

    def ask(self) -> None:
        """Asks now, unless the platform itself has told us to wait."""
        self._asked = True
        self._wake.set()

    def stop(self) -> None:
        """Ends the thread: at once, or when a question that is under way has its answer."""
        if self._worker is not None:
            self._worker.stopping.set()
            self._wake.set()
            self._worker.stop(STOP_DEADLINE_S)

    def _run(self, stopping: threading.Event) -> None:
        def wait(seconds: float) -> None:
            if stopping.wait(seconds):
                raise StoppedError("stopped")

        name = self._account.name
        keep, saved = partial(self._keep, name), partial(self._saved, name)
        handed = Handed(self._clock.utc, wait, keep, self._salt, saved, self._alone)
        fetcher = Fetcher(self._account, self._store, handed)
        mishaps = Mishaps(f"the account {name}")
        show: OnSale | None = None
        orders_due_s = viewers_due_s = 0.0
        try:
            while True:
                self._wake.clear()
                if stopping.is_set():  # looked at after the clearing, which may have taken the end's own call away
                    return
                if self._show != show or self._asked:
                    self._asked = False
                    show, orders_due_s, viewers_due_s = self._show, self._limited_until_s, 0.0
                if time.monotonic() >= orders_due_s:
                    orders_due_s = time.monotonic() + LONGEST_PAUSE_S
                    with mishaps:
                        orders_due_s = time.monotonic() + self._fetch(fetcher, show)
                if show is not None and time.monotonic() >= viewers_due_s:
                    viewers_due_s = time.monotonic() + LONGEST_PAUSE_S
                    with mishaps:
                        viewers_due_s = time.monotonic() + self._count_viewers(fetcher.platform)
                next_s = orders_due_s if show is None else min(orders_due_s, viewers_due_s)
                self._wake.wait(max(0.0, next_s - time.monotonic()))
        finally:
            fetcher.close()

    def _fetch(self, fetcher: Fetcher, show: OnSale | None) -> float:
        """Asks for orders; gives how long to wait before the next time."""
        problem: Problem | None = None
        try:
            fetcher.fetch(show)
        except StoppedError:
            return 0.0
        except (IntegrationError, StudioError) as error:
            pause_s = self._put_off(error, fetcher.platform, show)
            problem = error.problem if isinstance(error, StudioError) else trouble(self._account.name, error)
        else:
            self._failures = 0
            problem = fetcher.left_out()
            self._say(problem)
            self._look_at_clock(fetcher.platform)
            pause_s = fetcher.platform.ask_every_s if show is not None else CATCH_UP_EVERY_S
        finally:
            changed = self._tell(fetcher, show)
        self._tell_asked(fetcher.platform.name, pause_s, changed, problem)
        return pause_s

    def _tell_asked(self, platform: str, pause_s: float, changed: int, problem: Problem | None) -> None:
        """How it went, and when the next time is."""
        name, at = self._account.name, self._clock.utc()
        try:
            known_until = self._store.confirmed(name, platform)
        except StudioError as error:
            known_until, problem = None, problem or error.problem
        self._emit(AccountAsked(name, at, at + timedelta(seconds=pause_s), changed, known_until, problem))

    def _put_off(self, error: IntegrationError | StudioError, platform: Platform, show: OnSale | None) -> float:
        """What a failure costs: each one in a row twice the pause, and never less than we were told."""
        self._failures += 1
        log.info("account %s: %s", self._account.name, error)
        first_s, longest_s = (
            (platform.ask_every_s, LONGEST_PAUSE_S) if show is not None else (LONGEST_PAUSE_S, CATCH_UP_EVERY_S)
        )
        pause_s: float = min(first_s * 2 ** min(self._failures, 10), longest_s)
        if isinstance(error, LimitedError) and error.retry_after_s is not None:
            pause_s = max(pause_s, error.retry_after_s)
            self._limited_until_s = time.monotonic() + error.retry_after_s
        if isinstance(error, IntegrationError):
            problem = trouble(self._account.name, error)
            if problem.code != "account.unreachable" or self._failures > 1:  # once is no matter
                self._say(problem)
        return pause_s

    def _count_viewers(self, platform: Platform) -> float:
        """Asks how many watch; what keeps it from that is told with the orders, or is no matter."""
        if platform.viewers_every_s is None:
            return LONGEST_PAUSE_S
        try:
            found = platform.viewers()
        except IntegrationError as error:
            log.info("viewers of %s: %s", self._account.name, error)
            asked_s = error.retry_after_s if isinstance(error, LimitedError) else None
            return max(LONGEST_PAUSE_S, asked_s or 0.0)
        if found is not None:
            self._emit(ViewersSampled(found.count, count_of(found.source, self._account.name), found.at))
        return platform.viewers_every_s

    def _tell(self, fetcher: Fetcher, show: OnSale | None) -> int:
        """What came for the show; gives how many lines are new or not as before."""
        changed, fetcher.changed = fetcher.changed, 0
        if not changed or show is None:
            return changed
        platform = fetcher.platform.name
        total = self._store.polled_total(show.session_id, platform)
        self._emit(
            OrdersArrived(platform, self._account.name, total.orders, total.pieces, total.paid_fen, self._clock.utc())
        )
        return changed

    def _say(self, problem: Problem | None) -> None:
        """One notice at a time; a fault of the same kind is told once."""
        before = self._problem
        if before is not None and problem is not None and before.code == problem.code:
            return
        self._problem = problem
        if before is not None:
            self._emit(Noticed(before, active=False, at=self._clock.utc()))
        if problem is not None:
            self._emit(Noticed(problem, active=True, at=self._clock.utc()))

    def _look_at_clock(self, platform: Platform) -> None:
        """Warns of a clock that is wrong and yet taken: orders would find another card by it."""
        skew_s = platform.skew_s
        wrong = skew_s is not None and abs(skew_s) > SKEW_TOLD_S
        if wrong == (self._skewed is not None):
            return
        told = self._skewed or Problem.of("account.clock", name=self._account.name, seconds=round(abs(skew_s or 0.0)))
        self._skewed = told if wrong else None
        self._emit(Noticed(told, active=wrong, at=self._clock.utc()))
