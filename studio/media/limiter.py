"""The limiter: no peak above -1 dBTP, also not between the samples, where a phone's loudspeaker finds it.

True peaks are estimated four times as densely as the samples lie (ITU-R BS.1770-4, annex 2). The gain is found
for whole blocks at once: it falls ahead of a peak, without a corner, and comes back at an even pace in dB.
"""

import math

import numpy as np
from numpy.typing import NDArray

from studio.media.frames import SAMPLE_RATE, Samples

CEILING_DBTP = -1.0
MARGIN_DB = 0.3  # what an estimate with so few taps and the moving gain may miss
QUIET = 0.63  # 3 dB under the ceiling: as much as lies between the samples of the worst sine
NEAR = 4  # samples: no peak is further from one that is not quiet
FULL = 10 ** ((CEILING_DBTP - MARGIN_DB) / 20)
TAPS = 16
PHASES = 4
AHEAD = 240  # samples, 5 ms
RELEASE_DB_PER_S = 40.0
LATENCY_SAMPLES = AHEAD + TAPS // 2


def between_taps() -> NDArray[np.float32]:
    """The filters that find the values a quarter, a half and three quarters after a sample: TAPS × 3."""
    steps = np.arange(TAPS) - (TAPS // 2 - 1)
    filters = []
    for phase in range(1, PHASES):
        at = steps - phase / PHASES
        filters.append(np.sinc(at) * np.cos(np.pi * at / TAPS) ** 2)
    return np.stack(filters, axis=1).astype(np.float32)


_TAPS = between_taps()


def true_peak(block: Samples) -> float:
    """The highest value of 2 × n samples, also between them; at either end half the taps are not looked between."""
    highest = float(np.abs(block).max(initial=0.0))
    if block.shape[1] < TAPS:
        return highest
    runs = np.lib.stride_tricks.sliding_window_view(block, TAPS, axis=1)
    return max(highest, float(np.abs(runs @ _TAPS).max()))


class Limiter:
    """Takes blocks of 2 × n samples, all of one length, and gives them back `LATENCY_SAMPLES` later."""

    def __init__(self) -> None:
        self._samples: Samples = np.zeros((2, LATENCY_SAMPLES + TAPS), np.float32)
        self._needed = np.zeros(AHEAD)  # dB, of samples that were looked at and not yet given
        self._lowest = np.zeros(AHEAD)
        self._acting = False

    def take(self, block: Samples) -> Samples:
        count = block.shape[1]
        samples = np.concatenate([self._samples, block], axis=1)
        self._samples = samples[:, -(LATENCY_SAMPLES + TAPS) :]
        out = samples[:, TAPS : TAPS + count]
        fresh = samples[:, -count - TAPS // 2 :]  # the last of the block before had nothing after them yet
        if not self._acting and max(float(fresh.max()), -float(fresh.min())) < QUIET:
            return out
        peaks = self._peaks(samples[:, AHEAD:], count)
        if not self._acting and float(peaks.max()) < FULL:
            return out
        gain_db = self._gain_db(peaks)
        self._acting = bool(self._needed.any() or self._lowest.any())
        return np.asarray(out * np.exp(gain_db * (math.log(10) / 20)), np.float32)

    def _gain_db(self, peaks: NDArray[np.float32]) -> NDArray[np.float64]:
        """The gain of the samples that are given now, 0 and below."""
        wanted = -20 * np.log10(np.maximum(peaks / FULL, 1.0))
        climb = np.arange(1, len(peaks) + 1) * (RELEASE_DB_PER_S / SAMPLE_RATE)
        needed = np.minimum.accumulate(np.concatenate([self._needed[-1:], wanted - climb]))[1:] + climb
        looked_at = np.concatenate([self._needed, np.minimum(needed, 0.0)])
        self._needed = looked_at[-AHEAD:]
        lowest = np.concatenate([self._lowest, _running_minimum(looked_at, AHEAD)])
        self._lowest = lowest[-AHEAD:]
        sums = np.cumsum(np.concatenate([[0.0], lowest]))
        gain_db: NDArray[np.float64] = (sums[AHEAD + 1 :] - sums[1:-AHEAD]) / AHEAD
        return gain_db

    def _peaks(self, samples: Samples, count: int) -> NDArray[np.float32]:
        """The true peak at each of `count` samples, of both channels; the last one has TAPS / 2 samples after it."""
        if np.array_equal(samples[0], samples[1]):
            samples = samples[:1]
        runs = np.lib.stride_tricks.sliding_window_view(samples, TAPS, axis=1)[:, -count - 1 :]
        levels = np.abs(samples[:, -count - TAPS :]).max(axis=0)
        at = levels[TAPS // 2 - 1 : -(TAPS // 2)]  # sample TAPS / 2 - 1 of each run
        near = np.flatnonzero(_running_maximum(levels >= QUIET, NEAR)[TAPS // 2 - 1 - NEAR :][: count + 1])
        between = np.zeros(count + 1, np.float32)  # after that sample
        between[near] = np.abs(runs[:, near] @ _TAPS).max(axis=(0, 2), initial=0.0)
        peaks: NDArray[np.float32] = np.maximum(at[1:], np.maximum(between[1:], between[:-1]))
        return peaks


def _running_maximum(values: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    """Whether any of the values up to `reach` before or after is true; begins and ends `reach` values later."""
    width = len(values) - 2 * reach
    near: NDArray[np.bool_] = np.logical_or.reduce([values[at : at + width] for at in range(2 * reach + 1)])
    return near


def _running_minimum(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The lowest of each value and the `width` after it."""
    done = 1
    while done <= width:
        step = min(done, width + 1 - done)
        values = np.minimum(values[:-step], values[step:])
        done += step
    return values
