"""The window as a client: it never waits for the engine, and it never takes a show off the air by accident."""

import threading
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QTimer

from studio.commands import Ping, Quit, StopShow
from studio.errors import Problem
from studio.paths import Home
from studio.ui.bridge import QUEUE_LENGTH, EngineBridge
from studio.ui.show_state import Phase
from tests.ui.conftest import Stage
from tests.ui.scripted_engine import ScriptedEngine

HEARTBEAT_LIMIT_S = 1.5  # a window that waited for its engine would wait for ever


def beat_s() -> float:
    """The time, without what this thread spent ready to run while the computer was busy with others (Linux)."""
    schedule = Path("/proc/thread-self/schedstat")  # nanoseconds on a processor, waiting for one, turns
    waited_ns = int(schedule.read_text().split()[1]) if schedule.exists() else 0
    return time.monotonic() - waited_ns / 1e9


def test_the_window_is_there_before_the_engine(stage: Stage) -> None:
    stage.window.show()
    assert stage.live.bar.badge.text() == "Starting…"
    assert not stage.live.bar.start_button.isEnabled()
    stage.open()
    assert stage.live.bar.start_button.isEnabled()


def test_closing_on_air_asks_and_staying_is_the_default(stage: Stage) -> None:
    stage.open().go_live()
    stage.window.close()
    dialog = stage.window.close_dialog
    assert dialog is not None
    default = dialog.defaultButton()
    assert default is not None
    assert default.text() == "Stay here"
    default.click()
    stage.until(lambda: stage.window.close_dialog is None)
    assert stage.window.isVisible()
    assert stage.engine.of_kind(StopShow) == []


def test_the_show_can_go_on_without_the_window(stage: Stage) -> None:
    stage.open().go_live()
    close_with(stage, "Close the window, the show goes on")
    stage.until(lambda: not stage.window.isVisible())
    assert stage.engine.of_kind(StopShow) == []


def test_the_window_closes_once_the_show_has_ended(stage: Stage) -> None:
    stage.open().go_live()
    close_with(stage, "End the show and close")
    stage.engine.wait_for(StopShow)
    stage.until(lambda: not stage.window.isVisible())


def test_a_rehearsal_ends_with_its_window(stage: Stage) -> None:
    """Nothing would be left of it but a disk that fills up."""
    stage.open()
    stage.desk.start(rehearsal=True)
    stage.until(lambda: stage.desk.state.phase is Phase.ON_AIR)
    stage.window.close()
    dialog = stage.window.close_dialog
    assert dialog is not None
    assert [button.text() for button in dialog.buttons() if "goes on" in button.text()] == []
    close_with(stage, "End the rehearsal and close")
    stage.engine.wait_for(StopShow)
    stage.until(lambda: not stage.window.isVisible())


def close_with(stage: Stage, answer: str) -> None:
    stage.window.close()  # does not ask twice
    dialog = stage.window.close_dialog
    assert dialog is not None
    next(button for button in dialog.buttons() if button.text() == answer).click()


def test_a_frozen_engine_does_not_freeze_the_window(stage: Stage) -> None:
    stage.open().go_live()
    stage.engine.freeze()
    beats: list[float] = []
    timer = QTimer(stage.window, interval=20)
    timer.timeout.connect(lambda: beats.append(beat_s()))
    timer.start()
    for _press in range(300):
        stage.live.cards.next_asked.emit()
    stage.until(lambda: stage.desk.state.silent_s > 0)
    timer.stop()
    assert "not answered" in stage.window.engine_line.text()
    assert len(beats) > 20
    assert max(after - before for before, after in pairwise(beats)) < HEARTBEAT_LIMIT_S
    stage.engine.thaw()
    stage.until(lambda: stage.desk.state.silent_s == 0)


def test_a_waiting_engine_is_asked_only_once(stage: Stage) -> None:
    stage.open()
    stage.until(lambda: bool(stage.engine.of_kind(Ping)))
    stage.engine.freeze()
    heard = len(stage.engine.of_kind(Ping))
    stage.until(lambda: stage.desk.state.silent_s > 0)
    stage.engine.thaw()
    stage.until(lambda: stage.desk.state.silent_s == 0)
    assert len(stage.engine.of_kind(Ping)) <= heard + 2


