"""How long the disk lasts is reckoned from the show's own rates, and said in hours and minutes."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from studio.config import EncoderConfig, ShowConfig
from studio.disk import (
    ASIDE_BYTES,
    DISK_LOW,
    FILM_LOW,
    SPARE_BYTES,
    RecordingRoom,
    film_lasts_s,
    film_needs_bytes,
    free_bytes,
    gigabytes_per_hour,
    give_back_aside,
    lasts_s,
    put_aside,
    recorded_bytes,
    room_words,
    span_words,
)
from studio.events import Noticed
from tests.media.test_recording import Usage
from tests.media.told import Hand, Told

SHOW = ShowConfig(encoder=EncoderConfig(2500))


def test_an_hour_at_the_usual_rate_takes_a_bit_more_than_a_gigabyte() -> None:
    assert gigabytes_per_hour(SHOW) == pytest.approx(1.194, abs=0.001)
    assert lasts_s(1.194e9 + SPARE_BYTES, SHOW) == pytest.approx(3600, rel=0.001)
    assert lasts_s(2.388e9 + SPARE_BYTES, SHOW) == pytest.approx(7200, rel=0.001)


def test_what_the_log_needs_is_not_promised_to_the_recording() -> None:
    assert lasts_s(SPARE_BYTES, SHOW) == lasts_s(0, SHOW) == 0


def test_a_folder_that_is_not_there_yet_is_on_the_disk_of_the_one_above(tmp_path: Path) -> None:
    free = free_bytes(tmp_path)
    assert free is not None
    assert free_bytes(tmp_path / "a" / "b") == pytest.approx(free, rel=0.01)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 minutes"), (119, "1 minute"), (3599, "59 minutes"), (3600, "1 hour"), (41.9 * 3600, "41 hours")],
)
def test_never_more_is_promised_than_there_is(seconds: float, words: str) -> None:
    assert span_words(seconds) == words


def test_room_is_told_for_what_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.disk.free_bytes", lambda _folder: 12 * 10**9)
    assert room_words(SHOW) == ""
    told = room_words(replace(SHOW, record_dir=tmp_path))
    assert (
        told == "The disk has room for 10 hours of recording, or for 4 hours that can become an MP4 (1.2 GB an hour)."
    )
    recording = replace(SHOW, record_dir=tmp_path)
    assert "or for 3 hours that" in room_words(recording, on_air_s=2 * 3600), "what is recorded must fit once more too"
    monkeypatch.setattr("studio.disk.free_bytes", lambda _folder: None)
    assert room_words(replace(SHOW, record_dir=tmp_path)) == ""


@pytest.mark.parametrize(("free_gb", "before_s"), [(12, 0.0), (12, 3 * 3600.0), (1, 600.0), (3, 3600.0)])
def test_a_recording_that_ends_in_time_leaves_room_for_its_mp4(free_gb: float, before_s: float) -> None:
    """And one that goes on for a minute longer does not: nothing is promised that cannot be kept, nor held back."""
    free, before = free_gb * 1e9, recorded_bytes(SHOW, before_s)
    more_s = film_lasts_s(free, SHOW, before)
    for over_s, fits in ((-1.0, True), (60.0, False)):
        added = recorded_bytes(SHOW, more_s + over_s)
        assert (free - added >= film_needs_bytes(round(before + added))) is fits
    assert more_s < lasts_s(free, SHOW) / 2


def test_a_show_that_can_be_recorded_but_not_made_into_an_mp4_is_told_so_once() -> None:
    told = Told()
    room = RecordingRoom(replace(SHOW, duration_s=2 * 3600), Hand(), told)
    for _second in range(3):
        room.look(3e9, 0, failed=False)
    (noticed,) = told.of(Noticed)
    assert noticed.problem.code == "recording.disk_short"
    assert dict(noticed.problem.values) == {"span": "2 hours", "film": "1 hour", "wanted": "2 hours"}


def test_the_mp4_is_warned_of_before_the_disk_and_both_are_taken_back() -> None:
    told = Told()
    room = RecordingRoom(SHOW, Hand(), told)
    for free, written in ((9e9, 0), (3e9, 2.6e9), (0.2e9, 5.4e9), (3e9, 2.6e9), (9e9, 2.6e9)):
        room.look(free, written, failed=False)
        room.look(free, written, failed=False)
    assert [(one.problem, one.active) for one in told.of(Noticed)] == [
        (FILM_LOW, True),
        (FILM_LOW, False),
        (DISK_LOW, True),
        (DISK_LOW, False),
        (FILM_LOW, True),
        (FILM_LOW, False),
    ]


def test_a_recording_that_has_stopped_needs_no_room() -> None:
    told = Told()
    RecordingRoom(SHOW, Hand(), told).look(0, 5e9, failed=True)
    assert not told.all


def test_what_is_put_aside_is_there_once_and_not_on_a_disk_that_is_nearly_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aside = tmp_path / "spare.room"
    assert not give_back_aside(aside)
    put_aside(aside)
    put_aside(aside)
    assert aside.stat().st_blocks * 512 >= ASIDE_BYTES, "it takes its room"
    assert give_back_aside(aside)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**9, 10**9, SPARE_BYTES))
    put_aside(aside)
    put_aside(tmp_path / "not there" / "spare.room")
    assert not aside.exists()
