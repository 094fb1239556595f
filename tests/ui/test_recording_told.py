"""What the window says of recordings: no room is promised to one that has stopped, and no lost film goes untold."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from studio.errors import Problem
from studio.events import Noticed, RecordingFinished
from studio.ui.show_state import ShowState, after, dismissed
from tests.ui.conftest import Stage
from tests.ui.samples import SHOW, health
from tests.ui.scripted_engine import idle, report

FAILED = Problem.of("recording.failed", path="/录像", reason="the disk is full")
UNFINISHED = Problem.of("recording.unfinished", path="/录像/1.mkv", reason="it does not answer")


def test_no_room_is_promised_while_nothing_is_recorded(stage: Stage, tmp_path: Path) -> None:
    stage.desk.plan(replace(SHOW, record_dir=tmp_path))
    stage.open().go_live()
    stage.engine.tell(health())
    line = stage.window.session_line
    stage.until(lambda: "room for" in line.text())
    stage.engine.tell(Noticed(FAILED, True, datetime.now(UTC)))
    stage.until(lambda: "is not being recorded" in line.text())
    stage.desk.dismiss(FAILED)
    assert "room for" not in line.text(), "it was read, and is still so"
    stage.engine.tell(Noticed(FAILED, False, datetime.now(UTC)))
    stage.until(lambda: "room for" in line.text())


def test_a_window_that_comes_later_knows_that_nothing_is_recorded() -> None:
    running = replace(idle(), on_air=True, notices=(FAILED,))
    assert after(ShowState(), running).unrecorded


def test_the_lost_film_of_an_earlier_show_is_told_once_and_until_it_is_read() -> None:
    state = after(ShowState(), idle())
    for _ in range(2):
        state = after(state, RecordingFinished(3, "/录像/1.mkv", "/录像/1.mkv", UNFINISHED))
    assert state.problems == (UNFINISHED,)
    state = after(state, replace(idle(), notices=(UNFINISHED,)))
    assert state.problems == (UNFINISHED,)
    assert dismissed(state, UNFINISHED).problems == ()
    assert after(ShowState(), replace(idle(), notices=(UNFINISHED,))).problems == (UNFINISHED,)


def test_each_part_of_a_recording_is_named_as_it_is_called_now() -> None:
    told = replace(report(), recording="2.mkv", recordings=("1.mkv", "2.mkv"))
    state = ShowState(report=told)
    for began_as in told.recordings:
        state = after(state, RecordingFinished(1, began_as, began_as.replace("mkv", "mp4")))
    assert state.report is not None
    assert (state.report.parts, state.report.recording) == (("1.mp4", "2.mp4"), "2.mp4")
