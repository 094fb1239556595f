"""A run on the live page: one glance at it, the prompter, and changes of price and stock with two presses."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from overlays.card import CardParams
from studio.commands import (
    ConfirmPrice,
    NextCard,
    PreviousCard,
    SaveProduct,
    SetMuted,
    ShowCard,
    StartShow,
    StopShow,
    UndoProducts,
)
from studio.errors import Problem
from studio.events import CardChanged, Noticed, SoundChanged
from studio.run import PriceDifference, PricesDiffer, ProductChanged, RunOfShow, Step, StepChanged
from studio.shop.products import Product
from studio.shop.told import ProductsListed
from studio.snapshot import Snapshot
from studio.ui.prompter import LARGEST_PX, SMALLEST_PX, Prompter, largest_px
from studio.ui.run_words import time_words
from studio.ui.show_state import Phase
from tests.ui.conftest import Stage
from tests.ui.samples import CARDS

PRODUCTS = tuple(
    Product(card.sku, card.name, card.price_fen, card.old_price_fen, selling_points=f"{card.name}真好吃")
    for card in CARDS
)
RUN = RunOfShow((Step(1, "TEA", 5, prompter="先问大家喝什么茶"), Step(2, "APPLE", 3)), repeats=False)
DOUBT = PriceDifference("APPLE", CARDS[0].name, 3990, "taobao", 3600, None)


def live(stage: Stage, run: RunOfShow = RUN) -> Stage:
    """On air with the run's first step."""
    stage.open()
    stage.engine.tell(ProductsListed(PRODUCTS, changed=False))
    stage.until(lambda: stage.desk.products == PRODUCTS)
    if run.steps:
        stage.desk.plan_run(run)
    stage.go_live()
    if run.steps:
        on_step(stage, 0, 0.0)
    return stage


def on_step(stage: Stage, place: int, spent_s: float) -> None:
    since_ns = stage.desk.clock.now_ns() - round(spent_s * 1e9)
    step = stage.desk.run.steps[place]
    stage.engine.tell(CardChanged(step.sku, datetime.now(UTC)))
    stage.engine.tell(StepChanged(step, place, since_ns, datetime.now(UTC)))
    stage.until(lambda: stage.desk.state.step_sku == step.sku)


def press(stage: Stage, key: Qt.Key, control: bool = False) -> None:
    """A key in the main window, which has to come back to the front first where a dialog was."""
    stage.window.activateWindow()
    stage.until(stage.window.isActiveWindow)
    QTest.keyClick(stage.live, key, Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier)


def test_the_first_products_of_the_list_are_those_of_the_run(stage: Stage) -> None:
    live(stage)
    assert [row.card.sku for row in stage.live.cards.rows][:3] == ["TEA", "APPLE", "KIWI"]
    press(stage, Qt.Key.Key_1)
    stage.engine.wait_until(lambda: ShowCard("TEA") in stage.engine.of_kind(ShowCard))


def test_one_glance_tells_what_is_on_how_long_and_what_comes(stage: Stage) -> None:
    live(stage)
    strip = stage.live.hands.strip
    on_step(stage, 0, 60.0)
    stage.until(lambda: strip.time.text() in ("4:00", "3:59", "3:58"))
    assert strip.place.text() == "1/2"
    assert "白茶" in strip.name.text()
    assert "红富士" in strip.next.text()
    stage.engine.tell(CardChanged("KIWI", datetime.now(UTC)))
    stage.until(lambda: strip.next.text().startswith("shown now: "))
    on_step(stage, 1, 0.0)
    stage.live._show_time()
    assert strip.next.text() == "then: the end of the run"


def test_a_window_that_comes_later_knows_the_step_and_its_time(stage: Stage) -> None:
    at = datetime.now(UTC)
    step = StepChanged(RUN.steps[1], 1, stage.desk.clock.now_ns() - 200_000_000_000, at)
    stage.engine.snapshot = Snapshot(
        True, 7, at, False, CARDS, "APPLE", None, "", (), None, (), None, run=RUN, step=step
    )
    stage.open()
    strip = stage.live.hands.strip
    stage.until(lambda: strip.place.text() == "2/2" and strip.time.text().startswith("over +0:2"))
    assert stage.desk.run == RUN


def test_back_and_hide_have_a_key_each(stage: Stage) -> None:
    live(stage)
    press(stage, Qt.Key.Key_PageUp)
    press(stage, Qt.Key.Key_B)
    stage.engine.wait_for(PreviousCard, 2)
    press(stage, Qt.Key.Key_H)
    stage.until(lambda: stage.desk.state.card_sku is None)
    press(stage, Qt.Key.Key_H)
    stage.until(lambda: stage.desk.state.card_sku == "TEA")


