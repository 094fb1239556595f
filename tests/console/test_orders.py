"""`nongbo orders` and `nongbo viewers`."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from integrations.exports.cells import CHINA_TIME
from studio.console import orders
from studio.store.store import Store
from tests.console.conftest import Nongbo
from tests.integrations.exports import files

HEADINGS = "订单号,商品编码,数量,实付金额,付款时间,状态\n"
GOOD = "7001,P01,2,79.80,2026-05-01 20:05:06,已付款\n"


def test_an_order_is_typed_at_the_session_s_price_and_taken_back(nongbo: Nongbo, session_id: int) -> None:
    said = nongbo("orders", "add", "--session", session_id, "--sku", "P01", "--quantity", 2, "--json")
    assert (said.code, said.document["paid_fen"]) == (0, 7980)
    cheaper = nongbo("orders", "add", "--session", session_id, "--sku", "P01", "--price", "30", "--json")
    assert cheaper.document["paid_fen"] == 3000
    back = nongbo("orders", "add", "--session", session_id, "--sku", "P01", "--quantity", -1)
    assert back.out == "1 piece taken back.\n"
    (line,) = nongbo("orders", "list", "--session", session_id, "--json").document
    assert (line["platform"], line["quantity"], line["paid_fen"], line["session_id"]) == ("typed", 2, 7980, session_id)


def test_an_order_for_nothing_or_for_nobody_s_product_is_refused(nongbo: Nongbo, session_id: int) -> None:
    words = ("orders", "add", "--session", session_id, "--sku")
    assert nongbo(*words, "P99").code == 1
    assert nongbo(*words, "P01", "--quantity", 0).code == 2
    assert nongbo(*words, "P01", "--price", "free").code == 2
    assert nongbo(*words, "P01", "--quantity", "two").code == 2
    assert nongbo("orders", "add", "--session", 99, "--sku", "P01").code == 1
    assert nongbo("orders", "add", "--sku", "P01").code == 2
    assert nongbo("orders", "list", "--json").document == []


def test_a_file_is_read_and_read_again(nongbo: Nongbo, session_id: int, table: Callable[[str], Path]) -> None:
    path = table(HEADINGS + GOOD + "7002,P01,none,1,,已付款\n")
    (report,) = nongbo("orders", "import", path, "--session", session_id, "--json").document
    assert set(report) == {"file", "kind", "rows", "new", "updated", "unchanged", "rejected"}
    assert (report["kind"], report["rows"], report["new"], report["rejected"][0]["line"]) == ("nongbo", 2, 1, 3)
    said = nongbo("orders", "import", path, "--session", session_id)
    assert said.code == 0
    assert "2 rows: 0 new, 0 changed, 1 as they were, 1 left out." in said.out
    (line,) = nongbo("orders", "list", "--json").document
    assert set(line) >= {
        "platform",
        "order_id",
        "line_id",
        "sku",
        "title",
        "quantity",
        "paid_fen",
        "refunded_fen",
        "status",
        "paid_at",
        "session_id",
        "attributed_by",
    }
    assert "buyer" not in line
    assert (line["order_id"], line["paid_at"], line["title"]) == ("7001", "2026-05-01T12:05:06.000Z", "红富士苹果")


def test_one_file_that_will_not_do_does_not_keep_the_others_out(
    nongbo: Nongbo, session_id: int, table: Callable[[str], Path], tmp_path: Path
) -> None:
    said = nongbo("orders", "import", tmp_path / "gone.csv", table(HEADINGS + GOOD), "--session", session_id, "--json")
    assert said.code == 1
    assert [(report["kind"], report["new"]) for report in said.document] == [(None, 0), ("nongbo", 1)]
    assert said.document[0]["error"]["code"] == "csv.missing"
    assert said.err.startswith(f"The file {tmp_path / 'gone.csv'} is not there.")


def test_an_import_into_no_session_brings_nothing_in(
    nongbo: Nongbo, store: Store, table: Callable[[str], Path]
) -> None:
    said = nongbo("orders", "import", table(HEADINGS + GOOD), "--session", 99, "--json")
    assert (said.code, said.out) == (1, "")
    assert store.list_orders() == ()


def test_what_others_sold_for_a_commission_is_ours_only_where_somebody_says_so(
    nongbo: Nongbo, session_id: int, table: Callable[[str], Path]
) -> None:
    headings = "主订单编号,子订单编号,选购商品,订单应付金额,支付完成时间,订单状态,达人ID,流量来源,流量体裁\n"
    began = datetime.fromisoformat(nongbo("sessions", "show", session_id, "--json").document["started_at"])
    paid = (began + timedelta(seconds=1)).isoformat(timespec="seconds")
    rows = "".join(
        f"69{number},68{number},苹果,39.90,{paid},待发货,77001,{traffic},直播\n"
        for number, traffic in ((1, "精选联盟"), (2, "推荐"))
    )
    path = table(headings + rows)
    said = nongbo("orders", "import", path)
    assert "1 order was sold in the live rooms of 77001" in said.err
    found = {line["order_id"]: line["session_id"] for line in nongbo("orders", "list", "--json").document}
    assert found == {"691": None, "692": session_id}
    assert nongbo("orders", "own", "douyin", "77001").code == 0
    assert "77001" not in nongbo("orders", "import", path).err
    assert {line["session_id"] for line in nongbo("orders", "list", "--json").document} == {session_id}


def test_orders_are_listed_in_words(nongbo: Nongbo, session_id: int) -> None:
    assert "no orders yet" in nongbo("orders", "list").out
    nongbo("orders", "add", "--session", session_id, "--sku", "P02")
    line = nongbo("orders", "list").out.splitlines()[1]
    assert "普安红茶" in line
    assert "¥68.00" in line
    assert line.endswith("somebody said so")


def test_a_sheet_that_was_not_read_is_told_on_stderr(nongbo: Nongbo, tmp_path: Path) -> None:
    stall = [["谁买的", "买了什么", "多少钱"], ["老王", "苹果", "39.90"]]
    own = [files.OWN, GOOD.strip().split(",")]
    said = nongbo("orders", "import", files.xlsx_file(tmp_path / "book.xlsx", own, stall), "--json")
    (report,) = said.document
    assert set(report) == {"file", "kind", "rows", "new", "updated", "unchanged", "rejected"}
    assert (said.code, report["rows"]) == (0, 1)
    assert "The sheet S2 was not read: 1 row under headings nobody knows." in said.err


def test_viewers_are_typed_in(nongbo: Nongbo, session_id: int, store: Store) -> None:
    said = nongbo("viewers", "add", "--session", session_id, 120)
    assert said.out == f"Session {session_id}: 120 viewers.\n"
    assert nongbo("viewers", "add", "--session", session_id, 80, "--json").document["source"] == "typed"
    assert [one.count for one in store.session_detail(session_id).viewers] == [120, 80]
    about = nongbo("viewers", "add", "--session", session_id, "1.2万", "--json").document
    assert (about["count"], about["about"]) == (12000, True)
    assert nongbo("viewers", "add", "--session", session_id, "约300").out == f"Session {session_id}: ≈300 viewers.\n"
    undone = nongbo("viewers", "undo", "--session", session_id, 120)
    assert undone.out.startswith(f"Session {session_id}: the count of 120, typed at 20")
    assert nongbo("viewers", "undo", "--session", session_id, 120).out.endswith("no such count was typed.\n")
    last = nongbo("viewers", "undo", "--session", session_id, "--json").document
    assert (last["undone"]["count"], last["undone"]["about"]) == (300, True)
    assert nongbo("viewers", "add", "--session", 99, 1).code == 1
    assert nongbo("viewers", "add", "--session", session_id, "--", -1).code == 2


def test_orders_find_their_session_and_what_is_to_be_sent_is_listed(
    nongbo: Nongbo, session_id: int, table: Callable[[str], Path]
) -> None:
    path = table(HEADINGS + GOOD + GOOD.replace("7001", "7002").replace("已付款", "已发货"))
    (report,) = nongbo("orders", "import", path, "--json").document
    assert (report["new"], report["rejected"]) == (2, [])
    lines = nongbo("orders", "list", "--session", session_id, "--json").document
    assert [(line["order_id"], line["attributed_by"]) for line in lines] == [("7001", "time"), ("7002", "time")]
    (waiting,) = nongbo("orders", "unshipped", "--json").document
    assert waiting["order_id"] == "7001"
    said = nongbo("orders", "unshipped", "--session", session_id).out
    assert "7001" in said
    assert "1 order to send, 2 pieces." in said
    nongbo("orders", "import", table(HEADINGS + GOOD.replace("已付款", "已完成")))
    assert nongbo("orders", "unshipped").out == "Everything that is paid has been sent.\n"


def test_a_file_to_be_imported_again_tomorrow_is_named(nongbo: Nongbo, session_id: int, tmp_path: Path) -> None:
    line = {
        "主订单编号": "1",
        "子订单编号": "2",
        "订单应付金额": "1",
        "订单状态": "待发货",
        "流量体裁": "数据将于第二天更新",
    }
    path = files.csv_file(tmp_path / "today.csv", files.rows_of(files.DOUYIN, [line]))
    said = nongbo("orders", "import", path, "--json")
    assert said.document[0]["kind"] == "douyin_lines"
    assert "today.csv: of 1 order the platform says tomorrow" in said.err


def test_what_was_to_come_tomorrow_is_asked_for_on_the_next_day(
    nongbo: Nongbo, session_id: int, tmp_path: Path
) -> None:
    day = datetime.now(CHINA_TIME) - timedelta(days=1)
    line = {
        "主订单编号": "1",
        "子订单编号": "2",
        "订单应付金额": "1",
        "订单状态": "待发货",
        "订单提交时间": f"{day:%Y-%m-%d %H:%M:%S}",
        "流量体裁": "数据将于第二天更新",
    }
    path = files.csv_file(tmp_path / "today.csv", files.rows_of(files.DOUYIN, [line]))
    assert f"Douyin Shop, {day:%Y-%m-%d}" in nongbo("orders", "import", path).err
    assert f"Douyin Shop, {day:%Y-%m-%d}" in nongbo("orders", "list").err
    assert nongbo("orders", "again").out.startswith("Douyin Shop")
    (asked,) = nongbo("orders", "again", "--json").document
    assert asked == {"platform": "douyin", "day": f"{day:%Y-%m-%d}", "lines": 1}
    files.csv_file(path, files.rows_of(files.DOUYIN, [line | {"流量体裁": "直播"}]))
    assert nongbo("orders", "import", path).err == ""
    assert nongbo("orders", "again").out == "Nothing has to be exported again.\n"


COUNTY = "流水号码,货品名称,件数,总价,状态\n"
COUNTY_ROW = "832-1,红富士苹果,2,79.80,已完成\n"


def test_a_mapping_is_made_shown_and_used(nongbo: Nongbo, store: Store, table: Callable[[str], Path]) -> None:
    path = table(COUNTY + COUNTY_ROW)
    unknown = nongbo("orders", "import", path)
    assert unknown.code == 1
    assert "流水号码, 货品名称, 件数, 总价, 状态" in unknown.err
    assert "nongbo orders mapping add" in unknown.err
    words = ("orders", "mapping", "add", "832", path, "--column")
    assert nongbo(*words, "order_id").code == 2
    assert "cannot be read" in nongbo(*words, "order_id=流水号码", "--column", "quantity=状态").err
    assert nongbo("orders", "mapping", "list").out == "There are no mappings yet.\n"
    said = nongbo(*words, "order_id=流水号码", "--column", "paid=总价")
    assert said.code == 0, said.err
    assert "红富士苹果" in said.out
    assert "1 row can be read." in said.out
    (report,) = nongbo("orders", "import", path, "--json").document
    assert (report["kind"], report["new"]) == ("832", 1)
    assert store.list_orders()[0].sku == "P01"
    assert nongbo("orders", "import", path, "--mapping", "832", "--json").document[0]["unchanged"] == 1
    assert nongbo("orders", "import", path, "--mapping", "833").code == 1
    assert nongbo("orders", "mapping", "list", "--json").document[0]["columns"]["paid_fen"] == "总价"
    assert nongbo("orders", "mapping", "remove", "832").out == "The mapping 832 is forgotten.\n"


def test_a_person_says_which_product_a_platform_s_title_is(nongbo: Nongbo, store: Store, tmp_path: Path) -> None:
    line = {
        "订单号": "2400",
        "实付款": "¥39.90",
        "订单状态": "已收货",
        "商品名称": "【助农】红富士苹果 包邮",
        "订单载体": "直播",
    }
    path = files.csv_file(tmp_path / "kuaishou.csv", files.rows_of(files.KUAISHOU, [line]))
    assert "1 name is of no product" in nongbo("orders", "import", path).out
    (unknown,) = nongbo("orders", "products", "--json").document
    assert (unknown["name"], unknown["suggestion"]) == (line["商品名称"], "P01")
    assert "P01" in nongbo("orders", "products").out
    assert nongbo("orders", "assign", unknown["name"], "P99").code == 1
    assert nongbo("orders", "assign", unknown["name"], "P01").out == "1 order line is of P01 now.\n"
    assert nongbo("orders", "products").out == "All that was sold is known.\n"
    assert "no product" not in nongbo("orders", "import", path).out


def test_an_import_that_is_stopped_keeps_what_came_in_before_and_nothing_of_the_file(
    nongbo: Nongbo, store: Store, table: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = files.csv_file(tmp_path / "first.csv", [files.OWN, GOOD.strip().split(",")])
    second = table(HEADINGS + GOOD.replace("7001", "7002") * 3)

    def progress(file: Path, _words: str) -> Callable[[int], None]:
        def tick(rows: int) -> None:
            if file == second and rows == 3:
                raise KeyboardInterrupt

        return tick

    monkeypatch.setattr(orders, "_progress", progress)
    said = nongbo("orders", "import", first, second, first, "--json")
    assert said.code == 1
    assert [report["new"] for report in said.document] == [1]
    assert f"nothing of {second.name} was taken over" in said.err
    assert [line.order_id for line in store.list_orders()] == ["7001"]
