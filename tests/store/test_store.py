"""Products, sessions and what happened in them, written and read back."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from integrations.exports.base import Status
from studio.adding import AddedConfig, OverlayChanged
from studio.errors import Problem, StudioError
from studio.events import CardChanged, Noticed, OrderTyped
from studio.order_words import sales_notes
from studio.output_states import OutputChanged, OutputState
from studio.sold import ViewersSampled, ViewersUndone
from studio.store.changes import Change
from studio.store.database import sqlite_url
from studio.store.order_rows import LeftOut, Sales
from studio.store.rows import Gap, SessionEnd, ViewerRow, WindowRow
from studio.store.sales import typed_beside
from studio.store.sessions import NewSession
from studio.store.store import Store
from tests.store.samples import APPLES, START, TEA, StandingClock, after, begin, export, health, order

LOST = Problem.of("output.lost", name="乡播", reason="reset")


def test_a_product_is_new_then_unchanged_then_updated(store: Store) -> None:
    dearer = replace(APPLES, price_fen=4290)
    assert [store.save_product(product) for product in (APPLES, APPLES, dearer)] == [
        Change.NEW,
        Change.UNCHANGED,
        Change.UPDATED,
    ]
    assert store.list_products() == (dearer,)


def test_a_removed_product_is_off_the_list_and_can_come_back(store: Store) -> None:
    store.import_products([APPLES, TEA])
    store.remove_product("P01")
    assert store.list_products() == (TEA,)
    for ask in (store.product, store.remove_product):
        with pytest.raises(StudioError) as caught:
            ask("P01")
        assert caught.value.problem == Problem.of("card.unknown", sku="P01")
    assert store.save_product(APPLES) is Change.NEW
    assert store.product("P01") == APPLES


def test_a_session_keeps_its_products_as_they_were(store: Store) -> None:
    store.import_products([APPLES, TEA])
    session_id = begin(store)
    store.save_product(replace(APPLES, name="苹果", price_fen=100, old_price_fen=None))
    store.remove_product("P02")
    results = store.session_detail(session_id).products
    assert [(one.sku, one.name, one.price_fen) for one in results] == [
        ("P01", "红富士苹果", 3990),
        ("P02", "普安红茶", 6800),
    ]


def test_a_card_window_ends_to_the_millisecond_where_the_next_begins(store: Store) -> None:
    session_id = begin(store)
    store.write_events(session_id, [CardChanged("P01", after(1)), CardChanged("P02", after(3.457))])
    store.write_events(session_id, [CardChanged(None, after(5)), CardChanged("P01", after(7))], ended_at=after(9))
    detail = store.session_detail(session_id)
    assert detail.windows == (
        WindowRow("P01", after(1), after(3.457)),
        WindowRow("P02", after(3.457), after(5)),
        WindowRow("P01", after(7), after(9)),
    )
    assert [(one.on_air_s, one.windows) for one in detail.products] == [(4.457, 2), (1.543, 1)]


def test_times_come_back_aware_and_in_utc(store: Store) -> None:
    session_id = begin(store)
    beijing = START.astimezone(timezone(timedelta(hours=8)))
    store.write_events(session_id, [ViewersSampled(5, "typed", beijing)])
    (sample,) = store.session_detail(session_id).viewers
    assert (sample.at, sample.at.tzinfo) == (START, UTC)


def test_a_time_without_a_zone_is_our_bug(store: Store) -> None:
    session_id = begin(store)
    with pytest.raises(Exception, match="without a zone"):
        store.end_session(session_id, datetime(2026, 5, 1))


def test_the_mean_of_viewers_is_weighted_by_time_and_kept_apart_by_source(store: Store) -> None:
    session_id = begin(store)
    events = [ViewersSampled(100, "typed", after(0)), ViewersSampled(400, "typed", after(90))]
    store.write_events(session_id, [*events, ViewersSampled(7, "nginx-rtmp", after(10))], ended_at=after(100))
    measured, typed = store.session_detail(session_id).viewers_by_source
    assert (measured.source, measured.peak, measured.mean) == ("nginx-rtmp", 7, 7)
    assert (typed.source, typed.samples, typed.peak, typed.mean) == ("typed", 2, 400, 130)


def test_a_gap_between_counts_stays_a_gap(store: Store) -> None:
    session_id = begin(store)
    counted = [ViewersSampled(100, "nginx-rtmp", after(0)), ViewersSampled(300, "nginx-rtmp", after(3600))]
    typed = [ViewersSampled(50, "typed", after(0), about=True), ViewersSampled(80, "typed", after(3600))]
    store.write_events(session_id, [*counted, *typed], ended_at=after(3630))
    by_server, by_hand = store.session_detail(session_id).viewers_by_source
    assert (by_server.known_s, by_server.mean) == (150, 140)  # two minutes of 100, half a minute of 300
    assert (by_hand.known_s, by_hand.about) == (930, True)
    assert not by_server.about


def test_orders_of_a_product_count_once_an_order_and_only_when_paid(store: Store) -> None:
    session_id = begin(store)
    lines = [
        order("1", quantity=2, paid_fen=7980),
        order("1", line_id="again"),
        order("2", status=Status.REFUNDED, refunded_fen=3990),
        order("3", status=Status.UNPAID),
        order("4", "P02", paid_fen=6800),
        order("5", "X9", paid_fen=100, title="试吃装"),
        order("6", "", status=Status.UNPAID, title="橘子"),
        order("7", "", status=Status.UNPAID, title="柚子"),
    ]
    store.import_export(session_id, export(*lines))
    detail = store.session_detail(session_id)
    apples, tea, other, *strangers = detail.products
    assert (apples.orders, apples.pieces, apples.paid_fen, apples.refunded_fen) == (2, 4, 15960, 3990)
    assert (tea.orders, tea.paid_fen) == (1, 6800)
    assert (other.name, other.price_fen, other.paid_fen) == ("试吃装", None, 100)
    assert [(one.sku, one.name) for one in strangers] == [("", "橘子"), ("", "柚子")]
    session = detail.session
    assert (session.order_count, session.paid_fen, session.refunded_fen) == (4, 22860, 3990)


def test_what_was_typed_stands_beside_what_a_platform_tells_and_is_never_added(store: Store) -> None:
    session_id = begin(store)
    store.write_events(session_id, [OrderTyped("P01", 1, 3990, after(second)) for second in (1, 2, 3)])
    (alone,) = store.list_sessions()
    assert (alone.order_count, alone.paid_fen, typed_beside(alone.sales)) == (3, 11970, ())
    lines = [order(str(number), platform="jd", buyer="ab" if number < 2 else "") for number in range(3)]
    gone = order("9", sku="other", platform="jd", buyer="cd", status=Status.CANCELLED)
    store.import_export(session_id, export(*lines, gone))
    detail = store.session_detail(session_id)
    assert (detail.session.order_count, detail.session.paid_fen) == (3, 11970)
    typed = Sales("typed", 3, 3, 11970, 0, left_out=LeftOut.TOLD)
    assert detail.session.sales == (Sales("jd", 3, 3, 11970, 0, 1, 2), typed)
    assert [(one.pieces, one.paid_fen, one.typed_beside) for one in detail.products][:1] == [(3, 11970, 3)]
    beside, buyers = sales_notes(detail.session.sales)
    assert beside.endswith("among the platform's orders: typed in 3 orders ¥119.70")
    assert "1 buyer in the 2 of 3" in buyers


def test_what_a_platform_tells_of_is_not_packed_a_second_time_because_it_was_typed(store: Store) -> None:
    session_id = begin(store)
    store.write_events(session_id, [OrderTyped("P01", 1, 3990, after(1)), OrderTyped("P02", 1, 6800, after(2))])
    assert [one.sku for one in store.unshipped_orders()] == ["P01", "P02"]
    store.import_export(session_id, export(order("1", platform="jd", status=Status.SHIPPED)))
    for only in (None, session_id):
        assert [(one.platform, one.sku) for one in store.unshipped_orders(only)] == [("typed", "P02")]


def test_what_was_typed_of_products_no_platform_tells_of_is_added(store: Store) -> None:
    session_id = begin(store)
    on_the_phone = OrderTyped("P02", 2, 6800, after(1))
    store.write_events(session_id, [on_the_phone, OrderTyped("P01", 1, 3990, after(2))])
    store.import_export(session_id, export(order("1", platform="jd")))
    detail = store.session_detail(session_id)
    assert (detail.session.order_count, detail.session.paid_fen) == (2, 3990 + 13600)
    assert [(one.sku, one.pieces, one.typed_beside) for one in detail.products] == [("P01", 1, 1), ("P02", 2, 0)]
    made_of, beside = sales_notes(detail.session.sales)
    assert made_of == "Added up: JD 1 order ¥39.90 + typed in 1 order ¥136"
    assert beside.endswith("typed in 1 order ¥39.90")


def test_a_table_written_by_hand_keeps_nothing_out_that_was_typed(store: Store) -> None:
    session_id = begin(store)
    store.write_events(session_id, [OrderTyped("P01", 1, 3990, after(1))])
    store.import_export(session_id, export(order("1"), order("2", sku="nobody knows it")))
    (row,) = store.list_sessions()
    assert (row.order_count, typed_beside(row.sales)) == (3, ())


def test_orders_of_products_nobody_has_matched_may_be_the_typed_ones(store: Store) -> None:
    session_id = begin(store)
    store.write_events(session_id, [OrderTyped(sku, 1, 1000, after(1)) for sku in ("P01", "P02")])
    bare = order("1", "", platform="jd", title="大果 5斤装")
    store.import_export(session_id, export(bare))
    (row,) = store.list_sessions()
    assert (row.order_count, row.paid_fen) == (1, 3990)
    (beside,) = typed_beside(row.sales)
    assert (beside.orders, beside.left_out) == (2, LeftOut.UNMATCHED)
    assert sales_notes(row.sales)[0].startswith("Not added until you say which products")
    store.name_product("大果 5斤装", "P01")
    (row,) = store.list_sessions()
    assert (row.order_count, row.paid_fen) == (2, 3990 + 1000)
    assert [(one.orders, one.left_out) for one in typed_beside(row.sales)] == [(1, LeftOut.TOLD)]


def test_typed_orders_are_taken_back_from_the_latest(store: Store) -> None:
    session_id = begin(store)
    typed = [OrderTyped("P01", quantity, 3990, after(quantity)) for quantity in (1, 3)]
    store.write_events(
        session_id, [*typed, OrderTyped("P02", 1, 6800, after(5)), OrderTyped("P01", -2, 3990, after(6))]
    )
    found = [(one.sku, one.quantity, one.paid_fen) for one in store.list_orders(session_id)]
    assert found == [("P01", 1, 3990), ("P01", 1, 3990), ("P02", 1, 6800)]
    assert store.undo_order(session_id, "P01", 9) == 2
    assert [one.sku for one in store.list_orders(session_id)] == ["P02"]


def test_output_events_keep_their_problem(store: Store) -> None:
    session_id = begin(store)
    states = (OutputState.CONNECTING, OutputState.LIVE, OutputState.RECONNECTING)
    changes = [
        OutputChanged("乡播", "rtmp://push.example/live/•••", state, after(second), LOST if second == 2 else None)
        for second, state in enumerate(states)
    ]
    store.write_events(session_id, changes)
    outputs = store.session_detail(session_id).outputs
    assert [(one.name, one.state, one.at) for one in outputs] == [
        ("乡播", state.value, after(second)) for second, state in enumerate(states)
    ]
    assert [one.problem for one in outputs] == [None, None, LOST]


def test_a_notice_is_one_row_from_wrong_to_right(store: Store) -> None:
    session_id = begin(store)
    for event in (
        Noticed(LOST, active=True, at=after(1)),
        Noticed(LOST, active=True, at=after(2)),
        Noticed(Problem.of("output.lost", name="乡播", reason="?"), active=False, at=after(3)),
        Noticed(LOST, active=True, at=after(4)),
    ):
        store.write_events(session_id, [event])
    store.end_session(session_id, after(6))
    notices = store.session_detail(session_id).notices
    assert [(one.problem, one.started_at, one.ended_at) for one in notices] == [
        (LOST, after(1), after(3)),
        (LOST, after(4), after(6)),
    ]


def test_health_is_summed_up_with_its_worst_second_its_losses_and_its_gaps(store: Store) -> None:
    session_id = begin(store)
    samples = [health(1, composed_fps=12.0, sent_kbps=0.0), health(2, composed_fps=28.5), health(3, sent_kbps=1000.0)]
    samples += [health(9, late_ticks=4, skipped_frames=2, dropped_packets=7), health(10, late_ticks=5)]
    store.write_events(session_id, samples)
    found = store.session_detail(session_id).health
    assert found is not None
    assert (found.seconds, found.worst_fps) == (5, 28.5)
    assert (found.late_ticks, found.skipped_frames, found.dropped_packets) == (5, 2, 7)
    assert (found.mean_kbps, found.min_kbps) == (2200.0, 1000.0)
    assert found.gaps == (Gap(after(3), 6.0),)


def test_a_batch_is_written_whole_or_not_at_all(store: Store) -> None:
    session_id = begin(store)
    naive = replace(health(2), at=datetime(2026, 5, 1))
    with pytest.raises(Exception, match="without a zone"):
        store.write_events(session_id, [health(1), CardChanged("P01", after(1)), naive])
    detail = store.session_detail(session_id)
    assert (detail.health, detail.windows) == (None, ())


def test_an_interrupted_session_is_closed_at_its_last_sign_of_life(store: Store) -> None:
    ended, cut_off, silent = begin(store), begin(store), begin(store)
    store.end_session(ended, after(5))
    store.write_events(cut_off, [health(1), CardChanged("P01", after(1.5)), health(2), Noticed(LOST, True, after(1.2))])
    assert store.close_interrupted() == (cut_off, silent)
    assert store.close_interrupted() == ()
    detail = store.session_detail(cut_off)
    assert (detail.session.ended_at, detail.session.end) == (after(2), SessionEnd.INTERRUPTED)
    assert detail.windows == (WindowRow("P01", after(1.5), after(2)),)
    assert detail.notices[0].ended_at == after(2)
    assert store.session_detail(silent).session.ended_at == START
    assert store.session_detail(ended).session.end is SessionEnd.ENDED


def test_what_people_type_the_morning_after_does_not_lengthen_a_session_that_was_cut_off(path: Path) -> None:
    clock = StandingClock()
    with Store(sqlite_url(path), clock) as store:
        session_id = begin(store)
        store.write_events(session_id, [health(30)])
        clock.at = after(40_000)
        store.add_viewers(session_id, 120)
        store.add_order(session_id, "P01", 2, 3990)
        store.import_export(session_id, export(order("1", paid_at=after(39_000))))
        store.close_interrupted()
        assert store.session_detail(session_id).session.ended_at == after(30)


def test_viewers_typed_after_the_end_count_at_the_end(store: Store) -> None:
    session_id = begin(store)
    store.end_session(session_id, after(600))
    assert store.add_viewers(session_id, 88) == after(600)
    (summary,) = store.session_detail(session_id).viewers_by_source
    assert (summary.peak, summary.mean) == (88, 88)


def test_a_mistyped_count_of_viewers_is_taken_back(store: Store) -> None:
    session_id = begin(store)
    typed = [ViewersSampled(count, "typed", after(count)) for count in (300, 31200, 320, 340)]
    store.write_events(session_id, [*typed, ViewersSampled(31200, "nginx-rtmp", after(1))])
    store.write_events(session_id, [ViewersUndone(after(340), typed[2])])
    assert store.undo_viewers(session_id, 31200) == ViewerRow(after(31200), 31200, "typed")
    assert store.undo_viewers(session_id, 31200) is None, "what a server counted stays"
    assert store.undo_viewers(session_id, at=after(300)) == ViewerRow(after(300), 300, "typed")
    assert [one.count for one in store.session_detail(session_id).viewers if one.source == "typed"] == [320]
    undone = store.undo_viewers(session_id)
    assert undone is not None
    assert undone.count == 320
    with pytest.raises(StudioError):
        store.undo_viewers(session_id + 1)


def test_sessions_are_listed_newest_first_with_what_they_brought(store: Store) -> None:
    first, second = begin(store), begin(store)
    store.add_order(first, "P01", 2, 3990)
    store.write_events(first, [ViewersSampled(400, "typed", after(1)), ViewersSampled(60, "nginx-rtmp", after(2))])
    rows = store.list_sessions()
    assert rows[1].peak_source == "nginx-rtmp", "somebody's guess is not mixed with what was counted"
    assert [(row.id, row.order_count, row.paid_fen, row.peak_viewers) for row in rows] == [
        (second, 0, 0, None),
        (first, 1, 7980, 60),
    ]


def test_a_running_session_counts_up_to_now(path: Path) -> None:
    clock = StandingClock()
    with Store(sqlite_url(path), clock) as store:
        session_id = begin(store)
        store.write_events(session_id, [CardChanged("P01", after(10))])
        clock.at = after(70)
        detail = store.session_detail(session_id)
    assert (detail.on_air_s, detail.products[0].on_air_s, detail.session.end) == (70, 60, None)


def test_the_session_s_price_comes_before_the_shop_s(store: Store) -> None:
    store.import_products([replace(APPLES, price_fen=100), replace(TEA, sku="P03", price_fen=500)])
    session_id = begin(store)
    assert store.session_prices(session_id) == {"P01": 3990, "P02": 6800, "P03": 500}


@pytest.mark.parametrize("number", [7, 0, -1, 10**20])
def test_a_session_that_is_not_there_is_said_so_by_every_question(store: Store, number: int) -> None:
    """Also by a number that is too large for the database."""
    for ask in (
        lambda: store.session_detail(number),
        lambda: store.session_prices(number),
        lambda: store.add_order(number, "P01", 1, 100),
        lambda: store.undo_order(number, "P01"),
        lambda: store.import_export(number, export(order("1"))),
        lambda: store.list_orders(number),
        lambda: store.add_viewers(number, 1),
        lambda: store.end_session(number, START),
    ):
        with pytest.raises(StudioError) as caught:
            ask()
        assert caught.value.problem == Problem.of("session.unknown", id=number)


def test_a_session_says_at_which_station_it_was_held(store: Store, path: Path) -> None:
    """Of a log that several villages share; the name is written down once."""
    for name in ("红旗村电商服务站", "", "红旗村电商服务站"):
        store.end_session(store.begin_session(NewSession(START, station=name)), after(10))
    assert [row.station for row in store.list_sessions()] == ["红旗村电商服务站", "", "红旗村电商服务站"]
    assert store.session_detail(1).session.station == "红旗村电商服务站"
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT name FROM station").fetchall() == [("红旗村电商服务站",)]
    db.close()


def test_overlays_beside_the_card_are_logged_from_when_to_when(store: Store, path: Path) -> None:
    session_id = begin(store)
    coupon = AddedConfig("a", "coupon", (("worth", "20"),))
    store.write_events(session_id, [OverlayChanged("a", coupon, after(1)), OverlayChanged("b", coupon, after(2))])
    store.write_events(session_id, [OverlayChanged("a", None, after(3.25))])
    with sqlite3.connect(path) as db:
        rows = db.execute("SELECT slot, kind, settings, hidden_at IS NULL FROM overlay_window ORDER BY id").fetchall()
    db.close()
    assert rows == [("a", "coupon", '[["worth", "20"]]', 0), ("b", "coupon", '[["worth", "20"]]', 1)]
