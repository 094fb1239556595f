"""Files into the log, from the file to the tables: no row is lost, no kill and no other program leaves a trace."""

import random
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Event

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from integrations.exports.base import Export, Status, UnreadSheet
from integrations.exports.sheets import read_sheets
from studio.config import ShowConfig
from studio.errors import Problem, StudioError
from studio.events import HealthSampled
from studio.journal import Journal
from studio.paths import Home
from studio.store.changes import FileReport, ImportCount
from studio.store.database import sqlite_url, take_write_lock
from studio.store.order_import import import_file
from studio.store.order_mappings import layouts_of
from studio.store.store import Store
from tests.integrations.exports import files
from tests.store.samples import APPLES, START, TEA, begin, export, health, order
from tests.store.test_imports import fresh_log

KINDS = (
    files.OWN,
    files.DOUYIN,
    files.TAOBAO_ORDERS_OLD,
    files.TAOBAO_LINES_2026,
    files.KUAISHOU,
    files.PINDUODUO,
    files.JD,
)
SEED = 20261122

# imports two files' worth of orders; says where it is, so that it can be killed there
PROGRAM = """
import sys
from pathlib import Path
from studio.store import order_drafts
from studio.store.store import Store, sqlite_url
from tests.store.test_order_import import second_file

lock = order_drafts.take_write_lock
def locked(db):
    lock(db)
    print("lock", flush=True)
order_drafts.take_write_lock = locked
with Store(sqlite_url(Path(sys.argv[1]))) as store:
    print("open", flush=True)
    store.import_export(None, second_file(), lambda rows: print("tick", flush=True))
print("done", flush=True)
"""


def brought_in(store: Store, folder: Path, path: Path) -> tuple[FileReport, ...]:
    home = Home(folder).ensure()
    return import_file(store, home, path, None, layouts_of(home), lambda _rows: None, lambda _rows: None)


def first_file() -> Export:
    return export(*(order(str(number), title="旧") for number in range(0, 6000, 2)))


def second_file() -> Export:
    """Half of its orders are new, half are changed."""
    return export(*(order(str(number), title="新", status=Status.SHIPPED) for number in range(6000)))


def test_a_program_that_is_killed_anywhere_leaves_what_the_next_run_makes_whole(path: Path) -> None:
    with Store(sqlite_url(path)) as store:
        store.import_export(None, first_file())
        before = store.list_orders()
    places = random.Random(SEED)
    for _kill in range(5):
        kill_somewhere(path, places)
        with Store(sqlite_url(path)) as store:
            now = store.list_orders()
        assert now == before or {line.title for line in now} == {"新"}, "half of a file is in the log"
    with Store(sqlite_url(path)) as store:
        count = store.import_export(None, second_file()).count
        assert count.new + count.updated + count.unchanged == 6000
        after_kills = [(line.order_id, line.title, line.status) for line in store.list_orders()]
        assert store.import_export(None, second_file()).count == ImportCount(unchanged=6000)
    other = path.with_name("other.sqlite3")
    with Store(sqlite_url(other)) as store:
        store.import_export(None, first_file())
        store.import_export(None, second_file())
        without = [(line.order_id, line.title, line.status) for line in store.list_orders()]
    assert sorted(after_kills) == sorted(without)


