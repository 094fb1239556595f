"""The recording: plays after a kill, and a disk that is full or closed never hurts the show."""

import ctypes
import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from studio.disk import SPARE_BYTES
from studio.errors import Problem, StudioError
from studio.media import recording as recording_module
from studio.media.encoder import Encoder
from studio.media.frames import EncodedPacket
from studio.media.recording import Recording
from tests.media.films import decode_file, number_of
from tests.media.told import Told

Show = tuple[Encoder, list[EncodedPacket]]


def record(recording: Recording, packets: list[EncodedPacket]) -> None:
    for packet in packets:
        recording.offer(packet)


def test_a_recording_holds_every_picture_and_all_sound(tmp_path: Path, encoded_show: Show) -> None:
    told = Told()
    recording = Recording(tmp_path / "录像" / "show.mkv", encoded_show[0], told.notice)
    recording.open()
    recording.start()
    record(recording, encoded_show[1])
    recording.stop()
    recording.stop()
    video, audio = decode_file(recording.path)
    assert [number_of(frame) for frame in video] == [number % 20 for number in range(100)]
    assert len(audio) > 180
    assert not told.all


def test_every_second_of_a_recording_is_brought_to_the_disk(
    tmp_path: Path, encoded_show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    def synced(file: int) -> None:
        os.fsync(file)
        sizes.append(os.fstat(file).st_size)

    monkeypatch.setattr(os, "fdatasync", synced, raising=False)
    recording = Recording(tmp_path / "show.mkv", encoded_show[0], Told().notice)
    recording.open()
    recording.start()
    record(recording, encoded_show[1])  # four seconds
    recording.stop()
    assert len(sizes) in (3, 4)
    assert sizes == sorted(set(sizes))
    assert sizes[-1] > 0.5 * recording.path.stat().st_size


@pytest.mark.expects_errors
def test_a_fault_of_ours_ends_the_recording_and_is_told(
    tmp_path: Path, encoded_show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_anything: object) -> None:
        raise ZeroDivisionError("a bug")

    told = Told()
    recording = Recording(tmp_path / "show.mkv", encoded_show[0], told.notice)
    recording.open()
    recording.start()
    monkeypatch.setattr("studio.media.muxing.Muxer.write", broken)
    record(recording, encoded_show[1])
    told.wait_for_one(tuple)
    recording.stop()
    assert [problem.code for problem, _active in told.of(tuple)] == ["recording.broken"]


def test_a_recording_plays_after_its_process_was_killed(tmp_path: Path) -> None:
    path = tmp_path / "show.mkv"
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.media.killed_recording", str(path)], stdout=subprocess.PIPE, cwd=Path.cwd()
    )
    assert child.stdout is not None
    try:
        assert child.stdout.readline().strip() == b"written"
    finally:
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
    video, audio = decode_file(path)
    assert len(video) >= 75, "at most the last second is lost"
    assert [number_of(frame) for frame in video] == [number % 20 for number in range(len(video))]
    assert len(audio) >= 140


@contextmanager
def largest_file(size_bytes: int) -> Iterator[None]:
    """Files of this process can grow to this size only: a disk that is full, without a disk of its own."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@contextmanager
def full_disk(folder: Path, size_bytes: int) -> Iterator[None]:
    """A small disk of its own where we may mount one, else a limit on files."""
    libc = ctypes.CDLL(None, use_errno=True)
    folder.mkdir()
    options = f"size={size_bytes}".encode()
    mount = getattr(libc, "mount", None)
    if mount is None or mount(b"none", str(folder).encode(), b"tmpfs", 0, options) != 0:
        with largest_file(size_bytes):
            yield
        return
    try:
        yield
    finally:
        libc.umount2(str(folder).encode(), 2)


def filled(recording: Recording, told: Told, encoded_show: Show) -> None:
    record(recording, encoded_show[1])
    problem, active = told.wait_for_one(tuple)
    assert (problem.code, active) == ("recording.failed", True)
    assert dict(problem.values)["path"] == str(recording.path.parent)
    record(recording, encoded_show[1])
    recording.stop()
    assert len(told.all) == 1, "told once"


def test_a_disk_that_fills_up_ends_the_recording_only(
    tmp_path: Path, encoded_show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_module, "SPARE_BYTES", 0)
    told, others = Told(), Told()
    elsewhere = Recording(tmp_path / "elsewhere.mkv", encoded_show[0], others.notice)
    with full_disk(tmp_path / "disk", 32 * 1024):
        recording = Recording(tmp_path / "disk" / "show.mkv", encoded_show[0], told.notice)
        recording.open()
        recording.start()
        filled(recording, told, encoded_show)
    elsewhere.open()
    elsewhere.start()
    record(elsewhere, encoded_show[1])
    elsewhere.stop()
    assert len(decode_file(elsewhere.path)[0]) == 100
    assert not others.all


def test_a_file_that_may_not_grow_ends_the_recording_only(tmp_path: Path, encoded_show: Show) -> None:
    """As a quota does, or a stick with an old file system."""
    told = Told()
    recording = Recording(tmp_path / "show.mkv", encoded_show[0], told.notice)
    with largest_file(32 * 1024):
        recording.open()
        recording.start()
        filled(recording, told, encoded_show)


def test_a_file_that_may_grow_no_more_is_followed_by_another_one(
    tmp_path: Path, encoded_show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a stick with an old file system, where four gigabytes are the end."""
    monkeypatch.setattr(recording_module, "AGAIN_EVERY_S", 0.01)
    told, began = Told(), Told()
    paths = (tmp_path / f"{number}.mkv" for number in range(2, 99))
    recording = Recording(tmp_path / "1.mkv", encoded_show[0], told.notice, lambda: next(paths), began)
    with largest_file(32 * 1024):
        recording.open()
        recording.start()
        record(recording, encoded_show[1])
        began.wait_for_one(Path)
    record(recording, encoded_show[1])
    recording.stop()
    assert recording.parts == (tmp_path / "1.mkv", *began.of(Path))
    assert [active for _problem, active in told.of(tuple)] == [True, False]
    assert len(decode_file(recording.parts[-1])[0]) == 100


