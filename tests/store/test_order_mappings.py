"""Mappings for the order files of platforms nobody knows."""

from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.paths import Home
from studio.store.order_files import read_orders
from studio.store.order_mappings import keep_mapping, layouts_of, load_mappings, look_at, propose, remove_mapping
from tests.integrations.exports import files

COUNTY = ["订单流水", "采购单位", "货品名称", "货品规格", "采购数量", "含税总价", "下单日期", "订单状态", "收货人"]
ROW = ["832-1", "普安一小", "红富士苹果", "5kg", "3", "119.70", "2026-05-01", "已完成", "张三丰"]
GIVEN = {"order_id": "订单流水", "paid_fen": "含税总价"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").ensure()


@pytest.fixture
def county(tmp_path: Path) -> Path:
    return files.csv_file(tmp_path / "832.csv", [["脱贫地区农副产品网络销售平台"], COUNTY, ROW], "gb18030")


def test_columns_are_guessed_and_what_is_said_comes_first(county: Path) -> None:
    mapping = propose("832", county, GIVEN | {"created_at": "下单日期"})
    assert mapping.columns == {
        "order_id": "订单流水",
        "title": "货品名称",
        "quantity": "采购数量",
        "paid_fen": "含税总价",
        "status": "订单状态",
        "created_at": "下单日期",
        "buyer": "采购单位",
    }
    assert "status" not in propose("832", county, GIVEN | {"status": ""}).columns


def test_a_mapping_that_is_kept_recognises_its_files_by_itself(home: Home, county: Path, tmp_path: Path) -> None:
    keep_mapping(home, propose("832", county, GIVEN))
    assert layouts_of(home)[-1] == layouts_of(home, "832")[0]
    book = files.xlsx_file(tmp_path / "later.xlsx", [COUNTY[::-1], ROW[::-1], ["832-2", *ROW[1:]][::-1]])
    export = read_orders(book, home, layouts_of(home))
    assert (export.kind, export.platform, len(export.lines)) == ("832", "832", 2)
    line = export.lines[0]
    assert (line.order_id, line.title, line.quantity, line.paid_fen) == ("832-1", "红富士苹果", 3, 11970)
    assert line.buyer
    keep_mapping(home, propose("832", county, GIVEN, order_amounts_repeat=True))
    assert [one.order_amounts_repeat for one in load_mappings(home)] == [True]
    remove_mapping(home, "832")
    assert load_mappings(home) == ()


def test_of_two_columns_with_one_heading_the_chosen_one_is_read(home: Home, tmp_path: Path) -> None:
    table = [
        ["订单号", "品名", "金额", "金额", ""],
        ["1", "苹果", "12.00", "9.00", "3"],
        ["2", "苹果", "", "8.00", "1"],
    ]
    path = files.csv_file(tmp_path / "county.csv", table)
    headings, _rows, guessed = look_at(path, 2)
    assert headings == ("订单号", "品名", "金额#1", "金额#2", "#1")
    assert guessed == {"order_id": "订单号", "title": "品名", "paid_fen": "金额#1"}
    with pytest.raises(StudioError, match="金额#1, 金额#2"):
        propose("832", path, {"paid_fen": "金额"})
    keep_mapping(home, propose("832", path, {"paid_fen": "金额#2", "quantity": "#1"}))
    read = read_orders(path, home, layouts_of(home))
    assert [(line.paid_fen, line.quantity) for line in read.lines] == [(900, 3), (800, 1)]
    keep_mapping(home, propose("832", path, {}))
    assert [line.paid_fen for line in read_orders(path, home, layouts_of(home)).lines] == [1200, 0]


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        ("832", {}, "mapping.incomplete"),
        ("832", {"order_id": "没有这一列"}, "value.bad"),
        ("832", {"weight": "货品规格"}, "value.bad"),
        ("taobao", GIVEN, "value.bad"),
        (" ", GIVEN, "value.bad"),
    ],
)
def test_what_cannot_be_a_mapping_is_refused(county: Path, name: str, given: dict[str, str], code: str) -> None:
    with pytest.raises(StudioError) as caught:
        propose(name, county, given)
    assert caught.value.problem.code == code


def test_a_mapping_nobody_made_is_said_so(home: Home) -> None:
    for ask in (layouts_of, remove_mapping):
        with pytest.raises(StudioError) as caught:
            ask(home, "832")
        assert caught.value.problem.code == "mapping.unknown"


@pytest.mark.parametrize("text", ["", "[]", '{"mappings": 3}', '{"mappings": [3, {"name": "x"}]}'])
def test_a_damaged_file_of_mappings_is_as_none(home: Home, text: str) -> None:
    home.order_mappings.write_text(text)
    assert load_mappings(home) == ()
