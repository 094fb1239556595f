"""Something like speech, and noises beside it, made from a seed: syllables of a buzz through formants, with pauses."""

import numpy as np
from numpy.typing import NDArray

from studio.media.frames import SAMPLE_RATE, Samples

Wave = NDArray[np.float64]
FORMANTS_HZ = ((300, 800), (900, 2200), (2300, 3000))


def syllable(rng: np.random.Generator) -> Wave:
    """A tenth to a quarter of a second of voice, its highest peak 1."""
    count = int(rng.uniform(0.1, 0.25) * SAMPLE_RATE)
    steps = np.arange(count)
    pitch = rng.uniform(110, 220) * (1 + 0.05 * np.sin(2 * np.pi * 3 * steps / SAMPLE_RATE))
    pulses = (np.diff(np.floor(np.cumsum(pitch) / SAMPLE_RATE), prepend=0) > 0).astype(float)
    at = np.fft.rfftfreq(2 * count, 1 / SAMPLE_RATE)
    mouth = np.zeros_like(at, dtype=complex)
    for number, (low, high) in enumerate(FORMANTS_HZ):
        formant, width = rng.uniform(low, high), 40 * (number + 1)
        mouth += 1 / (number + 1) * (1 / (1 + 1j * (at - formant) / width) + 1 / (1 + 1j * (at + formant) / width))
    voice = np.fft.irfft(np.fft.rfft(pulses, 2 * count) * mouth)[:count] * np.hanning(count)
    return np.asarray(voice / np.abs(voice).max())


def speech(seconds: float, level: float = 0.3, seed: int = 1) -> tuple[Wave, NDArray[np.bool_]]:
    """The wave, and where in it somebody speaks; it begins with half a second of silence."""
    rng = np.random.default_rng(seed)
    wave = np.zeros(int(seconds * SAMPLE_RATE))
    speaking = np.zeros(len(wave), bool)
    at = SAMPLE_RATE // 2
    while at < len(wave) - SAMPLE_RATE:
        for _ in range(int(rng.integers(3, 5))):
            part = syllable(rng)[: len(wave) - at]
            wave[at : at + len(part)] = part * rng.uniform(0.5, 1) * level
            speaking[at : at + len(part)] = True
            at += len(part) + int(rng.uniform(0.01, 0.05) * SAMPLE_RATE)
        at += int(rng.uniform(0.4, 0.8) * SAMPLE_RATE)
    return wave, speaking


def fan(samples: int, rms: float, seed: int = 2) -> Wave:
    """Noise that is loudest below, and a hum."""
    noise = np.fft.rfft(np.random.default_rng(seed).standard_normal(samples))
    noise /= np.sqrt(np.maximum(np.fft.rfftfreq(samples, 1 / SAMPLE_RATE), 40))
    wave = np.fft.irfft(noise, samples)
    wave += 0.3 * wave.std() * np.sin(2 * np.pi * 100 * np.arange(samples) / SAMPLE_RATE)
    return np.asarray(wave * rms / wave.std())


def stereo(wave: Wave) -> Samples:
    """The same on both sides, 2 × n."""
    return np.stack([wave, wave]).astype(np.float32)


def rms_db(wave: NDArray[np.floating]) -> float:
    return float(10 * np.log10(np.mean(np.square(wave, dtype=np.float64)) + 1e-20))