def test_a_lost_engine_is_told_and_found_again(stage: Stage) -> None:
    stage.open().go_live()
    stage.engine.hang_up()
    stage.until(stage.live.banner.isVisible)
    assert "has ended" in stage.live.banner.lines.words()
    assert stage.live.banner.instruction.what.text() == "The show was cut off."
    stage.until(lambda: stage.desk.state.phase is Phase.OFF_AIR)
    assert stage.live.banner.isVisible(), "what happened stays to be read"
    stage.go_live()
    stage.until(lambda: not stage.live.banner.isVisible())


def test_an_engine_that_is_lost_with_nothing_on_air_is_told_as_that_until_it_is_back(stage: Stage) -> None:
    stage.open()
    gone = Problem.of("engine.gone")
    stage.bridge.lost.emit(gone)
    assert "Viewers notice nothing" in stage.live.banner.lines.words()
    assert stage.live.banner.lines.isVisible()
    stage.bridge.told.emit(stage.engine.snapshot)
    assert not stage.desk.state.alarms
    stage.live.bar.rehearse_button.click()
    stage.until(lambda: stage.desk.state.phase is Phase.ON_AIR)
    stage.bridge.lost.emit(gone)
    assert stage.desk.state.problems == (gone,), "a rehearsal has no viewers"


def test_a_line_that_broke_while_the_show_goes_on_is_no_show_that_was_cut_off(stage: Stage) -> None:
    stage.open().go_live()
    stage.bridge.lost.emit(Problem.of("engine.gone"))
    assert [problem.code for problem in stage.desk.state.problems] == ["engine.gone_on_air"]
    stage.bridge.told.emit(replace(stage.engine.snapshot, on_air=True, session_id=1))
    assert stage.desk.state.problems == ()


def test_a_folder_that_was_taken_is_told_until_it_is_free(stage: Stage) -> None:
    taken = Problem.of("home.busy", path=stage.home.root)
    stage.open()
    stage.bridge.lost.emit(taken)
    assert list(stage.desk.state.alarms) == [taken]
    assert "already running" in stage.live.banner.lines.words()
    stage.bridge.told.emit(stage.engine.snapshot)
    assert stage.desk.state.phase is Phase.OFF_AIR
    assert not stage.desk.state.alarms


def test_the_last_window_ends_an_idle_engine(engine: ScriptedEngine, home: Home) -> None:
    bridge = EngineBridge(home)
    bridge.start()
    engine.wait_until(lambda: bool(engine.lines))
    bridge.stop(quit_engine=True)
    assert engine.wait_for(Quit) == Quit()


class Held:
    """What is being sent while the window closes: the line waits for it."""

    def __init__(self) -> None:
        self.sending, self.go_on = threading.Event(), threading.Event()

    def __reduce__(self) -> tuple[type[Ping], tuple[int]]:
        self.sending.set()
        self.go_on.wait()
        return Ping, (0,)


def test_a_row_of_commands_that_is_full_does_not_keep_the_window_from_ending(
    engine: ScriptedEngine, home: Home
) -> None:
    bridge, held = EngineBridge(home), Held()
    bridge.start()
    bridge.send(cast(Ping, held))
    assert held.sending.wait(60)
    while bridge.send(Ping(1)):
        pass
    ending = threading.Thread(target=bridge.stop, args=(True, 60.0), name="ending")
    ending.start()
    assert bridge._worker.stopping.wait(60)
    held.go_on.set()
    engine.wait_for(Ping, QUEUE_LENGTH + 1)
    ending.join()
    assert not bridge._worker.alive


def test_an_unwritable_home_is_told(stage: Stage, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.engine.stop()
    for folder in (home.recordings, home.pictures, home.logs):
        folder.rmdir()
    home.logs.write_text("a file where a folder should be")
    stage.window.show()
    stage.bridge.start()
    stage.until(stage.live.banner.isVisible)
    assert "cannot be written" in stage.live.banner.lines.words()
