"""Each platform's file, in its real headings and with its quirks, is recognised and read."""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from integrations.exports import read_export
from integrations.exports.base import Carrier, Export, Status
from tests.integrations.exports import files

SALT = b"salt"
PAID_AT = datetime(2026, 5, 1, 12, 5, 6, tzinfo=UTC)
Write = Callable[[Path, list[list[object]]], Path]


def gbk(path: Path, rows: list[list[object]]) -> Path:
    return files.csv_file(path, rows, "gbk")


def gb18030(path: Path, rows: list[list[object]]) -> Path:
    return files.csv_file(path, rows, "gb18030")


def utf8(path: Path, rows: list[list[object]]) -> Path:
    return files.csv_file(path, rows, "utf-8")


def utf8_with_mark(path: Path, rows: list[list[object]]) -> Path:
    return files.csv_file(path, rows, "utf-8-sig")


def xlsx(path: Path, rows: list[list[object]]) -> Path:
    return files.xlsx_file(path, rows)


WRITERS = (gbk, gb18030, utf8, utf8_with_mark, xlsx)
every_writer = pytest.mark.parametrize("write", WRITERS)


def read(write: Write, folder: Path, headings: list[str], *records: files.Record, blank: str = "") -> Export:
    return read_export(write(folder / "export", files.rows_of(headings, records, blank)), SALT)


@every_writer
def test_taobao_main_orders_of_old(tmp_path: Path, write: Write) -> None:
    export = read(
        write,
        tmp_path,
        files.TAOBAO_ORDERS_OLD,
        {
            "订单编号": '="1234567890123456789"',
            "买家会员名": "张三丰",
            "收货人姓名": "张三丰",
            "联系手机": "'13800000000",
            "买家实际支付金额": "1,239.90",
            "退款金额": "0.00",
            "订单状态": "买家已付款，等待卖家发货",
            "订单付款时间": "2026-05-01 20:05:06",
            "宝贝标题": "红富士苹果 ，普安红茶",
            "宝贝总数量": "3",
            "物流单号": "No:YT123",
            "物流公司": "圆通速递",
            "打款商家金额": "0.00元",
            "订单关闭原因": "订单未关闭",
        },
    )
    assert (export.kind, export.platform, export.bad) == ("taobao_orders", "taobao", ())
    (line,) = export.lines
    assert (line.order_id, line.line_id, line.quantity, line.paid_fen) == ("1234567890123456789", "", 3, 123990)
    assert (line.status, line.paid_at, line.delivered_by) == (Status.PAID, PAID_AT, "圆通速递")
    assert (line.refund_reason, line.refund_named) == ("", True)
    assert len(line.buyer) == 24
    assert "张" not in repr(line)
    assert "13800000000" not in repr(line)


@every_writer
def test_taobao_order_lines_of_old_have_only_prices(tmp_path: Path, write: Write) -> None:
    line = {
        "订单编号": "8001",
        "标题": "苹果",
        "价格": "39.90",
        "购买数量": "2",
        "商家编码": "P01",
        "订单状态": "交易成功",
    }
    tea = line | {"标题": "红茶", "价格": "68", "购买数量": "1", "商家编码": "", "外部系统编号": "P02"}
    export = read(write, tmp_path, files.TAOBAO_LINES_OLD, line, tea)
    assert export.kind == "taobao_lines_old"
    assert [(one.sku, one.line_id, one.paid_fen, one.estimated) for one in export.lines] == [
        ("P01", "#P01", 7980, True),
        ("P02", "#P02", 6800, True),
    ]


@pytest.mark.parametrize(
    ("headings", "paid"),
    [(files.TAOBAO_LINES_GBK, "买家实际支付金额"), (files.TAOBAO_LINES_2026, "买家实付金额")],
)
@every_writer
def test_taobao_order_lines(tmp_path: Path, write: Write, headings: list[str], paid: str) -> None:
    title = "标题" if "标题" in headings else "商品标题"
    good = {
        "子订单编号": "801",
        "主订单编号": "800",
        title: "苹果",
        "购买数量": "2",
        paid: "79.80",
        "订单状态": "交易成功",
        "退款状态": "没有申请退款",
        "退款金额": "无退款申请",
    }
    back = good | {"子订单编号": "802", "订单状态": "交易关闭", "退款状态": "退款成功", "退款金额": "79.80"}
    part = good | {"子订单编号": "803", "退款状态": "", "退款金额": "10.00"}
    export = read(write, tmp_path, headings, good, back, part)
    assert export.kind == "taobao_lines"
    assert [one.refund_named for one in export.lines] == [True, True, True]
    assert [(one.line_id, one.paid_fen, one.refunded_fen, one.status) for one in export.lines] == [
        ("801", 7980, 0, Status.FINISHED),
        ("802", 7980, 7980, Status.REFUNDED),
        ("803", 7980, 1000, Status.FINISHED),
    ]


