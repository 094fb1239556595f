"""The faults on the seller's side of the network: devices, the computer, the disk, the clock, killed processes."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from overlays.text import painting_ready
from studio.clock import SystemClock
from studio.commands import ResumeShow, StartShow, StopShow
from studio.config import AudioConfig, AudioKind, CanvasConfig, EncoderConfig, SourceConfig, SourceKind
from studio.engine import Engine
from studio.events import Event, HealthSampled, Noticed, ShowEnded, ShowStarted
from studio.output_states import OutputState
from studio.snapshot import Snapshot
from tests.bench.fault_stage import HEALTHY, KBPS, WEAK, Row, Stage, lost_s, rounded, row_of
from tests.end2end.alsa import LooseMicrophone
from tests.end2end.small_disk import SmallDisk
from tests.end2end.xvfb import VirtualScreen

Case = Callable[[str, Path], Row]


def told_of(stage: Stage, codes: tuple[str, ...], active: bool, after: int, deadline_s: float = 30.0) -> float | None:
    """When the engine told of one of these problems, or took it back."""
    return stage.client.when(
        Noticed, lambda e: e.active is active and e.problem.code.startswith(codes), after, deadline_s
    )


def since(came_s: float | None, then_s: float) -> float | None:
    return None if came_s is None else came_s - then_s


def camera_pulled(name: str, folder: Path) -> Row:
    """A screen as camera: killed, and started again on the same number."""
    with VirtualScreen(640, 360) as screen, Stage(folder) as stage:
        source = SourceConfig(SourceKind.CAMERA, f"x11grab@{screen.display}")
        stage.on_air(replace(stage.show(through_network=False), source=source, audio=AudioConfig(AudioKind.SILENCE)))
        after, struck_s = stage.client.count, time.monotonic()
        screen.stop()
        noticed_s = since(told_of(stage, ("source.",), True, after), struck_s)
        stage.pause.wait(8)
        screen.start()
        after, over_s = stage.client.count, time.monotonic()
        back_s = since(told_of(stage, ("source.",), False, after), over_s)
        stage.pause.wait(3)
        return row_of(stage, name, noticed_s, back_s, "8 s without; slate meanwhile")


def microphone_pulled(name: str, folder: Path) -> Row:
    with LooseMicrophone(folder) as microphone, Stage(folder) as stage:
        audio = AudioConfig(AudioKind.MIC, microphone.target)
        stage.on_air(replace(stage.show(through_network=False), audio=audio))
        after, struck_s = stage.client.count, time.monotonic()
        microphone.unplug()
        noticed_s = since(told_of(stage, ("audio.",), True, after), struck_s)
        stage.pause.wait(8)
        microphone.plug()
        after, over_s = stage.client.count, time.monotonic()
        back_s = since(told_of(stage, ("audio.",), False, after), over_s)
        stage.pause.wait(3)
        return row_of(stage, name, noticed_s, back_s, "8 s without; silence meanwhile")


@contextmanager
def hog(cores: set[int], count: int) -> Iterator[None]:
    """Programs that want all of these cores."""
    code = f"import os; os.sched_setaffinity(0, {cores!r})\nwhile True: pass"
    hogs = [subprocess.Popen([sys.executable, "-c", code]) for _number in range(count)]
    try:
        yield
    finally:
        for one in hogs:
            one.kill()
            one.wait()


def starved(name: str, folder: Path) -> Row:
    """720p30 for 30 s with all its threads on one core, which eight other programs want as well."""
    with Stage(folder) as stage:
        show = replace(
            stage.show(through_network=False),
            canvas=CanvasConfig(1280, 720, 30),
            encoder=EncoderConfig(KBPS, "veryfast"),
        )
        stage.on_air(show, settle_s=8)
        every = os.sched_getaffinity(0)
        one = {min(every)}
        after, struck_s = stage.client.count, time.monotonic()
        with hog(one, 8):
            pinned(stage.engine, one)
            stage.pause.wait(30)
        pinned(stage.engine, every)
        over_s = time.monotonic()
        noticed_s = since(told_of(stage, ("slow.",), True, after, 1), struck_s)
        steps = [e.problem.code for e in stage.client.told(Noticed) if e.active and e.problem.code.startswith("slow.")]
        back_s = None
        if steps:
            back_s = since(told_of(stage, (steps[0],), False, after, 90), over_s)
        health = stage.client.latest(HealthSampled)
        remark = f"steps {', '.join(steps) or 'none'}; late {health.late_ticks}, skipped {health.skipped_frames}"
        row = row_of(stage, name, noticed_s, back_s, remark)
        return replace(row, video_lost_s=None, healthy_lost_s=None)


def pinned(engine: psutil.Process, cores: set[int]) -> None:
    """Moves the engine, its threads and its children to these cores."""
    for process in (engine, *engine.children(recursive=True)):
        for thread in process.threads():
            os.sched_setaffinity(thread.id, cores)


def disk_full(name: str, folder: Path) -> Row:
    """The disk of recording and log is filled to the last byte for 15 s."""
    with SmallDisk(folder / "disk", 120 << 20) as disk, Stage(folder, disk.folder / "home") as stage:
        show = replace(stage.show(through_network=False), record_dir=disk.folder / "films")
        stage.on_air(show)
        after, struck_s = stage.client.count, time.monotonic()
        disk.fill(stage.client.engine_pid)
        noticed_s = since(told_of(stage, ("recording.failed",), True, after), struck_s)
        stage.pause.wait(15)
        disk.free(stage.client.engine_pid)
        over_s = time.monotonic()
        back_s = since(told_of(stage, ("journal.failing",), False, after), over_s)
        stage.pause.wait(2)
        return row_of(stage, name, noticed_s, back_s, "15 s; back: the log")


class JumpingClock(SystemClock):
    """The computer's clock, with a calendar somebody sets."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def utc(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def clock_jump(name: str, folder: Path) -> Row:
    """The calendar jumps an hour ahead and two hours back; the engine runs in this process, to be handed that clock."""
    clock, told = JumpingClock(), list[Event]()
    came = threading.Condition()

    def take(event: Event) -> None:
        with came:
            told.append(event)
            came.notify_all()

    with Stage(folder / "stage") as stage:
        show = replace(stage.show(through_network=False), cards=(), first_card=None)
        painting_ready()
        engine = Engine(type(stage.home)(folder / "other"), take, clock)
        engine.start()
        try:
            engine.execute(StartShow(show))
            for ahead_s in (3600, -3600, 0):
                stage.pause.wait(6)
                clock.ahead = timedelta(seconds=ahead_s)
            stage.pause.wait(6)
            engine.execute(StopShow())
            with came:
                came.wait_for(lambda: any(isinstance(event, ShowEnded) for event in told), 30)
        finally:
            engine.stop()
        report = next(event.report for event in told if isinstance(event, ShowEnded))
        seconds = sum(isinstance(event, HealthSampled) for event in told)
        troubles = {event.problem.code for event in told if isinstance(event, Noticed) and event.active}
        video, audio = lost_s(stage.weak, report.duration_s)
        healthy = lost_s(stage.healthy, report.duration_s)[0]
        stage.home = type(stage.home)(folder / "other")
        rows = max(0, seconds - stage.session(report.session_id)["health"]["seconds"])
        return Row(
            name, None, None, video, audio, rows, healthy, f"late {report.video.late_ticks}, told {troubles or '-'}"
        )


