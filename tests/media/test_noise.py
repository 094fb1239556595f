"""Noise suppression: what is left of noise, what becomes of a voice, and when it comes out."""

import numpy as np
import pytest

from studio.media.audio import MIX_SAMPLES
from studio.media.frames import SAMPLE_RATE, Samples
from studio.media.noise import LATENCY_SAMPLES, NoiseSuppressor
from tests.media.speech import fan, rms_db, speech, stereo


def suppressed(sound: Samples) -> Samples:
    suppressor = NoiseSuppressor()
    blocks = range(0, sound.shape[1] - MIX_SAMPLES + 1, MIX_SAMPLES)
    out = np.concatenate([suppressor.take(sound[:, at : at + MIX_SAMPLES]) for at in blocks], axis=1)
    return out[:, LATENCY_SAMPLES:]


@pytest.mark.parametrize("snr_db", [5, 15])
def test_noise_goes_and_the_voice_stays(snr_db: int) -> None:
    voice, speaking = speech(12)
    noise = fan(len(voice), 10 ** ((rms_db(voice[speaking]) - snr_db) / 20))
    clean = suppressed(stereo(voice + noise))[0]
    settled = slice(4 * SAMPLE_RATE, len(clean))
    voice, noise, speaking = voice[settled], noise[settled], speaking[settled]
    clean = clean[settled]
    pause = ~np.convolve(speaking, np.ones(9601), "same").astype(bool)
    assert rms_db(clean[pause]) < rms_db(noise[pause]) - 9
    gain = np.dot(clean[speaking], voice[speaking]) / np.dot(voice[speaking], voice[speaking])
    assert 0.8 < gain < 1.02
    before_db = rms_db(noise[speaking])
    assert rms_db(clean[speaking] / gain - voice[speaking]) < before_db - 1.5


def test_a_clean_voice_comes_out_as_it_went_in_and_at_its_time() -> None:
    voice, _ = speech(4)
    sound = np.stack([voice, voice * 0.5]).astype(np.float32)  # two different sides
    clean = suppressed(sound)
    error = clean - sound[:, : clean.shape[1]]
    assert rms_db(error[:, SAMPLE_RATE:]) < rms_db(sound) - 40


def test_silence_stays_silence() -> None:
    assert not suppressed(np.zeros((2, 10 * MIX_SAMPLES), np.float32)).any()
