"""The microphone check: a device without hardware, recordings of known level, and a real player process."""

import os
import threading
import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from studio.checks import Check, CheckPlan, CheckResult, Outcome
from studio.config import AudioConfig, AudioKind, ShowConfig, SoundConfig, SourceConfig, SourceKind
from studio.errors import explain
from studio.health.preflight import microphone as microphone_check
from studio.health.preflight.microphone import (
    answered,
    check_microphone,
    judged,
    level,
    played_back,
    settled_gain_db,
    wants_voice,
)
from studio.media.frames import SAMPLE_RATE, Samples
from studio.media.recorder import FORMAT, OPTIONS
from studio.media.sources import Opening
from studio.shop.demo import demo_clip
from tests.end2end.alsa import NAME, FakeMicrophone

PERSON, NOBODY = CheckPlan(), CheckPlan(person_there=False)
NEITHER = dict.fromkeys((Check.MICROPHONE, Check.PLAYBACK), Outcome.NOT_CHECKED)
RANDOM = np.random.default_rng(3)


def speech(loudness: float = 0.3, noise: float = 0.001) -> Samples:
    """Three seconds of syllables with pauses, over the noise of a room."""
    at_s = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
    voice = np.sin(2 * np.pi * 180 * at_s) * (np.sin(2 * np.pi * 1.5 * at_s) > 0.3) * loudness
    mono = voice + RANDOM.normal(0, noise, at_s.size)
    return np.clip(np.stack([mono, mono]), -1, 1).astype(np.float32)


def code(result: CheckResult) -> str | None:
    if result.problem is not None:
        assert "…" not in explain(result.problem).fix
    return result.problem.code if result.problem else None


@pytest.mark.parametrize(
    ("samples", "asked", "outcome", "expected"),
    [
        (speech(), True, Outcome.GOOD, None),
        (speech(0.08, 0.003), True, Outcome.GOOD, None),
        (np.zeros((2, 3 * SAMPLE_RATE), np.float32), True, Outcome.BAD, "check.mic_silent"),
        (np.zeros((2, 3 * SAMPLE_RATE), np.float32), False, Outcome.BAD, "check.mic_silent"),
        (speech(0.0, 0.0005), True, Outcome.BAD, "check.mic_silent"),
        (speech(0.0, 0.0005), False, Outcome.NOT_CHECKED, None),  # a quiet room is no fault
        (speech(0.0, 0.1), True, Outcome.BAD, "check.mic_no_voice"),
        (speech(0.0, 0.1), False, Outcome.GOOD, None),  # it gives sound, and no more is said
        (speech(0.01, 0.0005), True, Outcome.BAD, "check.mic_quiet"),
        (speech(3.0), True, Outcome.BAD, "check.mic_clips"),
    ],
    ids=["spoken", "spoken in a noisy yard", "dead", "dead, nobody asked", "room", "room, nobody asked", "engine",
         "engine, nobody asked", "far away", "too loud"],
)  # fmt: skip
def test_a_recording_is_judged(samples: Samples, asked: bool, outcome: Outcome, expected: str | None) -> None:
    result = judged(level(samples), asked)
    assert (result.outcome, code(result)) == (outcome, expected)


@pytest.mark.parametrize(("auto_gain", "expected", "loudest"), [(True, None, 0.08), (False, "check.mic_quiet", 0.01)])
def test_a_quiet_voice_is_judged_and_played_as_viewers_will_hear_it(
    monkeypatch: pytest.MonkeyPatch, auto_gain: bool, expected: str | None, loudest: float
) -> None:
    """The automatic gain brings it up by 18 dB, unless it is switched off."""
    monkeypatch.setattr(microphone_check, "_recorded", lambda *_any: speech(0.01, 0.0002))
    played: list[float] = []

    def play(path: Path, _stopping: threading.Event) -> str:
        with wave.open(str(path)) as file:
            pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")
        played.append(float(np.abs(pcm).max()) / 32767)
        return ""

    show = ShowConfig(audio=AudioConfig(AudioKind.MIC), sound=SoundConfig(auto_gain=auto_gain))
    heard, _playback = check_microphone(show, PERSON, threading.Event(), play)
    assert code(heard) == expected
    assert played[0] == pytest.approx(loudest, rel=0.2)
    if expected is None:
        assert heard.found.told().startswith("Sound like speech was heard")


def test_noise_is_not_pulled_up_before_it_is_judged() -> None:
    assert settled_gain_db(speech(0.0, 0.02)) == 0.0
    assert settled_gain_db(speech(0.01, 0.0002)) == pytest.approx(18.0)
    assert settled_gain_db(speech(0.7)) < 0