def kill_somewhere(path: Path, places: random.Random) -> None:
    """Starts an import and kills it some words and some milliseconds later."""
    command = [sys.executable, "-c", PROGRAM, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        words = places.choice([1, 3, 9, 99])
        for _word, said in zip(range(words), program.stdout, strict=False):
            if said == "lock\n":
                break
        Event().wait(places.random() * 0.15)  # no place to wait for: anywhere will do
        program.kill()


def test_another_import_that_comes_between_is_seen(store: Store, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = "studio.store.order_drafts.take_write_lock"
    between = [order("1", status=Status.REFUNDED, refunded_fen=3990), order("3")]

    def late(db: Session) -> None:
        monkeypatch.setattr(lock, take_write_lock)
        with Store(sqlite_url(path)) as other:
            other.import_export(None, export(*between))
            other.save_product(APPLES)
        take_write_lock(db)

    monkeypatch.setattr(lock, late)
    store.import_export(None, export(order("1"), order("2")))
    assert [(line.order_id, line.status) for line in store.list_orders()] == [
        ("1", "refunded"),
        ("3", "paid"),
        ("2", "paid"),
    ]
    assert {line.title for line in store.list_orders() if line.order_id != "3"} == {APPLES.name}


def test_a_show_writes_its_log_beside_a_large_import(path: Path) -> None:
    """Every event of the show is in the log, and nobody was told of trouble."""
    troubles: list[Problem] = []
    with Store(sqlite_url(path)) as store:
        store.import_export(None, first_file())
        journal = Journal(store, troubles.append)
        journal.start()
        session_id = journal.begin(ShowConfig(cards=(APPLES.card(), TEA.card())), START)
        told: list[HealthSampled] = []
        with subprocess.Popen([sys.executable, "-c", PROGRAM, str(path)], stdout=subprocess.PIPE) as program:
            while program.poll() is None:
                told.append(health(len(told)))
                journal.record(told[-1])
                Event().wait(0.01)
        assert journal.end(told[-1].at)
        journal.stop()
        found = store.session_detail(session_id)
        assert len(store.list_orders()) == 6000
    assert troubles == []
    assert found.health is not None
    assert found.health.seconds == len(told)


cells = st.one_of(
    st.sampled_from(
        ["", "-", "1", "P01", "39.90", "¥1,299.00", "2026-05-01 20:05:06", "2026/5/1 20:05", "已付款", "待发货"]
    ),
    st.sampled_from(
        ["交易成功", "退款成功", "1.23E+18", '="123456"', "直播", "数据将于第二天更新", "6920000000000000001\t", "合计"]
    ),
    st.text(max_size=8),
)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), kind=st.sampled_from(KINDS), noise=st.binary(max_size=3), book=st.booleans())
def test_every_row_of_whatever_file_is_counted_once(
    data: st.DataObject, kind: list[str], noise: bytes, book: bool
) -> None:
    rows = rows_under(data, kind)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "log.sqlite3"
        path.write_bytes(fresh_log())
        if book:
            other = data.draw(st.sampled_from(KINDS))
            sheets = [[kind, *rows], [other, *rows_under(data, other)]][: data.draw(st.integers(1, 2))]
            file = files.xlsx_file(folder / "orders.xlsx", *([[*map(xml_text, row)] for row in one] for one in sheets))
        else:
            file = files.csv_file(
                folder / "orders.csv", [kind, *rows], data.draw(st.sampled_from(["utf-8-sig", "gb18030"]))
            )
        if noise:
            whole = file.read_bytes()
            place = data.draw(st.integers(0, len(whole)))
            file.write_bytes(whole[:place] + noise + whole[place:])
        with Store(sqlite_url(path)) as store:
            for _again in range(2):
                try:
                    reports = brought_in(store, folder / "home", file)
                except StudioError:
                    return  # nothing of it came in, and somebody was told why
                below = sum(sum(1 for _row in sheet) - 1 for _name, sheet in read_sheets(file))
                assert sum(report.rows for report in reports) == below or noise
                lines = {(line.order_id, line.line_id) for line in store.list_orders()}
                assert bool(lines) == any(report.rows > len(report.rejected) for report in reports)
            assert not any(report.count.new for report in reports)


def rows_under(data: st.DataObject, kind: list[str]) -> list[list[str]]:
    return data.draw(st.lists(st.lists(cells, min_size=len(kind), max_size=len(kind)), max_size=6))


def xml_text(cell: str) -> str:
    """What may stand in a workbook."""
    return "".join(char for char in cell if char in "\t\n" or char.isprintable())


