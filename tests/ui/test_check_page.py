"""The go-live check in the window: what was found is told by mark and word, and the start asks where it is not good."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.checks import Check, CheckBegun, CheckDone, CheckResult, ChecksEnded, Line, Outcome
from studio.commands import AnswerHeard, RunChecks, StartShow
from studio.config import DestinationConfig, Secret
from studio.errors import Problem
from studio.events import StartFailed
from studio.ui.check_page import CheckPage
from studio.ui.check_row import CheckRow
from studio.ui.live_page import LivePage
from studio.ui.show_state import Phase
from tests.ui.conftest import Stage
from tests.ui.samples import SHOW

NOTHING = Line.of("Everything about it.")
DARK = CheckResult(
    Check.CAMERA, Outcome.BAD, Line.of("The source was to be opened."), NOTHING, Problem.of("check.camera_dark")
)
PLAYED = CheckResult(
    Check.PLAYBACK, Outcome.NOT_CHECKED, Line.of("It was played back. Did you hear yourself?"), NOTHING, asks=True
)


def good(check: Check, about: str = "") -> CheckResult:
    return CheckResult(check, Outcome.GOOD, Line.of("You heard yourself."), NOTHING, about=about)


@pytest.fixture
def page(stage: Stage) -> CheckPage:
    stage.open()
    page = stage.window.stack.widget(2)
    assert isinstance(page, CheckPage)
    stage.window.stack.setCurrentWidget(page)
    return page


def row(page: CheckPage, check: Check, about: str = "") -> CheckRow:
    return next(row for row in page.rows if (row.check, row.about) == (check, about))


def tell(stage: Stage, *results: CheckResult) -> None:
    for result in results:
        stage.engine.tell(CheckDone(result))
    stage.engine.tell(ChecksEnded())
    stage.until(lambda: set(results) <= set(stage.desk.checks.list.results))


def test_one_press_asks_for_everything_with_the_planned_show(stage: Stage, page: CheckPage) -> None:
    assert all(row.word.text() == "Not tried yet" for row in page.rows)
    page.all_button.click()
    order = stage.engine.wait_for(RunChecks)
    assert order == RunChecks(SHOW, (), replace(order.plan, room_closed=False))
    assert not page.all_button.isEnabled()
    assert all(row.word.text() == "Waits its turn" for row in page.rows)


def test_each_destination_has_its_own_line(page: CheckPage) -> None:
    lines = [(row.check, row.about) for row in page.rows if row.about]
    assert lines == [
        (Check.DESTINATION, "淘宝"), (Check.DESTINATION, "快手"), (Check.KEY, "淘宝"), (Check.KEY, "快手"),
    ]  # fmt: skip


def test_what_is_found_is_told_by_mark_and_word_and_what_to_do(stage: Stage, page: CheckPage) -> None:
    tell(stage, DARK, good(Check.DISK), good(Check.DESTINATION, "快手"))
    bad = row(page, Check.CAMERA)
    assert bad.word.text() == "Not good"
    assert "Switch a lamp on" in bad.lines.words()
    assert not bad.lines.isHidden()
    assert row(page, Check.DISK).word.text() == "Good"
    assert row(page, Check.DISK).left_out.text() == "Not looked at: Everything about it."
    assert row(page, Check.DESTINATION, "快手").word.text() == "Good"
    assert row(page, Check.DESTINATION, "淘宝").word.text() == "Not tried yet"
    assert page.summary.text() == "✗ 1 not good"


def test_the_sentence_to_say_is_shown_while_the_microphone_listens(stage: Stage, page: CheckPage) -> None:
    stage.engine.tell(CheckBegun(Check.MICROPHONE))
    stage.until(lambda: row(page, Check.MICROPHONE).word.text() == "Trying…")
    assert not row(page, Check.MICROPHONE).found.isVisible(), "nobody listens to a voice while a film is heard"
    stage.engine.tell(CheckBegun(Check.MICROPHONE, speak=True))
    stage.until(lambda: "Selling apples today" in row(page, Check.MICROPHONE).found.text())
    assert row(page, Check.MICROPHONE).found.isVisible()


def test_a_start_that_fails_leaves_no_line_waiting(stage: Stage, page: CheckPage) -> None:
    page.all_button.click()
    stage.engine.wait_for(RunChecks)
    stage.engine.tell(StartFailed(Problem.of("show.nowhere")))
    stage.until(page.all_button.isEnabled)
    assert row(page, Check.CAMERA).word.text() == "Not tried yet"


def test_while_one_destination_has_answered_the_other_is_still_tried(stage: Stage, page: CheckPage) -> None:
    page.all_button.click()
    stage.engine.tell(CheckBegun(Check.DESTINATION))
    stage.engine.tell(CheckDone(good(Check.DESTINATION, "淘宝")))
    stage.until(lambda: row(page, Check.DESTINATION, "淘宝").word.text() == "Good")
    assert row(page, Check.DESTINATION, "快手").word.text() == "Trying…"


def test_the_person_answers_whether_it_was_heard(stage: Stage, page: CheckPage) -> None:
    tell(stage, PLAYED)
    line = row(page, Check.PLAYBACK)
    assert line.heard.isVisible()
    line.heard.click()
    assert stage.engine.wait_for(AnswerHeard).heard
    tell(stage, good(Check.PLAYBACK))
    assert not line.heard.isVisible()
    assert len(stage.desk.checks.list.results) == 1


def test_one_line_is_tried_again_and_the_microphone_with_the_playback(stage: Stage, page: CheckPage) -> None:
    tell(stage, DARK, PLAYED)
    row(page, Check.PLAYBACK).button.click()
    assert stage.engine.wait_for(RunChecks).checks == (Check.PLAYBACK,)
    assert row(page, Check.MICROPHONE).word.text() == "Waits its turn"
    assert row(page, Check.CAMERA).word.text() == "Not good"


def test_the_upload_is_measured_only_after_a_yes(stage: Stage, page: CheckPage) -> None:
    button = row(page, Check.UPLOAD).button
    for answer, sent in (("Do not measure", 0), ("It is closed: measure", 1)):
        button.click()
        question = page.upload_question
        assert question is not None
        default = question.defaultButton()
        assert default is not None
        assert default.text() == "Do not measure"
        next(one for one in question.buttons() if one.text() == answer).click()
        if sent:
            order = stage.engine.wait_for(RunChecks)
            assert order.checks == (Check.UPLOAD,)
            assert order.plan.room_closed
        assert len(stage.engine.of_kind(RunChecks)) == sent


def test_what_is_left_on_the_data_plan_is_reckoned_with(stage: Stage, page: CheckPage) -> None:
    tell(stage, good(Check.DATA), good(Check.CAMERA))
    page.gigabytes.setValue(2.5)
    page.minutes.setValue(60)
    order = stage.engine.wait_for(RunChecks, 2)
    assert set(order.checks) == {Check.DISK, Check.POWER, Check.DATA}
    assert (order.plan.duration_min, order.plan.data_left_gb) == (60, 2.5)
    assert row(page, Check.CAMERA).word.text() == "Good"


def test_a_start_with_something_not_good_is_asked_about_and_named(stage: Stage, page: CheckPage) -> None:
    tell(stage, DARK)
    page.start_button.click()
    question = page.start_question
    assert question is not None
    assert "The picture is too dark." in question.informativeText()
    QTest.keyClick(question, Qt.Key.Key_Return)
    stage.until(lambda: not question.isVisible())
    assert stage.engine.of_kind(StartShow) == []
    page.start_button.click()
    again = page.start_question
    assert again is not None
    again.go.click()
    stage.engine.wait_for(StartShow)
    stage.until(lambda: stage.desk.state.phase is Phase.ON_AIR)
    assert isinstance(stage.window.stack.currentWidget(), LivePage)
    assert stage.desk.checks.list.results == ()


def test_the_live_page_asks_too_and_leads_to_the_list(stage: Stage, page: CheckPage) -> None:
    tell(stage, DARK)
    stage.window.stack.setCurrentIndex(0)
    stage.live.bar.start_button.click()
    question = stage.live.start_question
    assert question is not None
    question.look.click()
    stage.until(lambda: stage.window.stack.currentWidget() is page)
    assert stage.engine.of_kind(StartShow) == []


def test_a_rehearsal_and_a_good_list_start_without_a_question(stage: Stage, page: CheckPage) -> None:
    tell(stage, DARK)
    stage.live.bar.rehearse_button.click()
    assert stage.live.start_question is None
    assert stage.engine.wait_for(StartShow).show.rehearsal


def test_another_plan_forgets_what_was_found(stage: Stage, page: CheckPage) -> None:
    tell(stage, DARK)
    stage.desk.plan(replace(SHOW, ticker="今晚八点"))
    assert stage.desk.checks.list.results
    place = DestinationConfig("京东", Secret("rtmp://push.example.net/live/key-three"))
    stage.desk.plan(replace(SHOW, destinations=(place,)))
    assert stage.desk.checks.list.results == ()
    assert [row.about for row in page.rows if row.check is Check.KEY] == ["京东"]


def test_an_engine_that_is_gone_leaves_no_line_waiting(stage: Stage, page: CheckPage) -> None:
    page.all_button.click()
    stage.engine.wait_for(RunChecks)
    stage.engine.hang_up()
    stage.until(lambda: all(row.word.text() == "Not tried yet" for row in page.rows))