@every_writer
def test_taobao_main_orders_of_2026(tmp_path: Path, write: Write) -> None:
    export = read(
        write,
        tmp_path,
        files.TAOBAO_ORDERS_2026,
        {
            "订单编号": "800\t",
            "买家实付金额": "￥39.9",
            "商品标题": "苹果",
            "订单状态": "卖家已发货，等待买家确认",
            "订单付款时间": "2026/5/1 20:05",
            "发货时间": "无",
            "订单关闭原因": "买家不想要了",
        },
        blank="-",
    )
    (line,) = export.lines
    assert (export.kind, line.order_id, line.paid_fen, line.status) == ("taobao_orders", "800", 3990, Status.SHIPPED)
    assert (line.paid_at, line.shipped_at) == (PAID_AT.replace(second=0), None)
    assert (line.refund_reason, line.refund_named) == ("买家不想要了", False)


@every_writer
def test_taobao_live_orders_name_their_room(tmp_path: Path, write: Write) -> None:
    export = read(
        write,
        tmp_path,
        files.TAOBAO_LIVE,
        {"开播时间": "2026-05-01 19:58:00", "场次id": "4455", "父订单": "800", "子订单": "801", "支付金额": "39.90",
         "支付时间": "2026-05-01 20:05:06", "会员名": "李四光", "商品id": "600100"},
        {"父订单": "900", "子订单": "901", "支付金额": "39.90", "支付时间": "2026-05-01 20:05:06",
         "确认收货时间": "2026-05-09 08:00:00"},
    )  # fmt: skip
    line, received = export.lines
    assert (export.kind, line.line_id, line.room_id, line.carrier) == (
        "taobao_live_orders",
        "801",
        "4455",
        Carrier.LIVE,
    )
    assert line.room_started_at == datetime(2026, 5, 1, 11, 58, tzinfo=UTC)
    assert (line.status, line.quantity, received.status) == (Status.PAID, 0, Status.FINISHED)


@every_writer
def test_douyin_lines_with_amounts_that_are_due(tmp_path: Path, write: Write) -> None:
    paid = {"主订单编号": "6900\t", "子订单编号": "6901\t", "选购商品": "苹果", "商品数量": "1", "商品ID": "350001\t",
            "商家编码": "P01", "商品单价": "1,099.00", "订单应付金额": "1,039.90",
            "订单提交时间": "2026-05-01 20:04:00",
            "支付完成时间": "2026-05-01 20:05:06", "订单状态": "待发货", "售后状态": "-",
            "流量体裁": "直播"}  # fmt: skip
    unpaid = paid | {"子订单编号": "6902", "订单状态": "待支付", "支付完成时间": "", "流量体裁": "短视频"}
    closed = paid | {"子订单编号": "6903", "订单状态": "已关闭", "支付完成时间": "-"}
    back = paid | {
        "子订单编号": "6904",
        "订单状态": "已关闭",
        "取消原因": "坏果",
        "售后状态": "退款成功",
        "流量体裁": "数据将于第二天更新",
    }
    export = read(write, tmp_path, files.DOUYIN, paid, unpaid, closed, back)
    assert export.kind == "douyin_lines"
    found = [(one.line_id, one.paid_fen, one.refunded_fen, one.status, one.carrier) for one in export.lines]
    assert found == [
        ("6901", 103990, 0, Status.PAID, Carrier.LIVE),
        ("6902", 0, 0, Status.UNPAID, Carrier.OTHER),
        ("6903", 0, 0, Status.CANCELLED, Carrier.LIVE),
        ("6904", 103990, 103990, Status.REFUNDED, Carrier.TOMORROW),
    ]
    assert (export.lines[0].paid_at, export.lines[0].product_id) == (PAID_AT, "350001")
    assert ([one.unit_price_fen for one in export.lines], export.lines[3].refund_reason) == ([109900] * 4, "坏果")


@every_writer
def test_douyin_in_its_other_headings(tmp_path: Path, write: Write) -> None:
    export = read(
        write,
        tmp_path,
        files.DOUYIN_OTHER,
        {"主订单编号": "6900", "子订单编号": "6901", "选购商品": "苹果", "商品数量": "2", "货号": "P01",
         "订单应付金额": "79.8", "订单提交日期": "2026-05-01", "订单提交时间": "20:05:06", "订单状态": "已发货",
         "快递信息": "顺丰 SF1"},
        blank="--",
    )  # fmt: skip
    (line,) = export.lines
    assert (line.sku, line.created_at, line.paid_at, line.waybill) == ("P01", PAID_AT, PAID_AT, "顺丰 SF1")