def test_levels_are_in_decibels_below_full_scale() -> None:
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(SAMPLE_RATE) / SAMPLE_RATE)
    heard = level(np.stack([tone, tone]).astype(np.float32))
    assert heard.peak_dbfs == pytest.approx(-6.0, abs=0.1)
    assert heard.voice_dbfs == pytest.approx(-9.0, abs=0.1)
    assert heard.clipped_share == 0.0


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ShowConfig]:
    """A show whose microphone gives an even tone."""
    monkeypatch.setattr(microphone_check, "SETTLE_S", 0.1)
    with FakeMicrophone(tmp_path) as microphone:
        for name, value in microphone.environment().items():
            monkeypatch.setenv(name, value)
        yield ShowConfig(audio=AudioConfig(AudioKind.MIC, NAME))


def results(show: ShowConfig, plan: CheckPlan = PERSON, reason: str = "") -> dict[Check, CheckResult]:
    """The check with a player that plays nothing, and gives back `reason`."""

    def play(path: Path, _stopping: threading.Event) -> str:
        with wave.open(str(path)) as file:
            assert file.getnframes() == pytest.approx(0.5 * SAMPLE_RATE, rel=0.1)
        return reason

    found = check_microphone(show, plan, threading.Event(), play, seconds=0.5)
    return {result.check: result for result in found}


def test_an_open_microphone_is_recorded_and_played_back(show: ShowConfig) -> None:
    """An even tone is no voice; the person is asked all the same."""
    found = results(show)
    assert code(found[Check.MICROPHONE]) == "check.mic_no_voice"
    assert found[Check.PLAYBACK].asks
    assert found[Check.PLAYBACK].outcome is Outcome.NOT_CHECKED


def test_where_nobody_is_there_no_voice_is_claimed(show: ShowConfig) -> None:
    found = results(show, NOBODY)
    assert found[Check.MICROPHONE].outcome is Outcome.GOOD
    assert "voice" in found[Check.MICROPHONE].not_covered.told()
    assert found[Check.PLAYBACK].outcome is Outcome.NOT_CHECKED
    assert not found[Check.PLAYBACK].asks


def test_without_a_loudspeaker_the_reason_is_told(show: ShowConfig) -> None:
    playback = results(show, reason="this system has no player for sounds")[Check.PLAYBACK]
    assert playback.outcome is Outcome.NOT_CHECKED
    assert "no player" in playback.found.told()


@pytest.mark.parametrize(("heard", "expected"), [(True, None), (False, "check.not_heard")])
def test_the_person_has_the_last_word(heard: bool, expected: str | None) -> None:
    assert code(answered(heard)) == expected


def test_a_microphone_that_is_not_there_is_told(tmp_path: Path) -> None:
    found = results(ShowConfig(audio=AudioConfig(AudioKind.MIC, "no-such-microphone")))
    assert code(found[Check.MICROPHONE]) == "audio.unreadable"
    assert found[Check.PLAYBACK].outcome is Outcome.NOT_CHECKED


def test_the_sound_of_a_clip_needs_nobody_to_speak() -> None:
    source = SourceConfig(SourceKind.CLIP, str(demo_clip()))
    found = results(ShowConfig(source=source, audio=AudioConfig(AudioKind.CLIP)))
    assert found[Check.MICROPHONE].outcome is Outcome.GOOD
    assert "file" in found[Check.PLAYBACK].found.told()
    assert "film has sound" in found[Check.MICROPHONE].found.told()


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (speech(), None),
        (np.zeros((2, SAMPLE_RATE), np.float32), "check.clip_silent"),
        (speech(3.0), "check.clip_distorted"),
    ],
)
def test_no_microphone_is_to_blame_for_the_sound_of_a_film(
    monkeypatch: pytest.MonkeyPatch, samples: Samples, expected: str | None
) -> None:
    monkeypatch.setattr(microphone_check, "_recorded", lambda *_any: samples)
    heard, _playback = check_microphone(ShowConfig(audio=AudioConfig(AudioKind.CLIP)), PERSON, threading.Event())
    assert code(heard) == expected
    assert heard.found.told().startswith("The film has sound" if expected is None else "The loudest was")


