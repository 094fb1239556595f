"""The demo clip's sound: a plucked tune in five tones over the murmur of a market, without a seam."""

import math

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
_BEAT_S = 0.5
_A4_HZ = 440.0

# The tune: (beat, half tones above A4, loudness); five-tone scale on C.
_TUNE = (
    (0, -9, 0.9), (1, -7, 0.6), (1.5, -5, 0.6), (2, -2, 0.8), (3, 0, 0.7), (3.5, -2, 0.5), (4, -5, 0.8),
    (6, -7, 0.7), (7, -5, 0.6), (7.5, -7, 0.5), (8, -9, 0.9), (10, -12, 0.7), (11, -9, 0.6), (12, -7, 0.8),
    (13, -5, 0.6), (13.5, -2, 0.6), (14, 0, 0.8), (16, 3, 0.9), (17, 0, 0.6), (17.5, -2, 0.6), (18, -5, 0.8),
    (19, -2, 0.6), (20, 0, 0.8), (22, -2, 0.7), (23, -5, 0.6), (23.5, -7, 0.5), (24, -9, 0.9), (26, -5, 0.7),
    (27, -7, 0.6), (28, -12, 0.8), (30, -14, 0.6), (31, -12, 0.5), (32, -9, 0.9), (33, -5, 0.6), (34, -2, 0.8),
    (35, 0, 0.6), (36, -2, 0.7), (37, -5, 0.6), (38, -7, 0.6), (39, -12, 0.5),
)  # fmt: skip
_BASS = ((0, -33), (4, -26), (8, -33), (12, -24), (16, -21), (20, -24), (24, -33), (28, -36), (32, -33), (36, -26))
_BIRDS_S = (2.3, 2.6, 6.9, 7.1, 7.3, 11.8, 14.2, 14.5, 18.1)


def market_sound(duration_s: float) -> NDArray[np.float32]:
    """Stereo sound, 2 × samples, between -1 and 1; its end runs into its beginning."""
    length = round(duration_s * RATE)
    sound = np.zeros((2, length))
    chance = np.random.default_rng(7)
    for beat, tone, loudness in _TUNE:
        _add(sound, beat * _BEAT_S, _pluck(_hz(tone), 1.8, chance) * loudness * 0.34, 0.42)
    for beat, tone in _BASS:
        _add(sound, beat * _BEAT_S, _pluck(_hz(tone + 12), 2.6, chance) * 0.3, 0.58)
    for number, start_s in enumerate(_BIRDS_S):
        _add(sound, start_s, _chirp(2600 + 500 * (number % 3)) * 0.03, 0.2 + 0.6 * (number % 2))
    sound += _murmur(length, chance) * 0.022
    return np.tanh(sound * 0.9).astype(np.float32)


def _hz(half_tones: float) -> float:
    return float(_A4_HZ * 2 ** (half_tones / 12))


def _pluck(hz: float, duration_s: float, chance: np.random.Generator) -> NDArray[np.float64]:
    """A plucked string: overtones that die away faster the higher they are."""
    time_s = np.arange(round(duration_s * RATE)) / RATE
    tone = np.zeros_like(time_s)
    for overtone in range(1, 9):
        if hz * overtone > 9000:
            break
        decay = np.exp(-time_s * (2.2 + 1.5 * overtone))
        phase = chance.uniform(0, math.tau)
        tone += np.sin(math.tau * hz * overtone * 1.0004**overtone * time_s + phase) * decay / overtone**1.3
    attack = np.minimum(1, time_s / 0.004)
    release = np.minimum(1, (duration_s - time_s) / 0.05)
    return tone * attack * release


def _chirp(hz: float) -> NDArray[np.float64]:
    time_s = np.arange(round(0.14 * RATE)) / RATE
    sound: NDArray[np.float64] = (
        np.sin(math.tau * (hz * time_s + 2400 * time_s**2)) * np.sin(math.pi * time_s / 0.14) ** 2
    )
    return sound


def _murmur(length: int, chance: np.random.Generator) -> NDArray[np.float64]:
    """Noise in the range of distant voices; made from whole waves, so it loops by itself."""
    frequencies = np.fft.rfftfreq(length, 1 / RATE)
    colour = np.exp(-0.5 * (np.log(np.maximum(frequencies, 1) / 420) / 0.8) ** 2)
    sides = []
    for _ in range(2):
        waves = colour * np.exp(1j * chance.uniform(0, math.tau, len(frequencies)))
        noise = np.fft.irfft(waves, length)
        breath = 1 + 0.25 * np.sin(math.tau * 3 * np.arange(length) / length + chance.uniform(0, math.tau))
        sides.append(noise / noise.std() * breath)
    return np.stack(sides)


def _add(sound: NDArray[np.float64], start_s: float, tone: NDArray[np.float64], right: float) -> None:
    """Adds a tone between left (0) and right (1); what lasts past the end goes on at the beginning."""
    at = (round(start_s * RATE) + np.arange(len(tone))) % sound.shape[1]
    sound[0, at] += tone * (1 - right) * 1.4
    sound[1, at] += tone * right * 1.4
