"""Comments that a platform sends during a show are counted in its session, and end with it; nothing else is kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations import bilibili_line
from integrations.base import Handed
from integrations.bilibili import Settings
from studio.account_desk import AccountDesk
from studio.accounts import Account, keep_account
from studio.clock import SystemClock
from studio.errors import StudioError, fault
from studio.events import Noticed, ShowStarted
from studio.order_polling import Fetcher
from studio.paths import Home
from studio.sold import OnSale
from studio.store.database import sqlite_url
from studio.store.store import Store
from tests.integrations.stand_ins import bilibili as stand_in
from tests.key_stores import Drawer
from tests.media.told import Told
from tests.store.samples import APPLES, START, StandingClock, after, begin

START_S = int(START.timestamp())


@pytest.fixture
def room() -> Iterator[stand_in.Bilibili]:
    room = stand_in.Bilibili()
    with stand_in.on_line(room):
        yield room


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store(sqlite_url(path), StandingClock()) as store:
        store.save_product(APPLES)
        yield store


def kept(room: stand_in.Bilibili) -> Account:
    settings = Settings(stand_in.KEY, stand_in.SECRET, str(stand_in.APP_ID), stand_in.CODE, room.url)
    return Account("直播间", "bilibili", settings)


def fetcher_of(room: stand_in.Bilibili, store: Store) -> Fetcher:
    handed = Handed(SystemClock().utc, lambda _seconds: None, lambda _tokens: None)
    return Fetcher(kept(room), store, handed)


def topics(store: Store, session_id: int) -> dict[str, int]:
    return {one.topic: one.comments for one in store.session_detail(session_id).topics}


def fetch_until(fetcher: Fetcher, store: Store, show: OnSale, count: int) -> None:
    """Asks until so many comments are counted."""
    while topics(store, show.session_id).get("", 0) < count:
        fetcher.fetch(show)


def test_comments_of_a_show_are_counted_and_not_kept(room: stand_in.Bilibili, store: Store, path: Path) -> None:
    show = OnSale(begin(store), START)
    fetcher = fetcher_of(room, store)
    fetcher.fetch(None)
    assert room.rounds == 0, "between shows nobody listens"
    fetcher.fetch(show)
    first = stand_in.comment("红富士苹果多少钱 13800001111", START_S + 60)
    room.say(first, stand_in.squeezed(stand_in.comment("多少钱", START_S + 61), stand_in.comment("666", START_S + 300)))
    fetch_until(fetcher, store, show, 3)
    room.say(stand_in.comment("多少钱", START_S + 62))
    fetch_until(fetcher, store, show, 4)
    assert topics(store, show.session_id) == {"": 4, "price": 3, "sku:P01": 1}
    busiest = next(one.busiest_at for one in store.session_detail(show.session_id).topics if one.topic == "price")
    assert busiest == after(60).replace(second=0, microsecond=0)
    fetcher.fetch(None)
    assert (room.rounds, room.ended) == (1, ["round-1"])
    fetcher.close()
    assert store.count_comments(show.session_id, "甜吗") == 1
    assert topics(store, show.session_id)[""] == 5, "pasted ones are counted beside them"
    written = b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
    for secret in ("王小明", "13800001111", "f18d746172", "m-666"):
        assert secret.encode() not in written


def test_comments_wait_for_a_log_that_cannot_be_written(
    room: stand_in.Bilibili, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = OnSale(begin(store), START)
    fetcher = fetcher_of(room, store)
    fetcher.fetch(show)
    room.say(stand_in.comment("多少钱", START_S))
    failed: list[int] = []

    def fail(*_counts: object) -> None:
        failed.append(1)
        raise fault("store.busy", path="log")

    with monkeypatch.context() as shut:
        shut.setattr(store, "add_comments", fail)
        with pytest.raises(StudioError, match="in use by another program"):
            fetch_until(fetcher, store, show, 1)
    room.say(stand_in.comment("甜吗", START_S))
    fetch_until(fetcher, store, show, 2)
    assert (failed, topics(store, show.session_id)) == ([1], {"": 2, "price": 1, "taste": 1})
    fetcher.close()
    assert room.ended == ["round-1"], "a program that ends gives the room back"


def test_the_last_comments_are_counted_as_a_program_ends(
    room: stand_in.Bilibili, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bilibili_line, "MOST_MESSAGES", 1)
    monkeypatch.setattr(bilibili_line, "WAIT_S", 60.0)
    show = OnSale(begin(store), START)
    fetcher = fetcher_of(room, store)
    fetcher.fetch(show)  # the answer to the first heartbeat
    room.say(stand_in.comment("多少钱", START_S))
    fetcher.close()
    assert topics(store, show.session_id) == {"": 1, "price": 1}


def test_an_account_listens_from_the_start_of_a_show_to_its_end(home: Home, room: stand_in.Bilibili) -> None:
    told, keys = Told(), Drawer()
    clock = SystemClock()
    keep_account(home, kept(room), keys)
    with Store.of(home) as store:
        store.save_product(APPLES)
        session_id = begin(store)
        desk = AccountDesk(home, store, told, clock, keys)
        try:
            desk.begin(ShowStarted(session_id, clock.utc(), rehearsal=True))
            told.wait_for(lambda: bool(desk.asked))
            assert room.asked == [], "in a rehearsal nobody writes"
            desk.begin(ShowStarted(session_id, clock.utc(), rehearsal=False))
            room.wait_until(lambda: bool(room.lines))
            room.say(stand_in.comment("多少钱", START_S))
            desk.end()
            told.wait_for(lambda: room.ended == ["round-1"])
            desk.begin(ShowStarted(session_id, clock.utc(), rehearsal=False))
            room.wait_until(lambda: bool(room.lines))
            room.say(stand_in.comment("甜吗", START_S))
            told.wait_for(lambda: _asked_again(desk) and "taste" in topics(store, session_id))
        finally:
            desk.stop()
    room.wait_until(lambda: room.ended == ["round-1", "round-2"])
    assert told.of(Noticed) == []


def _asked_again(desk: AccountDesk) -> bool:
    desk.ask()
    return True
