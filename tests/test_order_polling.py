"""An account is asked during a show and after it; what is written is the same however often it is interrupted."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from integrations import douyin_rooms
from integrations.base import Handed, LimitedError, Tokens
from integrations.kuaishou import Settings
from studio import order_polling
from studio.accounts import Account
from studio.errors import explain
from studio.events import CardChanged, Noticed
from studio.order_polling import AccountPoller, Fetcher, StoppedError
from studio.sold import AccountAsked, OnSale, OrdersArrived, ViewersSampled
from studio.store.database import sqlite_url
from studio.store.order_rows import OrderRow
from studio.store.sessions import NewSession
from studio.store.store import Store
from studio.worker import Worker
from tests.integrations.stand_ins import kuaishou as stand_in
from tests.integrations.stand_ins import rooms as rooms_stand_in
from tests.integrations.stand_ins.server import Said, serving
from tests.media.told import Told
from tests.store.samples import APPLES, START, StandingClock, after, begin


class Stage:
    """A shop with a session, its platform's stand-in, and a clock that all of them share."""

    def __init__(self, store: Store, platform: stand_in.Kuaishou, clock: StandingClock) -> None:
        self.store = store
        self.platform = platform
        self.clock = clock
        store.save_product(APPLES)
        self.session_id = begin(store)
        self.on_sale = OnSale(self.session_id, START)
        settings = Settings(stand_in.APP_KEY, stand_in.APP_SECRET, stand_in.SIGN_SECRET, host=platform.url)
        self.account = Account("果园", "kuaishou", settings, Tokens(platform.access, platform.refresh))

    def at(self, seconds: float) -> None:
        self.clock.at = self.platform.frozen_at = after(seconds)

    def fetcher(self, wait: Callable[[float], None] = lambda _seconds: None) -> Fetcher:
        return Fetcher(self.account, self.store, Handed(self.clock.utc, wait, lambda _tokens: None, b"salt"))

    def fetch(self, on_air: bool = True) -> None:
        """One question by a program that has just been started."""
        fetcher = self.fetcher()
        try:
            fetcher.fetch(self.on_sale if on_air else None)
        finally:
            fetcher.close()

    def orders(self) -> dict[str, OrderRow]:
        rows = self.store.list_orders()
        assert len({row.order_id for row in rows}) == len(rows), "nothing is there twice"
        return {row.order_id: row for row in rows}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    clock = StandingClock()
    platform = stand_in.Kuaishou(frozen_at=START)
    with Store(sqlite_url(tmp_path / "log.sqlite3"), clock) as store, serving(platform):
        yield Stage(store, platform, clock)


def test_orders_of_a_show_find_its_session_and_the_card_on_air(stage: Stage) -> None:
    stage.store.write_events(stage.session_id, [CardChanged("P01", after(20))])
    stage.at(60)
    number = stage.platform.sell(after(50))
    stage.fetch()
    row = stage.orders()[str(number)]
    assert (row.session_id, row.attributed_by, row.sku, row.window_at) == (
        stage.session_id,
        "live+time",
        "P01",
        after(20),
    )


def test_late_payments_and_refunds_come_after_the_show(stage: Stage) -> None:
    stage.at(60)
    unpaid = stage.platform.sell(after(50), status=10, payTime=0)
    paid = stage.platform.sell(after(55))
    stage.fetch()
    stage.store.end_session(stage.session_id, after(3600))
    stage.platform.change(unpaid, after(3700), status=30, payTime=stand_in.ms(after(3700)))
    week = timedelta(days=7).total_seconds()
    stage.platform.change(paid, after(week), refund=60)
    stage.at(week + 60)
    stage.fetch(on_air=False)
    assert (stage.orders()[str(unpaid)].status, stage.orders()[str(unpaid)].session_id) == ("paid", stage.session_id)
    assert (stage.orders()[str(paid)].status, stage.orders()[str(paid)].refunded_fen) == ("refunded", 3990)


def test_a_show_is_told_first_and_what_was_missed_before_comes_after_it(stage: Stage) -> None:
    stage.at(0)
    stage.fetch(on_air=False)
    between = stage.platform.sell(after(3600))
    stage.store.end_session(stage.session_id, after(1800))
    later = after(5 * 86_400)
    shown = NewSession(later, canvas="1280x720", fps=30, bitrate_kbps=2500, source="camera", cards=(APPLES.card(),))
    second = OnSale(stage.store.begin_session(shown), later)
    stage.at(5 * 86_400 + 60)
    sold = stage.platform.sell(later + timedelta(seconds=30))
    fetcher = stage.fetcher()
    fetcher.fetch(second)
    assert set(stage.orders()) == {str(sold)}, "a backlog does not keep the show waiting"
    fetcher.fetch(None)
    fetcher.close()
    assert set(stage.orders()) == {str(between), str(sold)}