@pytest.fixture
def mute_film(tmp_path: Path) -> Path:
    """Half a second of a picture, and no sound with it."""
    path = tmp_path / "mute.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        for _number in range(12):
            container.mux(stream.encode(av.VideoFrame(64, 36, "yuv420p")))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("kind", "expected"), [(SourceKind.CLIP, "check.clip_no_sound"), (SourceKind.URL, "check.stream_no_sound")]
)
def test_a_picture_without_sound_is_told_as_that_and_nothing_is_to_be_heard(
    mute_film: Path, kind: SourceKind, expected: str
) -> None:
    show, announced = ShowConfig(audio=AudioConfig(AudioKind.CLIP)), []
    source = SourceConfig(kind, str(mute_film) if kind is SourceKind.CLIP else mute_film.as_uri())
    heard, playback = check_microphone(
        replace(show, source=source), PERSON, threading.Event(), playing=lambda: announced.append(1)
    )
    assert (heard.outcome, code(heard)) == (Outcome.BAD, expected)
    assert "icrophone was" not in heard.found.told()
    assert playback.outcome is Outcome.NOT_CHECKED
    assert not announced


def test_a_film_that_is_none_blames_no_microphone(tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_text("a shopping list")
    source = SourceConfig(SourceKind.CLIP, str(film))
    for show in (
        ShowConfig(source=source, audio=AudioConfig(AudioKind.CLIP)),
        ShowConfig(audio=AudioConfig(AudioKind.CLIP, str(film))),
    ):
        assert code(results(show)[Check.MICROPHONE]) == "clip.unreadable"


def test_what_comes_only_once_is_left_for_the_show(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    show = ShowConfig(source=SourceConfig(SourceKind.PIPE, str(pipe)), audio=AudioConfig(AudioKind.CLIP))
    assert not wants_voice(show, PERSON)
    assert {check: result.outcome for check, result in results(show).items()} == NEITHER


def test_a_phone_whose_stream_is_pulled_is_spoken_into(monkeypatch: pytest.MonkeyPatch) -> None:
    phone = ShowConfig(source=SourceConfig(SourceKind.URL, "rtsp://phone.example/"), audio=AudioConfig(AudioKind.CLIP))
    assert wants_voice(phone, PERSON)
    assert not wants_voice(phone, NOBODY)
    assert not wants_voice(replace(phone, audio=AudioConfig(AudioKind.CLIP, "music.mp3")), PERSON)
    monkeypatch.setattr(microphone_check, "_recorded", lambda *_any: speech())
    heard, playback = check_microphone(phone, PERSON, threading.Event(), lambda *_any: "")
    assert heard.found.told().startswith("Sound like speech was heard")
    assert playback.asks


@pytest.mark.parametrize("kind", [AudioKind.SILENCE, AudioKind.CLIP])
def test_a_show_without_sound_is_not_checked(kind: AudioKind) -> None:
    found = results(ShowConfig(source=SourceConfig(SourceKind.PATTERN), audio=AudioConfig(kind)))
    assert {check: result.outcome for check, result in found.items()} == NEITHER


@pytest.mark.parametrize(("ends_with", "told"), [(0, ""), (1, "the loudspeaker does not open")])
def test_the_systems_player_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends_with: int, told: str) -> None:
    heard, recording = tmp_path / "heard", tmp_path / "recording.wav"
    player = tmp_path / "bin" / "aplay"
    player.parent.mkdir()
    player.write_text(f'#!/bin/sh\necho "$@" > {heard}\nexit {ends_with}\n')
    player.chmod(0o755)
    monkeypatch.setenv("PATH", str(player.parent))
    assert played_back(recording, threading.Event()) == told
    assert heard.read_text().split() == ["-q", str(recording)]


def test_without_a_player_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "no player" in played_back(tmp_path / "recording.wav", threading.Event())


def test_a_player_that_hangs_is_ended_with_the_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    player = tmp_path / "aplay"
    player.write_text("#!/bin/sh\nexec sleep 60\n")
    player.chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path), "/bin", "/usr/bin"]))
    stopping = threading.Event()
    stopping.set()
    assert played_back(tmp_path / "recording.wav", stopping)


def test_a_stop_ends_the_recording(show: ShowConfig) -> None:
    stopping = threading.Event()
    stopping.set()
    found = check_microphone(replace(show), PERSON, stopping)
    assert {result.check: result.outcome for result in found} == NEITHER


def test_a_microphone_that_we_let_go_is_not_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sound server's recorder gives nothing more once it is stopped, which reads as a fault of it."""
    stopping = threading.Event()
    ways = [Opening("default", FORMAT, OPTIONS, recorder=("sleep", "60"))]

    def opened(_show: ShowConfig) -> list[Opening]:
        stopping.set()
        return ways

    monkeypatch.setattr(microphone_check, "_openings", opened)
    found = check_microphone(ShowConfig(audio=AudioConfig(AudioKind.MIC)), PERSON, stopping)
    assert {result.check: result.outcome for result in found} == NEITHER
