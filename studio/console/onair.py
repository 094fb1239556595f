"""Runs a show in this process for the command line: progress on stderr, the report at the end."""

import queue
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from types import FrameType

from studio.clock import SystemClock
from studio.commands import Command, ResumeShow, StartShow, StopShow
from studio.config import AUTO, ShowConfig
from studio.console.faults import print_problem
from studio.console.output import local_time, print_json
from studio.console.report import report_json, summary
from studio.console.streams import hush, say
from studio.console.telling import Teller, outputs_of
from studio.console.typed import Hand, listening
from studio.encoder_memory import remembered
from studio.engine import Engine
from studio.errors import Problem, StudioError
from studio.events import AudioLevel, Event, Noticed, RecordingFinished, ShowEnded, StartFailed
from studio.i18n import _
from studio.log import write_log
from studio.media.allocator import keep_few_pools
from studio.output_states import OutputChanged, OutputState
from studio.paths import Home
from studio.priority import go_ahead
from studio.recovery import to_go_on_with
from studio.reports import ShowReport, with_film
from studio.snapshot import CutOff

EXIT_OK = 0
EXIT_NOT_ON_AIR = 3


@dataclass(slots=True)
class Watch:
    """What the command line remembers of the show while it runs."""

    resumed: bool = False  # it was on the air before
    states: dict[str, OutputState] = field(default_factory=dict)  # as they were before the end
    problems: dict[str, Problem] = field(default_factory=dict)
    ever_live: bool = False  # beside those that are live now; who throws the first pictures off never was
    asked_to_stop: bool = False
    report: ShowReport | None = None
    failure: Problem | None = None


def run_show(
    home: Home, show: ShowConfig, *, progress: bool, resumed: int | None = None, listens: bool = False
) -> tuple[int, ShowReport | None]:
    """Goes on air until the show's time is over or somebody presses Ctrl-C; gives the exit code and the report.

    Where it `listens`, commands are read from the standard input meanwhile.
    """
    home.ensure()
    write_log(home.logs / "engine.log")
    keep_few_pools()
    go_ahead()
    from overlays.text import painting_ready  # noqa: PLC0415 - every import after Qt's takes longer

    painting_ready()
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def emit(event: Event) -> None:
        if not isinstance(event, AudioLevel):  # nobody looks at a meter here, ten times a second
            events.put(event)

    engine = Engine(home, emit)
    try:
        engine.start()
    except StudioError as error:
        print_problem(error.problem)
        return EXIT_NOT_ON_AIR, None
    watch = Watch(resumed is not None)
    try:
        left = engine.cut_off if resumed is None else None
        if left is not None and _asked_to_go_on(left, show, ask=progress and _at_a_terminal()):
            resumed, show = _instead_of(show, left, home)
            watch.resumed = True
        teller = Teller(show, SystemClock(), listens, watch.resumed) if progress else None
        hand = Hand(show.destinations, partial(_obey, engine, watch), fit=show.source.fit) if listens else None
        with _ending_in_order(engine, watch), listening(hand):
            engine.execute(StartShow(show) if resumed is None else ResumeShow(resumed, show))
            _until_it_ends(engine, watch, events, teller, hand, show)
        _await_film(engine, watch, events, teller)
    finally:
        engine.stop()
    if watch.failure is None and has_reached_nobody(watch, show):
        watch.failure = never_live(watch)
    if watch.failure is not None:
        print_problem(watch.failure)
        return EXIT_NOT_ON_AIR, watch.report
    return EXIT_OK, watch.report


def _until_it_ends(
    engine: Engine,
    watch: Watch,
    events: "queue.SimpleQueue[Event]",
    teller: Teller | None,
    hand: Hand | None,
    show: ShowConfig,
) -> None:
    while watch.report is None and watch.failure is None:
        event = events.get()
        _follow(watch, event)
        if teller is not None:
            teller.tell(event)
        if hand is not None:
            hand.hear(event)
        if is_in_vain(watch, show):
            engine.execute(StopShow())
            _await_report(watch, events)


def _at_a_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _instead_of(show: ShowConfig, left: CutOff, home: Home) -> tuple[int, ShowConfig]:
    """The session that was cut off and its show, for as long as the new one was to last."""
    session_id, planned, lacking = to_go_on_with(home, left.session_id, show.destinations)
    for problem in lacking:
        print_problem(problem)
    return session_id, replace(planned, duration_s=show.duration_s)


def _asked_to_go_on(cut_off: CutOff, show: ShowConfig, *, ask: bool) -> bool:
    """Tells of a show that a crash cut off; where somebody can answer, asks whether to go on with it.

    A new show takes its place, a rehearsal does not.
    """
    words = _("Session {id} was cut off at {time}. `nongbo live --resume` goes on with it.")
    say(words.format(id=cut_off.session_id, time=local_time(cut_off.cut_off_at)))
    if show.rehearsal:
        return False
    if not ask:
        say(_("This new show takes its place."))
        return False
    sys.stderr.write(_("Go on with it now? y: yes. Enter: no, this new show takes its place.") + "\n> ")
    sys.stderr.flush()
    try:
        return sys.stdin.readline().strip().lower() in ("y", "yes", "是")
    except KeyboardInterrupt:
        raise SystemExit(EXIT_NOT_ON_AIR) from None


