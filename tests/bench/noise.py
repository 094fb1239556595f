"""What becomes of noise and of a voice: our suppression beside FFmpeg's own filters, and what each costs.

    python -m tests.bench.noise [--seconds 20]

Synthetic speech in the noise of a fan and of the wind. `pauses`: how much quieter they are than the noise was; `voice`:
how much better the voice stands above the noise while somebody speaks; `clean`: how far off a voice without any noise
comes out, against its own level; CPU of a core. All in dB but the last; the first five seconds are left out.
"""

import argparse
import time
from collections.abc import Callable
from fractions import Fraction

import av
import av.filter
import numpy as np
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from studio.media.audio import MIX_SAMPLES
from studio.media.frames import SAMPLE_RATE, Samples
from studio.media.noise import NoiseSuppressor
from tests.media.speech import Wave, fan, rms_db, speech, stereo

SETTLE_S = 5
LONGEST_LAG = 6000  # samples
Suppress = Callable[[Samples], Samples]


class FfmpegFilter:
    """One of FFmpeg's audio filters, fed as our own is."""

    def __init__(self, name: str, options: str) -> None:
        self._graph = av.filter.Graph()
        clock = Fraction(1, SAMPLE_RATE)
        source = self._graph.add_abuffer(sample_rate=SAMPLE_RATE, format="fltp", layout="stereo", time_base=clock)
        made, sink = self._graph.add(name, options), self._graph.add("abuffersink")
        source.link_to(made)
        made.link_to(sink)
        self._graph.configure()
        self._samples = 0

    def __call__(self, block: Samples) -> Samples:
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, self._samples, Fraction(1, SAMPLE_RATE)
        self._samples += block.shape[1]
        self._graph.push(frame)
        out: list[Samples] = [np.zeros((2, 0), np.float32)]
        while True:
            try:
                pulled = self._graph.pull()
            except (BlockingIOError, av.FFmpegError):
                return np.concatenate(out, axis=1)
            assert isinstance(pulled, AudioFrame)
            out.append(pulled.to_ndarray().astype(np.float32))


WAYS: dict[str, Callable[[], Suppress]] = {
    "ours": lambda: NoiseSuppressor().take,
    "afftdn nr=12 tn=1": lambda: FfmpegFilter("afftdn", "nr=12:tn=1"),
    "afftdn nr=12 nf=-40": lambda: FfmpegFilter("afftdn", "nr=12:nf=-40"),
    "anlmdn": lambda: FfmpegFilter("anlmdn", "s=0.0005"),
}


def wind(samples: int, rms: float) -> Wave:
    """Noise that falls by 6 dB an octave."""
    noise = np.fft.rfft(np.random.default_rng(3).standard_normal(samples))
    wave = np.fft.irfft(noise / np.maximum(np.fft.rfftfreq(samples, 1 / SAMPLE_RATE), 20), samples)
    return np.asarray(wave * rms / wave.std())


def through(suppress: Suppress, wave: Wave) -> tuple[Wave, float]:
    """What comes out, and the share of a core that took."""
    sound, begun_s = stereo(wave), time.process_time()
    blocks = range(0, sound.shape[1] - MIX_SAMPLES + 1, MIX_SAMPLES)
    out = np.concatenate([suppress(sound[:, at : at + MIX_SAMPLES]) for at in blocks], axis=1)
    return out[0].astype(np.float64), (time.process_time() - begun_s) * SAMPLE_RATE / len(wave)


def lag_of(out: Wave, wave: Wave) -> int:
    """By how many samples it comes out later."""
    count = min(len(out), len(wave), 8 * SAMPLE_RATE)
    likeness = np.fft.irfft(np.fft.rfft(out[:count], 2 * count) * np.conj(np.fft.rfft(wave[:count], 2 * count)))
    return int(np.argmax(likeness[:LONGEST_LAG]))


def off_db(out: Wave, voice: Wave, where: NDArray[np.bool_]) -> float:
    """How far `out` is off the voice, apart from its level, against the voice."""
    gain = np.dot(out[where], voice[where]) / np.dot(voice[where], voice[where])
    return rms_db(out[where] / gain - voice[where]) - rms_db(voice[where])


def measure(make: Callable[[], Suppress], noise: Wave, voice: Wave, speaking: NDArray[np.bool_]) -> str:
    out, cpu = through(make(), voice + noise)
    clean, _cpu = through(make(), voice)
    lag = lag_of(out, voice)
    out, clean = out[lag:], clean[lag:]
    kept = slice(SETTLE_S * SAMPLE_RATE, min(len(out), len(clean)))
    out, clean, voice, noise, speaking = out[kept], clean[kept], voice[kept], noise[kept], speaking[kept]
    pause = ~np.convolve(speaking, np.ones(9601), "same").astype(bool)
    quieter = rms_db(out[pause]) - rms_db(noise[pause])
    better = rms_db(noise[speaking]) - rms_db(voice[speaking]) - off_db(out, voice, speaking)
    harm = off_db(clean, voice, speaking)
    return f"pauses {quieter:6.1f}  voice {better:+5.1f}  clean {harm:7.1f}  CPU {cpu:6.2%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=20)
    voice, speaking = speech(parser.parse_args().seconds)
    for kind, made in {"fan": fan, "wind": wind}.items():
        for snr_db in (5, 10, 20):
            noise = made(len(voice), 10 ** ((rms_db(voice[speaking]) - snr_db) / 20))
            for name, make in WAYS.items():
                print(f"{kind:5} {snr_db:3} dB  {name:20} {measure(make, noise, voice, speaking)}", flush=True)


if __name__ == "__main__":
    main()
