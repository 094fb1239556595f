"""The camera check on real sources: films that are black, dark, frozen or blurred, a screen, a network camera."""

import itertools
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from studio.checks import CheckResult, Outcome
from studio.config import CanvasConfig, ShowConfig, SourceConfig, SourceKind
from studio.errors import explain
from studio.health.preflight.camera import Look, _judged, check_camera
from studio.media.frames import planes
from studio.shop.demo import demo_clip
from tests.end2end.cameras import WebCamera
from tests.end2end.xvfb import VirtualScreen

Grey = NDArray[np.uint8]
SHOW = ShowConfig(canvas=CanvasConfig(640, 360, 25))
RANDOM = np.random.default_rng(7)


def check(kind: SourceKind, target: str | Path, seconds: float = 1.0) -> CheckResult:
    show = replace(SHOW, source=SourceConfig(kind, str(target)))
    return check_camera(show, threading.Event(), seconds)


def code(result: CheckResult) -> str:
    assert result.outcome is Outcome.BAD
    assert result.problem is not None
    assert "…" not in explain(result.problem).what
    return result.problem.code


@pytest.fixture(scope="module")
def stall() -> list[Grey]:
    """Luma of the demo clip's first pictures: a host, fruit, sharp edges."""
    with av.open(str(demo_clip())) as container:
        frames = itertools.islice(container.decode(video=0), 30)
        return [cv2.resize(planes(frame)[0], (640, 360), interpolation=cv2.INTER_AREA) for frame in frames]  # type: ignore[misc]


def film(path: Path, pictures: list[Grey], fps: int = 25) -> Path:
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "qp": "0"})
        video.width, video.height, video.pix_fmt = 640, 360, "yuv420p"
        for luma in pictures:
            colour = np.full((180, 640), 128, np.uint8)
            container.mux(video.encode(av.VideoFrame.from_ndarray(np.vstack([luma, colour]), "yuv420p")))
        container.mux(video.encode(None))
    return path


def noisy(luma: Grey, sigma: float = 2.0) -> Grey:
    """As a sensor gives it."""
    return np.clip(luma + RANDOM.normal(0, sigma, luma.shape), 16, 235).astype(np.uint8)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda luma: noisy(np.full_like(luma, 17), 1.0), "check.clip_black"),
        (lambda luma: noisy((luma.astype(int) * 0.15 + 16).astype(np.uint8)), "check.clip_dark"),
        (lambda luma: noisy(cv2.GaussianBlur(luma, (0, 0), 6).astype(np.uint8)), "check.clip_blurred"),
    ],
    ids=["lid on", "no lamp", "out of focus"],
)
def test_a_bad_picture_is_told_as_what_it_is(
    stall: list[Grey], tmp_path: Path, change: Callable[[Grey], Grey], expected: str
) -> None:
    assert code(check(SourceKind.CLIP, film(tmp_path / "film.mp4", list(map(change, stall))))) == expected


def test_a_frozen_picture_is_found_and_a_still_scene_is_not_called_frozen(stall: list[Grey], tmp_path: Path) -> None:
    """A living camera has noise, even where nothing moves."""
    assert code(check(SourceKind.CLIP, film(tmp_path / "a.mp4", [stall[0]] * 30))) == "check.clip_frozen"
    alive = film(tmp_path / "b.mp4", [noisy(stall[0], 4.0) for _ in range(30)])
    assert check(SourceKind.CLIP, alive).outcome is Outcome.GOOD


def test_a_good_picture_is_told_with_its_size_and_rate() -> None:
    result = check(SourceKind.CLIP, demo_clip())
    assert result.outcome is Outcome.GOOD
    assert result.found.told().startswith("Lit, moving and sharp: 1280×720, 30 pictures")


