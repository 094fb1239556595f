"""Runs a show in this process for the command line: progress on stderr, the report at the end."""

import queue
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from types import FrameType

from studio.commands import ResumeShow, StartShow, StopShow
from studio.config import AUTO, ShowConfig
from studio.console.faults import print_problem
from studio.console.output import print_json
from studio.console.report import report_json, summary
from studio.disk import room_words
from studio.encoder_memory import remembered
from studio.engine import Engine
from studio.errors import Problem, StudioError, explain
from studio.events import (
    AudioLevel,
    CardChanged,
    Event,
    HealthSampled,
    Noticed,
    RecordingFinished,
    ShowEnded,
    ShowStarted,
    StartFailed,
)
from studio.i18n import _
from studio.log import write_log
from studio.media.allocator import keep_few_pools
from studio.output_states import STATE_WORDS, OutputChanged, OutputState
from studio.paths import Home
from studio.recovery import to_go_on_with
from studio.reports import ShowReport
from studio.run import PriceDifference, PricesDiffer, StepChanged
from studio.shop.products import format_price
from studio.snapshot import CutOff

EXIT_OK = 0
EXIT_NOT_ON_AIR = 3
PROGRESS_EVERY_S = 5
ROOM_EVERY_S = 300


@dataclass(slots=True)
class Watch:
    """What the command line remembers of the show while it runs."""

    states: dict[str, OutputState] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    ever_live: bool = False
    asked_to_stop: bool = False
    report: ShowReport | None = None
    failure: Problem | None = None


def run_show(
    home: Home, show: ShowConfig, *, progress: bool, resumed: int | None = None
) -> tuple[int, ShowReport | None]:
    """Goes on air until the show's time is over or somebody presses Ctrl-C; gives the exit code and the report."""
    home.ensure()
    write_log(home.logs / "engine.log")
    keep_few_pools()
    from overlays.text import painting_ready  # noqa: PLC0415 - every import after Qt's takes longer

    painting_ready()
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def emit(event: Event) -> None:
        if not isinstance(event, AudioLevel):  # nobody looks at a meter here, ten times a second
            events.put(event)

    if progress and (words := encoder_words(home, show)):
        sys.stderr.write(f"{words}\n")
    engine = Engine(home, emit)
    try:
        engine.start()
    except StudioError as error:
        print_problem(error.problem)
        return EXIT_NOT_ON_AIR, None
    watch = Watch()
    try:
        left = engine.cut_off if resumed is None else None
        if left is not None and _asked_to_go_on(left, show, ask=progress and _at_a_terminal()):
            resumed, show = _instead_of(show, left, home)
        with _ending_in_order(engine, watch):
            engine.execute(StartShow(show) if resumed is None else ResumeShow(resumed, show))
            expected = len(show.destinations) + show.rehearsal
            while watch.report is None and watch.failure is None:
                event = events.get()
                _follow(watch, event)
                if progress:
                    _say(event)
                    _say_room(event, show)
                if _all_failed(watch, expected):
                    engine.execute(StopShow())
                    _await_report(watch, events)
                    watch.failure = next(iter(watch.problems.values()))
        _await_film(engine, watch, events, progress=progress)
    finally:
        engine.stop()
    if expected and not (watch.failure or watch.ever_live or watch.asked_to_stop):
        silent = Problem.of("output.silent", name=next(iter(watch.states), "?"))
        watch.failure = next(iter(watch.problems.values()), silent)
    if watch.failure is not None:
        print_problem(watch.failure)
        return EXIT_NOT_ON_AIR, watch.report
    return EXIT_OK, watch.report


def _at_a_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _instead_of(show: ShowConfig, left: CutOff, home: Home) -> tuple[int, ShowConfig]:
    """The session that was cut off and its show, for as long as the new one was to last."""
    session_id, planned = to_go_on_with(home, left.session_id, show.destinations)
    return session_id, replace(planned, duration_s=show.duration_s)


def _asked_to_go_on(cut_off: CutOff, show: ShowConfig, *, ask: bool) -> bool:
    """Tells of a show that a crash cut off; where somebody can answer, asks whether to go on with it.

    A new show takes its place, a rehearsal does not.
    """
    words = _("Session {id} was cut off at {time}. `nongbo live --resume` goes on with it.")
    sys.stderr.write(words.format(id=cut_off.session_id, time=f"{cut_off.cut_off_at.astimezone():%H:%M}") + "\n")
    if show.rehearsal:
        return False
    if not ask:
        sys.stderr.write(_("This new show takes its place.") + "\n")
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
            watch.states[name] = state
            watch.ever_live |= state is OutputState.LIVE
            if problem is not None:
                watch.problems[name] = problem
        case ShowEnded(report):
            watch.report = report
        case RecordingFinished(_, began_as, path) if watch.report is not None and watch.report.recording == began_as:
            watch.report = replace(watch.report, recording=path)
        case StartFailed(problem):
            watch.failure = problem


