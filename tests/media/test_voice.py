"""The automatic gain: speech gets its loudness, slowly, and a pause changes nothing."""

import itertools

import numpy as np
import pytest

from studio.media.audio import MIX_SAMPLES
from studio.media.frames import SAMPLE_RATE, Samples
from studio.media.voice import MOST_DB, SILENT_LUFS, TARGET_LUFS, AutoGain, BlockLoudness, SpeechGate
from tests.media.speech import fan, speech, stereo


def evened(sound: Samples) -> tuple[Samples, list[float]]:
    """What comes out, and the gain after each block."""
    gain, gate, loudness = AutoGain(), SpeechGate(), BlockLoudness()
    out, gains = [], []
    for at in range(0, sound.shape[1] - MIX_SAMPLES + 1, MIX_SAMPLES):
        block = sound[:, at : at + MIX_SAMPLES]
        lufs = loudness.of(block)
        out.append(gain.take(block, lufs, gate.is_speech(lufs, MIX_SAMPLES)))
        gains.append(gain.gain_db)
    return np.concatenate(out, axis=1), gains


def speech_lufs(sound: Samples) -> float:
    """Mean loudness of the blocks in which somebody speaks."""
    loudness = BlockLoudness()
    found = [loudness.of(sound[:, at : at + MIX_SAMPLES]) for at in range(0, sound.shape[1] - MIX_SAMPLES, MIX_SAMPLES)]
    loud = [lufs for lufs in found if lufs > max(found) - 15]
    return float(10 * np.log10(np.mean([10 ** (lufs / 10) for lufs in loud])))


@pytest.mark.parametrize("level", [0.15, 0.3, 1.5])
def test_a_soft_and_a_loud_voice_become_equally_loud(level: float) -> None:
    voice, _ = speech(20, level)
    out, _ = evened(stereo(voice + fan(len(voice), level * 0.002)))
    assert speech_lufs(out[:, 14 * SAMPLE_RATE :]) == pytest.approx(TARGET_LUFS, abs=2.0)


def test_noise_in_a_long_pause_is_never_pulled_up() -> None:
    voice, _ = speech(12, 0.05)
    still = fan(20 * SAMPLE_RATE, 0.002)
    _, gains = evened(stereo(np.concatenate([voice + still[: len(voice)], still])))
    spoken = len(voice) // MIX_SAMPLES
    assert gains[spoken] > 5
    assert max(gains[spoken + 5 :]) - min(gains[spoken + 5 :]) < 0.5
    assert max(abs(after - before) for before, after in itertools.pairwise(gains)) < 0.6, "slow"


def test_noise_alone_gets_no_gain_at_all() -> None:
    out, gains = evened(stereo(fan(10 * SAMPLE_RATE, 0.01)))
    assert set(gains) == {0.0}
    assert out.any()


def test_a_whisper_is_not_raised_without_end() -> None:
    voice, _ = speech(25, 0.012)
    _, gains = evened(stereo(voice))
    assert 6 < max(gains) <= MOST_DB


def test_the_loudness_of_a_block_is_that_of_the_standard() -> None:
    """EBU Tech 3341, case 1: 1 kHz in stereo at -23 dBFS is -23 LUFS."""
    wave = 10 ** (-23 / 20) * np.sin(2 * np.pi * 1000 * np.arange(MIX_SAMPLES) / SAMPLE_RATE)
    assert BlockLoudness().of(stereo(wave)) == pytest.approx(-23, abs=0.1)
    assert BlockLoudness().of(stereo(wave * 0)) == SILENT_LUFS
