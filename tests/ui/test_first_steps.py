"""The first start: one press is a show with what the program brings along, and nothing goes out unseen."""

from dataclasses import replace
from datetime import UTC, datetime

from studio.commands import StartShow
from studio.equipment import SourceChanged
from studio.shop.demo import demo_show
from studio.ui.setup_page import SetupPage
from studio.ui.show_state import Phase
from studio.ui.start_question import NowhereQuestion
from tests.ui.conftest import Stage


def test_one_press_is_a_rehearsal_with_the_demo_and_the_plan_stays(stage: Stage) -> None:
    nothing = replace(stage.desk.show, cards=(), first_card=None)
    stage.desk.plan(nothing)
    stage.open()
    live = stage.live
    assert live.first.isVisible()
    assert not live.cards.isVisible()
    live.first.try_button.click()
    asked = stage.engine.wait_for(StartShow).show
    assert asked == demo_show(stage.home.recordings)
    stage.until(lambda: stage.desk.state.phase is Phase.ON_AIR)
    assert stage.desk.state.rehearsal
    assert [row.card for row in live.cards.rows] == list(asked.cards)
    assert live.cards.isVisible()
    stage.engine.tell(SourceChanged(asked.source, "", datetime.now(UTC)))
    stage.desk.stop()
    stage.until(lambda: stage.desk.state.report is not None)
    assert stage.desk.show == nothing
    assert live.first.isVisible()


def test_a_show_without_a_destination_is_asked_about(stage: Stage) -> None:
    stage.desk.plan(replace(stage.desk.show, destinations=()))
    stage.open()
    stage.live.bar.start_button.click()
    question = stage.live.findChild(NowhereQuestion)
    assert question is not None
    assert stage.desk.state.phase is Phase.OFF_AIR
    question.add.click()
    page = stage.window.stack.currentWidget()
    assert isinstance(page, SetupPage)
    assert page.destinations.dialog is not None
    page.destinations.dialog.reject()


def test_it_can_be_rehearsed_or_only_recorded_all_the_same(stage: Stage) -> None:
    stage.desk.plan(replace(stage.desk.show, destinations=(), record_dir=stage.home.recordings))
    stage.open()
    stage.live.bar.start_button.click()
    question = stage.live.findChild(NowhereQuestion)
    assert question is not None
    question.record.click()
    assert not stage.engine.wait_for(StartShow).show.rehearsal