def test_a_price_is_changed_with_two_presses_and_taken_back_with_one(stage: Stage) -> None:
    live(stage)
    press(stage, Qt.Key.Key_P)
    dialog = stage.live.hands.change_dialog
    assert dialog is not None
    QTest.keyClicks(dialog.price, "29.9")
    QTest.keyClick(dialog.price, Qt.Key.Key_Return)
    product = stage.engine.wait_for(SaveProduct).product
    assert (product.sku, product.price_fen) == ("TEA", 2990)
    stage.until(lambda: stage.live.hands.change_dialog is None)
    assert "¥29.90" in stage.live.hands.changed_bar.words.text()
    stage.engine.tell(ProductChanged(product.card(), None, datetime.now(UTC)))
    stage.until(lambda: any(card.price_fen == 2990 for card in stage.desk.state.cards))
    press(stage, Qt.Key.Key_Z, control=True)
    press(stage, Qt.Key.Key_Z, control=True)
    stage.engine.wait_for(UndoProducts)
    press(stage, Qt.Key.Key_N)
    stage.engine.wait_for(NextCard)
    assert len(stage.engine.of_kind(UndoProducts)) == 1, "what was changed elsewhere is not undone here"


def test_a_product_that_comes_during_a_show_is_among_its_products(stage: Stage) -> None:
    live(stage)
    before = stage.desk.state.cards
    stage.engine.tell(ProductChanged(CardParams("PLUM", "李子", 1500), 30, datetime.now(UTC)))
    stage.until(lambda: len(stage.desk.state.cards) > len(before))
    assert [card.sku for card in stage.desk.state.cards] == [*(card.sku for card in before), "PLUM"]


def test_sold_out_is_two_presses_and_so_is_on_sale_again(stage: Stage) -> None:
    live(stage)
    press(stage, Qt.Key.Key_S)
    dialog = stage.live.hands.change_dialog
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert stage.engine.wait_for(SaveProduct).product.stock == 0
    gone = tuple(replace(one, stock=0) for one in PRODUCTS)
    stage.engine.tell(ProductsListed(gone, changed=False))
    stage.until(lambda: stage.desk.products == gone and stage.live.hands.change_dialog is None)
    press(stage, Qt.Key.Key_S)
    again = stage.live.hands.change_dialog
    assert again is not None
    QTest.keyClick(again, Qt.Key.Key_Return)
    assert stage.engine.wait_for(SaveProduct, 2).product.stock is None


@pytest.mark.parametrize("text", ["", "-5", "1.999", "many"])
def test_a_price_that_cannot_be_is_explained_and_nothing_is_sent(stage: Stage, text: str) -> None:
    live(stage)
    press(stage, Qt.Key.Key_P)
    dialog = stage.live.hands.change_dialog
    assert dialog is not None
    dialog.price.setText(text)
    dialog.take.click()
    assert dialog.isVisible()
    assert dialog.told.text()
    dialog.reject()
    assert not stage.engine.of_kind(SaveProduct)


def test_a_price_that_differs_from_the_platforms_is_asked_about_before_the_start(stage: Stage) -> None:
    stage.open()
    stage.engine.tell(ProductsListed(PRODUCTS, changed=False))
    stage.engine.tell(PricesDiffer((DOUBT,)))
    stage.until(lambda: stage.desk.state.differences == (DOUBT,))
    stage.live.bar.start_button.click()
    dialog = stage.live.price_dialog
    assert dialog is not None
    assert dialog.isVisible()
    assert not stage.engine.of_kind(StartShow)
    dialog.questions.confirm(DOUBT)
    assert stage.engine.wait_for(ConfirmPrice) == ConfirmPrice("APPLE", 3990, 3600)
    stage.engine.tell(PricesDiffer(()))
    stage.until(lambda: stage.desk.state.phase is Phase.ON_AIR)


def test_the_platforms_price_can_be_taken_and_a_rehearsal_asks_nothing(stage: Stage) -> None:
    stage.open()
    stage.engine.tell(ProductsListed(PRODUCTS, changed=False))
    stage.engine.tell(PricesDiffer((DOUBT,)))
    stage.until(lambda: stage.desk.state.differences == (DOUBT,))
    stage.live.bar.rehearse_button.click()
    stage.until(lambda: stage.desk.state.phase is Phase.ON_AIR and stage.desk.state.card_sku == "APPLE")
    press(stage, Qt.Key.Key_P)
    dialog = stage.live.hands.change_dialog
    assert dialog is not None
    dialog.other.click()
    assert stage.engine.wait_for(SaveProduct).product.price_fen == 3600


def open_prompter(stage: Stage) -> Prompter:
    press(stage, Qt.Key.Key_F2)
    prompter = stage.live.hands.prompter
    assert prompter is not None
    stage.until(prompter.isVisible)
    return prompter


