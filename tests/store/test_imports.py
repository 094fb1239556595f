"""Order files into the log: once, in any order, all or nothing."""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.exports.base import Carrier, Export, ExportLine, Status
from studio.store.changes import ImportCount
from studio.store.database import sqlite_url
from studio.store.order_rows import OrderRow
from studio.store.store import Store
from tests.store.samples import after, begin, export, order


def taobao(order_id: str, line_id: str, **changed: Any) -> ExportLine:
    return order(order_id, line_id=line_id, platform="taobao", **changed)


def bring_in(store: Store, *lines: ExportLine, session_id: int | None = None) -> ImportCount:
    return store.import_export(session_id, export(*lines)).count


def shown(store: Store) -> list[tuple[str, str, int, str]]:
    return [(line.order_id, line.line_id, line.paid_fen, line.status) for line in store.list_orders()]


def test_the_same_again_adds_nothing_and_a_newer_file_changes_what_is_there(store: Store) -> None:
    session_id = begin(store)
    lines = [order("7001"), order("7002")]
    assert bring_in(store, *lines, session_id=session_id) == ImportCount(new=2)
    assert bring_in(store, *lines, session_id=session_id) == ImportCount(unchanged=2)
    newer = [replace(lines[0], status=Status.REFUNDED, refunded_fen=3990), lines[1], order("7003")]
    assert bring_in(store, *newer, session_id=session_id) == ImportCount(new=1, updated=1, unchanged=1)
    assert [(one.order_id, one.status, one.title) for one in store.list_orders(session_id)] == [
        ("7001", "refunded", "红富士苹果"),
        ("7002", "paid", "红富士苹果"),
        ("7003", "paid", "红富士苹果"),
    ]


def test_an_older_file_takes_nothing_back(store: Store) -> None:
    late = order("1", status=Status.SHIPPED, waybill="YT1", shipped_at=after(900), refunded_fen=500)
    bring_in(store, late)
    before = store.list_orders()
    early = order("1", status=Status.UNPAID, paid_fen=0, paid_at=None)
    assert bring_in(store, early, order("1", title="苹果")) == ImportCount(unchanged=1, updated=1)
    (line,) = store.list_orders()
    assert line == replace(before[0], title="苹果")


def test_money_that_went_back_stays_gone(store: Store) -> None:
    bring_in(store, order("1", status=Status.REFUNDED, refunded_fen=3990))
    assert bring_in(store, order("1", status=Status.FINISHED)) == ImportCount(unchanged=1)
    assert [(line.status, line.refunded_fen) for line in store.list_orders()] == [("refunded", 3990)]


WHOLE = taobao("800", "", sku="", title="苹果，红茶", paid_fen=9990, quantity=2, waybill="YT1", buyer="b" * 24)
LINES = (taobao("800", "801", sku="P01", paid_fen=3990), taobao("800", "802", sku="P02", paid_fen=6000))
LIVE = taobao("800", "801", sku="", product_id="600100", paid_fen=3990, carrier=Carrier.LIVE, room_started_at=after(0))


@pytest.mark.parametrize(
    "files",
    [
        [[WHOLE], LINES, [LIVE]],
        [LINES, [LIVE], [WHOLE]],
        [[LIVE], [WHOLE], LINES],
        [[LIVE], LINES, [WHOLE]],
        [[WHOLE, LIVE, *LINES]],
        [[*LINES, WHOLE, LIVE]],
    ],
)
def test_main_orders_lines_and_live_orders_of_one_order_count_once(
    store: Store, files: Sequence[Sequence[ExportLine]]
) -> None:
    session_id = begin(store)
    for lines in files:
        count = bring_in(store, *lines)
        assert count.new + count.updated + count.unchanged == len(lines)
    assert shown(store) == [("800", "801", 3990, "paid"), ("800", "802", 6000, "paid")]
    first, second = store.list_orders()
    assert (first.session_id, first.attributed_by) == (session_id, "room")
    assert (second.session_id, second.attributed_by) == (session_id, "time")
    assert {line.buyer for line in (first, second)} == {"b" * 24}
    for lines in files:
        bring_in(store, *lines)
    assert {line.waybill for line in store.list_orders()} == {"YT1"}
    assert sum(line.paid_fen for line in store.list_orders()) == 9990
    for lines in files:
        assert bring_in(store, *lines) == ImportCount(unchanged=len(lines))


ESTIMATES = (
    taobao("800", "#P01", sku="P01", paid_fen=5000, estimated=True),
    taobao("800", "#P02", sku="P02", paid_fen=10000, estimated=True),
)


@pytest.mark.parametrize("files", [[[WHOLE], ESTIMATES], [ESTIMATES, [WHOLE]], [ESTIMATES, [WHOLE], ESTIMATES]])
def test_lines_that_only_have_prices_share_what_was_paid_for_the_order(
    store: Store, files: Sequence[Sequence[ExportLine]]
) -> None:
    for lines in files:
        bring_in(store, *lines)
    expected = [("800", "#P01", 3330, "paid"), ("800", "#P02", 6660, "paid")]
    assert shown(store) == expected
    assert bring_in(store, *ESTIMATES) == ImportCount(unchanged=2)
    assert bring_in(store, WHOLE) == ImportCount(unchanged=1)
    assert shown(store) == expected