def _all_failed(watch: Watch, expected: int) -> bool:
    """Whether every destination refused, so that nobody can see anything."""
    failed = sum(state is OutputState.FAILED for state in watch.states.values())
    return watch.report is None and expected > 0 and failed == expected


def _await_report(watch: Watch, events: "queue.SimpleQueue[Event]") -> None:
    while watch.report is None:
        _follow(watch, events.get())


def _await_film(engine: Engine, watch: Watch, events: "queue.SimpleQueue[Event]", *, progress: bool) -> None:
    """Until the recordings are films; Ctrl-C leaves them as they are, and the next start goes on with it."""
    if progress and engine.finishing:
        sys.stderr.write(_("The recording is being made into an MP4. Ctrl+C puts that off.") + "\n")
    try:
        while engine.finishing or not events.empty():
            with suppress(queue.Empty):
                event = events.get(timeout=0.1)
                _follow(watch, event)
                if progress:
                    _say(event)
    except KeyboardInterrupt:
        return


@contextmanager
def _ending_in_order(engine: Engine, watch: Watch) -> Iterator[None]:
    """Ctrl-C and a polite kill end the show as its stop button does."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        watch.asked_to_stop = True
        engine.execute(StopShow())

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(event: Event) -> None:
    """One line on stderr for what a person at the keyboard wants to know."""
    line = ""
    match event:
        case ShowStarted(session_id):
            line = _("Session {id} has begun. Ctrl+C ends it.").format(id=session_id)
        case OutputChanged(name, address, state, _at, problem):
            line = f"{name} ({address}): {_(STATE_WORDS[state])}"
            if problem is not None and state is OutputState.RECONNECTING:
                line += f"\n{explain(problem).what}\n{explain(problem).fix}"
        case CardChanged(sku) if sku is not None:
            line = _("Card on the picture: {sku}").format(sku=sku)
        case StepChanged(step, place) if step is not None:
            line = _("Step {place} of the run: {sku}, {minutes} min").format(
                place=place + 1, sku=step.sku, minutes=f"{step.minutes:g}"
            )
        case PricesDiffer(differences):
            line = "\n".join(map(_doubt, differences))
        case Noticed(problem, active):
            line = explain(problem).what if active else _("Right again: {what}").format(what=explain(problem).what)
        case RecordingFinished(problem=problem) if problem is not None:
            line = explain(problem).what
        case HealthSampled() if round(event.on_air_s) % PROGRESS_EVERY_S == 0 and event.on_air_s >= 1:
            line = _("{seconds} s on air, {fps} frames a second, {kbps} kb/s, lost: {lost}").format(
                seconds=round(event.on_air_s),
                fps=round(event.composed_fps),
                kbps=round(event.sent_kbps),
                lost=event.late_ticks + event.skipped_frames + event.dropped_packets,
            )
    if line:
        sys.stderr.write(f"{line}\n")


def _doubt(one: PriceDifference) -> str:
    """That a card's price should be looked at."""
    prices = {"price": format_price(one.price_fen), "other": format_price(one.platform_fen)}
    words = _("{name} costs {price} here; the last order on {platform} was {other}")
    return words.format(name=one.name, platform=one.platform, **prices)


def encoder_words(home: Home, show: ShowConfig) -> str:
    """That no encoder was chosen for this picture yet; empty where one was, or where the person named a preset."""
    if show.encoder.preset != AUTO or remembered(home, show.canvas) is not None:
        return ""
    canvas = show.canvas
    command = f"nongbo encoders --size {canvas.width}x{canvas.height} --fps {canvas.fps}"
    return _("Which encoder suits this computer was not tried yet: `{command}` chooses it.").format(command=command)


def _say_room(event: Event, show: ShowConfig) -> None:
    """How long the disk will last: at the start, and once in a while."""
    if isinstance(event, ShowStarted) or (
        isinstance(event, HealthSampled) and event.on_air_s >= 1 and round(event.on_air_s) % ROOM_EVERY_S == 0
    ):
        words = room_words(show, event.on_air_s if isinstance(event, HealthSampled) else 0.0)
        if words:
            sys.stderr.write(f"{words}\n")


def show_to_the_end(home: Home, show: ShowConfig, as_json: bool, resumed: int | None = None) -> int:
    """A whole show with its report, or the rest of the session `resumed`; gives the exit code."""
    try:
        code, report = run_show(home, show, progress=not as_json, resumed=resumed)
    except StudioError as error:
        print_problem(error.problem)
        return EXIT_NOT_ON_AIR
    if report is not None:
        if as_json:
            print_json(report_json(report))
        else:
            print(summary(report, home))
    return code
