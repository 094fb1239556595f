"""What the show costs this computer, measured on processes that really work."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.health.load import LoadMeter, disk_free_mb

WORK = """
import sys, time
held = bytearray(60_000_000)
until = time.process_time() + 0.3
while time.process_time() < until:
    pass
print("worked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def worker() -> Iterator["subprocess.Popen[bytes]"]:
    """A child that has used 0.3 s of CPU and holds 60 MB."""
    child = subprocess.Popen([sys.executable, "-c", WORK], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdout.readline()
    yield child
    child.stdin.close()
    child.stdout.close()
    child.wait()


def test_children_count_with_the_process_that_started_them(worker: "subprocess.Popen[bytes]") -> None:
    alone, together = LoadMeter(lambda: ()), LoadMeter(lambda: (worker.pid,))
    alone.start()
    together.start()
    first, second = alone.read(), together.read()
    assert second.cpu_s - first.cpu_s >= 0.25
    assert second.rss_mb - first.rss_mb > 50
    assert together.peak_rss_mb == pytest.approx(second.rss_mb)


def test_a_child_that_ended_is_no_longer_asked_and_its_time_is_kept(worker: "subprocess.Popen[bytes]") -> None:
    meter = LoadMeter(lambda: (worker.pid,))
    meter.start()
    while_it_lived = meter.read()
    assert worker.stdin is not None
    worker.stdin.close()
    worker.wait()
    after = meter.read()
    assert after.cpu_s >= while_it_lived.cpu_s
    assert after.rss_mb < while_it_lived.rss_mb - 50
    assert meter.peak_rss_mb >= while_it_lived.rss_mb


def test_relays_that_come_and_go_for_hours_are_forgotten(worker: "subprocess.Popen[bytes]") -> None:
    alive = [worker.pid]
    meter = LoadMeter(lambda: alive)
    meter.read()
    known = meter._known[worker.pid]
    meter.read()
    assert meter._known[worker.pid] is known, "who lives is not looked for anew"
    alive.clear()
    meter.read()
    assert meter._known == {}


def test_a_second_show_begins_to_count_from_zero() -> None:
    meter = LoadMeter(lambda: ())
    meter.start()
    first = meter.read()
    assert first.cpu_s > 0
    meter.start()
    assert meter.peak_rss_mb == 0
    second = meter.read()
    assert second.cpu_s < min(0.5, first.cpu_s)
    assert second.cpu_percent == 0.0, "nothing to compare with yet"
    assert meter.read().cpu_percent >= 0


def test_free_space_is_told_and_unknown_space_is_none(tmp_path: Path) -> None:
    assert disk_free_mb(tmp_path) > 0
    assert disk_free_mb(tmp_path / "not there") == 0
