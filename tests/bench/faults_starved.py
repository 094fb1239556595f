"""A computer that is too slow for the show: it gets too little computing time for a while, in two ways."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from studio.config import CanvasConfig, EncoderConfig, ShowConfig
from studio.events import HealthSampled, Noticed
from studio.priority import FIRST
from studio.reports import ShowReport
from tests.bench.fault import SOUND_LOST_S, STEADY_S, Fault
from tests.bench.fault_stage import KBPS, Stage
from tests.bench.faults_at_home import Home
from tests.bench.starving import cpu_group, frame_times, unevenness

STARVED_FPS = 30


class Starved(Home):
    """720p30 that gets too little computing time; back: every step of the governor is taken back.

    Lost are frames that were made and did not arrive; those that were never made are in the remark.
    """

    codes = ("slow.",)
    settle_s = 8.0
    lasts_s = 30.0
    settles_s = 12.0  # all steps of the governor, one after the other
    back_deadline_s = 120.0
    at_most: Mapping[str, float] = {
        "noticed_s": 5.0,
        "back_s": 120.0,
        "audio_lost_s": SOUND_LOST_S,
        "video_stood_s": STEADY_S,
        "audio_stood_s": 1.0,
        "uneven": 0.05,
    }
    hurts_healthy = True

    def __init__(self) -> None:
        self._before: HealthSampled | None = None
        self._struck_s = 0.0
        self._struck_at_s = 0.0  # in the stream
        self._undo = ExitStack()

    def show(self, stage: Stage) -> ShowConfig:
        return replace(
            super().show(stage), canvas=CanvasConfig(1280, 720, STARVED_FPS), encoder=EncoderConfig(KBPS, "veryfast")
        )

    def prepare(self, stage: Stage) -> None:
        self._before = stage.client.latest(HealthSampled)
        self._struck_s = time.monotonic()
        self._struck_at_s = stage.frames_at(stage.weak) / STARVED_FPS

    def group_up(self, stage: Stage, cores: float | None = None) -> Path:
        """Puts the engine and its relays together into a CPU group, which may be limited."""
        group = self._undo.enter_context(cpu_group(cores))
        if group is None:
            raise RuntimeError("no CPU groups here")
        for process in (stage.engine, *stage.engine.children(recursive=True)):
            join_group(group, process.pid)
        return group

    def end(self, stage: Stage) -> None:
        self.clean_up()

    def clean_up(self) -> None:
        self._undo.close()

    def lost_s(self, stage: Stage, report: ShowReport) -> tuple[float, float]:
        sound_s = super().lost_s(stage, report)[1]
        return frames_s(report.video.encoded_frames - stage.frames_at(stage.weak)), sound_s

    def healthy_lost_s(self, stage: Stage, report: ShowReport) -> float:
        return frames_s(report.video.encoded_frames - stage.frames_at(stage.healthy))

    def wrongly_told(self, stage: Stage) -> int:
        return len(stage.steps("network."))

    def uneven(self, stage: Stage) -> float | None:
        """Between the governor's last step and the end of the need."""
        begin_s, end_s = self._struck_at_s + self.settles_s, self._struck_at_s + self.lasts_s
        share = unevenness(frame_times(stage.weak.recording()), begin_s, end_s)
        return None if share is None else round(share, 3)

    def remark(self, stage: Stage, report: ShowReport) -> str:
        assert self._before is not None
        late = report.video.late_ticks - self._before.late_ticks
        skipped = report.video.skipped_frames - self._before.skipped_frames
        told = ", ".join(self._told(stage)) or "nothing"
        cpu = self._before.cpu_percent
        return f"needs {cpu:.0f} % of a core; told: {told}; late {late}, skipped {skipped}"

    def _told(self, stage: Stage) -> Iterator[str]:
        """Each problem with the seconds from and until when it was told, counted from the fault."""
        begun: dict[str, float] = {}
        for event, came_s in zip(stage.client.events, stage.client.came_s, strict=False):
            if not isinstance(event, Noticed) or not event.problem.code.startswith(("slow.", "network.")):
                continue
            code, at_s = event.problem.code, came_s - self._struck_s
            if event.active:
                begun[code] = at_s
            else:
                yield f"{code} {begun.pop(code, 0.0):.1f} to {at_s:.1f} s"
        yield from (f"{code} from {at_s:.1f} s" for code, at_s in begun.items())


def frames_s(count: int) -> float:
    """So many frames of a starved show, in seconds."""
    return round(max(0, count) / STARVED_FPS, 2)


class LimitedCpu(Starved):
    """A share of the computing time it needs, for the engine and its relays together."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share

    def strike(self, stage: Stage) -> None:
        assert self._before is not None
        self.group_up(stage, self._share * self._before.cpu_percent / 100)


class LowPriority(Starved):
    """Other programs come first: two for each core, beside the sound and the relays, before the rest of the show.

    What compresses the picture is left a tenth of a core.

    All are in one group: where each session is one, as on most desktops, what a session does counts as a whole, and a
    session of a low place may not be served at all for two seconds.
    """

    def strike(self, stage: Stage) -> None:
        group = self.group_up(stage)
        for _ in range(2 * (os.cpu_count() or 1)):
            hog = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            self._undo.callback(_killed, hog)
            os.setpriority(os.PRIO_PROCESS, hog.pid, FIRST)
            join_group(group, hog.pid)


def join_group(group: Path, pid: int) -> None:
    (group / "cgroup.procs").write_text(str(pid))


def _killed(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()


STARVED_FAULTS: dict[str, Callable[[], Fault]] = {
    "encoder starved (CPU limit)": lambda: LimitedCpu(0.6),
    "encoder starved (nice)": LowPriority,
}
