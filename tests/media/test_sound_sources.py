"""Sound sources of their own, from real files: in real time, round and round, and told where they will not do."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from studio.clock import SystemClock
from studio.config import AudioConfig, AudioKind
from studio.errors import StudioError
from studio.media import audio_tap, feed
from studio.media.audio import AudioTrack
from studio.media.capture import AudioCapture, wants_own_capture
from studio.media.frames import NS, SAMPLE_RATE, Timeline
from studio.media.taps import TrackInput
from tests.media.films import write_clip, write_sound
from tests.media.told import Told

LINE = Timeline(100 * NS, 25)


def test_which_sound_has_a_source_of_its_own() -> None:
    assert wants_own_capture(AudioConfig(AudioKind.MIC))
    assert wants_own_capture(AudioConfig(AudioKind.CLIP, "song.wav"))
    assert not wants_own_capture(AudioConfig(AudioKind.CLIP))
    assert not wants_own_capture(AudioConfig(AudioKind.SILENCE))


def test_a_sound_file_plays_in_real_time_and_goes_round(tmp_path: Path) -> None:
    told, clock = Told(), SystemClock()
    track_input = TrackInput()
    song = AudioConfig(AudioKind.CLIP, str(write_sound(tmp_path / "song.wav", 0.4)))
    capture = AudioCapture(song, clock, track_input, told.notice)
    capture.open()
    line = Timeline(clock.now_ns(), 25)
    track = AudioTrack(line)
    track_input.lay(track)
    capture.start(line)
    try:
        told.wait_for(lambda: track._next is not None and track._next >= SAMPLE_RATE * 3 // 2)
        assert clock.now_ns() - line.start_ns > NS // 3, "it is never more than a second ahead"
        sound = track.read(SAMPLE_RATE)[0]
    finally:
        capture.stop()
        capture.stop()
    rms = [float(np.sqrt((sound[at : at + 2400] ** 2).mean())) for at in range(4800, SAMPLE_RATE - 4800, 2400)]
    assert min(rms) > 0.3
    assert not told.all


@pytest.mark.parametrize("name", ["missing.wav", "not-sound.wav"])
def test_sound_that_does_not_open_is_told_before_the_show(tmp_path: Path, name: str) -> None:
    (tmp_path / "not-sound.wav").write_text("苹果")
    capture = AudioCapture(
        AudioConfig(AudioKind.CLIP, str(tmp_path / name)), SystemClock(), TrackInput(), Told().notice
    )
    with pytest.raises(StudioError) as caught:
        capture.open()
    assert caught.value.problem.code in ("clip.missing", "audio.unreadable")


def test_a_sound_file_of_which_nothing_can_be_decoded_is_lost_once_and_tried_slowly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, rounds = Told(), Told()

    def nothing(packets: Iterator[object]) -> Iterator[object]:
        rounds(len(list(packets)))
        return iter(())

    monkeypatch.setattr(feed, "RETRY_NS", NS // 50)
    monkeypatch.setattr(audio_tap, "decoded", nothing)
    song = AudioConfig(AudioKind.CLIP, str(write_sound(tmp_path / "song.wav", 0.1)))
    capture = AudioCapture(song, SystemClock(), TrackInput(), told.notice)
    capture.open()
    capture.start(LINE)
    try:
        rounds.wait_for(lambda: len(rounds.all) >= 3)
    finally:
        capture.stop()
    assert [(problem.code, active) for problem, active in told.all] == [("audio.lost", True)]


def test_a_film_without_sound_is_no_sound_source(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "silent.mp4")
    capture = AudioCapture(AudioConfig(AudioKind.CLIP, str(clip)), SystemClock(), TrackInput(), Told().notice)
    with pytest.raises(StudioError) as caught:
        capture.open()
    assert caught.value.problem.code == "audio.unreadable"
