"""One fault, and the frame all of them are played in: on the air, struck, over, back, counted.

Noticed is counted from the fault, back from the moment its cause is over. Lost is what the server that was struck does
not have of the show: with a server that was away it holds the time away too. Stood is the longest time in which
nothing new arrived there. Rows are seconds of health and typed orders the engine told of and the log does not have.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from studio.config import ShowConfig
from studio.events import Event, Noticed
from studio.output_states import OutputChanged, OutputState
from studio.reports import ShowReport
from tests.bench.arrival import Standing
from tests.bench.fault_stage import HEALTHY, WEAK, Stage

BACK_DEADLINE_S = 60.0
NOTICE_DEADLINE_S = 10.0


@dataclass(frozen=True, slots=True)
class Row:
    """What one fault cost; None where a figure has no meaning."""

    name: str
    noticed_s: float | None = None
    back_s: float | None = None
    video_lost_s: float | None = None
    audio_lost_s: float | None = None
    video_stood_s: float | None = None
    audio_stood_s: float | None = None
    rows_lost: int | None = None
    healthy_lost_s: float | None = None
    healthy_dropped: int | None = None
    remark: str = ""


HEADS = ("noticed", "back", "video lost", "audio lost", "video stood", "audio stood", "rows lost", "healthy lost")
FIGURES = (
    "noticed_s",
    "back_s",
    "video_lost_s",
    "audio_lost_s",
    "video_stood_s",
    "audio_stood_s",
    "rows_lost",
    "healthy_lost_s",
)


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
    back_deadline_s = BACK_DEADLINE_S

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

    def remark(self, stage: Stage, report: ShowReport) -> str:
        return ""


def play(name: str, fault: Fault, folder: Path) -> Row:
    """Plays a fault, and counts what it cost."""
    try:
        with Stage(folder, fault.home(folder), fault.engine(folder)) as stage:
            show = fault.show(stage)
            stage.on_air(show, settle_s=fault.settle_s)
            fault.prepare(stage)
            standing = Standing(stage.weak.recording())
            standing.begin()
            try:
                noticed_s, back_s = _endured(fault, stage)
                stage.pause.wait(fault.after_s)
            finally:
                standing.stop()
            return _counted(name, fault, stage, standing, noticed_s, back_s)
    finally:
        fault.clean_up()


def _endured(fault: Fault, stage: Stage) -> tuple[float | None, float | None]:
    """Seconds until it was noticed, and until all was back after its end."""
    after, struck_s = stage.count, time.monotonic()
    fault.strike(stage)
    came_s = fault.when_noticed(stage, after)
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
    return Row(
        name,
        noticed_s,
        back_s,
        video_s,
        audio_s,
        round(standing.video_s, 2),
        round(standing.audio_s, 2),
        stage.rows_lost(report.session_id),
        None if healthy is None else fault.healthy_lost_s(stage, report),
        None if healthy is None else healthy.dropped_packets,
        fault.remark(stage, report),
    )


def print_table(rows: list[Row]) -> None:
    print(f"{'fault':32}" + "".join(f"{head:>13}" for head in HEADS) + "  remark")
    for row in rows:
        figures = [getattr(row, figure) for figure in FIGURES]
        cells = [f"{'-' if figure is None else f'{figure:g}':>13}" for figure in figures]
        dropped = "" if not row.healthy_dropped else f" ({row.healthy_dropped} dropped)"
        print(f"{row.name:32}{''.join(cells)}{dropped}  {row.remark}")
