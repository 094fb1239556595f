"""Damaged files and rows: everything is said, nothing is lost."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.base import IntegrationError
from integrations.exports import UnknownHeadingsError, read_contents, read_export
from integrations.exports import cells as as_values
from integrations.exports.base import Carrier, Export, Status
from tests.integrations.exports import files

SALT = b"salt"
GOOD = ["7001", "P01", "2", "79.80", "2026-05-01 20:05:06", "已付款"]


def read(folder: Path, *rows: list[str], headings: list[str] = files.OWN) -> Export:
    return read_export(files.csv_file(folder / "orders.csv", [headings, *rows]), SALT)


def says(export: Export) -> list[tuple[int, str]]:
    return [(row.line, row.reason.format(**dict(row.values))) for row in export.bad]


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (",P01,1,1,2026-05-01 20:05,paid", "no order number"),
        ("1,,1,1,2026-05-01 20:05,paid", "商品编码"),
        ("1,P01,0,1,2026-05-01 20:05,paid", "pieces"),
        ("1,P01,1.5,1,2026-05-01 20:05,paid", "pieces"),
        ("1,P01,1,-3,2026-05-01 20:05,paid", "below nothing"),
        ("1,P01,1,free,2026-05-01 20:05,paid", "amount of money"),
        ("1,P01,1,1e3,2026-05-01 20:05,paid", "amount of money"),
        ("1,P01,1,1,last night,paid", "not a time"),
        ("1,P01,1,1,0001-01-01 00:00,paid", "not a time"),
        ("1,P01,1,1,2026-05-01 20:05,perhaps", "perhaps is not known"),
        ("6.92E+17,P01,1,1,2026-05-01 20:05,paid", "shortened"),
        ("1,P01,1,1,2026-05-01 20:05,paid,over", "more columns"),
        ("1,P01,1", "cut short"),
    ],
)
def test_a_broken_row_is_named_with_its_line_and_the_good_ones_come_in(tmp_path: Path, row: str, word: str) -> None:
    export = read(tmp_path, GOOD, [], row.split(","), ["7002", *GOOD[1:]])
    assert [line.order_id for line in export.lines] == ["7001", "7002"]
    ((number, reason),) = says(export)
    assert number == 4
    assert word in reason


@pytest.mark.parametrize(
    "written",
    ["2026/5/1 20:05", "2026-05-01T12:05:00+00:00", "2026-05-01 20:05:00", "２０２６/5/1 20:05", "46143.8368055556"],
)
def test_times_are_china_s_unless_they_say_otherwise(tmp_path: Path, written: str) -> None:
    (line,) = read(tmp_path, ["1", "P01", "1", "1", written, "paid"]).lines
    assert line.paid_at == datetime(2026, 5, 1, 12, 5, tzinfo=UTC)


def test_an_order_that_came_back_gave_all_its_money_back_unless_the_file_says_how_much(tmp_path: Path) -> None:
    rows = [["1", "已退款", ""], ["2", "已退款", "4"], ["3", "已发货", ""], ["4", "已退款", "11"]]
    full = [[order, "P01", "1", "10", "", status, back] for order, status, back in rows]
    export = read(tmp_path, *full, headings=[*files.OWN, "退款金额"])
    assert [(one.paid_fen, one.refunded_fen) for one in export.lines] == [(1000, 1000), (1000, 400), (1000, 0)]
    assert [line for line, _reason in says(export)] == [5]


@pytest.mark.parametrize("words", ["合计", "本页小计：", "总计 2 笔", "Total"])
def test_a_table_s_sum_is_no_order(tmp_path: Path, words: str) -> None:
    sums = [[words, "P01", "2", "79.80", "", ""], ["", words, "2", "79.80", "", ""]]
    export = read(tmp_path, GOOD, *sums)
    assert [line.order_id for line in export.lines] == ["7001"]
    assert [line for line, reason in says(export) if "sum" in reason] == [3, 4]


def test_each_kind_of_sheet_in_a_workbook_stands_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    book = xlsxwriter.Workbook(str(path))
    lines = [["8001", "8002", "苹果", "1", "39.90", "交易成功"], ["8001", "8003", "茶", "1", "68", "交易成功"]]
    headings = ["主订单编号", "子订单编号", "商品标题", "购买数量", "买家实付金额", "订单状态"]
    for rows in ([files.OWN, GOOD], [headings, *lines], [["填写说明"], ["…"]], [files.OWN, ["7002", *GOOD[1:]]]):
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
    book.close()
    own, taobao = read_contents(path, SALT).exports
    assert (own.kind, [line.order_id for line in own.lines]) == ("nongbo", ["7001", "7002"])
    assert (taobao.kind, [line.line_id for line in taobao.lines]) == ("taobao_lines", ["8002", "8003"])


def test_two_lines_of_one_order_with_the_same_product_stay_two(tmp_path: Path) -> None:
    assert [line.line_id for line in read(tmp_path, GOOD, GOOD).lines] == ["P01", "P01#2"]


def test_numbers_a_table_program_has_rounded_are_refused_where_all_are(tmp_path: Path) -> None:
    rounded = [["123456789012345000", *GOOD[1:]], ["123456789012346000", *GOOD[1:]]]
    export = read(tmp_path, *rounded, GOOD)
    assert [line for line, reason in says(export) if "shortened" in reason] == [2, 3]
    assert len(read(tmp_path, *rounded, ["123456789012345678", *GOOD[1:]]).lines) == 3


@pytest.mark.parametrize(
    ("number", "paid_at", "taken"),
    [
        ("123456789012345000", "2026-05-01 20:05:06", True),  # a table program shows no seconds
        ("123456789012345000", "2026/5/1 20:05", False),
        ("123456789012345000\t", "2026/5/1 20:05", True),  # it takes these for text
        ('="123456789012345000"', "2026/5/1 20:05", True),
        ("123456789012345100", "2026/5/1 20:05", True),
        ("1234500", "2026/5/1 20:05", True),
    ],
)
def test_a_single_number_with_zeros_is_refused_where_a_table_program_had_the_file(
    tmp_path: Path, number: str, paid_at: str, taken: bool
) -> None:
    export = read(tmp_path, [number, *GOOD[1:4], paid_at, GOOD[5]])
    assert (len(export.lines), len(export.bad)) == (int(taken), int(not taken))


@pytest.mark.parametrize(
    ("words", "carrier"),
    [
        ("直播间", Carrier.LIVE),
        ("LIVE", Carrier.LIVE),
        ("短视频", Carrier.OTHER),
        ("商品卡", Carrier.OTHER),
        ("其他", Carrier.OTHER),
        ("数据将于第二天更新", Carrier.TOMORROW),
        ("新的入口", Carrier.UNKNOWN),  # the time decides
        ("", Carrier.UNKNOWN),
    ],
)
def test_what_brought_the_buyer_is_believed_where_we_know_the_word(words: str, carrier: Carrier) -> None:
    assert as_values.carrier(words) is carrier


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("买家已付款，等待卖家发货", Status.PAID),
        ("付款以后用户退款成功，交易自动关闭", Status.REFUNDED),
        ("待评价", Status.FINISHED),
        ("待验收", Status.SHIPPED),
        ("锁定", Status.PAID),
        ("(删除)锁定", Status.CANCELLED),
        ("(删除)完成", Status.FINISHED),
    ],
)
def test_where_an_order_stands_in_the_words_of_consoles(words: str, status: Status) -> None:
    assert as_values.status(words) is status


def test_a_waybill_that_was_shortened_is_none_and_keeps_its_order(tmp_path: Path) -> None:
    row = {"订单号": "2400", "订单状态": "已发货", "实付款": "39.90", "快递单号": "7.31E+13", "商品名称": "苹果"}
    path = files.csv_file(tmp_path / "orders.csv", files.rows_of(files.KUAISHOU, [row]))
    assert [(line.order_id, line.waybill) for line in read_export(path, SALT).lines] == [("2400", "")]


def test_a_number_in_a_workbook_s_number_cell_is_refused_when_too_long(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        [*files.OWN],
        [1234567890123456789, *GOOD[1:]],
        [7001, "P01", 2, 0.1 + 0.2, 46143.8368055556, "paid"],
    ]
    export = read_export(files.xlsx_file(tmp_path / "book.xlsx", rows), SALT)
    assert [line for line, reason in says(export) if "shortened" in reason] == [2]
    (line,) = export.lines
    assert (line.order_id, line.quantity, line.paid_fen) == ("7001", 2, 30)
    assert line.paid_at == datetime(2026, 5, 1, 12, 5, tzinfo=UTC)


def test_all_sheets_of_the_same_kind_belong_to_the_file(tmp_path: Path) -> None:
    note: list[list[object]] = [["说明"], [], [], ["请勿修改"]]
    first = [["农播订单"], files.OWN, GOOD]
    second: list[list[object]] = [[], [*files.OWN], ["7002", *GOOD[1:]], ["7003", "", *GOOD[2:]]]
    export = read_export(files.xlsx_file(tmp_path / "book.xlsx", note, first, second), SALT)
    assert [line.order_id for line in export.lines] == ["7001", "7002"]
    assert [line for line, _reason in says(export)] == [4]


def test_tabs_that_belong_to_the_cells_do_not_part_columns(tmp_path: Path) -> None:
    path = tmp_path / "tabs.csv"
    path.write_text(",".join(f"{heading}\t" for heading in files.OWN) + "\n" + ",".join(GOOD) + "\t\n")
    assert len(read_export(path, SALT).lines) == 1


def test_a_quotation_mark_that_never_closes_swallows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "open.csv"
    path.write_text(",".join(files.OWN) + '\n7001,"P01,2,79.80,,paid\n' + ",".join(GOOD) + "\n")
    with pytest.raises(IntegrationError, match="line 2"):
        read_export(path, SALT)


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n\0\0", b"PK\x03\x04 no book", b"\xd0\xcf\x11\xe0 no book"])
def test_what_is_no_table_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "orders.xlsx"
    path.write_bytes(data)
    with pytest.raises(IntegrationError):
        read_export(path, SALT)


def test_a_workbook_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = files.xlsx_file(tmp_path / "book.xlsx", [files.OWN, GOOD])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(IntegrationError):
        read_export(path, SALT)


def test_unknown_headings_are_handed_back(tmp_path: Path) -> None:
    with pytest.raises(UnknownHeadingsError) as caught:
        read(tmp_path, GOOD, headings=["单号", "货物", "件数", "钱", "时间", "状态"])
    assert caught.value.headings[:2] == ("单号", "货物")


def test_reading_can_be_stopped_at_any_row(tmp_path: Path) -> None:
    def stop(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    path = files.csv_file(tmp_path / "orders.csv", [files.OWN, GOOD, GOOD, GOOD])
    with pytest.raises(KeyboardInterrupt):
        read_contents(path, SALT, tick=stop)


LAYOUTS = [files.OWN, files.DOUYIN_OTHER, files.KUAISHOU, files.PINDUODUO, files.JD, files.TAOBAO_LINES_2026,
           files.TAOBAO_LINES_OLD, files.TAOBAO_ORDERS_2026, files.TAOBAO_LIVE]  # fmt: skip
cells = st.one_of(
    st.sampled_from(["", "-", "1", "2", "800", "39.90", "¥1,000", "2026-05-01 20:05", "已发货", "退款成功", "交易关闭",
                     "1.2E+18", '="12"', "'9", "直播", "数据将于第二天更新", "P01"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(data=st.data(), headings=st.sampled_from(LAYOUTS), encoding=st.sampled_from(["utf-8-sig", "gb18030"]))
def test_every_row_is_a_line_or_is_named(data: st.DataObject, headings: list[str], encoding: str) -> None:
    width = len(headings)
    rows = data.draw(st.lists(st.lists(cells, min_size=max(1, width - 2), max_size=width + 1), max_size=6))
    with tempfile.TemporaryDirectory() as folder:
        export = read_export(files.csv_file(Path(folder) / "orders.csv", [headings, *rows], encoding), SALT)
    assert len(export.lines) + len(export.bad) == sum(any(cell.strip() for cell in row) for row in rows)
    for line in export.lines:
        assert line.order_id
        assert line.paid_fen >= 0
        assert line.refunded_fen >= 0
        assert isinstance(line.status, Status)


@settings(max_examples=100, deadline=None)
@given(noise=st.binary(max_size=400), cut=st.integers(0, 400))
def test_a_damaged_file_never_ends_the_program(noise: bytes, cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = files.csv_file(Path(folder) / "orders.csv", [files.OWN, GOOD, GOOD], "gb18030")
        whole = path.read_bytes()
        path.write_bytes(whole[:cut] + noise + whole[cut:])
        try:
            export = read_export(path, SALT)
        except IntegrationError:
            return
    assert export.kind == "nongbo"
