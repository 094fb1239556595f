"""After a cut the window offers to go on with the same show, and does nothing of it by itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication

from studio.app import run_window
from studio.commands import LeaveCutOff, ResumeShow, StartShow, StopShow
from studio.errors import Problem, explain
from studio.events import StartFailed
from studio.paths import Home
from studio.snapshot import CutOff, Snapshot
from studio.ui.go_on_dialog import GoOnDialog
from studio.ui.show_state import Phase
from tests.ui.conftest import Stage
from tests.ui.samples import CARDS, SHOW
from tests.ui.scripted_engine import ScriptedEngine

CUT = CutOff(
    12, datetime(2026, 5, 1, 11, 2, tzinfo=UTC), datetime(2026, 5, 1, 12, 40, tzinfo=UTC), ("Taobao", "Kuaishou")
)
CUT_OFF = Snapshot(False, None, None, False, CARDS, None, None, "", (), None, (), None, cut_off=CUT)


def asked(stage: Stage, choice: Callable[[GoOnDialog], QAbstractButton]) -> None:
    stage.engine.snapshot = CUT_OFF
    stage.open()
    assert stage.desk.state.cut_off == CUT
    stage.window.ask_to_go_on()
    stage.window.ask_to_go_on()
    dialog = stage.window.go_on_dialog
    assert dialog is not None
    assert "Taobao · Kuaishou" in dialog.informativeText()
    assert f"{CUT.cut_off_at.astimezone():%m-%d %H:%M}" in dialog.informativeText(), "it was not today"
    choice(dialog).click()
    stage.until(lambda: stage.window.go_on_dialog is None)


def test_going_on_asks_for_the_session_that_was_cut_off(stage: Stage) -> None:
    asked(stage, lambda dialog: dialog.go_on)
    assert stage.engine.wait_for(ResumeShow) == ResumeShow(12)
    assert stage.desk.state.phase in (Phase.GOING_ON_AIR, Phase.ON_AIR)
    assert stage.engine.of_kind(StartShow) == []


def test_a_show_that_is_over_is_offered_no_more(stage: Stage) -> None:
    asked(stage, lambda dialog: dialog.over)
    stage.engine.wait_for(LeaveCutOff)
    assert stage.desk.state.cut_off is None
    assert stage.engine.of_kind(ResumeShow) == []


def test_a_stray_key_decides_nothing(stage: Stage) -> None:
    asked(stage, lambda dialog: dialog.defaultButton())
    assert stage.desk.state.cut_off == CUT
    assert stage.engine.of_kind(ResumeShow) == []
    assert stage.engine.of_kind(LeaveCutOff) == []


def test_a_show_that_is_over_is_not_said_to_go_on_by_itself(stage: Stage) -> None:
    def told(dialog: GoOnDialog) -> QAbstractButton:
        stage.desk.alarm(Problem.of("engine.gone_on_air"))
        return dialog.over

    asked(stage, told)
    assert stage.desk.state.problems == ()


def test_an_engine_that_is_lost_as_a_show_goes_on_leaves_viewers_without_a_picture(stage: Stage) -> None:
    stage.engine.obedient = False
    asked(stage, lambda dialog: dialog.go_on)
    stage.bridge.lost.emit(Problem.of("engine.gone"))
    assert [problem.code for problem in stage.desk.state.problems] == ["engine.gone_on_air"]
    stage.bridge.lost.emit(Problem.of("engine.gone"))
    assert [problem.code for problem in stage.desk.state.problems] == ["engine.gone_on_air"], "nothing beside it"


def refused(stage: Stage, problem: Problem) -> GoOnDialog:
    """The show that was cut off could not go on: the question that comes up then."""
    stage.engine.obedient = False
    asked(stage, lambda dialog: dialog.go_on)
    stage.engine.wait_for(ResumeShow)
    stage.engine.tell(StartFailed(problem))
    stage.until(lambda: stage.window.go_on_dialog is not None)
    dialog = stage.window.go_on_dialog
    assert dialog is not None
    return dialog


LOCKED = Problem.of("keys.unreadable", name="Taobao", reason="it is locked")


def test_a_show_that_could_not_go_on_is_asked_for_again_with_the_reason(stage: Stage) -> None:
    dialog = refused(stage, LOCKED)
    assert explain(LOCKED).what in dialog.informativeText()
    assert stage.desk.state.problems == (LOCKED,)
    stage.engine.obedient = True
    dialog.go_on.click()
    stage.until(lambda: stage.desk.state.phase is Phase.ON_AIR)
    assert stage.engine.of_kind(ResumeShow) == [ResumeShow(12)] * 2
    assert stage.desk.state.cut_off is None


def test_who_wants_to_be_asked_later_is_asked_by_the_start_button(stage: Stage) -> None:
    refused(stage, LOCKED).later.click()
    stage.until(lambda: stage.window.go_on_dialog is None)
    stage.engine.obedient = True
    stage.live.bar.start_button.click()
    stage.until(lambda: stage.window.go_on_dialog is not None)
    dialog = stage.window.go_on_dialog
    assert dialog is not None
    assert explain(LOCKED).what not in dialog.informativeText()
    assert stage.engine.of_kind(StartShow) == []
    dialog.over.click()
    stage.engine.wait_for(LeaveCutOff)
    stage.go_live()
    stage.engine.wait_for(StartShow)


def test_a_rehearsal_forgets_no_show_that_was_cut_off(stage: Stage) -> None:
    asked(stage, lambda dialog: dialog.later)
    stage.desk.start(rehearsal=True)
    stage.until(lambda: stage.desk.state.phase is Phase.ON_AIR)
    stage.desk.stop()
    stage.until(lambda: stage.desk.state.phase is Phase.OFF_AIR)
    assert stage.desk.state.cut_off == CUT


def test_an_engine_that_dies_while_it_goes_on_is_asked_once_more_by_itself(stage: Stage) -> None:
    stage.engine.obedient = False
    asked(stage, lambda dialog: dialog.go_on)
    stage.engine.wait_for(ResumeShow)
    stage.engine.obedient = True
    stage.engine.hang_up()
    stage.until(lambda: len(stage.engine.of_kind(ResumeShow)) == 2)
    stage.until(lambda: stage.desk.state.phase is Phase.ON_AIR)
    assert stage.window.go_on_dialog is None


def die(stage: Stage) -> None:
    """The engine goes away with its show, and another one is found in its place."""
    stage.engine.snapshot = replace(CUT_OFF, cut_off=replace(CUT, session_id=1))
    stage.engine.hang_up()


def test_a_show_whose_engine_died_under_the_window_goes_on_by_itself(stage: Stage) -> None:
    stage.open().go_live()
    for times in (1, 2, 3):
        die(stage)
        stage.until(lambda times=times: stage.engine.of_kind(ResumeShow) == [ResumeShow(1)] * times)  # type: ignore[misc]
        stage.until(lambda: stage.desk.state.phase is Phase.ON_AIR)
    die(stage)
    stage.until(lambda: stage.desk.state.phase is Phase.OFF_AIR)
    assert stage.desk.state.cut_off is not None, "the fourth time a person is asked"
    assert len(stage.engine.of_kind(ResumeShow)) == 3


def test_a_show_that_was_being_ended_does_not_go_on(stage: Stage) -> None:
    stage.open().go_live()
    stage.engine.obedient = False
    stage.desk.stop()
    stage.engine.wait_for(StopShow)
    die(stage)
    stage.until(lambda: stage.desk.state.phase is Phase.OFF_AIR)
    assert stage.engine.of_kind(ResumeShow) == []


def test_the_question_comes_with_the_window(engine: ScriptedEngine, home: Home, qapp: QApplication) -> None:
    engine.snapshot = CUT_OFF

    def answer() -> None:
        for widget in QApplication.topLevelWidgets():
            if isinstance(widget, GoOnDialog) and widget.isVisible():
                widget.go_on.click()

    clicking = QTimer(interval=30)
    clicking.timeout.connect(answer)
    clicking.start()
    assert run_window(home, SHOW, duration_s=0.2) == 0
    clicking.stop()
    assert engine.of_kind(ResumeShow) == [ResumeShow(12)]
