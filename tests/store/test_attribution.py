"""Which session, product and card an order line belongs to."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from integrations.exports.base import Carrier, ExportLine
from integrations.exports.live_sessions import TAOBAO_LIST, LiveSession, SessionsExport
from studio.events import CardChanged
from studio.output_states import OutputChanged, OutputState
from studio.store.attribution import (
    CARD_TAIL,
    ROOM_EARLY,
    TAIL,
    Airing,
    Airings,
    Catalogue,
    find_session,
    find_window,
)
from studio.store.rows import WindowRow
from studio.store.sessions import NewSession
from studio.store.store import Store
from tests.store.samples import APPLES, START, TEA, after, begin, export, health, order

MINUTE = timedelta(minutes=1)
MORNING = Airing(1, START, START + 60 * MINUTE)
NEXT = Airing(2, START + 80 * MINUTE, START + 100 * MINUTE)
RUNNING = Airing(3, START + 600 * MINUTE, None)
SHOWS = Airings([MORNING, NEXT, RUNNING])
LONG, SHORT = Airing(1, START, START + 240 * MINUTE), Airing(2, START + 60 * MINUTE, START + 90 * MINUTE)


def at(minutes: float, **changed: Any) -> ExportLine:
    return order("1", paid_at=START + minutes * MINUTE, **changed)


@pytest.mark.parametrize(
    ("line", "session_id", "way"),
    [
        (at(-1), None, None),
        (at(0), 1, "time"),
        (at(60 + TAIL / MINUTE / 2), 1, "time"),
        (at(85), 2, "time"),  # the show that is on, not the tail of the one before
        (at(100 + TAIL / MINUTE), 2, "time"),
        (at(101 + TAIL / MINUTE), None, None),
        (at(9999), 3, "time"),
        (at(5, carrier=Carrier.LIVE), 1, "live+time"),
        (at(5, carrier=Carrier.TOMORROW), 1, "time"),
        (at(5, carrier=Carrier.OTHER), None, None),
        (at(9999, carrier=Carrier.LIVE, room_started_at=START - 5 * MINUTE), 1, "room"),
        (at(5, carrier=Carrier.LIVE, room_started_at=START + 79 * MINUTE), 2, "room"),
        (at(5, carrier=Carrier.LIVE, room_started_at=START - ROOM_EARLY - MINUTE), None, None),
        (order("1", paid_at=None), None, None),
        (order("1", paid_at=None, created_at=START + MINUTE), 1, "time"),
    ],
)
def test_the_platform_s_word_comes_before_the_time(line: ExportLine, session_id: int | None, way: str | None) -> None:
    assert find_session(line, SHOWS) == (session_id, way)


@pytest.mark.parametrize(("minutes", "session_id"), [(59, 1), (61, 2), (91, 1), (230, 1), (269, 1), (271, None)])
def test_a_short_session_within_a_long_one_takes_its_own_orders_only(minutes: float, session_id: int | None) -> None:
    """As where two studios write into one database."""
    assert find_session(at(minutes), Airings([LONG, SHORT]))[0] == session_id


def test_a_session_that_a_power_cut_left_open_ends_at_its_last_second(store: Store) -> None:
    session_id = begin(store)
    store.write_events(session_id, [health(1), health(600)])
    late = TAIL.total_seconds()
    lines = [order(str(paid), paid_at=after(paid)) for paid in (300, 600 + late, 601 + late, 3 * 86_400)]
    store.import_export(None, export(*lines))
    found = [line.session_id for line in store.list_orders()]
    assert found == [session_id, session_id, None, None]


def test_the_number_of_the_live_room_says_more_than_the_time(store: Store) -> None:
    session_id = begin(store)
    store.end_session(session_id, after(3600))
    tomorrow = store.begin_session(NewSession(after(86_400)))
    store.end_session(tomorrow, after(90_000))
    room = LiveSession("小红", "7001", "", after(0), after(3600), ())
    theirs = LiveSession("别人", "7002", "", after(50_000), after(52_000), ())
    sold = [order(str(paid), carrier=Carrier.LIVE, room_id="7001", paid_at=after(paid)) for paid in (60, 7200)]
    store.import_export(None, export(*sold))
    assert [line.session_id for line in store.list_orders()] == [session_id] * 2  # the room of the order before
    store.import_sessions(SessionsExport("csv_sessions", "csv", (room, theirs), ()))
    late = order("9", carrier=Carrier.LIVE, room_id="7001", paid_at=after(86_500))
    another = order("10", carrier=Carrier.LIVE, room_id="7002", paid_at=after(120))
    store.import_export(None, export(late, another))
    found = {line.order_id: (line.session_id, line.attributed_by) for line in store.list_orders()}
    assert (found["9"], found["10"]) == ((session_id, "room"), (None, None))


def test_a_room_that_was_open_when_it_was_told_of_is_nobody_else_s_for_that(store: Store) -> None:
    open_room = LiveSession("小红", "7001", "", after(-7200), None, ())  # long before the picture
    store.import_sessions(SessionsExport("qianchuan", "csv", (open_room,), (), after(-60)))
    first = begin(store)
    store.end_session(first, after(3600))
    second = store.begin_session(NewSession(after(4000)))
    store.end_session(second, after(7200))
    sold = [order(str(paid), carrier=Carrier.LIVE, room_id="7001", paid_at=after(paid)) for paid in (60, 4060)]
    store.import_export(None, export(*sold))
    assert [line.session_id for line in store.list_orders()] == [first, second]
    closed = replace(open_room, ended_at=after(7200))
    store.import_sessions(SessionsExport("qianchuan", "csv", (closed,), (), after(9000)))
    store.import_export(None, export(*sold))
    found = {line.order_id: (line.session_id, line.attributed_by) for line in store.list_orders()}
    assert found == {"60": (first, "room"), "4060": (second, "room")}


def test_an_open_room_of_somebody_else_is_theirs(store: Store) -> None:
    begin(store)
    store.disown_account("csv", "别人")
    theirs = LiveSession("别人", "7003", "", after(-60), None, ())
    store.import_sessions(SessionsExport("qianchuan", "csv", (theirs,), ()))
    store.import_export(None, export(order("1", carrier=Carrier.LIVE, room_id="7003", paid_at=after(120))))
    assert [line.session_id for line in store.list_orders()] == [None]


def test_a_list_that_never_says_when_a_room_ended_is_believed_all_the_same(store: Store) -> None:
    begin(store)
    theirs = LiveSession("", "7002", "", after(-50_000), None, ())
    store.import_sessions(SessionsExport(TAOBAO_LIST.kind, "csv", (theirs,), ()))
    store.import_export(None, export(order("1", carrier=Carrier.LIVE, room_id="7002", paid_at=after(120))))
    assert [line.session_id for line in store.list_orders()] == [None]


def test_a_show_that_went_to_another_platform_only_takes_none_of_its_orders(store: Store) -> None:
    session_id = begin(store)
    address = "rtmp://push-rtmp-l1.douyincdn.com/stage/…"
    store.write_events(session_id, [OutputChanged("main", address, OutputState.LIVE, after(1))], after(3600))
    for platform in ("taobao", "douyin", "832"):
        store.import_export(None, export(order(platform, platform=platform)))
    assert {line.platform: line.session_id for line in store.list_orders()} == {
        "taobao": None,
        "douyin": session_id,
        "832": session_id,
    }


def test_the_card_that_was_up_last_brought_the_order() -> None:
    windows = [WindowRow("P01", after(10), after(20)), WindowRow("P02", after(20), after(60))]
    windows += [WindowRow("P01", after(100), after(110)), WindowRow("P01", after(500), None)]

    def found(sku: str, moment: datetime | None) -> datetime | None:
        window = find_window(windows, sku, moment)
        return window.shown_at if window else None

    tail = CARD_TAIL.total_seconds()
    assert found("P01", after(5)) is None
    assert found("P01", after(15)) == after(10)
    assert found("P01", after(20 + tail)) == after(100)
    assert found("P01", after(110 + tail)) == after(100)
    assert found("P01", after(111 + tail)) is None
    assert found("P01", after(99_999)) == after(500)
    assert found("P02", after(60 + tail)) == after(20)
    assert found("P02", None) is None


def test_a_product_is_known_by_its_code_its_number_or_its_very_title() -> None:
    catalogue = Catalogue(remembered={("douyin", "老乡家的苹果"): "P01"})
    catalogue.add("P01", "红富士苹果", "https://item.taobao.com/item.htm?id=600100200")
    catalogue.add("P02", "普安红茶", "")
    catalogue.add("P03", "普安 红茶", "")
    assert catalogue.sku_of("taobao", "P02", "600100200", "红富士苹果") == "P02"
    assert catalogue.sku_of("taobao", "", "600100200", "别的") == "P01"
    assert catalogue.sku_of("taobao", "X1", "", "红富士 苹果") == "P01"
    assert catalogue.sku_of("taobao", "", "", "普安红茶") == ""  # two are called so
    assert catalogue.sku_of("douyin", "", "", "老乡家的苹果") == "P01"
    assert catalogue.sku_of("taobao", "X1", "", "老乡家的苹果") == "X1"
    catalogue.codes = {("jd", "10001"): "P02"}
    assert catalogue.sku_of("jd", "10001", "", "") == catalogue.sku_of("jd", "", "10001", "") == "P02"
    assert catalogue.sku_of("taobao", "10001", "", "") == "10001"
    assert catalogue.suggestion("【农家】红富士苹果 5kg 包邮") == "P01"
    assert catalogue.suggestion("手机壳") is None


def test_lines_find_their_sessions_and_a_rehearsal_sells_nothing(store: Store) -> None:
    session_id = begin(store)
    store.write_events(session_id, [CardChanged("P01", after(10)), CardChanged(None, after(30))])
    store.end_session(session_id, after(600))
    rehearsal = store.begin_session(NewSession(after(300), rehearsal=True))
    store.import_export(None, export(order("1", paid_at=after(45)), order("2", paid_at=after(400))))
    first, second = store.list_orders()
    assert (first.session_id, first.attributed_by, first.window_at) == (session_id, "time", after(10))
    assert (second.session_id, second.window_at) == (session_id, None)
    assert store.list_orders(rehearsal) == ()


def test_tomorrow_s_file_puts_right_what_the_time_had_guessed(store: Store) -> None:
    session_id = begin(store)
    today = export(order("1", carrier=Carrier.TOMORROW), order("2", carrier=Carrier.TOMORROW))
    assert store.import_export(None, today).tomorrow == 2
    assert {line.attributed_by for line in store.list_orders()} == {"time"}
    store.import_export(None, export(order("1", carrier=Carrier.LIVE), order("2", carrier=Carrier.OTHER)))
    found = [(line.session_id, line.attributed_by) for line in store.list_orders()]
    assert found == [(session_id, "live+time"), (None, None)]
    store.import_export(None, today)  # the file of yesterday once more
    assert [(line.session_id, line.attributed_by) for line in store.list_orders()] == found


def test_a_title_that_a_person_has_named_is_remembered(store: Store) -> None:
    store.import_products([APPLES, TEA])
    strange = [order(number, sku="", line_id=number, title="【助农】红富士苹果 顺丰包邮") for number in ("1", "2")]
    store.import_export(None, export(*strange))
    (unknown,) = store.unknown_products()
    assert (unknown.title, unknown.lines, unknown.suggestion) == (strange[0].title, 2, "P01")
    assert store.name_product(unknown.name, "P01") == 2
    assert store.unknown_products() == ()
    store.import_export(None, export(order("9", "X9")))
    assert store.unknown_products()[0].name == "X9"
    assert store.name_product("X9", "P01") == 1
    store.import_export(None, export(*strange, order("3", sku="", title=strange[0].title)))
    assert {line.sku for line in store.list_orders()} == {"P01"}