def test_a_camera_that_gives_half_the_pictures_is_told(stall: list[Grey], tmp_path: Path) -> None:
    result = check(SourceKind.CLIP, film(tmp_path / "slow.mp4", [noisy(luma) for luma in stall], fps=12))
    assert code(result) == "check.clip_slow"
    assert dict(result.found.values)["fps"] == "12"


@pytest.mark.parametrize("fault", ["black", "frozen", "dark", "slow", "blurred"])
def test_no_camera_is_to_blame_for_what_is_in_a_film(fault: str) -> None:
    fine = Look(640, 360, 30.0, black=False, dark=False, frozen=False, blurred=False)
    look = replace(fine, fps=12.0) if fault == "slow" else replace(fine, **{fault: True})
    for clip, kind in ((False, "camera"), (True, "clip")):
        problem = _judged(look, 30, clip)
        assert problem is not None
        assert problem.code == f"check.{kind}_{fault}"
        assert ("film" in explain(problem).fix) is clip


def test_a_network_camera_that_repeats_itself_is_frozen() -> None:
    with WebCamera((200, 190, 180)) as camera:
        result = check(SourceKind.URL, camera.url)
    assert code(result) == "check.camera_frozen"
    assert dict(result.found.values)["width"] == "640"
    assert 10 <= int(dict(result.found.values)["fps"]) <= 20


def test_of_what_was_not_judged_nothing_is_said(tmp_path: Path) -> None:
    """A bare wall says nothing of the focus, a screen may stand still as it likes."""
    wall = film(tmp_path / "wall.mp4", [noisy(np.full((360, 640), 170, np.uint8), 4.0) for _ in range(30)])
    result = check(SourceKind.CLIP, wall)
    assert result.outcome is Outcome.GOOD
    assert result.found.told().startswith("Lit and moving: 640×360")
    assert "sharp" in result.not_covered.told()
    with VirtualScreen(640, 360, white=True) as screen:
        result = check(SourceKind.CAMERA, f"x11grab@{screen.display}")
    assert result.outcome is Outcome.GOOD
    assert result.found.told().startswith("Lit: 640×360")
    assert "moves and is sharp" in result.not_covered.told()


def test_a_screen_without_anything_on_it_is_a_black_camera() -> None:
    with VirtualScreen(640, 360) as screen:
        begin_s = time.monotonic()
        assert code(check(SourceKind.CAMERA, f"x11grab@{screen.display}")) == "check.camera_black"
    assert time.monotonic() - begin_s > 1.0, "a live source is looked at for as long as was said"


def test_what_does_not_open_is_told_in_four_lines(tmp_path: Path) -> None:
    assert code(check(SourceKind.CAMERA, "x11grab@:987")) == "source.unreadable"
    assert code(check(SourceKind.CLIP, tmp_path / "nowhere.mp4")) == "clip.missing"
    (tmp_path / "letter.mp4").write_text("no film")
    assert code(check(SourceKind.CLIP, tmp_path / "letter.mp4")) == "clip.unreadable"


def test_what_cannot_be_looked_at_is_not_claimed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert check(SourceKind.PATTERN, "").outcome is Outcome.NOT_CHECKED
    assert check(SourceKind.PIPE, tmp_path / "pipe").outcome is Outcome.NOT_CHECKED


def test_a_stop_ends_it() -> None:
    stopping = threading.Event()
    stopping.set()
    show = replace(SHOW, source=SourceConfig(SourceKind.CLIP, str(demo_clip())))
    assert check_camera(show, stopping).outcome is Outcome.NOT_CHECKED


def test_a_camera_that_we_left_alone_is_not_broken(tmp_path: Path) -> None:
    """Of several ways to open it, only the first is tried once it is to stop."""
    stopping = threading.Event()
    stopping.set()
    show = replace(SHOW, source=SourceConfig(SourceKind.CAMERA, str(tmp_path / "video0")))
    result = check_camera(show, stopping)
    assert (result.outcome, result.problem) == (Outcome.NOT_CHECKED, None)