def test_an_account_that_is_first_asked_during_a_show_catches_up_with_earlier_shows(stage: Stage) -> None:
    yesterday = stage.platform.sell(after(600))
    stage.store.end_session(stage.session_id, after(1800))
    later = after(86_400)
    shown = NewSession(later, canvas="1280x720", fps=30, bitrate_kbps=2500, source="camera", cards=(APPLES.card(),))
    second = OnSale(stage.store.begin_session(shown), later)
    stage.at(86_400 + 60)
    sold = stage.platform.sell(later + timedelta(seconds=30))
    fetcher = stage.fetcher()
    fetcher.fetch(second)
    assert set(stage.orders()) == {str(sold)}
    fetcher.fetch(None)
    fetcher.close()
    assert set(stage.orders()) == {str(yesterday), str(sold)}


def test_the_last_minutes_are_asked_again_and_written_once(stage: Stage) -> None:
    stage.at(60)
    stage.platform.sell(after(50))
    fetcher = stage.fetcher()
    fetcher.fetch(stage.on_sale)
    first, fetcher.changed = fetcher.changed, 0
    stage.at(66)
    fetcher.fetch(stage.on_sale)
    fetcher.close()
    assert (first, fetcher.changed) == (1, 0)
    assert len(stage.platform.asked_for("open.order.detail")) == 1


def test_what_changes_as_the_platform_is_slow_to_tell_is_not_missed(stage: Stage) -> None:
    stage.at(60)
    stage.fetch()
    late = stage.platform.sell(after(10))  # it appears in the list only now
    stage.at(120)
    stage.fetch()
    assert str(late) in stage.orders()


def test_a_break_between_two_pages_loses_and_doubles_nothing(stage: Stage) -> None:
    sold = {str(stage.platform.sell(after(number / 10))) for number in range(230)}
    stage.at(60)
    for pages in range(5):
        fetcher = stage.fetcher(stopping_after(pages))
        with pytest.raises(StoppedError):
            fetcher.fetch(stage.on_sale)
        fetcher.close()
        assert len(stage.orders()) == 50 * pages
    stage.fetch()
    assert set(stage.orders()) == sold


def stopping_after(pages: int) -> Callable[[float], None]:
    """A wait that ends everything before one more page is written."""
    left = iter(range(pages))

    def wait(seconds: float) -> None:
        if not seconds and next(left, None) is None:
            raise StoppedError("stopped")

    return wait


class Line:
    """A poller, and what it told."""

    def __init__(self, stage: Stage) -> None:
        self.told = Told()
        self.kept: list[tuple[str, Tokens]] = []
        keep = self._keep
        self.poller = AccountPoller(
            stage.account, stage.store, self.told, stage.clock, keep, lambda _name: None, b"salt"
        )

    def _keep(self, name: str, tokens: Tokens) -> None:
        self.kept.append((name, tokens))

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_error: object) -> None:
        self.poller.stop()
        self.poller.stop()


def test_a_show_that_begins_is_asked_about_at_once(stage: Stage) -> None:
    stage.platform.watching = 57
    stage.at(60)
    with Line(stage) as line:
        line.poller.start()
        stage.platform.wait_until(lambda: bool(stage.platform.asked))
        stage.platform.sell(after(30), pieces=2, total_fee=7980)
        line.poller.follow(stage.on_sale)
        seen = line.told.wait_for_one(ViewersSampled)
        assert (seen.count, seen.source) == (57, "kuaishou:果园")
        arrived = line.told.wait_for_one(OrdersArrived)
        assert (arrived.account, arrived.orders, arrived.pieces, arrived.paid_fen) == ("果园", 1, 2, 7980)


class Call(threading.Event):
    """What wakes a poller; the end may come between its look at that and the clearing of what woke it."""

    def __init__(self) -> None:
        super().__init__()
        self.asleep = threading.Event()
        self.worker: Worker | None = None

    def clear(self) -> None:
        if self.worker is not None:
            self.worker.stopping.set()
            self.set()
        super().clear()

    def wait(self, timeout: float | None = None) -> bool:
        self.asleep.set()
        return super().wait(timeout)


def test_an_end_that_comes_as_the_poller_wakes_is_not_missed(stage: Stage) -> None:
    line = Line(stage)
    call = line.poller._wake = Call()
    line.poller.start()
    assert call.asleep.wait(60)
    worker = call.worker = line.poller._worker
    assert worker is not None
    line.poller.follow(None)
    line.told.wait_for(lambda: not worker.alive)


def test_a_token_that_is_renewed_is_kept_at_once(stage: Stage) -> None:
    stage.platform.ends_at = START - timedelta(hours=1)
    with Line(stage) as line:
        line.poller.start(stage.on_sale)
        line.told.wait_for_one(ViewersSampled)
        assert line.kept[0] == ("果园", replace(line.kept[0][1], access="access-Geheim3+"))


