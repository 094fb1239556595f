"""One fault, and the frame all of them are played in: on the air, struck, over, back, counted.

Noticed is counted from the fault, back from the moment its cause is over. Lost is what the server that was struck does
not have of the show: with a server that was away it holds the time away too. Stood is the longest time in which
nothing new arrived there, late how far what arrived came to lie behind: a player that keeps less ahead stops for the
difference. Rows are seconds of health and typed orders the engine told of and the log does not have; wrongly told are
problems that name another cause than the one there is. Uneven is the share of the gaps between pictures that are not
as wide as most of their time. The remark ends with how often the computer itself stood still. Each case has its bounds:
a figure beyond them is said to be so, and the whole ends with 1.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from studio.config import ShowConfig
from studio.events import Event, Noticed
from studio.output_states import OutputChanged, OutputState
from studio.reports import ShowReport
from tests.bench.arrival import AUDIO_TAG, VIDEO_TAG, Standing
from tests.bench.fault_stage import HEALTHY, WEAK, Stage
from tests.bench.stalls import Stall, Stalls

BACK_DEADLINE_S = 60.0
NOTICE_DEADLINE_S = 10.0
COUNTING_S = 0.1  # two frames or four blocks of sound: what the end of a show makes uncertain
STEADY_S = 0.5  # shorter than anybody calls a stop
SOUND_LOST_S = 0.3  # beside what a fault takes: what the encoder holds back at the end, and the counting


@dataclass(frozen=True, slots=True)
class Row:
    """What one fault cost; None where a figure has no meaning. `out` names the figures that are out of bounds."""

    name: str
    noticed_s: float | None = None
    back_s: float | None = None
    video_lost_s: float | None = None
    audio_lost_s: float | None = None
    video_stood_s: float | None = None
    audio_stood_s: float | None = None
    video_late_s: float | None = None
    audio_late_s: float | None = None
    recording_lost_s: float | None = None
    used: float | None = None
    rows_lost: int | None = None
    wrongly_told: int | None = None
    healthy_lost_s: float | None = None
    healthy_dropped: int | None = None
    uneven: float | None = None
    remark: str = ""
    bounds: dict[str, tuple[str, float]] = field(default_factory=dict)
    out: tuple[str, ...] = ()


HEADS = {
    "noticed_s": "noticed",
    "back_s": "back",
    "video_lost_s": "video lost",
    "audio_lost_s": "audio lost",
    "video_stood_s": "video stood",
    "audio_stood_s": "audio stood",
    "video_late_s": "video late",
    "audio_late_s": "audio late",
    "recording_lost_s": "recording lost",
    "used": "link used",
    "rows_lost": "rows lost",
    "wrongly_told": "wrongly told",
    "healthy_lost_s": "healthy lost",
    "healthy_dropped": "healthy dropped",
    "uneven": "uneven",
}
OF_HEALTHY = ("healthy_lost_s", "healthy_dropped")
UNHURT = {
    "video_lost_s": COUNTING_S,
    "audio_lost_s": SOUND_LOST_S,
    "video_stood_s": STEADY_S,
    "audio_stood_s": STEADY_S,
}
EVERYWHERE = {"rows_lost": 0.0, "wrongly_told": 0.0, "healthy_lost_s": COUNTING_S, "healthy_dropped": 0.0}


def is_trouble(event: Event) -> bool:
    """Whatever tells the person that something is wrong."""
    return (isinstance(event, Noticed) and event.active) or (
        isinstance(event, OutputChanged) and event.state in (OutputState.RECONNECTING, OutputState.FAILED)
    )


class Fault:
    """A fault that strikes the destination `WEAK`, unless it says otherwise; played once, on a stage of its own."""

    through_network = False  # the weak destination's stream goes through a network that can be weakened
    settle_s = 5.0
    lasts_s = 0.0  # where nothing, it is over as it strikes
    after_s = 5.0
    settles_s = 0.0  # so long after it struck the picture may stand as it likes
    back_deadline_s = BACK_DEADLINE_S
    at_most: Mapping[str, float] = {"noticed_s": 1.0, "back_s": 3.0}  # beside `EVERYWHERE`
    at_least: Mapping[str, float] = {}
    holds = False  # whether the line does, so that times go on
    hurts_healthy = False  # where it is no fault of a network or a server
    recording_lost_s: float | None = None  # of what was on the air when it struck; measured by those that hurt it
    used: float | None = None  # share of the network, by those that narrow it

    def home(self, folder: Path) -> Path | None:
        """The home folder, where it may not be the usual one."""
        return None

    def engine(self, folder: Path) -> tuple[str, ...]:
        """The command of the engine, where it may not be the usual one."""
        return ()

    def show(self, stage: Stage) -> ShowConfig:
        return stage.show(through_network=self.through_network)

    def prepare(self, stage: Stage) -> None:
        """What is measured or made ready on the air, before it strikes."""

    def strike(self, stage: Stage) -> None:
        """Begins."""

    def end(self, stage: Stage) -> None:
        """Takes its cause away."""

    def clean_up(self) -> None:
        """Undoes what lies outside the stage; also where the case breaks."""

    def is_notice(self, event: Event) -> bool:
        return is_trouble(event)

    def when_noticed(self, stage: Stage, after: int) -> float | None:
        """When it was noticed, waited for; by the events from number `after` on."""
        return stage.when(self.is_notice, after, self.lasts_s or NOTICE_DEADLINE_S)

    def is_back(self, stage: Stage) -> bool:
        """Whether all is as before, by what was told so far."""
        return stage.state_of(WEAK) is OutputState.LIVE

    def lost_s(self, stage: Stage, report: ShowReport) -> tuple[float, float]:
        """Seconds of picture and of sound that did not arrive."""
        return stage.lost_s(stage.weak, stage.on_air_before_s + report.duration_s)

    def healthy_lost_s(self, stage: Stage, report: ShowReport) -> float:
        """Seconds of picture the healthy destination does not have."""
        return max(0.0, stage.lost_s(stage.healthy, stage.on_air_before_s + report.duration_s)[0])

    def wrongly_told(self, stage: Stage) -> int:
        """How many problems were told that are not there."""
        return 0

    def uneven(self, stage: Stage) -> float | None:
        """Share of the frames that do not come as regularly as most do, by those that make them fewer."""
        return None

    def remark(self, stage: Stage, report: ShowReport) -> str:
        return ""


def play(name: str, fault: Fault, folder: Path) -> Row:
    """Plays a fault, and counts what it cost."""
    try:
        with Stage(folder, fault.home(folder), fault.engine(folder)) as stage, Stalls(folder / "stalls") as stalls:
            show = fault.show(stage)
            stage.on_air(show, settle_s=fault.settle_s)
            fault.prepare(stage)
            standing = Standing(stage.weak.recording())
            standing.begin()
            try:
                noticed_s, back_s = _endured(fault, stage, standing)
                stage.pause.wait(fault.after_s)
            finally:
                standing.stop()
            row = _counted(name, fault, stage, standing, noticed_s, back_s)
            return replace(row, remark="; ".join(filter(None, (row.remark, _computer_stood(stalls.found())))))
    finally:
        fault.clean_up()


def _computer_stood(stalls: Sequence[Stall]) -> str:
    """Which of the figures may be the computer's own doing, as a virtual one's."""
    if not stalls:
        return ""
    longest_ms = 1000 * max(stall.stood_s for stall in stalls)
    return f"the computer itself stood still {len(stalls)} times, {longest_ms:.0f} ms at most"


def _endured(fault: Fault, stage: Stage, standing: Standing) -> tuple[float | None, float | None]:
    """Seconds until it was noticed, and until all was back after its end."""
    after, struck_s = stage.count, time.monotonic()
    fault.strike(stage)
    came_s = fault.when_noticed(stage, after)
    if fault.settles_s:
        stage.pause.wait(max(0.0, struck_s + fault.settles_s - time.monotonic()))
        standing.forget()
    stage.pause.wait(max(0.0, struck_s + fault.lasts_s - time.monotonic()))
    over_s = time.monotonic() if fault.lasts_s else struck_s
    fault.end(stage)
    back_at_s = stage.until(lambda: fault.is_back(stage), fault.back_deadline_s)
    return _since(came_s, struck_s), _since(back_at_s, over_s)


def _since(came_s: float | None, then_s: float) -> float | None:
    return None if came_s is None else max(0.0, round(came_s - then_s, 2))


def _counted(
    name: str, fault: Fault, stage: Stage, standing: Standing, noticed_s: float | None, back_s: float | None
) -> Row:
    """Ends the show and counts what is missing where."""
    report = stage.off_air()
    video_s, audio_s = fault.lost_s(stage, report)
    healthy = next((output for output in report.outputs if output.name == HEALTHY), None)
    row = Row(
        name,
        noticed_s,
        back_s,
        video_s,
        audio_s,
        round(standing.video_s, 2),
        round(standing.audio_s, 2),
        round(standing.late_s[VIDEO_TAG], 2) if fault.holds else None,
        round(standing.late_s[AUDIO_TAG], 2) if fault.holds else None,
        fault.recording_lost_s,
        None if fault.used is None else round(fault.used, 2),
        stage.rows_lost(report.session_id),
        fault.wrongly_told(stage),
        None if healthy is None else fault.healthy_lost_s(stage, report),
        None if healthy is None else healthy.dropped_packets,
        fault.uneven(stage),
        fault.remark(stage, report),
    )
    bounds = {figure: ("≤", most) for figure, most in (EVERYWHERE | dict(fault.at_most)).items()}
    bounds |= {figure: ("≥", least) for figure, least in fault.at_least.items()}
    if healthy is None or fault.hurts_healthy:
        bounds = {figure: bound for figure, bound in bounds.items() if figure not in OF_HEALTHY}
    return replace(row, bounds=bounds, out=out_of_bounds(row, bounds))


def out_of_bounds(row: Row, bounds: Mapping[str, tuple[str, float]]) -> tuple[str, ...]:
    """The figures beyond their bounds; one that never came is, too."""

    def is_within(figure: float | None, side: str, bound: float) -> bool:
        return figure is not None and (figure <= bound if side == "≤" else figure >= bound)

    return tuple(name for name, bound in bounds.items() if not is_within(getattr(row, name), *bound))


def print_heads() -> None:
    """The head of a table in Markdown, in seconds where nothing else is said; `print_row` has its lines."""
    cells = ["fault", *HEADS.values(), "remark"]
    print(f"| {' | '.join(cells)} |\n|{'---|' * len(cells)}", flush=True)


def print_row(row: Row) -> None:
    print(f"| {' | '.join([row.name, *(_cell(row, figure) for figure in HEADS), row.remark])} |", flush=True)


def _cell(row: Row, name: str) -> str:
    """A figure with its bound."""
    figure = getattr(row, name)
    if name not in row.bounds:
        return "" if figure is None else f"{figure:g}"
    side, bound = row.bounds[name]
    shown = "never" if figure is None else f"{figure:g}"
    return f"{shown} ({side} {bound:g}){' OUT OF BOUNDS' if name in row.out else ''}"