def test_lines_with_numbers_of_the_platform_take_the_place_of_ours(store: Store) -> None:
    bring_in(store, *ESTIMATES)
    assert bring_in(store, *LINES) == ImportCount(new=2)
    assert bring_in(store, replace(ESTIMATES[0], status=Status.SHIPPED), ESTIMATES[1]).new == 0
    assert shown(store) == [("800", "801", 3990, "shipped"), ("800", "802", 6000, "paid")]


def test_a_refund_of_the_whole_order_is_one_of_every_line(store: Store) -> None:
    bring_in(store, *LINES)
    bring_in(store, replace(WHOLE, status=Status.REFUNDED, refunded_fen=9990))
    assert [(line.status, line.refunded_fen) for line in store.list_orders()] == [
        ("refunded", 3990),
        ("refunded", 6000),
    ]


def test_an_import_without_a_session_does_not_tear_a_line_from_the_one_that_was_named(store: Store) -> None:
    session_id = begin(store)
    far = order("1", paid_at=after(900_000), carrier=Carrier.OTHER)
    bring_in(store, far, session_id=session_id)
    assert bring_in(store, far) == ImportCount(unchanged=1)
    (line,) = store.list_orders()
    assert (line.session_id, line.attributed_by) == (session_id, "named")


def test_a_file_that_is_stopped_half_way_leaves_nothing(store: Store) -> None:
    def stop(done: int) -> None:
        raise KeyboardInterrupt

    bring_in(store, order("1"))
    with pytest.raises(KeyboardInterrupt):
        store.import_export(None, export(order("1", status=Status.SHIPPED), order("2")), stop)
    assert shown(store) == [("1", "P01", 3990, "paid")]


KILLED = """
import sys
from functools import cache
from pathlib import Path
from typing import Any
from studio.store.store import Store, sqlite_url
from tests.store.samples import export, order

def written(done):
    print("written", flush=True)
    sys.stdin.read()

lines = [order(str(number), title="新") for number in range(500)]
with Store(sqlite_url(Path(sys.argv[1]))) as store:
    store.import_export(None, export(*lines), written)
"""


def test_a_program_that_is_killed_while_it_imports_leaves_the_log_as_it_was(store: Store, path: Path) -> None:
    bring_in(store, order("1"), order("2"))
    before = store.list_orders()
    program = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with program:
        assert program.stdout is not None
        assert program.stdout.readline() == "written\n"  # every row is in the transaction
        program.kill()
    assert store.list_orders() == before
    assert bring_in(store, order("1"), order("3")) == ImportCount(unchanged=1, new=1)


ids = st.sampled_from(["1", "2"])
lines_of_files = st.builds(
    taobao,
    ids,
    st.sampled_from(["", "#P01", "#P02", "11", "12"]),
    sku=st.sampled_from(["", "P01", "P02"]),
    title=st.sampled_from(["", "苹果"]),
    quantity=st.integers(0, 3),
    paid_fen=st.integers(0, 500),
    refunded_fen=st.sampled_from([0, 0, 100]),
    status=st.sampled_from(list(Status)),
    carrier=st.sampled_from(list(Carrier)),
    paid_at=st.sampled_from([None, after(60), after(99_999)]),
    estimated=st.booleans(),
).map(lambda line: replace(line, refunded_fen=min(line.refunded_fen, line.paid_fen)))
files_of_lines = st.lists(lines_of_files, max_size=8)


@cache
def fresh_log() -> bytes:
    """A log with a session; making one takes longer than all that is done with it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.sqlite3"
        with Store(sqlite_url(path)) as store:
            begin(store)
        return path.read_bytes()


@settings(max_examples=50, deadline=None)
@given(first=files_of_lines, second=files_of_lines)
def test_every_row_is_counted_and_no_order_has_rows_beside_its_lines(
    first: list[ExportLine], second: list[ExportLine]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.sqlite3"
        path.write_bytes(fresh_log())
        with Store(sqlite_url(path)) as store:
            check(store, first, second)


def check(store: Store, first: list[ExportLine], second: list[ExportLine]) -> None:
    for lines in (first, second, second):
        count = store.import_export(None, Export("x", "taobao", tuple(lines), ())).count
        assert count.new + count.updated + count.unchanged == len(lines)
    assert count.new == 0
    for number in ("1", "2"):
        found = [line for line in store.list_orders() if line.order_id == number]
        kinds = {2 if line.line_id.isdigit() else int(bool(line.line_id)) for line in found}
        assert len(kinds) <= 1
        expected = {line.order_id for line in first + second}
        assert bool(found) == (number in expected)
    check_money(store.list_orders())


def check_money(lines: Sequence[OrderRow]) -> None:
    for line in lines:
        assert line.refunded_fen >= 0
        assert line.refunded_fen <= line.paid_fen or line.paid_fen == 0
        assert line.quantity >= 1
