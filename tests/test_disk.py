"""How long the disk lasts is reckoned from the show's own rates, and said in hours and minutes."""

from dataclasses import replace
from pathlib import Path

import pytest

from studio.config import EncoderConfig, ShowConfig
from studio.disk import SPARE_BYTES, free_bytes, gigabytes_per_hour, lasts_s, room_words, span_words

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
    assert told == "The disk has room for 10 hours of recording (1.2 GB an hour)."
    monkeypatch.setattr("studio.disk.free_bytes", lambda _folder: None)
    assert room_words(replace(SHOW, record_dir=tmp_path)) == ""
