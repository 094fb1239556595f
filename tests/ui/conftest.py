"""A window on an offscreen display, with the scripted engine at the other end of a real line."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.clock import SystemClock
from studio.config import ShowConfig
from studio.paths import Home
from studio.run import RunOfShow
from studio.ui import theme
from studio.ui.bridge import EngineBridge
from studio.ui.desk import Desk
from studio.ui.live_page import LivePage
from studio.ui.setup_page import SetupPage
from studio.ui.show_state import Phase
from studio.ui.window import MainWindow
from tests.ui.samples import SHOW
from tests.ui.scripted_engine import ScriptedEngine


@dataclass
class Stage:
    """All that a window test needs."""

    engine: ScriptedEngine
    bridge: EngineBridge
    desk: Desk
    window: MainWindow
    bot: QtBot
    saved: list[ShowConfig]
    runs: list[RunOfShow]
    home: Home

    @property
    def live(self) -> LivePage:
        page = self.window.stack.widget(0)
        assert isinstance(page, LivePage)
        return page

    @property
    def setup(self) -> SetupPage:
        page = self.window.stack.widget(1)
        assert isinstance(page, SetupPage)
        return page

    def until(self, condition: Callable[[], bool]) -> None:
        self.bot.waitUntil(condition, timeout=120_000)

    def open(self) -> "Stage":
        """Shows the window and waits until the engine has answered."""
        self.window.show()
        self.bridge.start()
        self.until(lambda: self.desk.state.phase is not Phase.NO_ENGINE)
        return self

    def go_live(self) -> "Stage":
        self.live.bar.start_button.click()
        self.until(lambda: self.desk.state.phase is Phase.ON_AIR)
        return self


@pytest.fixture(autouse=True)
def no_widgets_left(qapp: QApplication) -> Iterator[None]:
    """A widget that outlives its test slows every later one down: each new style sheet is put on it too."""
    yield
    for widget in qapp.topLevelWidgets():
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def engine(home: Home) -> Iterator[ScriptedEngine]:
    engine = ScriptedEngine(home).start()
    yield engine
    engine.stop()


@pytest.fixture
def stage(qapp: QApplication, qtbot: QtBot, engine: ScriptedEngine, home: Home) -> Iterator[Stage]:
    """A window in front of an engine that is not on air; the bridge is not started yet."""
    theme.apply(qapp)
    bridge = EngineBridge(home)
    saved: list[ShowConfig] = []
    runs: list[RunOfShow] = []
    desk = Desk(bridge, SHOW, SystemClock(), home.recordings, saved.append, save_run=runs.append)
    window = MainWindow(desk)
    window.setWindowState(Qt.WindowState.WindowNoState)
    window.resize(1366, 728)
    stage = Stage(engine, bridge, desk, window, qtbot, saved, runs, home)
    yield stage
    engine.thaw()
    window.hide()
    bridge.stop(quit_engine=False)
