"""Recordings become films: whole, exact, and never at the cost of a show."""

import errno
import itertools
import subprocess
import sys
from collections.abc import Iterator
from io import RawIOBase
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest
from av.container import InputContainer

from studio.events import RecordingFinished
from studio.media import film as film_module
from studio.media.encoder import Encoder
from studio.media.film import Reader, check, copy, make_film, packets_of
from studio.media.finishing import Finisher
from studio.media.frames import EncodedPacket
from studio.media.recording import Recording
from tests.media.films import decode_file, number_of
from tests.media.test_recording import full_disk
from tests.media.told import Told

Show = tuple[Encoder, list[EncodedPacket]]


@pytest.fixture
def recording(tmp_path: Path, encoded_show: Show) -> Path:
    recording = Recording(tmp_path / "录像 1" / "show.mkv", encoded_show[0], Told().notice)
    recording.open()
    recording.start()
    for packet in encoded_show[1]:
        recording.offer(packet)
    recording.stop()
    return recording.path


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def finisher(told: Told) -> Iterator[Finisher]:
    finisher = Finisher(told)
    finisher.start()
    yield finisher
    finisher.stop()
    finisher.stop()


def test_a_film_holds_every_picture_at_its_exact_time_and_all_sound_without_a_crack(recording: Path) -> None:
    sound_before = len(decode_file(recording)[1])
    film = make_film(recording)
    assert film == recording.with_suffix(".mp4")
    assert [path.name for path in film.parent.iterdir()] == ["show.mp4"]
    video, audio = decode_file(film)
    assert [number_of(frame) for frame in video] == [number % 20 for number in range(100)]
    times = [frame.time for frame in video if frame.time is not None]
    assert [after - before for before, after in pairwise(times)] == pytest.approx([0.04] * 99)
    assert len(audio) >= sound_before
    places = [frame.pts for frame in audio if frame.pts is not None]
    assert {after - before for before, after in pairwise(places)} == {1024}


def test_a_film_can_be_wound_and_has_its_index_in_front(recording: Path) -> None:
    film = make_film(recording)
    data = film.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(film)) as container:
        container.seek(3 * 1_000_000)
        frame = next(container.decode(video=0))
    assert frame.time is not None
    assert 2.5 < frame.time <= 3.1


@pytest.mark.parametrize("share", [0.3, 0.617, 0.99])
def test_a_recording_that_was_cut_off_becomes_a_film_of_all_that_was_in_it(recording: Path, share: float) -> None:
    data = recording.read_bytes()
    recording.write_bytes(data[: int(len(data) * share)])
    before = len(decode_file(recording)[0])
    assert len(decode_file(make_film(recording))[0]) == before > 20


def test_a_film_that_lacks_something_is_noticed(recording: Path, tmp_path: Path) -> None:
    draft = tmp_path / "draft.mp4"
    tracks = copy(recording, draft, 1)
    check(draft, tracks)
    tracks[0].packets += 1
    with pytest.raises(ValueError, match="100 of 101 packets"):
        check(draft, tracks)
    tracks[0].packets -= 1
    tracks[0].end_s += 1
    with pytest.raises(ValueError, match="instead of"):
        check(draft, tracks)


def test_a_damaged_recording_is_kept_and_told(finisher: Finisher, told: Told, tmp_path: Path) -> None:
    recording = tmp_path / "show.mkv"
    recording.write_bytes(b"nothing of a film" * 1000)
    finisher.add(7, recording)
    finished = told.wait_for_one(RecordingFinished)
    assert (finished.session_id, finished.path) == (7, str(recording))
    assert finished.problem is not None
    assert finished.problem.code == "recording.damaged"
    assert [path.name for path in tmp_path.iterdir()] == ["show.mkv"]


