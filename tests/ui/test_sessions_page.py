"""The page of the sessions, with the real process that keeps the log."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from integrations.exports.base import Carrier, UnreadSheet
from integrations.exports.cells import CHINA_TIME
from integrations.exports.guess import SYNONYMS
from studio.books import FileImported, FileSeen
from studio.paths import Home
from studio.sold import ViewersSampled
from studio.store.changes import FileReport, ImportCount
from studio.store.order_rows import OrderRow
from studio.store.store import Store
from studio.ui.anchors_panel import AnchorQuestion
from studio.ui.comments_dialog import CommentsDialog
from studio.ui.import_panel import ImportPanel
from studio.ui.mapping_panel import FIELD_WORDS, MappingPanel
from studio.ui.plain_table import PlainTable
from studio.ui.sessions_page import SessionsPage
from studio.ui.unshipped_panel import UnshippedPanel, write_pdf
from tests.integrations.exports import files
from tests.store.samples import APPLES, START, TEA, after, begin, export, order
from tests.ui.conftest import Stage

PAID = ["P01", "2", "79.80", f"{(START + timedelta(hours=8, seconds=60)):%Y-%m-%d %H:%M:%S}", "已付款"]


@pytest.fixture
def session_id(home: Home) -> int:
    """A session in the log, with a product shown and viewers typed."""
    with Store.of(home) as store:
        store.import_products([APPLES, TEA])
        session_id = begin(store)
        store.write_events(session_id, [ViewersSampled(120, "typed", after(10))], after(3600))
        return session_id


@pytest.fixture
def page(stage: Stage, session_id: int) -> Iterator[SessionsPage]:
    """The page in sight, with the session on its sheet."""
    stage.window.show()
    page = next(
        one
        for one in map(stage.window.stack.widget, range(stage.window.stack.count()))
        if isinstance(one, SessionsPage)
    )
    stage.window.stack.setCurrentWidget(page)
    try:
        until(stage, lambda: page.sheet.session_id == session_id)
        yield page
    finally:
        stage.desk.close()


def until(stage: Stage, condition: Callable[[], bool]) -> None:
    """A process has to start and to answer, and it gives way to all others of a busy computer."""
    stage.bot.waitUntil(condition, timeout=120_000)


def words(page: SessionsPage) -> str:
    """All that stands on the part of the page that is in sight."""
    shown = page.stack.currentWidget()
    assert shown is not None
    return "\n".join(label.text() for label in shown.findChildren(QLabel))


def own_file(path: Path, *numbers: str) -> Path:
    return files.csv_file(path, [files.OWN, *([number, *PAID] for number in numbers)])


def commission_file(folder: Path) -> Path:
    """Orders of 抖店: one that somebody sold for a commission in a live room, while the session was on air."""
    paid_at = f"{START + timedelta(hours=8, seconds=60):%Y-%m-%d %H:%M:%S}"
    cells = {
        "主订单编号": "6921",
        "子订单编号": "6921",
        "选购商品": "红富士苹果",
        "订单应付金额": "39.90",
        "支付完成时间": paid_at,
        "订单状态": "已完成",
        "达人ID": "8801",
        "流量来源": "精选联盟",
        "流量体裁": "直播",
    }
    return files.csv_file(folder / "douyin.csv", [list(cells), list(cells.values())])


def test_a_session_is_shown_with_what_it_brought(page: SessionsPage, stage: Stage) -> None:
    assert page.list.count() == 1
    assert "at most 120 viewers" in page.list.item(0).text()
    assert "Products" in words(page)
    assert "How it was sent" not in words(page)


def test_files_that_are_dropped_are_read_and_reported(page: SessionsPage, stage: Stage, tmp_path: Path) -> None:
    good = own_file(tmp_path / "good.csv", "7001", "7002")
    with good.open("a", encoding="utf-8") as file:
        file.write("7003,P01,2,free,,已付款\r\n")
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(good)), QUrl("https://n.example/"), QUrl.fromLocalFile(str(tmp_path))])
    place, none = QPointF(9, 9), Qt.KeyboardModifier.NoModifier
    left, copy = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    entering = QDragEnterEvent(place.toPoint(), copy, dropped, left, none)
    page.dragEnterEvent(entering)
    assert entering.isAccepted()
    page.dropEvent(QDropEvent(place, copy, dropped, left, none))
    assert page.importing.running
    until(stage, lambda: not page.importing.running)
    assert "Own table: 3 rows · 2 new · 1 not read" in words(page)
    assert "Line 4 was left out: free is not an amount of money" in words(page)
    page.importing.close_button.click()
    until(stage, lambda: "2 orders" in page.list.item(0).text())
    assert page.stack.currentWidget() is page.sheet


def test_a_sheet_that_was_not_read_is_told_on_the_card_of_its_file(qtbot: QtBot) -> None:
    panel = ImportPanel()
    qtbot.addWidget(panel)
    sheet = UnreadSheet("摊位", 2)
    panel.follow(
        FileImported(FileReport("/home/x/book.xlsx", "nongbo", "csv", ImportCount(new=1), (), unread=(sheet,)))
    )
    told = [label.text() for label in panel.findChildren(QLabel)]
    assert any(line.startswith("The sheet 摊位 was not read: 2 rows under headings nobody knows.") for line in told)


def test_of_two_columns_with_one_heading_either_can_be_chosen(qtbot: QtBot) -> None:
    panel = MappingPanel()
    qtbot.addWidget(panel)
    headings = ("订单号", "金额#1", "金额#2", "#1")
    panel.show_file(FileSeen("x.csv", headings, (("1", "9", "8", "3"),), {"paid_fen": "金额#1"}))
    for box, field in ((panel.boxes[2], "paid_fen"), (panel.boxes[3], "quantity")):
        box.setCurrentIndex(box.findData(field))
    assert panel.columns == {"paid_fen": "金额#2", "quantity": "#1"}
    assert {"金额#1", "金额#2", "no heading"} <= {label.text() for label in panel.findChildren(QLabel)}


def test_every_field_that_is_guessed_can_be_chosen() -> None:
    assert set(FIELD_WORDS) == set(SYNONYMS)


def test_a_file_nobody_knows_is_explained_once(page: SessionsPage, stage: Stage, tmp_path: Path) -> None:
    table = [["流水号码", "货品名称", "总价"], ["832-1", "山货苹果", "39.90"]]
    path = str(files.csv_file(tmp_path / "county.csv", table))
    page.take_files((path, str(tmp_path / "gone.csv")))
    until(stage, lambda: not page.importing.running)
    assert "Nobody knows yet what its columns mean." in words(page)
    assert "is not there" in words(page)
    (button,) = (one for one in page.importing.findChildren(QPushButton) if "columns" in one.text())
    button.click()
    until(stage, lambda: page.stack.currentWidget() is page.mapping)
    assert page.mapping.verdict.text() == "⚠ Still to be said: the order number"
    page.mapping.boxes[0].setCurrentIndex(page.mapping.boxes[0].findData("title"))
    assert page.mapping.columns == {"title": "流水号码", "paid_fen": "总价"}
    page.mapping.boxes[1].setCurrentIndex(page.mapping.boxes[1].findData("title"))
    page.mapping.boxes[0].setCurrentIndex(page.mapping.boxes[0].findData("order_id"))
    until(stage, lambda: "1 row can be read" in page.mapping.verdict.text())
    assert not page.mapping.save_button.isEnabled()
    page.mapping.name.setText("taobao")
    page.mapping.name.textEdited.emit("taobao")
    until(stage, lambda: "a platform is called so" in page.mapping.verdict.text())
    page.mapping.name.setText("832")
    page.mapping.name.textEdited.emit("832")
    until(stage, page.mapping.save_button.isEnabled)
    page.mapping.save_button.click()
    until(stage, lambda: page.stack.currentWidget() is page.importing and not page.importing.running)
    assert "832: 1 row · 1 new" in words(page)
    until(stage, page.match_button.isVisible)
    page.match_button.click()
    until(stage, lambda: bool(page.matching.rows))
    row = page.matching.rows[0]
    row.box.setCurrentIndex(row.box.findData("P01"))
    row.button.click()
    until(stage, lambda: not page.matching.rows)
    assert not page.match_button.isVisible()


def test_what_was_to_come_tomorrow_is_asked_for(page: SessionsPage, stage: Stage, home: Home) -> None:
    assert not page.promised.isVisible()
    made_at = datetime.now(UTC) - timedelta(days=2)
    with Store.of(home) as store:
        store.import_export(None, export(order("1", platform="douyin", carrier=Carrier.TOMORROW, created_at=made_at)))
    stage.desk.ended.emit(None)
    until(stage, page.promised.isVisible)
    assert f"Douyin Shop, {made_at.astimezone(CHINA_TIME):%Y-%m-%d}" in page.promised.text()


def test_what_is_to_be_sent_is_listed_and_printed(
    page: SessionsPage, stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.take_files((str(own_file(tmp_path / "good.csv", "7001", "7002")),))
    until(stage, lambda: not page.importing.running)
    page.unshipped_button.click()
    until(stage, lambda: page.unshipped.table.rowCount() == 2)
    assert "2 orders to send, 4 pieces." in words(page)
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    page.unshipped.print_button.click()
    assert Path(opened[0].toLocalFile()).read_bytes().startswith(b"%PDF")


def test_an_import_is_stopped_with_one_press(page: SessionsPage, stage: Stage, tmp_path: Path) -> None:
    large = own_file(tmp_path / "large.csv", *map(str, range(100_000, 130_000)))
    page.take_files((str(large),))
    until(stage, lambda: "rows" in page.importing.where.text())
    page.importing.stop_button.click()
    until(stage, lambda: not page.importing.running)
    assert page.importing.title.text() == "Stopped"
    assert "large.csv" in page.importing.where.text()
    page.importing.close_button.click()
    until(stage, lambda: page.list.item(0) is not None and "0 orders" in page.list.item(0).text())


def test_a_process_that_dies_is_told_and_started_again(page: SessionsPage, stage: Stage, tmp_path: Path) -> None:
    large = own_file(tmp_path / "large.csv", *map(str, range(100_000, 130_000)))
    page.take_files((str(large),))
    until(stage, lambda: "rows" in page.importing.where.text())
    assert page.books.pid is not None
    psutil.Process(page.books.pid).kill()
    until(stage, lambda: not page.importing.running)
    page.take_files((str(own_file(tmp_path / "good.csv", "7001")),))
    until(stage, lambda: not page.importing.running)
    assert "1 new" in words(page)


def test_a_list_that_cannot_be_written_is_told(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "lists").write_bytes(b"a file where a folder should be")
    panel = UnshippedPanel(tmp_path / "lists")
    panel._print()
    assert panel.told.text().startswith("⚠")
    with pytest.raises(OSError, match="lists"):
        write_pdf(tmp_path / "lists" / "list.pdf", [])


def test_what_platforms_say_stands_beside_and_another_s_account_is_taken_off(
    page: SessionsPage, stage: Stage, tmp_path: Path
) -> None:
    headings = ["主播昵称", "直播开始时间", "直播结束时间", "最高在线人数", "直播间成交金额"]
    times = [f"{at + timedelta(hours=8):%Y/%m/%d %H:%M:%S}" for at in (START, after(3600))]
    rooms = [["小红", *times, "407", "1,937.50"], ["达人", *times, "9", "1"]]
    page.take_files((str(files.csv_file(tmp_path / "rooms.csv", [headings, *rooms])),))
    until(stage, lambda: not page.importing.running)
    assert "Douyin Compass, list of live rooms: 2 rows · 2 new" in words(page)
    page.importing.close_button.click()
    until(stage, lambda: "What the platforms say" in words(page))
    tables = page.sheet.findChildren(PlainTable)
    (table,) = (one for one in tables if one.columnCount() == 4)
    cells = [table.item(row, column) for row in range(table.rowCount()) for column in range(4)]
    assert [cell.text() if cell is not None else "" for cell in cells] == [
        *("Most viewers at once", "120", "407", "9"),
        *("Sold for", "—", "¥1,937.50", "¥1"),
    ]
    _ours, foreign = (one for one in page.sheet.findChildren(QPushButton) if one.text() == "Not my account")
    foreign.click()
    until(stage, lambda: "account 达人" not in words(page))
    assert "account 小红" in words(page)


def test_a_mistyped_count_of_viewers_is_taken_back(
    page: SessionsPage, stage: Stage, session_id: int, home: Home
) -> None:
    with Store.of(home) as store:
        store.write_events(session_id, [ViewersSampled(31200, "typed", after(20))])
    stage.desk.ended.emit(None)
    until(stage, lambda: "31,200" in words(page))
    (button,) = (one for one in page.sheet.findChildren(QPushButton) if "typed number was wrong" in one.text())
    menu = button.menu()
    assert menu is not None
    newest, first = menu.actions()
    assert newest.text().startswith("Take back 31,200, typed at ")
    assert first.text().startswith("Take back 120, ")
    newest.trigger()
    until(stage, lambda: "31,200" not in words(page))
    with Store.of(home) as store:
        assert [one.count for one in store.session_detail(session_id).viewers] == [120]


def test_comments_are_pasted_and_counted(page: SessionsPage, stage: Stage, tmp_path: Path) -> None:
    def paste() -> CommentsDialog:
        (button,) = (one for one in page.sheet.findChildren(QPushButton) if "Paste" in one.text())
        button.click()
        assert page.comments_dialog is not None
        return page.comments_dialog

    box = paste()
    assert not box.count_button.isEnabled()
    box.box.setPlainText("小红: 多少钱\n小明: 什么时候发货")
    box.count_button.click()
    until(stage, lambda: "the price" in table_words(page))
    saved = tmp_path / "comments.txt"
    saved.write_text("红富士苹果甜吗\n", encoding="utf-8")
    paste().take_file(str(saved))
    until(stage, lambda: "the taste" in table_words(page))
    assert "红富士苹果" in table_words(page)


def table_words(page: SessionsPage) -> str:
    """All that stands in the tables of the sheet."""
    tables = page.sheet.findChildren(PlainTable)
    return "\n".join(
        item.text()
        for table in tables
        for row in range(table.rowCount())
        for column in range(table.columnCount())
        if (item := table.item(row, column)) is not None
    )


def test_each_order_says_why_it_is_here(page: SessionsPage, stage: Stage, tmp_path: Path) -> None:
    page.take_files((str(own_file(tmp_path / "good.csv", "7001", "7002")),))
    until(stage, lambda: not page.importing.running)
    page.importing.close_button.click()
    until(stage, lambda: "How the orders came here: by the time only 2" in words(page))
    (button,) = (one for one in page.sheet.findChildren(QPushButton) if "Each order" in one.text())
    button.click()
    until(stage, lambda: page.orders.table.rowCount() == 2)
    cells = [page.orders.table.item(0, column) for column in range(page.orders.table.columnCount())]
    assert [cell.text() for cell in cells if cell is not None][2:] == [
        *("Own table", "2", "¥79.80", "paid", "by the time only"),
    ]
    assert "2 order lines." in words(page)
    page.orders.close_button.click()
    assert page.stack.currentWidget() is page.sheet


@pytest.mark.parametrize("ours", [True, False])
def test_who_sold_for_a_commission_is_asked_about(
    page: SessionsPage, stage: Stage, tmp_path: Path, home: Home, ours: bool
) -> None:
    path = commission_file(tmp_path)
    page.take_files((str(path),))
    until(stage, lambda: not page.importing.running)
    assert "1 order was sold in the live rooms of 8801, for a commission" in words(page)
    (asked,) = page.importing.findChildren(AnchorQuestion)
    (asked.ours if ours else asked.theirs).click()
    if ours:
        until(stage, lambda: "These orders go into your sessions" in words(page) and sold(home).session_id is not None)
    else:
        until(stage, lambda: "You are not asked again" in words(page))
        page.take_files((str(path),))
        until(stage, lambda: not page.importing.running and "as they were" in words(page))
    assert not [one for one in page.importing.findChildren(AnchorQuestion) if one.ours.isVisibleTo(page)]
    assert (sold(home).session_id is not None) is ours


def sold(home: Home) -> OrderRow:
    """The one order line in the log."""
    with Store.of(home) as store:
        (line,) = store.list_orders()
    return line


def test_who_sold_for_a_commission_can_be_named_later(
    page: SessionsPage, stage: Stage, tmp_path: Path, home: Home
) -> None:
    assert not page.anchor_button.isVisible()
    page.take_files((str(commission_file(tmp_path)),))
    until(stage, lambda: not page.importing.running)
    page.importing.close_button.click()
    until(stage, page.anchor_button.isVisible)
    page.anchor_button.click()
    (question,) = page.anchors.questions
    question.ours.click()
    until(stage, lambda: not page.anchor_button.isVisible())
    assert sold(home).session_id is not None
    assert "These orders go into your sessions" in words(page)
