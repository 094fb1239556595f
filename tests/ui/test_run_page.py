"""The page of the run: dragged into order, filled in, kept, and followed while the show runs."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from overlays.card import Look
from studio.commands import NextCard, PreviousCard, SetRun, ShowStep
from studio.events import CardChanged
from studio.run import RunChanged, RunOfShow, Step, StepChanged
from studio.shop.products import Product
from studio.shop.told import ProductsListed
from studio.ui.products_page import ProductsPage
from studio.ui.run_page import RunPage
from studio.ui.step_list import ROW_PX
from tests.ui.conftest import Stage
from tests.ui.samples import CARDS

PRODUCTS = tuple(
    Product(card.sku, card.name, card.price_fen, selling_points="脆甜多汁" if card.sku == "APPLE" else "")
    for card in CARDS
)
RUN = RunOfShow((Step(1, "APPLE", 5), Step(2, "KIWI", 3), Step(3, "TEA", 4)))


def page_of(stage: Stage, run: RunOfShow = RUN) -> RunPage:
    """The page in front, with the shop known and `run` planned."""
    page = next(w for w in map(stage.window.stack.widget, range(stage.window.stack.count())) if isinstance(w, RunPage))
    stage.open()
    stage.engine.tell(ProductsListed(PRODUCTS, changed=False))
    stage.until(lambda: stage.desk.products == PRODUCTS)
    if run.steps:
        stage.desk.plan_run(run)
    stage.window.stack.setCurrentWidget(page)
    return page


def skus(run: RunOfShow) -> list[str]:
    return [step.sku for step in run.steps]


def drag(widget: QWidget, start: QPoint, end: QPoint) -> None:
    """As a hand does it: press, move in small steps, let go."""
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(widget, left, pos=start)
    for part in range(1, 9):
        at = QPointF(start + (end - start) * (part / 8))
        move = QMouseEvent(QEvent.Type.MouseMove, at, widget.mapToGlobal(at), Qt.MouseButton.NoButton, left, none)
        QApplication.sendEvent(widget, move)
    QTest.mouseRelease(widget, left, pos=end)


def test_a_row_is_dragged_to_its_place_kept_and_taken_back(stage: Stage) -> None:
    page = page_of(stage)
    drag(page.list.viewport(), QPoint(120, 2 * ROW_PX + 30), QPoint(120, 10))
    assert skus(stage.desk.run) == ["TEA", "APPLE", "KIWI"]
    assert stage.runs[-1] == stage.desk.run
    assert page.list.chosen == 3
    QTest.keyClick(page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert stage.desk.run == RUN


def test_a_short_press_only_chooses(stage: Stage) -> None:
    page = page_of(stage)
    drag(page.list.viewport(), QPoint(120, ROW_PX + 30), QPoint(122, ROW_PX + 31))
    assert stage.desk.run == RUN
    assert page.list.chosen == 2
    assert page.editor.minutes.value() == 3


def test_keys_do_what_the_hand_does(stage: Stage) -> None:
    page = page_of(stage)
    page.list.choose(2)
    QTest.keyClick(page.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert skus(stage.desk.run) == ["KIWI", "APPLE", "TEA"]
    QTest.keyClick(page.list, Qt.Key.Key_Delete)
    assert skus(stage.desk.run) == ["APPLE", "TEA"]
    page.double()
    assert len(stage.desk.run.steps) == 3
    for _ in range(3):
        page.undo()
    assert stage.desk.run == RUN
    assert not page.buttons["undo"].isEnabled()


def test_an_empty_page_offers_the_whole_shop(stage: Stage) -> None:
    page = page_of(stage, RunOfShow())
    assert page.all_button.isVisible()
    page.all_button.click()
    assert skus(stage.desk.run) == [card.sku for card in CARDS]
    assert not page.all_button.isVisible()
    assert page.total.text() == "6 steps · 30 min"


def test_products_are_searched_ticked_and_come_behind_the_chosen_step(stage: Stage) -> None:
    page = page_of(stage)
    page.list.choose(1)
    page.pick()
    picker = page.picker
    assert picker is not None
    picker.search.setText("tfm")
    picker.tick_all()
    picker.search.setText("gnqc")
    picker.tick_all()
    picker.search.clear()
    assert picker.take_button.text() == " Add 2 products"
    picker.take_button.click()
    assert skus(stage.desk.run) == ["APPLE", "HONEY", "ORANGE", "KIWI", "TEA"]


def test_products_are_ticked_without_a_mouse(stage: Stage) -> None:
    page = page_of(stage)
    page.pick()
    picker = page.picker
    assert picker is not None
    picker.list.setFocus()
    picker.list.setCurrentRow(1)
    QTest.keyClick(picker.list, Qt.Key.Key_Space)
    assert picker.list.item(1).checkState() is Qt.CheckState.Checked
    QTest.keyClick(picker.list, Qt.Key.Key_Space)
    assert picker.list.item(1).checkState() is Qt.CheckState.Unchecked
    picker.reject()


def test_an_empty_shop_leads_to_the_page_of_the_products(stage: Stage) -> None:
    page = page_of(stage, RunOfShow())
    stage.desk.products_listed.emit(ProductsListed((), False))
    stage.desk.products = ()
    page.show_state(stage.desk.state)
    page.all_button.click()
    assert isinstance(stage.window.stack.currentWidget(), ProductsPage)


def test_minutes_look_offer_and_words_become_the_steps(stage: Stage) -> None:
    page = page_of(stage)
    editor = page.editor
    assert editor.words.placeholderText() == "脆甜多汁"
    editor.quick[3].click()
    editor.look.setCurrentIndex(editor.look.findData(Look.RIGHT))
    editor.words.setPlainText("今早刚摘的\n五斤三十九块九")
    editor.ask_offer()
    dialog = editor.dialog
    assert dialog is not None
    dialog.kinds.setCurrentIndex(dialog.kinds.findData("flash"))
    dialog.show_button.click()
    told = dict(stage.desk.run.steps[0].offer[0].values)
    assert not {"name", "price_yuan", "old_price_yuan"} & set(told), "the card says it on the day"
    dialog.kinds.setCurrentIndex(dialog.kinds.findData("coupon"))
    dialog.kinds.setCurrentIndex(dialog.kinds.findData("flash"))
    assert dialog.form.value().price_yuan == "39.90"
    dialog.form.fill("price_yuan", "29.90")
    dialog.form.fill("old_price_yuan", "")
    dialog.show_button.click()
    dialog.reject()
    page.list.choose(2)
    step = stage.desk.run.steps[0]
    assert (step.minutes, step.look, step.prompter) == (10, Look.RIGHT, "今早刚摘的\n五斤三十九块九")
    assert [one.kind for one in step.offer] == ["flash"]
    values = dict(step.offer[0].values)
    assert (values["price_yuan"], values["old_price_yuan"]) == ("29.90", ""), "what is the offer's own is planned"
    page.list.choose(1)
    editor.chips[0].click()
    assert stage.desk.run.steps[0].offer == ()
    assert stage.runs[-1] == stage.desk.run


def test_how_the_run_goes_on_is_the_runs_own(stage: Stage) -> None:
    page = page_of(stage)
    for box, place in ((page.moves_on, 1), (page.repeats, 0)):
        box.setCurrentIndex(place)
        box.activated.emit(place)
    assert (stage.desk.run.moves_on, stage.desk.run.repeats) == (True, False)


def test_a_run_goes_through_a_file(stage: Stage, tmp_path: Path) -> None:
    page = page_of(stage)
    page.write(tmp_path / "run")
    stage.desk.plan_run(RunOfShow())
    page.read(tmp_path / "run.csv")
    assert stage.desk.run == RUN
    (tmp_path / "bad.csv").write_text("sku\nMANGO\nTEA", encoding="utf-8")
    page.read(tmp_path / "bad.csv")
    assert skus(stage.desk.run) == ["TEA"]
    assert "MANGO" in page.told.text()
    page.read(tmp_path / "gone.csv")
    assert skus(stage.desk.run) == ["TEA"]
    assert "gone.csv" in page.told.text()


def on_step(stage: Stage, place: int, spent_s: float) -> None:
    """The engine tells which step is on."""
    since_ns = stage.desk.clock.now_ns() - round(spent_s * 1e9)
    step = stage.desk.run.steps[place]
    stage.engine.tell(CardChanged(step.sku, datetime.now(UTC)))
    stage.engine.tell(StepChanged(step, place, since_ns, datetime.now(UTC)))


def test_the_running_show_is_followed_led_and_changed(stage: Stage) -> None:
    page = page_of(stage)
    stage.go_live()
    stage.window.stack.setCurrentWidget(page)
    on_step(stage, 1, 200.0)
    stage.until(lambda: page.list.on_id == 2)
    page._show_time()
    assert page.strip.place.text() == "2/3"
    assert page.strip.time.text().startswith("over +0:2")
    assert "安吉白茶" in page.strip.next.text()
    QTest.keyClick(page, Qt.Key.Key_PageDown)
    QTest.keyClick(page, Qt.Key.Key_PageUp)
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    assert stage.engine.wait_for(ShowStep) == ShowStep(page.list.chosen or 0)
    assert stage.engine.of_kind(NextCard) == [NextCard()]
    assert stage.engine.of_kind(PreviousCard) == [PreviousCard()]
    drag(page.list.viewport(), QPoint(120, 2 * ROW_PX + 30), QPoint(120, 10))
    assert skus(stage.engine.wait_for(SetRun).run) == ["TEA", "APPLE", "KIWI"]
    assert page.list.on_id == 2


def test_an_answer_to_an_older_change_does_not_take_a_newer_one_back(stage: Stage) -> None:
    page_of(stage)
    stage.go_live()
    first, second = replace(RUN, moves_on=True), replace(RUN, moves_on=True, repeats=False)
    stage.desk.plan_run(first)
    stage.desk.plan_run(second)
    stage.engine.wait_for(SetRun, 2)
    stage.engine.tell(RunChanged(first))
    stage.engine.tell(RunChanged(second))
    stage.engine.tell(RunChanged(RUN))  # of another window
    stage.until(lambda: stage.desk.run == RUN)
    assert stage.desk.show.run == second


@pytest.mark.parametrize("key", [Qt.Key.Key_PageDown, Qt.Key.Key_Return])
def test_keys_change_nothing_while_nothing_is_on_air(stage: Stage, key: Qt.Key) -> None:
    page = page_of(stage)
    QTest.keyClick(page.list, key)
    assert stage.desk.run == RUN
    assert not stage.engine.of_kind(NextCard)
    assert not stage.engine.of_kind(ShowStep)