def test_a_disk_that_takes_a_little_each_time_gets_fewer_and_fewer_parts(
    tmp_path: Path, encoded_show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_module, "AGAIN_EVERY_S", 0.01)
    pauses_s: list[float] = []
    recording = Recording(tmp_path / "0.mkv", encoded_show[0], Told().notice, lambda: next(paths), Told())
    paths = (tmp_path / f"{number}.mkv" for number in range(1, 99))

    def broken() -> bool:
        recording._lost(Problem.of("recording.failed", path=tmp_path, reason="an input/output error"))
        return False

    monkeypatch.setattr(recording, "_write", broken)

    def wait(seconds: float) -> bool:
        pauses_s.append(seconds)
        return len(pauses_s) == 20

    stopping = threading.Event()
    monkeypatch.setattr(stopping, "wait", wait)
    recording._run(stopping)
    recording.stop()
    assert pauses_s[:3] == [0.01, 0.02, 0.04]
    assert pauses_s[-1] == recording_module.LONGEST_PAUSE_S


def test_a_recording_that_never_began_leaves_no_file(tmp_path: Path, encoded_show: Show) -> None:
    recording = Recording(tmp_path / "show.mkv", encoded_show[0], Told().notice)
    recording.open()
    assert list(tmp_path.iterdir())
    recording.stop()
    assert not list(tmp_path.iterdir())
    assert recording.parts == ()


class Usage(NamedTuple):
    """What `shutil.disk_usage` gives."""

    total: int
    used: int
    free: int


def test_a_nearly_full_disk_is_told_before_the_show(
    tmp_path: Path, encoded_show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**9, 10**9, SPARE_BYTES - 1))
    with pytest.raises(StudioError) as caught:
        Recording(tmp_path / "show.mkv", encoded_show[0], Told().notice).open()
    assert caught.value.problem.code == "recording.unwritable"
    assert not (tmp_path / "show.mkv").exists()


def test_a_recording_leaves_room_for_the_log(
    tmp_path: Path, encoded_show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight megabytes further on it looks again, and stops while there is still room."""
    told = Told()
    recording = Recording(tmp_path / "show.mkv", encoded_show[0], told.notice)
    recording.open()
    recording.start()
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**9, 10**9, SPARE_BYTES - 1))
    record(recording, encoded_show[1])
    told.wait_for(lambda: recording.bytes > 10_000)
    assert not told.all
    recording._part.bytes += 9 * 1024 * 1024
    filled(recording, told, encoded_show)


def test_a_folder_that_cannot_be_written_is_told_before_the_show(tmp_path: Path, encoded_show: Show) -> None:
    (tmp_path / "taken").write_text("a file is in the place of the folder")
    for folder in (tmp_path / "taken", tmp_path / "taken" / "deeper", Path("/proc/nongbo")):
        recording = Recording(folder / "show.mkv", encoded_show[0], Told().notice)
        with pytest.raises(StudioError) as caught:
            recording.open()
        assert caught.value.problem.code == "recording.unwritable"
        assert "…" not in str(caught.value)
        recording.stop()