@every_writer
def test_kuaishou_orders(tmp_path: Path, write: Write) -> None:
    good = {"订单号": "2400\t", "订单支付时间": "2026-05-01 20:05:06", "订单状态": "已收货", "实付款": "￥39.90",
            "成交数量": "1", "商品名称": "苹果", "SKU编码": "P01", "订单载体": "直播间", "快递公司": "中通",
            "快递单号": "7311",
            "收货人姓名": "王五"}  # fmt: skip
    part = good | {"订单号": "2401", "售后状态": "部分退款成功"}
    closed = good | {"订单号": "2402", "订单状态": "交易关闭"}
    never_paid = closed | {"订单号": "2403", "订单支付时间": ""}
    export = read(write, tmp_path, files.KUAISHOU, good, part, closed, never_paid)
    assert export.kind == "kuaishou_orders"
    first, second, *gone = export.lines
    assert (first.order_id, first.line_id, first.paid_fen, first.carrier) == ("2400", "", 3990, Carrier.LIVE)
    assert (first.status, first.delivered_by, first.waybill) == (Status.FINISHED, "中通", "7311")
    assert (second.status, second.refunded_fen) == (Status.FINISHED, 0)
    assert [(one.status, one.paid_fen, one.refunded_fen) for one in gone] == [
        (Status.REFUNDED, 3990, 3990),
        (Status.CANCELLED, 0, 0),
    ]


@every_writer
def test_pinduoduo_orders(tmp_path: Path, write: Write) -> None:
    good = {"商品": "苹果", "订单号": "240501-100\t", "订单状态": "已发货，待签收", "用户实付金额(元)": "39.90",
            "商家实收金额(元)": "41", "商品总价(元)": "84", "商品数量(件)": "2",
            "支付时间": "2026-05-01 20:05:06", "商品id": "990001\t",
            "商家编码-商品维度": "P01"}  # fmt: skip
    back = good | {"订单号": "240501-101", "订单状态": "未发货，退款成功"}
    export = read(write, tmp_path, files.PINDUODUO, good, back, blank="-")
    assert export.kind == "pinduoduo_orders"
    assert [(one.order_id, one.sku, one.status, one.refunded_fen) for one in export.lines] == [
        ("240501-100", "P01", Status.SHIPPED, 0),
        ("240501-101", "P01", Status.REFUNDED, 3990),
    ]
    assert [one.unit_price_fen for one in export.lines] == [4200, 4200]


@every_writer
def test_jd_amounts_of_an_order_count_once(tmp_path: Path, write: Write) -> None:
    apples = {"订单号": "3100", "商品ID": "10001", "商品名称": "苹果", "订购数量": "2", "京东价": "40",
              "应付金额": "100.01",
              "订单状态": "等待出库", "下单时间": "2026-05-01 20:04:00",
              "付款确认时间": "2026-05-01 20:05:06"}  # fmt: skip
    tea = apples | {"商品ID": "10002", "商品名称": "红茶", "订购数量": "1"}
    gone = apples | {"订单号": "3101", "订单状态": "(删除)等待付款", "付款确认时间": ""}
    export = read(write, tmp_path, files.JD, apples, tea, gone)
    assert export.kind == "jd_lines"
    assert [(one.line_id, one.paid_fen) for one in export.lines] == [("#10001", 6667), ("#10002", 3334), ("#10001", 0)]
    assert [one.status for one in export.lines] == [Status.PAID, Status.PAID, Status.CANCELLED]
    assert {one.unit_price_fen for one in export.lines} == {4000}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("headings", [files.OWN, ["Order ID", "SKU", "Quantity", "Paid_Amount", "paid time", "Status"]])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_our_own_headings(tmp_path: Path, encoding: str, headings: list[str], separator: str) -> None:
    rows = [headings, ["7001", "P01", "2", "79.80", "2026-05-01 20:05:06", "已付款"]]
    export = read_export(files.csv_file(tmp_path / "own.csv", rows, encoding, separator), SALT)
    (line,) = export.lines
    assert (export.kind, export.platform, line.order_id, line.line_id) == ("nongbo", "csv", "7001", "P01")
    assert (line.quantity, line.paid_fen, line.status, line.paid_at) == (2, 7980, Status.PAID, PAID_AT)


def test_our_own_headings_say_why_and_when_money_went_back(tmp_path: Path) -> None:
    """Of two files the newer one holds, so a file's age comes along."""
    headings = [*files.OWN, "退款金额", "退款原因", "退款时间"]
    row = ["7001", "P01", "2", "79.80", "2026-05-01 20:05:06", "已付款", "10", "坏果", "2026-05-01 20:05:06"]
    path = files.csv_file(tmp_path / "own.csv", [headings, row])
    os.utime(path, (PAID_AT.timestamp(), PAID_AT.timestamp()))
    (line,) = read_export(path, SALT).lines
    assert (line.refunded_fen, line.refund_reason, line.refunded_at, line.refund_named) == (1000, "坏果", PAID_AT, True)
    assert line.refund_told_at == PAID_AT