def test_a_session_file_comes_in_by_the_same_door(store: Store, tmp_path: Path) -> None:
    session_id = begin(store)
    store.end_session(session_id, START.replace(hour=13))
    headings = files.columns("主播昵称,直播开始时间,直播结束时间,直播间观看人数")
    rows = [["小红", "2026/05/01 19:59:00", "2026/05/01 21:00:00", "88"], ["小红", "tomorrow", "", ""]]
    (report,) = brought_in(store, tmp_path / "home", files.csv_file(tmp_path / "rooms.csv", [headings, *rows]))
    assert (report.kind, report.rows, report.count, report.rejected[0].line) == (
        "douyin_sessions",
        2,
        ImportCount(new=1),
        3,
    )
    (found,) = store.session_detail(session_id).platform_sessions
    assert found.figures == (("room_viewers", 88),)


def test_a_workbook_of_several_kinds_comes_in_whole(store: Store, tmp_path: Path) -> None:
    """Main orders, their lines, the list of sessions and a note: each counted for itself, no order twice."""
    session_id = begin(store)
    store.end_session(session_id, START.replace(hour=13))
    whole = {"订单编号": "800", "买家实付金额": "99.90", "订单状态": "交易成功", "订单付款时间": "2026-05-01 20:05:00"}
    line = {"子订单编号": "801", "主订单编号": "800", "商品标题": "苹果", "购买数量": "2", "买家实付金额": "39.90"}
    rooms = [["场次id", "开播时间", "直播间观看人数"], ["4567", "2026-05-01 19:59:00", "88"]]
    book = files.xlsx_file(
        tmp_path / "book.xlsx",
        files.rows_of(files.TAOBAO_ORDERS_2026, [whole]),
        [["说明"], ["请勿修改"]],
        files.rows_of(files.TAOBAO_LINES_2026, [line, line | {"子订单编号": "802", "买家实付金额": "60.00"}]),
        rooms,
    )
    found = brought_in(store, tmp_path / "home", book)
    assert [(report.kind, report.rows, report.count.new) for report in found] == [
        ("taobao_orders", 1, 1),
        ("taobao_lines", 2, 2),
        ("taobao_sessions", 1, 1),
    ]
    assert {(line.line_id, line.paid_fen, line.session_id) for line in store.list_orders()} == {
        ("801", 3990, session_id),
        ("802", 6000, session_id),
    }
    assert [report.count.unchanged for report in brought_in(store, tmp_path / "home", book)] == [1, 2, 1]


def test_a_sheet_nobody_knows_beside_one_that_is_known_is_told(store: Store, tmp_path: Path) -> None:
    own = [files.OWN, ["7001", "P01", "2", "79.80", "2026-05-01 20:05:06", "已付款"]]
    stall = [["我们摊位自己记的"], ["谁买的", "买了什么", "多少钱"], ["老王", "苹果", "39.90"], ["老李", "梨", "20"]]
    note, empty = [["说明"], ["请勿修改"], ["三天内有效"]], [["谁买的", "买了什么", "多少钱"]]
    rooms = [["场次id", "开播时间", "直播间观看人数"], ["4567", "2026-05-01 19:59:00", "88"]]
    first, second = brought_in(
        store,
        tmp_path / "home",
        files.xlsx_file(tmp_path / "book.xlsx", stall, own, note, empty, rooms),
    )
    assert (first.kind, first.rows, first.unread) == ("nongbo", 1, (UnreadSheet("S1", 2),))
    assert second.unread == ()


def test_a_workbook_that_is_stopped_half_way_leaves_nothing_of_any_kind(store: Store, tmp_path: Path) -> None:
    own = [files.OWN, ["7001", "P01", "2", "79.80", "2026-05-01 20:05:06", "已付款"]]
    rooms = [["场次id", "开播时间", "直播间观看人数"], ["4567", "2026-05-01 19:59:00", "88"]]
    book = files.xlsx_file(tmp_path / "book.xlsx", own, rooms)
    home = Home(tmp_path / "home").ensure()

    def stop(_rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_file(store, home, book, None, layouts_of(home), lambda _rows: None, stop)
    assert store.list_orders() == ()
    assert [report.count.new for report in brought_in(store, tmp_path / "home", book)] == [1, 1]
