"""The shared small picture: written by one, read by many, never half."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from studio.media.frames import blank, planes
from studio.media.preview import HEADER, PREFIX, PreviewReader, PreviewWriter
from studio.media.shrinking import write_rgb
from tests.media.films import coloured


@pytest.fixture(autouse=True)
def own_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.media.preview.shared_folder", lambda: tmp_path)


def test_a_picture_comes_over_in_its_colours_and_only_once() -> None:
    writer = PreviewWriter(1280, 720)
    writer.start()
    reader = PreviewReader(writer.path)
    try:
        assert reader.newest() is None, "nothing was written yet"
        writer.write(planes(coloured(1280, 720, (200, 60, 40), "yuv420p")))
        seen = reader.newest()
        assert seen is not None
        assert (seen.width, seen.height) == (640, 360)
        assert np.abs(np.frombuffer(seen.rgb, np.uint8).reshape(-1, 3).mean(axis=0) - (200, 60, 40)).max() < 6
        assert reader.newest() is None, "it was seen already"
        writer.write(planes(blank(1280, 720)))
        black = reader.newest()
        assert black is not None
        assert max(black.rgb) < 5
    finally:
        reader.close()
        writer.stop()


@pytest.mark.parametrize("rgb", [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (30, 140, 220)], ids=str)
def test_colours_are_those_of_the_picture_that_is_sent(rgb: tuple[int, int, int]) -> None:
    room = bytearray(64 * 36 * 3)
    write_rgb(planes(coloured(128, 72, rgb, "yuv420p")), 64, 36, memoryview(room))
    assert np.abs(np.frombuffer(room, np.uint8).reshape(-1, 3) - np.array(rgb)).max() <= 4


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (1920, 1080), (160, 160), (322, 182)])
def test_any_canvas_is_shrunk_to_its_own_shape(size: tuple[int, int]) -> None:
    writer = PreviewWriter(*size)
    writer.start()
    reader = PreviewReader(writer.path)
    try:
        writer.write(planes(blank(*size)))
        seen = reader.newest()
        assert seen is not None
        assert max(seen.width, seen.height) <= 640
        assert seen.width / seen.height == pytest.approx(size[0] / size[1], rel=0.03)
    finally:
        reader.close()
        writer.stop()


def test_a_picture_that_is_being_written_is_not_shown() -> None:
    writer = PreviewWriter(640, 360)
    writer.start()
    reader = PreviewReader(writer.path)
    try:
        writer.write(planes(blank(640, 360)))
        with Path(writer.path).open("r+b") as file:
            magic, width, height, before, after, *spare = HEADER.unpack(file.read(HEADER.size))
            file.seek(0)
            file.write(HEADER.pack(magic, width, height, before + 1, after, *spare))
            file.flush()
            assert reader.newest() is None
            file.seek(0)
            file.write(HEADER.pack(magic, width, height, before + 1, before + 1, *spare))
        assert reader.newest() is not None
    finally:
        reader.close()
        writer.stop()


def test_the_picture_is_taken_away_and_whoever_looks_is_not_hurt() -> None:
    writer = PreviewWriter(640, 360)
    writer.write(planes(blank(640, 360)))  # not started: nothing happens
    writer.start()
    reader = PreviewReader(writer.path)
    writer.write(planes(blank(640, 360)))
    writer.stop()
    writer.stop()
    assert not Path(writer.path).exists()
    assert reader.newest() is not None
    writer.write(planes(blank(640, 360)))
    assert reader.newest() is None
    reader.close()


def test_pictures_that_killed_engines_left_behind_are_taken_away(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    stale, foreign = tmp_path / f"{PREFIX}{child.pid}-abc", tmp_path / "somebody-elses"
    used = tmp_path / f"{PREFIX}{os.getpid()}-abc"
    for path in (stale, used, foreign):
        path.touch()
    writer = PreviewWriter(640, 360)
    writer.start()
    try:
        assert {used, foreign, Path(writer.path)} == set(tmp_path.iterdir())
    finally:
        writer.stop()


def test_a_shared_picture_is_for_its_owner_only() -> None:
    writer = PreviewWriter(640, 360)
    writer.start()
    try:
        assert Path(writer.path).stat().st_mode & 0o077 == 0
    finally:
        writer.stop()