def _follow(watch: Watch, event: Event) -> None:
    match event:
        case OutputChanged(name, _address, state, _at, problem):
            thrown_off = state is OutputState.FAILED and (problem is None or problem.code != "output.bug")
            watch.ever_live |= watch.states.get(name) is OutputState.LIVE and not thrown_off
            if state not in (OutputState.STOPPING, OutputState.OFFLINE):
                watch.states[name] = state
            if problem is not None:
                watch.problems[name] = problem
        case ShowEnded(report):
            watch.report = report
        case RecordingFinished(_, began_as, path) if watch.report is not None:
            watch.report = with_film(watch.report, began_as, path)
        case StartFailed(problem):
            watch.failure = problem
        case Noticed(problem, True) if problem.code == "show.not_begun":
            watch.failure = problem


def is_in_vain(watch: Watch, show: ShowConfig) -> bool:
    """Whether a show is to end because every destination refused it: nobody sees it, and nothing is kept of it.

    One that was ever on the air goes on, whoever refuses it now, and so does one that is recorded.
    """
    kept = _was_seen(watch) or watch.resumed or show.record_dir is not None
    return watch.report is None and not kept and _all_refused(watch, show)


def has_reached_nobody(watch: Watch, show: ShowConfig) -> bool:
    """Whether a show that is over was to be sent and never was; who ended it before anybody had answered knows why."""
    if _was_seen(watch) or not outputs_of(show):
        return False
    return not watch.asked_to_stop or _all_refused(watch, show)


def _was_seen(watch: Watch) -> bool:
    return watch.ever_live or OutputState.LIVE in watch.states.values()


def _all_refused(watch: Watch, show: ShowConfig) -> bool:
    refused = sum(state is OutputState.FAILED for state in watch.states.values())
    return 0 < refused == outputs_of(show)


def never_live(watch: Watch) -> Problem:
    """Why nobody saw anything of a show that is over: what was told of a destination, else that there was no time."""
    unanswered = Problem.of("output.unanswered", name=next(iter(watch.states), "?"))
    return next(iter(watch.problems.values()), unanswered)


def _await_report(watch: Watch, events: "queue.SimpleQueue[Event]") -> None:
    while watch.report is None:
        _follow(watch, events.get())


def _await_film(engine: Engine, watch: Watch, events: "queue.SimpleQueue[Event]", teller: Teller | None) -> None:
    """Until the recordings are films; Ctrl-C leaves them as they are, and the next start goes on with it."""
    if teller is not None and engine.finishing:
        say(_("The recording is being made into an MP4. Ctrl+C puts that off."))
    try:
        while engine.finishing or not events.empty():
            with suppress(queue.Empty):
                event = events.get(timeout=0.1)
                _follow(watch, event)
                if teller is not None:
                    teller.tell(event)
    except KeyboardInterrupt:
        return


def _obey(engine: Engine, watch: Watch, command: Command) -> None:
    """A command of the person's."""
    watch.asked_to_stop |= isinstance(command, StopShow)
    engine.execute(command)


@contextmanager
def _ending_in_order(engine: Engine, watch: Watch) -> Iterator[None]:
    """Ctrl-C, a polite kill and a terminal that is closed end the show as its stop button does."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        _obey(engine, watch, StopShow())

    before = {number: signal.signal(number, stop) for number in asking_to_end()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def asking_to_end() -> list[signal.Signals]:
    """The signals that ask a program to end; a closed terminal does not where somebody said so before, as `nohup`."""
    asking = [signal.SIGINT, signal.SIGTERM]
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        asking.append(signal.SIGHUP)
    return asking


def encoder_words(home: Home, show: ShowConfig) -> str:
    """That no encoder was chosen for this picture yet; empty where one was, or where the person named a preset."""
    if show.encoder.preset != AUTO or remembered(home, show.canvas) is not None:
        return ""
    canvas = show.canvas
    command = f"nongbo encoders --size {canvas.width}x{canvas.height} --fps {canvas.fps}"
    return _("Which encoder suits this computer was not tried yet: `{command}` chooses it.").format(command=command)


def show_to_the_end(
    home: Home, show: ShowConfig, as_json: bool, resumed: int | None = None, listens: bool = False
) -> int:
    """A whole show with its report, or the rest of the session `resumed`; gives the exit code."""
    try:
        code, report = run_show(home, show, progress=not as_json, resumed=resumed, listens=listens)
    except StudioError as error:
        print_problem(error.problem)
        return EXIT_NOT_ON_AIR
    if report is not None:
        try:
            _tell_of(report, home, show, code, as_json)
        except OSError:  # nobody is there any more to read it; the code still says how it went
            hush(sys.stdout)
    return code


def _tell_of(report: ShowReport, home: Home, show: ShowConfig, code: int, as_json: bool) -> None:
    if as_json:
        print_json(report_json(report))
    else:
        print(summary(report, home))
        if code == EXIT_OK and (words := encoder_words(home, show)):
            print(words)
    sys.stdout.flush()
