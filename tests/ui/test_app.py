"""The program around the window: what it does by itself, and what it leaves behind when it ends."""

import argparse
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from studio import app
from studio.app import run_window
from studio.commands import AddDestination, Quit, StartShow, StopShow, WatchPreview
from studio.config import DestinationConfig, Secret
from studio.console import window
from studio.destinations import keep_destinations, load_destinations
from studio.errors import Problem
from studio.events import Event, Noticed, StartFailed
from studio.paths import Home
from studio.reports import ShowReport
from studio.snapshot import Snapshot
from studio.ui.setup_page import SetupPage
from tests.ui.conftest import Stage
from tests.ui.samples import CARDS, SHOW
from tests.ui.scripted_engine import ScriptedEngine

pytestmark = pytest.mark.usefixtures("qapp")


def close_window() -> None:
    for widget in QApplication.topLevelWidgets():
        if widget.isVisible() and type(widget).__name__ == "MainWindow":
            widget.close()


def test_the_demo_begins_ends_and_quits_by_itself(engine: ScriptedEngine, home: Home) -> None:
    reports: list[ShowReport] = []
    code = run_window(home, SHOW, auto_start=True, duration_s=0.3, demo=True, on_report=reports.append)
    assert code == 0
    assert engine.wait_for(StartShow).show.rehearsal
    assert len(engine.of_kind(StopShow)) == 1
    assert len(reports) == 1
    engine.wait_for(Quit)
    assert not any(widget.isVisible() for widget in QApplication.topLevelWidgets() if isinstance(widget, QWidget))


def test_a_running_show_is_taken_over_not_started_again(engine: ScriptedEngine, home: Home) -> None:
    engine.snapshot = Snapshot(True, 3, datetime.now(UTC), False, CARDS, "TEA", None, "", (), 5, (), None)
    assert run_window(home, SHOW, auto_start=True, duration_s=0.2, demo=True) == 0
    assert engine.of_kind(StartShow) == []
    assert not engine.of_kind(StopShow) + engine.of_kind(Quit), "viewers see it: it goes on"


def test_a_demo_that_cannot_begin_says_so(
    engine: ScriptedEngine, home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(command: object) -> list[Event]:
        return [StartFailed(Problem.of("camera.none"))] if isinstance(command, StartShow) else []

    monkeypatch.setattr(engine, "_obey", refuse)
    assert run_window(home, SHOW, auto_start=True, duration_s=0.2, demo=True) == 3
    assert "No camera was found." in capsys.readouterr().err


def test_an_idle_engine_ends_with_the_window(engine: ScriptedEngine, home: Home) -> None:
    closing = QTimer(interval=50)
    closing.timeout.connect(lambda: close_window() if engine.of_kind(WatchPreview) else None)
    closing.start()
    assert run_window(home, None) == 0
    engine.wait_for(Quit)
    assert engine.of_kind(StartShow) == []


@pytest.mark.usefixtures("key_store")
def test_what_a_locked_key_store_holds_is_there_again_once_it_is_unlocked(
    engine: ScriptedEngine, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And whoever saves the plan meanwhile forgets no key."""
    both = tuple(DestinationConfig(name, Secret(f"rtmp://push.example.com/live/{name}")) for name in ("淘宝", "快手"))
    keep_destinations(home, both)
    monkeypatch.setenv("NONGBO_TEST_KEYS_MOOD", "locked")
    monkeypatch.setattr(window, "screen_there", lambda: True)
    seen: list[tuple[int, int]] = []  # how many destinations there were, and how many warnings

    def use() -> None:
        pages = [page for widget in QApplication.topLevelWidgets() for page in widget.findChildren(SetupPage)]
        if not pages or not engine.of_kind(WatchPreview):
            return
        now = (len(pages[0].destinations.lines), len(pages[0]._desk.state.alarms))
        if not seen:
            monkeypatch.setenv("NONGBO_TEST_KEYS_MOOD", "")
            pages[0].save()
        if not seen or now != seen[0]:
            seen.append(now)
        if len(seen) == 2:
            close_window()

    using = QTimer(interval=50)
    using.timeout.connect(use)
    using.start()
    assert window.run(argparse.Namespace(home=home.root)) == 0
    assert seen == [(0, 2), (2, 0)]
    assert load_destinations(home).destinations == both


def test_a_destination_that_comes_back_in_a_running_show_is_called(stage: Stage) -> None:
    back = [(DestinationConfig("拼多多", Secret("rtmp://push.example.com/live/key")),)]
    unread = Problem.of("keys.unreadable", name="拼多多", reason="it is locked")
    stage.open().go_live()
    stage.engine.tell(Noticed(unread, True, datetime.now(UTC)))
    stage.until(lambda: unread in stage.desk.state.notices)
    app._take_back(stage.desk, lambda: back.pop() if back else ())
    stage.desk.plan(replace(stage.desk.show, ticker="今天下单"))
    stage.until(lambda: [one.destination.name for one in stage.engine.of_kind(AddDestination)] == ["拼多多"])
    stage.until(lambda: unread not in stage.desk.state.notices)
    assert stage.desk.show.destinations[-1].name == "拼多多"


def test_the_window_loads_neither_the_log_s_libraries_nor_the_engine_s() -> None:
    """They need a hundred megabytes; sessions and files are read by a process of their own."""
    heavy = {"sqlalchemy", "alembic", "av", "cv2", "numpy", "requests"}
    code = f"import sys, studio.app; print(sorted({heavy!r} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout == "[]\n"
