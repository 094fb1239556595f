"""Composition root of the window: the only file that puts the window, its line to the engine and the show together."""

import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from types import FrameType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from studio.clock import SystemClock
from studio.config import DestinationConfig, ShowConfig
from studio.encoder_memory import remembered
from studio.errors import Problem, StudioError, explain
from studio.paths import Home
from studio.reports import ShowReport
from studio.run_file import load_run, save_run
from studio.templates import template_names, template_words
from studio.ui import theme
from studio.ui.added_panel import AddedPanel
from studio.ui.bridge import EngineBridge
from studio.ui.desk import Desk
from studio.ui.setup_page import SetupPage
from studio.ui.show_form import commands_between
from studio.ui.show_state import Phase
from studio.ui.step_editor import StepEditor
from studio.ui.window import MainWindow

log = logging.getLogger(__name__)

EXIT_OK = 0
EXIT_NOT_ON_AIR = 3
STAYS_ON_AIR = frozenset({Phase.GOING_ON_AIR, Phase.ON_AIR})


def keep_nowhere(_show: ShowConfig) -> Problem | None:
    log.debug("the plan of the show is not kept")
    return None


def run_window(
    home: Home,
    show: ShowConfig | None,
    *,
    auto_start: bool = False,
    duration_s: float | None = None,
    demo: bool = False,
    save_show: Callable[[ShowConfig], Problem | None] = keep_nowhere,
    come_back: Callable[[], tuple[DestinationConfig, ...]] = tuple,
    on_report: Callable[[ShowReport], None] | None = None,
    alarms: tuple[Problem, ...] = (),
) -> int:
    """Runs the window until it is closed; gives back the exit code.

    `show` is the plan (None: an empty one). `auto_start` goes on air as soon as the engine answers, unless a show runs
    already. With `duration_s` the rehearsal is stopped after that time and the window closes. `save_show` keeps a
    changed plan and gives back what is to be told about that, `come_back` gives saved destinations that the plan did
    not have, `on_report` is told how a show went, `alarms` are shown at once.
    """
    app = _application()
    app.setQuitOnLastWindowClosed(False)  # the window says itself when it has been closed
    theme.apply(app)
    plan = show if show is not None else ShowConfig()
    if demo:
        plan = replace(plan, rehearsal=True)
    plan = replace(plan, run=load_run(home))
    bridge = EngineBridge(home)
    encoders, keep_run = partial(remembered, home), partial(save_run, home)
    desk = Desk(bridge, plan, SystemClock(), home.recordings, save_show, encoders, keep_run)
    _take_back(desk, come_back)
    for problem in alarms:
        desk.alarm(problem)
    window = MainWindow(desk)
    _tell_templates(window, home)
    run = _Run(app, desk, window, auto_start, duration_s)
    if on_report is not None:
        desk.ended.connect(on_report)
    window.show()
    bridge.start()
    try:
        with _signals_obeyed(app):
            app.exec()
    finally:
        window.hide()
        desk.close()
        rehearses = demo and desk.state.rehearsal
        if rehearses:
            desk.stop()
        bridge.stop(quit_engine=rehearses or desk.state.phase not in STAYS_ON_AIR)
    return run.exit_code


def _tell_templates(window: MainWindow, home: Home) -> None:
    """Where templates are chosen, the seller's own are among them."""
    for page in window.findChildren(SetupPage):
        page.form.suggest("templates", [template_words(name) for name in template_names(home)])
    for panel in window.findChildren(AddedPanel):
        panel.home = home
    for editor in window.findChildren(StepEditor):
        editor.home = home


def _take_back(desk: Desk, come_back: Callable[[], tuple[DestinationConfig, ...]]) -> None:
    """With each change of the plan: the saved destinations that it could not have, if it can have them by now."""

    def look() -> None:
        back = come_back()
        if not back:
            return
        names = {one.name for one in back}
        for told in (*desk.state.alarms, *desk.state.notices):
            if told.code == "keys.unreadable" and dict(told.values).get("name") in names:
                desk.dismiss(told)
        show = replace(desk.show, destinations=(*desk.show.destinations, *back))
        try:
            for command in commands_between(desk.show, show) if desk.state.running else ():
                desk.send(command)
            desk.plan(show)
        except StudioError as error:
            desk.alarm(error.problem)

    desk.plan_changed.connect(lambda _show: QTimer.singleShot(0, look))


class _Run:
    """What happens by itself: the start, the end after a time, the end of the program."""

    def __init__(
        self, app: QApplication, desk: Desk, window: MainWindow, auto_start: bool, duration_s: float | None
    ) -> None:
        self.exit_code = EXIT_OK
        self._app, self._desk, self._window = app, desk, window
        self._auto_start = auto_start
        self._duration_s = duration_s
        self._timer = QTimer(window, singleShot=True)
        self._timer.timeout.connect(self._time_is_over)
        window.closing.connect(app.quit)
        desk.attached.connect(self._attached)
        desk.changed.connect(lambda _state: self._follow())
        desk.ended.connect(lambda _report: self._ended())
        desk.start_failed.connect(self._failed)

    def _attached(self) -> None:
        if self._auto_start:
            self._auto_start = False
            self._desk.start(rehearsal=False)
        elif self._desk.state.phase is Phase.OFF_AIR:  # it may be going on by itself
            self._window.ask_to_go_on()
        self._follow()

    def _follow(self) -> None:
        if self._duration_s is not None and self._desk.state.phase is Phase.ON_AIR and not self._timer.isActive():
            self._timer.start(round(self._duration_s * 1000))

    def _time_is_over(self) -> None:
        """A show that was begun elsewhere, and that viewers see, is not ours to end."""
        if self._desk.state.rehearsal:
            self._desk.stop()
        else:
            self._app.exit(EXIT_OK)

    def _ended(self) -> None:
        self._timer.stop()
        if self._duration_s is not None:
            self._window.close()

    def _failed(self, problem: Problem) -> None:
        if self._duration_s is not None and self.exit_code == EXIT_OK:
            print(explain(problem).what, file=sys.stderr)  # noqa: T201 - nobody may be at the screen
            self.exit_code = EXIT_NOT_ON_AIR
            self._window.close()


def _application() -> QApplication:
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    app = QApplication([sys.argv[0] or "nongbo"])
    app.setApplicationName("nongbo")
    return app


@contextmanager
def _signals_obeyed(app: QApplication) -> Iterator[None]:
    """Ctrl+C and a request to end close the window without a question; a real show goes on in the engine."""

    def end(_number: int, _frame: FrameType | None) -> None:
        app.exit(0)  # `quit` would ask the window first, and the window the person

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