def test_a_disk_without_room_for_the_film_keeps_the_recording(
    finisher: Finisher, told: Told, recording: Path, tmp_path: Path
) -> None:
    with full_disk(tmp_path / "disk", 2 * recording.stat().st_size):
        moved = tmp_path / "disk" / "show.mkv"
        moved.write_bytes(recording.read_bytes())
        finisher.add(7, moved)
        finished = told.wait_for_one(RecordingFinished)
        assert [path.name for path in moved.parent.iterdir()] == ["show.mkv"]
        assert len(decode_file(moved)[0]) == 100
    assert finished.problem is not None
    assert finished.problem.code == "recording.film_needs_room"
    assert float(dict(finished.problem.values)["gigabytes"]) == pytest.approx(0.1), "what to free, never less"


def test_a_show_is_not_disturbed_and_the_film_is_made_after_it(finisher: Finisher, told: Told, recording: Path) -> None:
    finisher.hold()
    finisher.add(7, recording)
    busy = [finisher.busy]
    finisher.go_on()
    busy.append(finisher.busy)
    assert busy == [False, True]
    finisher.hold()  # in the middle of it, wherever that is
    assert recording.exists() or recording.with_suffix(".mp4").exists()
    finisher.go_on()
    finished = told.wait_for_one(RecordingFinished)
    assert finished.path == str(recording.with_suffix(".mp4"))
    told.wait_for(lambda: not finisher.busy)
    assert [path.name for path in recording.parent.iterdir()] == ["show.mp4"]


def test_a_show_that_ends_as_soon_as_it_has_begun_spoils_no_film(
    finisher: Finisher, told: Told, recording: Path
) -> None:
    finisher.add(7, recording)
    told.wait_for(lambda: finisher._process is not None)
    finisher.hold()
    finisher.go_on()
    finished = told.wait_for_one(RecordingFinished)
    assert (finished.problem, finished.path) == (None, str(recording.with_suffix(".mp4")))


def test_a_film_that_nobody_waits_for_any_more_is_not_made(recording: Path) -> None:
    """The engine is gone: the next one begins anew, and two must not work on one recording."""
    child = subprocess.Popen([sys.executable, "-m", "studio.media.film", str(recording)], stdout=subprocess.PIPE)
    assert child.stdout is not None
    child.stdout.close()
    assert child.wait(120) != 0
    assert [path.name for path in recording.parent.iterdir()] == ["show.mkv"]


class FailingDisk(Reader):
    """A disk that has a bad place behind so many bytes."""

    good_bytes = 0

    def read(self, count: int) -> bytes:
        if self.tell() >= self.good_bytes:
            self._file = Broken()  # whatever is read of it from now on
        return super().read(count)


class Broken(RawIOBase):
    """As a stick that was pulled out."""

    def read(self, _count: int = -1) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    def tell(self) -> int:
        return 0


def test_a_disk_that_cannot_be_read_to_the_end_keeps_its_recording(
    recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = recording.stat().st_size
    monkeypatch.setattr(film_module, "READ_BYTES", 4096)
    monkeypatch.setattr(film_module, "Reader", FailingDisk)
    monkeypatch.setattr(FailingDisk, "good_bytes", size // 2)
    with pytest.raises(OSError, match="output error"):
        make_film(recording)
    assert [path.name for path in recording.parent.iterdir()] == ["show.mkv"]
    assert recording.stat().st_size == size
    monkeypatch.undo()
    assert len(decode_file(make_film(recording))[0]) == 100, "it is tried again"


def test_what_ffmpeg_takes_for_the_end_in_the_middle_of_a_recording_keeps_it(
    recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def first_second(source: InputContainer) -> Iterator[Any]:
        return itertools.islice(packets_of(source), 60)

    monkeypatch.setattr(film_module, "READ_BYTES", 4096)
    monkeypatch.setattr(film_module, "TAIL_BYTES", 1000)
    monkeypatch.setattr(film_module, "packets_of", first_second)
    with pytest.raises(ValueError, match="were not read"):
        make_film(recording)
    assert [path.name for path in recording.parent.iterdir()] == ["show.mkv"]
