"""The window on a real screen: what a person sees after the first command."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from studio.commands import StopShow
from studio.events import HealthSampled, ShowEnded
from tests.end2end.attached import AttachedClient
from tests.end2end.screen_picture import code_on_screen, pictures
from tests.end2end.xvfb import VirtualScreen


@pytest.fixture
def demo(own_home: Path, screen: VirtualScreen) -> Iterator[subprocess.Popen[str]]:
    """`nongbo demo` in its window."""
    process = subprocess.Popen(
        [sys.executable, "-m", "studio", "--home", str(own_home), "demo"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=screen.environment(),
    )
    yield process
    if process.poll() is None:
        process.terminate()
    process.communicate(timeout=90)


def test_the_demo_window_shows_a_moving_show_with_a_code_that_scans(
    own_home: Path, screen: VirtualScreen, demo: subprocess.Popen[str]
) -> None:
    """The preview moves, the card's code can be read off the screen, and once it runs nothing is late or left out."""
    assert code_on_screen(screen).startswith("https://")
    grabbed = pictures(screen, deadline_s=60)
    first = next(grabbed)
    moving = next((picture for picture in grabbed if changed_share(first, picture) > 0.01), None)
    assert moving is not None, "the preview stands still"
    assert first.std() > 30, "the screen is nearly empty"
    with AttachedClient(own_home) as client:
        seconds: dict[float, HealthSampled] = {}
        client.wait_for(HealthSampled, lambda sample: ran_smoothly(sample, seconds))
        client.send(StopShow())
        report = client.wait_for(ShowEnded).report
    assert report.received is not None
    assert report.received.qr_decoded_ratio is not None
    assert report.received.qr_decoded_ratio > 0.8
    demo.terminate()
    assert demo.wait(60) == 0


def ran_smoothly(now: HealthSampled, seconds: dict[float, HealthSampled]) -> bool:
    """Whether this second brought every frame: other programs may have taken the computer from one before."""
    seconds[now.on_air_s] = now
    before = max((at_s for at_s in seconds if at_s < now.on_air_s), default=None)
    if before is None:
        return False
    lost = now.late_ticks + now.skipped_frames - seconds[before].late_ticks - seconds[before].skipped_frames
    return lost == 0 and now.composed_fps >= 28


def changed_share(before: np.ndarray, after: np.ndarray) -> float:
    """Which part of the pixels differs clearly."""
    difference = np.abs(before.astype(np.int16) - after.astype(np.int16)).max(axis=2)
    return float((difference > 24).mean())
