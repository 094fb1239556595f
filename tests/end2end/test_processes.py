"""What a killed process costs: the show goes on without its window, and nothing that was logged is lost."""

import json
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil
import pytest

from studio.commands import Ping, Quit, StartShow, StopShow
from studio.config import (
    AudioConfig,
    AudioKind,
    CanvasConfig,
    DestinationConfig,
    EncoderConfig,
    Secret,
    ShowConfig,
    SourceConfig,
    SourceKind,
)
from studio.events import HealthSampled, Pong, ShowEnded, ShowStarted
from studio.output_states import OutputChanged, OutputState
from studio.snapshot import Snapshot
from tests.end2end.attached import AttachedClient
from tests.end2end.nginx import RtmpServer
from tests.end2end.player import watch_when_on_air
from tests.end2end.screen_picture import code_on_screen
from tests.end2end.sockets import SilentServer
from tests.end2end.xvfb import VirtualScreen

SMALL = ShowConfig(
    source=SourceConfig(SourceKind.PATTERN),
    audio=AudioConfig(AudioKind.SILENCE),
    canvas=CanvasConfig(640, 360, 25),
    encoder=EncoderConfig(800, "ultrafast"),
)


def show_to(*urls: str) -> ShowConfig:
    destinations = tuple(DestinationConfig(f"d{number}", Secret(url)) for number, url in enumerate(urls, 1))
    return ShowConfig(SMALL.source, SMALL.audio, SMALL.canvas, SMALL.encoder, destinations)


@dataclass(frozen=True, slots=True)
class Program:
    """A `nongbo` that was started."""

    process: subprocess.Popen[str]

    def relays(self) -> list[psutil.Process]:
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if "studio.media.relay" in child.cmdline()]


@pytest.fixture
def programs() -> Iterator[list[subprocess.Popen[str]]]:
    """Programs a test started; what still runs at its end is killed by its pid."""
    started: list[subprocess.Popen[str]] = []
    yield started
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def nongbo(home: Path, *words: str, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "studio", "--home", str(home), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def run_json(home: Path, *words: str) -> dict[str, object] | list[dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "studio", "--home", str(home), *words, "--json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    document: dict[str, object] | list[dict[str, object]] = json.loads(done.stdout)
    return document


def test_a_killed_relay_is_replaced_and_the_show_never_stops(
    own_home: Path, rtmp_server: RtmpServer, second_rtmp_server: RtmpServer
) -> None:
    with AttachedClient(own_home, start=True) as client:
        client.send(StartShow(show_to(rtmp_server.url(), second_rtmp_server.url())))
        for name in ("d1", "d2"):
            client.wait_for(OutputChanged, lambda e, name=name: e.name == name and e.state is OutputState.LIVE)  # type: ignore[misc]
        relays = [p for p in psutil.Process(client.engine_pid).children() if "studio.media.relay" in p.cmdline()]
        assert len(relays) == 2
        seen = client.count
        relays[0].kill()
        broken = client.wait_for(OutputChanged, lambda e: e.state is OutputState.RECONNECTING, after=seen)
        client.wait_for(OutputChanged, lambda e: e.name == broken.name and e.state is OutputState.LIVE, after=seen)
        client.wait_for(HealthSampled, lambda e: e.on_air_s > 6)
        client.send(StopShow())
        report = client.wait_for(ShowEnded).report
        client.send(Quit())
        assert client.lost.wait(60)
    by_name = {output.name: output for output in report.outputs}
    untouched = by_name["d2" if broken.name == "d1" else "d1"]
    assert by_name[broken.name].reconnects == 1
    assert 0 < by_name[broken.name].outage_s < 5
    assert (untouched.reconnects, untouched.dropped_packets, untouched.outage_s) == (0, 0, 0)
    assert report.video.skipped_frames == 0


def test_a_killed_engine_loses_at_most_the_last_second_and_its_session_is_closed(
    own_home: Path, rtmp_server: RtmpServer, programs: list[subprocess.Popen[str]]
) -> None:
    live = nongbo(
        own_home, "live", "--source", "pattern", "--size", "640x360", "--card", "none", "--to", rtmp_server.url()
    )
    programs.append(live)
    got = watch_when_on_air(rtmp_server.url(), seconds=3)
    assert got.video
    relays = Program(live).relays()
    killed_at = time.time()
    live.send_signal(signal.SIGKILL)
    live.wait(30)
    _, alive = psutil.wait_procs(relays, timeout=30)
    assert not alive, "a relay without its engine ends by itself"

    run_json(own_home, "rehearse", "--source", "pattern", "--card", "none", "--duration", "1")
    sessions = run_json(own_home, "sessions", "list")
    assert isinstance(sessions, list)
    cut = next(row for row in sessions if row["end"] == "interrupted")
    assert killed_at - datetime.fromisoformat(str(cut["ended_at"])).timestamp() < 2.0


def test_a_killed_window_leaves_the_show_on_air_and_a_new_one_takes_over(
    own_home: Path, screen: VirtualScreen, programs: list[subprocess.Popen[str]]
) -> None:
    window = nongbo(own_home, "demo", environment=screen.environment())
    programs.append(window)
    with AttachedClient(own_home) as client:
        session = client.wait_for(ShowStarted).session_id
        assert code_on_screen(screen).startswith("https://")
        window.send_signal(signal.SIGKILL)
        window.wait(30)
        before = client.wait_for(HealthSampled, after=client.count)
        after = client.wait_for(HealthSampled, lambda e: e.on_air_s > before.on_air_s + 1, after=client.count)
        assert after.composed_frames > before.composed_frames

        second = nongbo(own_home, environment=screen.environment())
        programs.append(second)
        assert code_on_screen(screen).startswith("https://"), "the new window shows the running show"
        with AttachedClient(own_home) as third:
            snapshot = third.wait_for(Snapshot)
        assert (snapshot.on_air, snapshot.session_id, snapshot.rehearsal) == (True, session, True)
        client.send(StopShow())
        assert client.wait_for(ShowEnded).report.session_id == session
        engine = psutil.Process(client.engine_pid)
    second.send_signal(signal.SIGTERM)
    assert second.wait(60) == 0
    _, alive = psutil.wait_procs([engine], timeout=60)
    assert not alive, "with nothing on air and nobody there the engine ends"


def test_a_server_that_never_speaks_does_not_slow_the_engine_down(own_home: Path, silent_server: SilentServer) -> None:
    answers_s: list[float] = []
    with AttachedClient(own_home, start=True) as client:
        client.send(StartShow(show_to(silent_server.url)))
        client.wait_for(ShowStarted)
        pause = threading.Event()
        for number in range(60):
            asked = time.monotonic()
            client.send(Ping(number))
            client.wait_for(Pong, lambda e, number=number: e.number == number)  # type: ignore[misc]
            answers_s.append(time.monotonic() - asked)
            pause.wait(0.05)
        failed = client.wait_for(OutputChanged, lambda e: e.state is OutputState.FAILED)
        assert failed.problem is not None
        assert failed.problem.code == "output.silent"
        client.send(Quit())
        assert client.lost.wait(60)
    assert statistics.quantiles(answers_s, n=20)[-1] < 0.2
    assert max(answers_s) < 1.0, "a server that holds Python's lock holds it until its call is given up"
