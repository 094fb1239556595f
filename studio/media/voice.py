"""The voice made evenly loud: a slow gain that follows speech and holds still in every pause."""

import math
from collections import deque

import numpy as np
from numpy.typing import NDArray

from studio.media.frames import SAMPLE_RATE, Samples

TARGET_LUFS = -17.0
MOST_DB, LEAST_DB = 18.0, -12.0
UP_DB_PER_S, DOWN_DB_PER_S = 3.0, 6.0
SPEECH_LUFS = -55.0  # nothing below is a voice
ABOVE_NOISE_DB = 8.0
QUIETEST_OF_S = 5.0
MEAN_OF_S = 3.0  # of speech; as long as the short-term loudness of EBU Tech 3341
FIRST_SPEECH_S = 0.5
SILENT_LUFS = -120.0


def k_weights(samples: int) -> NDArray[np.float64]:
    """Power response of ITU-R BS.1770-4's K-weighting (tables 1 and 2) at the frequencies of a real FFT."""
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(samples))
    shelf = (1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585)
    high_pass = (1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)
    response = np.ones_like(turn)
    for above, below in (shelf, high_pass):
        response *= np.polyval(above[::-1], turn) / np.polyval(below[::-1], turn)
    weights: NDArray[np.float64] = np.abs(response) ** 2
    return weights


class BlockLoudness:
    """K-weighted loudness of one block at a time, by its spectrum: good to a few tenths of a dB, and cheap."""

    def __init__(self) -> None:
        self._weights: NDArray[np.float32] = np.empty(0, np.float32)

    def of(self, block: Samples) -> float:
        """In LUFS; `SILENT_LUFS` for digital silence."""
        count = block.shape[1]
        if len(self._weights) != count // 2 + 1:
            weights = k_weights(count) * 2 / count**2  # Parseval, of the half spectrum
            self._weights = weights.astype(np.float32)
        alike = np.array_equal(block[0], block[1])
        spectrum = np.fft.rfft(block[:1] if alike else block)
        power = float(((spectrum.real**2 + spectrum.imag**2) @ self._weights).sum()) * (2 if alike else 1)
        return max(SILENT_LUFS, -0.691 + 10 * math.log10(power)) if power > 0 else SILENT_LUFS


class SpeechGate:
    """Tells speech from the noise of the place, by the quietest it has been lately."""

    def __init__(self) -> None:
        self._lately: deque[tuple[float, float]] = deque()  # seconds, LUFS
        self._lately_s = 0.0

    def is_speech(self, lufs: float, samples: int) -> bool:
        """Whether a block of so many samples is speech by its loudness."""
        seconds = samples / SAMPLE_RATE
        self._lately.append((seconds, lufs))
        self._lately_s += seconds
        while self._lately_s - self._lately[0][0] > QUIETEST_OF_S:
            self._lately_s -= self._lately.popleft()[0]
        if lufs < SPEECH_LUFS:
            return False
        return lufs > min(one for _, one in self._lately) + ABOVE_NOISE_DB


class AutoGain:
    """Brings speech to `TARGET_LUFS`, slowly; what is no speech changes nothing, so noise is never pulled up."""

    def __init__(self) -> None:
        self.gain_db = 0.0
        self._speech: deque[tuple[float, float]] = deque()  # seconds, power
        self._speech_s = 0.0

    def take(self, block: Samples, lufs: float, speech: bool) -> Samples:
        """The block with its gain; `lufs` is its own loudness."""
        before = self.gain_db
        if speech:
            self._follow(lufs, block.shape[1] / SAMPLE_RATE)
        if before == self.gain_db == 0.0:
            return block
        begin, end = 10 ** (before / 20), 10 ** (self.gain_db / 20)
        return block * np.linspace(begin, end, block.shape[1], dtype=np.float32)

    def _follow(self, lufs: float, seconds: float) -> None:
        self._speech.append((seconds, 10 ** (lufs / 10)))
        self._speech_s += seconds
        while self._speech_s - self._speech[0][0] > MEAN_OF_S:
            self._speech_s -= self._speech.popleft()[0]
        if self._speech_s < FIRST_SPEECH_S:
            return
        mean = sum(power * length for length, power in self._speech) / self._speech_s
        wanted = max(LEAST_DB, min(MOST_DB, TARGET_LUFS - 10 * math.log10(mean)))
        step = max(-DOWN_DB_PER_S * seconds, min(UP_DB_PER_S * seconds, wanted - self.gain_db))
        self.gain_db += step
