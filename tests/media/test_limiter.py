"""The limiter: true peaks by a method of their own, eight times as dense as the samples."""

import numpy as np
import pytest

from studio.media.audio import MIX_SAMPLES
from studio.media.frames import SAMPLE_RATE, Samples
from studio.media.limiter import CEILING_DBTP, LATENCY_SAMPLES, Limiter, true_peak
from tests.media.speech import speech, stereo

SECONDS = 2
COUNT = SECONDS * SAMPLE_RATE // MIX_SAMPLES * MIX_SAMPLES
TIME_S = np.arange(COUNT) / SAMPLE_RATE


def limited(sound: Samples) -> Samples:
    limiter = Limiter()
    return np.concatenate(
        [limiter.take(sound[:, at : at + MIX_SAMPLES]) for at in range(0, sound.shape[1], MIX_SAMPLES)], axis=1
    )


def true_peak_db(sound: Samples) -> float:
    """By the spectrum, padded to eight times the rate; the ends, where it would ring, are left out."""
    spectrum = np.fft.rfft(sound)
    count = sound.shape[1]
    padded = np.zeros((2, count * 4 + 1), complex)
    padded[:, : spectrum.shape[1]] = spectrum
    dense = np.abs(np.fft.irfft(padded, count * 8) * 8)[:, 8 * MIX_SAMPLES : -8 * MIX_SAMPLES]
    return float(20 * np.log10(dense.max()))


def up_to_20_khz(sound: Samples) -> Samples:
    spectrum = np.fft.rfft(sound)
    spectrum[:, np.fft.rfftfreq(sound.shape[1], 1 / SAMPLE_RATE) > 20_000] = 0
    return np.asarray(np.fft.irfft(spectrum, sound.shape[1]), np.float32)


LOUD = {
    "between the samples": stereo(2 * np.sin(2 * np.pi * SAMPLE_RATE / 4 * TIME_S + np.pi / 4)),
    "a tone": stereo(1.5 * np.sin(2 * np.pi * 997 * TIME_S)),
    "a tone that comes and goes": stereo(1.5 * np.sin(2 * np.pi * 300 * TIME_S) * (np.sin(4 * np.pi * TIME_S) > 0)),
    "a high tone": stereo(2 * np.sin(2 * np.pi * 18_000 * TIME_S)),
    "noise": up_to_20_khz(np.random.default_rng(1).standard_normal((2, COUNT)).astype(np.float32) * 0.6),
    "clicks": up_to_20_khz((np.random.default_rng(2).random((2, COUNT)) < 0.001).astype(np.float32) * 3),
    "a shout": stereo(speech(COUNT / SAMPLE_RATE, 3.0)[0][:COUNT]),
}


@pytest.mark.parametrize("sound", LOUD.values(), ids=LOUD.keys())
def test_no_true_peak_is_above_minus_one(sound: Samples) -> None:
    assert true_peak_db(sound) > 2
    out = limited(sound)
    assert out.shape == sound.shape
    assert CEILING_DBTP - 0.6 < true_peak_db(out) <= CEILING_DBTP


def test_what_is_not_too_loud_comes_out_bit_for_bit() -> None:
    sound = stereo(0.85 * np.sin(2 * np.pi * 440 * TIME_S))
    out = limited(sound)
    assert np.array_equal(out[:, LATENCY_SAMPLES:], sound[:, :-LATENCY_SAMPLES])
    assert not out[:, :LATENCY_SAMPLES].any()


def test_after_a_peak_the_sound_is_as_loud_as_before_within_a_second() -> None:
    sound = stereo(0.25 * np.sin(2 * np.pi * 440 * TIME_S))
    sound[:, COUNT // 4] = 4.0
    out = limited(sound)
    later = COUNT // 4 + SAMPLE_RATE
    assert np.allclose(out[:, later + LATENCY_SAMPLES :], sound[:, later:-LATENCY_SAMPLES], atol=1e-6)
    steepest = 0.25 * 2 * np.pi * 440 / SAMPLE_RATE
    before = out[0, : COUNT // 4 + LATENCY_SAMPLES - 16]
    assert np.abs(np.diff(before)).max() < steepest * 1.1, "the gain falls ahead of the peak, without a step"


@pytest.mark.parametrize("sound", LOUD.values(), ids=LOUD.keys())
def test_the_meter_finds_the_true_peak_too(sound: Samples) -> None:
    found = 20 * np.log10(max(true_peak(sound[:, at : at + MIX_SAMPLES]) for at in range(0, COUNT, MIX_SAMPLES)))
    assert found == pytest.approx(true_peak_db(sound), abs=0.6)
    assert true_peak(sound[:, :3]) == np.abs(sound[:, :3]).max()
