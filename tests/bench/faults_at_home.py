"""The faults on the seller's side of the network: devices, the computer, the disk, the clock, killed processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import psutil

from studio.commands import ResumeShow
from studio.config import AudioConfig, AudioKind, ShowConfig, SourceConfig, SourceKind
from studio.events import Event, Noticed
from studio.output_states import OutputChanged, OutputState
from studio.reports import ShowReport
from studio.snapshot import Snapshot
from tests.bench.fault import UNHURT, Fault, is_trouble
from tests.bench.fault_stage import HEALTHY, WEAK, Stage
from tests.end2end.alsa import LooseMicrophone
from tests.end2end.small_disk import SmallDisk
from tests.end2end.xvfb import VirtualScreen

RECORDING_LOST_S = 2.0


class Home(Fault):
    """A fault that is noticed and over where problems of its kind are told and taken back."""

    codes: tuple[str, ...] = ()

    def is_notice(self, event: Event) -> bool:
        return isinstance(event, Noticed) and event.active and event.problem.code.startswith(self.codes)

    def is_back(self, stage: Stage) -> bool:
        return not stage.problems(*self.codes)


class CameraPulled(Home):
    """A screen as camera: killed, and started again on the same number."""

    codes = ("source.",)
    lasts_s = 8.0
    at_most = UNHURT | {"noticed_s": 2.5, "back_s": 3.0}

    def __init__(self) -> None:
        self._screen = VirtualScreen(640, 360)

    def show(self, stage: Stage) -> ShowConfig:
        self._screen.start()
        source = SourceConfig(SourceKind.CAMERA, f"x11grab@{self._screen.display}")
        return replace(super().show(stage), source=source, audio=AudioConfig(AudioKind.SILENCE))

    def strike(self, stage: Stage) -> None:
        self._screen.stop()

    def end(self, stage: Stage) -> None:
        self._screen.start()

    def clean_up(self) -> None:
        self._screen.stop()

    def remark(self, stage: Stage, report: ShowReport) -> str:
        return "8 s without; slate meanwhile"


class MicrophonePulled(Home):
    codes = ("audio.",)
    lasts_s = 8.0
    at_most = UNHURT | {"noticed_s": 2.5, "back_s": 3.0}

    def __init__(self) -> None:
        self._microphone: LooseMicrophone | None = None

    def show(self, stage: Stage) -> ShowConfig:
        microphone = self._microphone = LooseMicrophone(stage.folder)
        microphone.start()
        return replace(super().show(stage), audio=AudioConfig(AudioKind.MIC, microphone.target))

    def strike(self, stage: Stage) -> None:
        assert self._microphone is not None
        self._microphone.unplug()

    def end(self, stage: Stage) -> None:
        assert self._microphone is not None
        self._microphone.plug()

    def clean_up(self) -> None:
        if self._microphone is not None:
            self._microphone.stop()

    def remark(self, stage: Stage, report: ShowReport) -> str:
        return "8 s without; silence meanwhile"


class DiskFull(Home):
    """The disk of recording and log is filled to the last byte."""

    codes = ("recording.failed", "journal.failing")
    lasts_s = 15.0
    at_most = UNHURT | {"noticed_s": 3.0, "back_s": 3.0, "recording_lost_s": RECORDING_LOST_S}

    def __init__(self) -> None:
        self._disk: SmallDisk | None = None
        self._full_at_s = 0.0

    def home(self, folder: Path) -> Path | None:
        disk = self._disk = SmallDisk(folder / "disk", 120 << 20)
        disk.__enter__()
        return disk.folder / "home"

    def show(self, stage: Stage) -> ShowConfig:
        assert self._disk is not None
        return replace(super().show(stage), record_dir=self._disk.folder / "films")

    def strike(self, stage: Stage) -> None:
        assert self._disk is not None
        self._full_at_s = stage.on_air_s()
        self._disk.fill(stage.client.engine_pid)

    def end(self, stage: Stage) -> None:
        assert self._disk is not None
        self.recording_lost_s = round(max(0.0, self._full_at_s - stage.recorded_s()), 2)
        self._disk.free(stage.client.engine_pid)

    def is_back(self, stage: Stage) -> bool:
        return not stage.problems("journal.failing")

    def clean_up(self) -> None:
        if self._disk is not None:
            self._disk.__exit__(None, None, None)

    def remark(self, stage: Stage, report: ShowReport) -> str:
        return "back: the log; the recording ends where the disk was full"


class ClockJump(Fault):
    """The calendar jumps an hour ahead, two hours back, and is right again."""

    lasts_s = 18.0
    at_most = UNHURT

    def __init__(self) -> None:
        self._ahead: Path | None = None

    def engine(self, folder: Path) -> tuple[str, ...]:
        self._ahead = folder / "ahead"
        self._ahead.write_text("0")
        return sys.executable, "-m", "tests.bench.jumping_engine", str(self._ahead)

    def strike(self, stage: Stage) -> None:
        for ahead_s in (3600, -3600):
            self._jump(ahead_s)
            stage.pause.wait(6)

    def _jump(self, ahead_s: int) -> None:
        assert self._ahead is not None
        new = self._ahead.with_suffix(".new")
        new.write_text(str(ahead_s))
        new.replace(self._ahead)

    def end(self, stage: Stage) -> None:
        self._jump(0)

    def wrongly_told(self, stage: Stage) -> int:
        return len(stage.steps(""))

    def remark(self, stage: Stage, report: ShowReport) -> str:
        troubles = {event.problem.code for event in stage.client.told(Noticed) if is_trouble(event)}
        return f"3 jumps; late ticks {report.video.late_ticks}, told: {', '.join(troubles) or 'nothing'}"


class EngineKilled(Fault):
    """Noticed: the window's line is cut. Back: it was started again, and the same session is live."""

    at_most: Mapping[str, float] = {
        "noticed_s": 1.0,
        "back_s": 10.0,  # the engine's start, a second's knocking, and both lines
        "recording_lost_s": RECORDING_LOST_S,
        "healthy_lost_s": RECORDING_LOST_S,  # beside the time away
    }

    def __init__(self) -> None:
        self._family: list[psutil.Process] = []
        self._killed_at_s = 0.0

    def show(self, stage: Stage) -> ShowConfig:
        return replace(super().show(stage), record_dir=stage.folder / "films")

    def strike(self, stage: Stage) -> None:
        self._family = [stage.engine, *stage.engine.children(recursive=True)]
        self._killed_at_s = stage.on_air_s()
        os.kill(stage.client.engine_pid, signal.SIGKILL)

    def when_noticed(self, stage: Stage, after: int) -> float | None:
        return time.monotonic() if stage.client.lost.wait(10) else None

    def end(self, stage: Stage) -> None:
        stage.stop_typing()
        psutil.wait_procs(self._family, timeout=10)
        self.recording_lost_s = round(max(0.0, self._killed_at_s - stage.recorded_s()), 2)
        cut_off = stage.attach_again().wait_for(Snapshot).cut_off
        assert cut_off is not None
        stage.send(ResumeShow(cut_off.session_id))

    def is_back(self, stage: Stage) -> bool:
        return all(stage.state_of(name) is OutputState.LIVE for name in (WEAK, HEALTHY))

    def remark(self, stage: Stage, report: ShowReport) -> str:
        return "same session; lost: beside the time away, which both destinations lose"