def test_a_fault_is_told_once_and_once_more_when_it_is_over(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_polling, "LONGEST_PAUSE_S", 0.05)
    stage.at(60)
    no = Said({"result": 22, "error_msg": "未授权"})
    stage.platform.faults += [no] * 6
    with Line(stage) as line:
        line.poller.start(stage.on_sale)
        wrong = line.told.wait_for_one(Noticed)
        right = line.told.wait_for_one(Noticed, 2)
    assert (wrong.problem.code, wrong.active) == ("account.refused", True)
    assert (right.problem, right.active) == (wrong.problem, False)
    assert "未授权" in explain(wrong.problem).what


def test_an_order_that_cannot_be_read_is_told_of_until_it_can(stage: Stage) -> None:
    stage.at(60)
    number = stage.platform.sell(after(50), totalFee="viel")
    with Line(stage) as line:
        line.poller.start(stage.on_sale)
        told = line.told.wait_for_one(Noticed)
        asked = line.told.wait_for_one(AccountAsked)
        stage.platform.change(number, after(51), totalFee=3990)
        line.poller.ask()
        over = line.told.wait_for_one(Noticed, 2)
    assert (told.problem.code, told.active, asked.problem) == ("account.unread", True, told.problem)
    assert dict(told.problem.values)["count"] == "1"
    assert (over.problem, over.active) == (told.problem, False)
    assert str(number) in stage.orders()


def test_a_clock_that_is_wrong_and_taken_is_told_of(stage: Stage) -> None:
    stage.platform.ahead = timedelta(minutes=4)
    with Line(stage) as line:
        line.poller.start(stage.on_sale)
        told = line.told.wait_for_one(Noticed)
    assert (told.problem.code, dict(told.problem.values)["seconds"]) == ("account.clock", "240")


def test_we_are_back_no_sooner_than_asked(stage: Stage) -> None:
    line, fetcher = Line(stage), stage.fetcher()
    put_off = line.poller._put_off
    assert put_off(LimitedError("later", 500.0), fetcher.platform, stage.on_sale) == 500.0
    assert put_off(LimitedError("later"), fetcher.platform, stage.on_sale) == 24.0
    assert put_off(LimitedError("later"), fetcher.platform, None) == 480.0
    assert put_off(LimitedError("later", 0.0), fetcher.platform, stage.on_sale) == 60.0
    fetcher.close()


def test_each_question_is_told_with_what_it_brought_and_when_the_next_one_is(stage: Stage) -> None:
    stage.at(60)
    stage.platform.sell(after(50))
    with Line(stage) as line:
        line.poller.start()
        first = line.told.wait_for_one(AccountAsked)
        line.poller.ask()
        second = line.told.wait_for_one(AccountAsked, 2)
    assert (first.account, first.at, first.next_at, first.changed) == ("果园", after(60), after(1860), 1)
    assert (first.problem, first.known_until) == (None, after(60))
    assert (second.changed, second.problem) == (0, None)


def test_a_question_that_failed_says_why_and_is_not_put_again_too_early(stage: Stage) -> None:
    stage.at(60)
    stage.platform.faults.append(Said({"result": 22, "error_msg": "未授权"}))
    stage.platform.faults.append(Said(status=429, headers=(("Retry-After", "300"),)))
    with Line(stage) as line:
        line.poller.start()
        refused = line.told.wait_for_one(AccountAsked)
        line.poller.ask()
        limited = line.told.wait_for_one(AccountAsked, 2)
        asked = len(stage.platform.asked)
        line.poller.ask()
        line.poller.follow(stage.on_sale)
        line.told.wait_for_one(ViewersSampled)
    assert refused.problem is not None
    assert (refused.problem.code, refused.known_until) == ("account.refused", None)
    assert limited.next_at - limited.at >= timedelta(seconds=300)
    assert not [one for one in stage.platform.asked[asked:] if "order" in one.path + str(one.query)]


def test_what_a_platform_says_of_its_rooms_stands_beside_the_session(stage: Stage) -> None:
    """Told by an account that sells nothing; matched by its time, as of when it was asked, and newer each time."""
    stage.store.end_session(stage.session_id, after(7200))
    began = after(-60).replace(microsecond=0)
    platform = rooms_stand_in.DouyinRooms(frozen_at=after(9000), began_s=int(began.timestamp()))
    with serving(platform):
        settings = douyin_rooms.Settings("o1", platform.url)
        account = Account("小红", "douyin_rooms", settings, Tokens(rooms_stand_in.ACCESS))
        handed = Handed(stage.clock.utc, lambda _seconds: None, lambda _tokens: None)
        fetcher = Fetcher(account, stage.store, handed)
        stage.at(9000)
        fetcher.fetch(None)
        platform.views = 950
        stage.at(10_800)
        fetcher.fetch(None)
        fetcher.close()
    (row,) = stage.store.session_detail(stage.session_id).platform_sessions
    assert (row.kind, row.platform, row.account, row.started_at) == ("douyin_rooms", "douyin", "小红", began)
    assert (dict(row.figures), row.told_at) == ({"room_views": 950, "peak_viewers": 86}, after(10_800))
