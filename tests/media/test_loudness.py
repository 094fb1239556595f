"""The loudness meter against the test signals of EBU Tech 3341."""

import numpy as np
import pytest

from studio.media.audio import MIX_SAMPLES
from studio.media.frames import SAMPLE_RATE
from studio.media.loudness import SILENT_LUFS, LoudnessMeter
from tests.media.speech import Wave, stereo


def measured(wave: Wave) -> list[float | None]:
    """What the meter says after each block."""
    meter, told = LoudnessMeter(), []
    sound = stereo(wave)
    for at in range(0, sound.shape[1] - MIX_SAMPLES + 1, MIX_SAMPLES):
        meter.take(sound[:, at : at + MIX_SAMPLES])
        told.append(meter.lufs)
    return told


def tone(dbfs: float, seconds: float, hz: float = 1000) -> Wave:
    return np.asarray(10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE))


@pytest.mark.parametrize("dbfs", [-23.0, -33.0])
def test_a_tone_in_stereo_has_the_loudness_of_its_peak(dbfs: float) -> None:
    """Cases 1 and 2."""
    assert measured(tone(dbfs, 4))[-1] == pytest.approx(dbfs, abs=0.1)


def test_the_window_is_three_seconds_long() -> None:
    """Case 9: whatever three seconds of this are taken, they are -23 LUFS."""
    told = measured(np.concatenate([tone(-20, 1.34), tone(-30, 1.66)] * 3))
    settled = [lufs for lufs in told if lufs is not None][2:]
    assert len(settled) > 50
    assert max(settled) == pytest.approx(-23, abs=0.1)
    assert min(settled) == pytest.approx(-23, abs=0.1)


def test_nothing_is_told_before_there_were_three_seconds_and_silence_has_a_number() -> None:
    told = measured(np.zeros(4 * SAMPLE_RATE))
    assert told[: 2 * SAMPLE_RATE // MIX_SAMPLES] == [None] * (2 * SAMPLE_RATE // MIX_SAMPLES)
    assert told[-1] == SILENT_LUFS
