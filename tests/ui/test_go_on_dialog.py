"""After a cut the window offers to go on with the same show, and does nothing of it by itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication

from studio.app import run_window
from studio.commands import LeaveCutOff, ResumeShow, StartShow, StopShow
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
    stage.window.ask_to_go_on(CUT)
    stage.window.ask_to_go_on(CUT)
    dialog = stage.window.go_on_dialog
    assert dialog is not None
    assert "Taobao · Kuaishou" in dialog.informativeText()
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