def test_the_prompter_goes_on_with_space_and_never_ends_the_show(stage: Stage) -> None:
    prompter = open_prompter(live(stage))
    assert prompter.words.text() == "先问大家喝什么茶"
    assert prompter.words.font().pixelSize() >= SMALLEST_PX
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_PageDown):
        QTest.keyClick(prompter, key)
    stage.engine.wait_for(NextCard, 3)
    QTest.keyClick(prompter, Qt.Key.Key_Left)
    stage.engine.wait_for(PreviousCard)
    QTest.keyClick(prompter, Qt.Key.Key_Escape)
    assert not prompter.isVisible()
    assert stage.desk.state.phase is Phase.ON_AIR
    assert not stage.engine.of_kind(StopShow)


def test_who_reads_the_prompter_is_warned_there_and_mutes_with_the_same_key(stage: Stage) -> None:
    prompter = open_prompter(live(stage))
    assert not prompter.banner.isVisible()
    assert not prompter.muted.isVisible()
    stage.engine.tell(Noticed(Problem.of("watch.black"), True, datetime.now(UTC)))
    stage.until(prompter.banner.isVisible)
    assert "black" in prompter.banner.instruction.what.text()
    prompter.focusNextChild()
    QTest.keyClick(prompter.focusWidget() or prompter, Qt.Key.Key_Space)
    stage.engine.wait_for(NextCard)
    assert prompter.banner.isVisible(), "space goes on, and reads no warning away"
    QTest.keyClick(prompter, Qt.Key.Key_M)
    assert stage.engine.wait_for(SetMuted).muted
    stage.engine.tell(SoundChanged(True, stage.desk.show.sound, datetime.now(UTC)))
    stage.until(prompter.muted.isVisible)
    assert "viewers do not hear you" in prompter.muted.text()
    stage.engine.tell(Noticed(Problem.of("watch.black"), False, datetime.now(UTC)))
    stage.until(lambda: not prompter.banner.isVisible())


def test_who_reads_the_prompter_is_told_when_the_engine_is_away_and_keeps_the_words(stage: Stage) -> None:
    """Viewers see nothing meanwhile; whoever speaks reads no other page."""
    prompter = open_prompter(live(stage))
    on_step(stage, 1, 10.0)
    stage.until(lambda: prompter.words.text() == "洛川红富士苹果 大果真好吃")
    stage.desk._become(replace(stage.desk.state, silent_s=4.0))
    assert prompter.muted.isVisible()
    assert "4 s" in prompter.muted.text()
    stage.desk._on_lost(Problem.of("engine.gone"))
    assert stage.desk.state.phase is Phase.NO_ENGINE
    assert prompter.banner.isVisible()
    assert prompter.words.text() == "洛川红富士苹果 大果真好吃"
    assert not prompter.muted.isVisible()


def test_a_warning_in_the_prompter_leaves_the_words_as_large_as_they_still_fit(stage: Stage) -> None:
    words = "先问大家喝什么茶，再说今天的茶是哪座山上采的，" * 4
    step = replace(RUN.steps[0], prompter=words)
    prompter = open_prompter(live(stage, replace(RUN, steps=(step, *RUN.steps[1:]))))
    assert prompter.words.text() == words
    before_px = prompter.words.font().pixelSize()
    stage.engine.tell(Noticed(Problem.of("watch.black"), True, datetime.now(UTC)))
    stage.until(lambda: prompter.words.font().pixelSize() < before_px)
    room = prompter._scroll.viewport().size()
    assert prompter.words.font().pixelSize() == largest_px(words, room.width() - 8, room.height() - 8) > SMALLEST_PX
    stage.engine.tell(Noticed(Problem.of("watch.black"), False, datetime.now(UTC)))
    stage.until(lambda: prompter.words.font().pixelSize() == before_px)


def test_the_prompter_falls_back_to_the_selling_points_and_shows_time_that_is_over(stage: Stage) -> None:
    prompter = open_prompter(live(stage))
    on_step(stage, 1, 185.0)
    prompter.follow()
    assert prompter.words.text() == "洛川红富士苹果 大果真好吃"
    assert prompter.time.text() in ("over +0:05", "over +0:06", "over +0:07")


def test_without_a_run_the_prompter_shows_the_card_that_is_on(stage: Stage) -> None:
    prompter = open_prompter(live(stage, RunOfShow()))
    assert prompter.words.text() == "洛川红富士苹果 大果真好吃"
    assert "周至翠香猕猴桃" in prompter.next.text()


def test_letters_are_as_large_as_the_words_allow(stage: Stage) -> None:
    assert largest_px("短", 1000, 600) == LARGEST_PX
    assert largest_px("长" * 4000, 1000, 600) == SMALLEST_PX
    assert SMALLEST_PX < largest_px("中" * 60, 1000, 600) < LARGEST_PX


def test_times_are_told_to_the_second() -> None:
    told = [time_words(seconds) for seconds in (300, 299.2, 59.9, 0.3, 0, -0.4, -5, -61)]
    assert told == ["5:00", "5:00", "1:00", "0:01", "0:00", "0:00", "+0:05", "+1:01"]