class RelayKilled(Fault):
    def strike(self, stage: Stage) -> None:
        to_weak = stage.weak.rtmp_port
        calls = ((relay, line) for relay in stage.relays() for line in relay.net_connections())
        next(relay for relay, line in calls if line.raddr and line.raddr.port == to_weak).kill()

    def is_notice(self, event: Event) -> bool:
        return isinstance(event, OutputChanged) and event.state is OutputState.RECONNECTING


class WindowKilled(Fault):
    """The window is a process of its own, and the show does not need it."""

    lasts_s = 10.0
    at_most = UNHURT

    def __init__(self) -> None:
        self._screen = VirtualScreen()

    def strike(self, stage: Stage) -> None:
        self._screen.start()
        window = subprocess.Popen(
            [sys.executable, "-m", "studio", "--home", str(stage.home.root)],
            env=self._screen.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stage.pause.wait(5)
        assert window.poll() is None, "the window did not come up"
        window.kill()
        window.wait()

    def clean_up(self) -> None:
        self._screen.stop()

    def remark(self, stage: Stage, report: ShowReport) -> str:
        return "the show goes on; nothing to notice"


HOME_FAULTS: dict[str, Callable[[], Fault]] = {
    "camera pulled out": CameraPulled,
    "microphone pulled out": MicrophonePulled,
    "disk full": DiskFull,
    "clock jump": ClockJump,
    "kill -9 of the engine": EngineKilled,
    "kill -9 of a relay": RelayKilled,
    "kill -9 of the window": WindowKilled,
}
