"""Background music: decoded from real files, over and over, and out of the voice's way."""

import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from studio.config import SoundConfig
from studio.errors import Problem
from studio.media.audio import MIX_SAMPLES
from studio.media.frames import SAMPLE_RATE, Samples
from studio.media.music import DUCKED, Ducking, MusicPlayer
from studio.media.treatment import Treatment
from tests.media.speech import rms_db, speech, stereo
from tests.media.told import Told

HUM = 0.2


def write_music(path: Path, codec: str, seconds: float = 1.0, rate: int = 44_100) -> Path:
    """A tone of 330 Hz on both sides."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate, layout="stereo")
        wave = HUM * np.sin(2 * np.pi * 330 * np.arange(int(seconds * rate)) / rate)
        data = np.repeat((wave * 32767).astype(np.int16), 2)[None]
        frame = av.AudioFrame.from_ndarray(data, format="s16", layout="stereo")
        frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), 0
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)
    return path


@pytest.fixture
def song(tmp_path: Path) -> Path:
    return write_music(tmp_path / "歌 1.wav", "pcm_s16le")


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def treatment(told: Told) -> Iterator[Treatment]:
    treatment = Treatment(told.notice)
    yield treatment
    treatment.stop()
    treatment.stop()


def taken(player: MusicPlayer, told: Told, blocks: int) -> Samples:
    out: list[Samples] = []

    def filled() -> bool:
        block = player.take(MIX_SAMPLES)
        if block is not None:
            out.append(block)
        return len(out) == blocks

    told.wait_for(filled)
    return np.concatenate(out, axis=1)


@pytest.mark.parametrize(("name", "codec"), [("a.wav", "pcm_s16le"), ("b.m4a", "aac"), ("c.flac", "flac")])
def test_a_file_plays_again_and_again(tmp_path: Path, told: Told, name: str, codec: str) -> None:
    player = MusicPlayer(str(write_music(tmp_path / name, codec)), told)
    player.start()
    try:
        out = taken(player, told, 40)  # 3.4 s of a file of one
    finally:
        player.stop()
    assert not told.all
    spectrum = np.abs(np.fft.rfft(out[0]))
    assert np.argmax(spectrum) * SAMPLE_RATE / out.shape[1] == pytest.approx(330, abs=1)
    assert rms_db(out) == pytest.approx(20 * np.log10(HUM / np.sqrt(2)), abs=0.7)


def spoil(path: Path) -> Path:
    path.write_bytes(b"this is no music, " * 100)
    return path


def test_a_file_that_cannot_be_played_is_told_once_and_the_voice_goes_on(
    tmp_path: Path, song: Path, told: Told, treatment: Treatment
) -> None:
    for path in (tmp_path / "gone.mp3", spoil(tmp_path / "spoilt.mp3")):
        treatment.set(SoundConfig(music=str(path)), live=False)
        told.wait_for(lambda path=path: any(one[1] and str(path) in dict(one[0].values)["path"] for one in told.all))  # type: ignore[misc]
    voice = np.full((2, MIX_SAMPLES), 0.1, np.float32)
    treatment.finish(treatment.voice(voice), muted=False)
    assert np.allclose(treatment.finish(treatment.voice(voice), muted=False), voice)
    treatment.set(SoundConfig(music=str(song)), live=False)
    told.wait_for(lambda: len(told.all) == 4)
    assert [(problem.code, active) for problem, active in told.all] == [
        ("music.unreadable", True),
        ("music.unreadable", False),
        ("music.unreadable", True),
        ("music.unreadable", False),
    ]
    assert all(isinstance(problem, Problem) and dict(problem.values)["reason"] for problem, _ in told.all)


def test_music_falls_under_a_voice_at_once_and_rises_slowly() -> None:
    ducking = Ducking()
    assert (ducking.ramp(False, MIX_SAMPLES) == 1).all()
    down = ducking.ramp(True, MIX_SAMPLES)
    assert (down[0], down[-1]) == (1.0, DUCKED)
    blocks = [ducking.ramp(False, MIX_SAMPLES) for _ in range(40)]
    risen = np.concatenate([down, *blocks])
    assert np.abs(np.diff(risen)).max() < 0.001, "smooth"
    still_s = np.flatnonzero(risen > DUCKED * 1.01)[1:]
    again = still_s[still_s > MIX_SAMPLES][0] / SAMPLE_RATE
    assert 0.5 < again < 1.2, "held between two words"
    assert risen[-1] == 1.0
    assert np.flatnonzero(risen[MIX_SAMPLES:] == 1.0)[0] / SAMPLE_RATE < 2.5


def played(treatment: Treatment, told: Told, voice: Samples, muted: bool = False) -> Samples:
    """The voice with the music, once the music is there."""
    quiet = np.zeros((2, MIX_SAMPLES), np.float32)
    told.wait_for(lambda: bool(treatment.finish(treatment.voice(quiet), muted).any()))
    out = []
    for at in range(0, voice.shape[1] - MIX_SAMPLES + 1, MIX_SAMPLES):
        told.wait_for(lambda: treatment._player is not None and treatment._player._waiting > MIX_SAMPLES)
        out.append(treatment.finish(treatment.voice(voice[:, at : at + MIX_SAMPLES]), muted))
    return np.concatenate(out, axis=1)


def test_music_has_its_own_loudness_pauses_and_goes_on(song: Path, told: Told, treatment: Treatment) -> None:
    silence = np.zeros((2, 6 * MIX_SAMPLES), np.float32)
    settings = SoundConfig(music=str(song), music_percent=50)
    treatment.set(settings, live=False)
    loud = played(treatment, told, silence)
    assert rms_db(loud[:, -MIX_SAMPLES:]) == pytest.approx(20 * np.log10(HUM / np.sqrt(2) / 4), abs=0.3)
    treatment.set(SoundConfig(music=str(song), music_on=False), live=False)
    for _ in range(3):
        last = treatment.finish(treatment.voice(silence[:, :MIX_SAMPLES]), muted=False)
    assert not last.any()
    treatment.set(settings, live=False)
    assert played(treatment, told, silence)[:, -MIX_SAMPLES:].any()


def test_music_ducks_under_speech_but_not_under_a_muted_voice(song: Path, told: Told, treatment: Treatment) -> None:
    voice, _ = speech(5)
    treatment.set(SoundConfig(noise_suppression=False, auto_gain=False, music=str(song), music_percent=100), live=False)
    mixed = played(treatment, told, stereo(voice))
    spectrum = np.fft.rfft(mixed[0, -2 * SAMPLE_RATE :] * np.hanning(2 * SAMPLE_RATE))
    tone = np.abs(spectrum[660 - 3 : 660 + 4]).max() / (SAMPLE_RATE / 2)  # of 330 Hz in bins of half a hertz
    assert tone < 0.6 * HUM
    silent = played(treatment, told, stereo(voice) * 0, muted=True)
    assert rms_db(silent[:, -SAMPLE_RATE:]) == pytest.approx(20 * np.log10(HUM / np.sqrt(2)), abs=0.3)


def test_another_file_is_heard_at_once_while_the_old_one_hangs(
    tmp_path: Path, song: Path, told: Told, treatment: Treatment
) -> None:
    """A pipe nobody writes into, as a file on a network that is down."""
    hanging = tmp_path / "hanging.mp3"
    os.mkfifo(hanging)
    settings = SoundConfig(noise_suppression=False, auto_gain=False, music_percent=100)
    treatment.set(replace(settings, music=str(hanging)), live=True)
    treatment.set(replace(settings, music=str(song)), live=True)
    try:
        silence = np.zeros((2, MIX_SAMPLES), np.float32)
        told.wait_for(lambda: bool(treatment.finish(treatment.voice(silence), muted=False).any()))
        hung = [thread for thread in threading.enumerate() if thread.name == "music"]
        assert len(hung) == 2, "the old player has ended: it hung nowhere"
    finally:
        handle = os.open(hanging, os.O_RDWR | os.O_NONBLOCK)  # whoever waits for the pipe to open goes on
        os.write(handle, b"no music")
        treatment.stop()
        os.close(handle)
    told.wait_for(lambda: not [thread for thread in threading.enumerate() if thread.name == "music"])
    assert not told.all, "what became of the old file concerns nobody"
