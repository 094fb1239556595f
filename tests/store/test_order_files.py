"""The studio's reading of order files: what is kept of people, and what is said of files that will not do."""

import stat
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.paths import Home
from studio.store.buyers import buyer_salt
from studio.store.order_files import read_orders, rejected_rows
from studio.store.store import Store
from tests.integrations.exports import files

PEOPLE = ("张三丰", "李四光", "13812345678", "普安县盘水镇")


def with_people(folder: Path) -> list[Path]:
    """Files with names, phones and addresses in every column that has them."""
    name, _other, phone, place = PEOPLE
    taobao = {"订单编号": "800", "买家会员名": name, "收货人姓名": name, "收货地址": place, "联系手机": f"'{phone}",
              "买家留言": place, "买家实际支付金额": "1", "订单状态": "交易成功", "宝贝标题": "苹果"}  # fmt: skip
    kuaishou = {"订单号": "900", "收货人姓名": name, "收货人电话": phone, "收货地址": place, "实付款": "1",
                "订单状态": "已收货", "商品名称": "苹果", "买家留言": name}  # fmt: skip
    douyin = {"主订单编号": "1000", "子订单编号": "1001", "选购商品": "苹果", "收件人": name, "收件人手机号": phone,
              "详细地址": place, "订单应付金额": "1", "订单状态": "已完成"}  # fmt: skip
    jd = {"订单号": "1100", "下单帐号": name, "客户姓名": name, "客户地址": place, "联系电话": phone, "应付金额": "1",
          "订单状态": "完成", "商品名称": "苹果"}  # fmt: skip
    return [
        files.csv_file(folder / "a.csv", files.rows_of(files.TAOBAO_ORDERS_OLD, [taobao]), "gbk"),
        files.xlsx_file(folder / "b.xlsx", files.rows_of(files.KUAISHOU, [kuaishou])),
        files.csv_file(folder / "c.csv", files.rows_of(files.DOUYIN, [douyin])),
        files.csv_file(folder / "d.csv", files.rows_of(files.JD, [jd]), "gb18030"),
    ]


def test_nobody_s_name_phone_or_address_comes_into_the_home(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").ensure()
    (tmp_path / "files").mkdir()
    with Store.of(home) as store:
        for path in with_people(tmp_path / "files"):
            assert store.import_export(None, read_orders(path, home)).count.new == 1
        assert len({line.buyer for line in store.list_orders()} - {""}) == 2
    kept = b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file())
    assert "苹果".encode() in kept
    for words in PEOPLE:
        assert words.encode() not in kept
        assert words.encode("gb18030") not in kept


def test_buyers_are_the_same_in_one_home_and_strangers_in_another(tmp_path: Path) -> None:
    (path, *_others) = with_people(tmp_path)
    here, there = (Home(tmp_path / name).ensure() for name in ("here", "there"))
    first, again, elsewhere = (read_orders(path, home).lines[0].buyer for home in (here, here, there))
    assert first == again != elsewhere
    assert stat.S_IMODE(here.buyer_salt.stat().st_mode) == 0o600
    assert buyer_salt(here) == here.buyer_salt.read_bytes()


def test_a_file_that_will_not_do_says_what_it_has(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").ensure()
    strange = files.csv_file(tmp_path / "county.csv", [["单号", "货品", "件数"], ["1", "苹果", "2"]])
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04")
    told = {}
    for path in (strange, broken, tmp_path / "gone.csv"):
        with pytest.raises(StudioError) as caught:
            read_orders(path, home)
        told[caught.value.problem.code] = str(caught.value)
    assert list(told) == ["orders.unknown_headings", "orders.unreadable", "csv.missing"]
    assert "单号, 货品, 件数" in told["orders.unknown_headings"]


def test_reasons_are_told_with_their_lines(tmp_path: Path) -> None:
    rows = [files.OWN, ["1", "P01", "many", "1", "", "paid"], ["2", "P01", "1", "1", "", "paid"]]
    export = read_orders(files.csv_file(tmp_path / "own.csv", rows), Home(tmp_path / "home").ensure())
    assert [(row.line, row.reason) for row in rejected_rows(export.bad)] == [(2, "many is not a number of pieces")]
