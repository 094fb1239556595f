"""The program around the window: what it does by itself, and what it leaves behind when it ends."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget

from studio.app import run_window
from studio.commands import Quit, StartShow, StopShow, WatchPreview
from studio.errors import Problem
from studio.events import Event, StartFailed
from studio.paths import Home
from studio.reports import ShowReport
from studio.snapshot import Snapshot
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


def test_the_window_loads_neither_the_log_s_libraries_nor_the_engine_s() -> None:
    """They need a hundred megabytes; sessions and files are read by a process of their own."""
    heavy = {"sqlalchemy", "alembic", "av", "cv2", "numpy", "requests"}
    code = f"import sys, studio.app; print(sorted({heavy!r} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout == "[]\n"
