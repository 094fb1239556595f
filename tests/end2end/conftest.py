"""Real servers, screens and devices for the tests that start the real program."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.conftest import KEPT_BY_PYTHON, describe
from tests.end2end.alsa import FakeMicrophone
from tests.end2end.nginx import RtmpServer
from tests.end2end.xvfb import VirtualScreen


@pytest.fixture(autouse=True)
def no_studio_left_running(own_home: Path) -> Iterator[None]:
    """Fails a test that leaves an engine or a relay on its home behind: they may have left our process tree."""
    yield
    left = studio_processes(own_home)
    _, alive = psutil.wait_procs(left, timeout=60)
    for process in alive:
        process.kill()
    assert not alive, f"left running on {own_home}: {[process.pid for process in alive]}"


def studio_processes(home: Path) -> list[psutil.Process]:
    """All processes on this computer that belong to the studio in `home`."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("NONGBO_HOME") == str(home) or str(home) in process.cmdline():
                found.append(process)
        except psutil.Error:
            continue
    return [process for process in found if not any(kept in describe(process) for kept in KEPT_BY_PYTHON)]


@pytest.fixture
def rtmp_server(tmp_path: Path) -> Iterator[RtmpServer]:
    """An nginx that takes streams, keeps them as FLV, and tells its statistics."""
    with RtmpServer(tmp_path / "nginx", record=True) as server:
        yield server


@pytest.fixture
def second_rtmp_server(tmp_path: Path) -> Iterator[RtmpServer]:
    """Another one, for a second destination."""
    with RtmpServer(tmp_path / "nginx-2", record=True) as server:
        yield server


@pytest.fixture
def screen() -> Iterator[VirtualScreen]:
    """A 1366×768 screen without hardware."""
    with VirtualScreen() as screen:
        yield screen


@pytest.fixture
def fake_microphone(tmp_path: Path) -> Iterator[FakeMicrophone]:
    """The ALSA device `fakemic`, which gives a 440 Hz tone at the pace of a real one."""
    with FakeMicrophone(tmp_path) as microphone:
        yield microphone
