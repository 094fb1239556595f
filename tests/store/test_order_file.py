"""Orders from a CSV file with our own headings."""

import csv
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.errors import StudioError
from studio.store.database import sqlite_url
from studio.store.order_file import read_orders
from studio.store.rows import ImportCount, OrderStatus
from studio.store.store import Store
from tests.store.samples import begin

CHINESE = "订单号,商品编码,数量,实付金额,付款时间,状态\n"
ENGLISH = "Order ID,SKU,Quantity,Paid_Amount,paid time,Status\n"
GOOD = "7001,P01,2,79.80,2026-05-01 20:05:06,已付款\n"


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "orders.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("headings", [CHINESE, ENGLISH])
def test_every_usual_encoding_and_both_languages_are_read(tmp_path: Path, encoding: str, headings: str) -> None:
    (order,), rejected = read_orders(written(tmp_path, headings + GOOD, encoding))
    assert (order.order_id, order.sku, order.quantity, order.paid_fen) == ("7001", "P01", 2, 7980)
    assert (order.status, order.paid_at) == (OrderStatus.PAID, datetime(2026, 5, 1, 12, 5, 6, tzinfo=UTC))
    assert rejected == []


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (",P01,1,1,2026-05-01 20:05,paid", "order number"),
        ("1,,1,1,2026-05-01 20:05,paid", "code"),
        ("1,P01,0,1,2026-05-01 20:05,paid", "quantity"),
        ("1,P01,1.5,1,2026-05-01 20:05,paid", "quantity"),
        ("1,P01,1,-3,2026-05-01 20:05,paid", "price"),
        ("1,P01,1,1,last night,paid", "paid time"),
        ("1,P01,1,1,0001-01-01 00:00,paid", "paid time"),
        ("1,P01,1,1,2026-05-01 20:05,perhaps", "status"),
        ("6.92E+17,P01,1,1,2026-05-01 20:05,paid", "shortened"),
        ("1,P01,1,1,2026-05-01 20:05,paid,over", "columns"),
        ("1", "price"),
    ],
)
def test_a_broken_row_is_named_with_its_line_and_the_good_ones_come_in(tmp_path: Path, row: str, word: str) -> None:
    orders, rejected = read_orders(written(tmp_path, CHINESE + GOOD + "\n" + row + "\n" + GOOD.replace("7001", "7002")))
    assert [order.order_id for order in orders] == ["7001", "7002"]
    assert [one.line for one in rejected] == [4]
    assert word in rejected[0].reason


@pytest.mark.parametrize(
    "written_time", ["2026/5/1 20:05", "2026-05-01T12:05:00+00:00", "2026-05-01 20:05:00", "２０２６/5/1 20:05"]
)
def test_times_are_china_s_unless_they_say_otherwise(tmp_path: Path, written_time: str) -> None:
    (order,), _rejected = read_orders(written(tmp_path, CHINESE + f"1,P01,1,1,{written_time},paid\n"))
    assert order.paid_at == datetime(2026, 5, 1, 12, 5, tzinfo=UTC)


def test_an_order_that_came_back_gave_all_its_money_back_unless_the_file_says_how_much(tmp_path: Path) -> None:
    text = (
        CHINESE.strip()
        + ",退款金额\n1,P01,1,10,,已退款,\n2,P01,1,10,,已退款,4\n3,P01,1,10,,已发货,\n4,P01,1,10,,已退款,11\n"
    )
    orders, rejected = read_orders(written(tmp_path, text))
    assert [(order.paid_fen, order.refunded_fen) for order in orders] == [(1000, 1000), (1000, 400), (1000, 0)]
    assert [one.line for one in rejected] == [5]


def test_two_lines_of_one_order_with_the_same_product_stay_two(tmp_path: Path) -> None:
    orders, _rejected = read_orders(written(tmp_path, CHINESE + GOOD + GOOD))
    assert [order.line_id for order in orders] == ["P01", "P01#2"]


def test_a_file_with_other_headings_is_refused_and_told_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(StudioError) as caught:
        read_orders(written(tmp_path, "订单号,商品编码,件数,实付金额,付款时间,状态\n" + GOOD))
    assert caught.value.problem.code == "csv.headings"
    assert "数量/quantity" in str(caught.value)


def test_reading_a_file_again_updates_and_never_doubles(store: Store, tmp_path: Path) -> None:
    session_id = begin(store)
    text = CHINESE + GOOD + GOOD.replace("7001", "7002")

    def bring_in(text: str) -> ImportCount:
        return store.import_orders(session_id, read_orders(written(tmp_path, text))[0])

    assert bring_in(text) == ImportCount(new=2)
    assert bring_in(text) == ImportCount(unchanged=2)
    returned = text.replace("已付款", "已退款", 1) + GOOD.replace("7001", "7003")
    assert bring_in(returned) == ImportCount(new=1, updated=1, unchanged=1)
    lines = store.list_orders(session_id)
    assert [(line.order_id, line.status, line.title) for line in lines] == [
        ("7001", "refunded", "红富士苹果"),
        ("7002", "paid", "红富士苹果"),
        ("7003", "paid", "红富士苹果"),
    ]
    assert {line.attributed_by for line in lines} == {"named"}


def test_an_import_without_a_session_does_not_tear_a_line_from_its_session(store: Store, tmp_path: Path) -> None:
    session_id = begin(store)
    orders, _rejected = read_orders(written(tmp_path, CHINESE + GOOD))
    store.import_orders(session_id, orders)
    assert store.import_orders(None, orders).unchanged == 1
    assert store.list_orders()[0].session_id == session_id


cells = st.one_of(
    st.sampled_from(["1", "2", "7001", "P01", "P02", "已付款", "unpaid", "", "3.50", "2026-05-01 08:00"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6),
)
rows = st.one_of(
    st.tuples(
        st.sampled_from(["1", "2", "3", ""]),
        st.sampled_from(["P01", "P02"]),
        st.sampled_from(["1", "2", "x"]),
        st.sampled_from(["1", "2.50", "free"]),
        st.sampled_from(["", "2026-05-01 08:00", "soon"]),
        st.sampled_from(["paid", "已退款", "?"]),
    ).map(list),
    st.lists(cells, min_size=6, max_size=7),
)


@settings(max_examples=60, deadline=None)
@given(first=st.lists(rows, max_size=8), second=st.lists(rows, max_size=8))
def test_every_row_is_new_updated_unchanged_or_rejected(first: list[list[str]], second: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder, Store(sqlite_url(Path(folder) / "log.sqlite3")) as store:
        session_id = begin(store)
        for table in (first, second, second):
            path = Path(folder) / "orders.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([CHINESE.strip().split(","), *table])
            orders, rejected = read_orders(path)
            count = store.import_orders(session_id, orders)
            written_rows = sum(any(cell.strip() for cell in row) for row in table)
            assert count.new + count.updated + count.unchanged + len(rejected) == written_rows
        assert count.new == 0