def engine_killed(name: str, folder: Path) -> Row:
    """Noticed: the window's line is cut. Back: it was started again, and the same session is live."""
    with Stage(folder) as stage:
        stage.on_air(replace(stage.show(through_network=False), record_dir=folder / "films"))
        session_id = stage.client.told(ShowStarted)[0].session_id
        family = [stage.engine, *stage.engine.children(recursive=True)]
        struck_s = time.monotonic()
        os.kill(stage.client.engine_pid, signal.SIGKILL)
        stage.client.lost.wait(10)
        noticed_s = time.monotonic() - struck_s
        stage.stop_typing()
        old = stage.client.told(HealthSampled)
        psutil.wait_procs(family, timeout=10)
        cut_off = stage.attach_again().wait_for(Snapshot).cut_off
        assert cut_off is not None
        stage.send(ResumeShow(cut_off.session_id))
        stage.wait_live(0, WEAK, HEALTHY)
        back_s = time.monotonic() - struck_s
        stage.pause.wait(5)
        report = stage.off_air()
        told = len(old) + len(stage.client.told(HealthSampled))
        length_s = old[-1].on_air_s + report.duration_s
        video, audio = lost_s(stage.weak, length_s)
        rows = max(0, told - stage.session(session_id)["health"]["seconds"])
        healthy = lost_s(stage.healthy, length_s)[0]
        return Row(name, rounded(noticed_s), rounded(back_s), video, audio, rows, healthy, "lost: beside the time away")


def relay_killed(name: str, folder: Path) -> Row:
    with Stage(folder) as stage:
        stage.on_air()
        weak_port = stage.weak.rtmp_port
        relay = next(
            one for one in stage.relays() if any(to.raddr.port == weak_port for to in one.net_connections() if to.raddr)
        )
        after, struck_s = stage.client.count, time.monotonic()
        relay.kill()
        noticed_s = since(stage.when_output(WEAK, OutputState.RECONNECTING, after), struck_s)
        back_s = since(stage.when_output(WEAK, OutputState.LIVE, after), struck_s)
        stage.pause.wait(5)
        return row_of(stage, name, noticed_s, back_s)


def window_killed(name: str, folder: Path) -> Row:
    """The window is a process of its own, and the show does not need it."""
    with VirtualScreen() as screen, Stage(folder) as stage:
        stage.on_air()
        window = subprocess.Popen(
            [sys.executable, "-m", "studio", "--home", str(stage.home.root)],
            env=screen.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        stage.pause.wait(5)
        assert window.poll() is None, "the window did not come up"
        window.kill()
        window.wait()
        stage.pause.wait(5)
        return row_of(stage, name, None, 0.0)


HOME_CASES: dict[str, Case] = {
    "camera pulled out": camera_pulled,
    "microphone pulled out": microphone_pulled,
    "encoder starved": starved,
    "disk full": disk_full,
    "clock jump": clock_jump,
    "kill -9 of the engine": engine_killed,
    "kill -9 of a relay": relay_killed,
    "kill -9 of the window": window_killed,
}
