"""A clapperboard: a clip that flashes and beeps at the same moments, and the measure of how far apart they come out."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from tests.end2end.player import frames

FPS = 30
RATE = 48_000
EVERY_S = 2  # between claps: far more than any offset that could be measured
FLASH_FRAMES = 3
BEEP_S = 0.1
BRIGHT = 128
LOUD = 0.1  # a microphone's automatic gain brings a clap down to 0.19


def clapping(now_s: float) -> bool:
    """Whether a clapperboard that everybody in the room sees and hears claps now, on the monotonic clock."""
    return now_s % 1.0 < BEEP_S


def make_clip(path: Path, seconds: int, size: tuple[int, int] = (320, 180)) -> Path:
    """A dark, silent clip with a flash and a beep at 0.5 s and every two seconds after."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "g": str(FPS)})
        video.width, video.height, video.pix_fmt = *size, "yuv420p"
        audio = container.add_stream("aac", rate=RATE, layout="stereo")
        for number in range(seconds * FPS):
            frame = VideoFrame.from_ndarray(_picture(number, size), format="gray").reformat(format="yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(video.encode(frame))
            for block in _sound(number):
                container.mux(audio.encode(block))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
    return path


def _since_clap_s(time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    return (time_s - 0.5) % EVERY_S


def _picture(number: int, size: tuple[int, int]) -> NDArray[np.uint8]:
    bright = float(_since_clap_s(np.array([(number + 0.5) / FPS]))[0]) < FLASH_FRAMES / FPS
    return np.full((size[1], size[0]), 235 if bright else 20, np.uint8)


def _sound(number: int) -> Iterator[AudioFrame]:
    """The sound that belongs to a frame: a tone of 1 kHz while it beeps."""
    count = RATE // FPS
    time_s = (np.arange(count) + number * count) / RATE
    tone = 0.8 * np.sin(2 * np.pi * 1000 * time_s) * (_since_clap_s(time_s) < BEEP_S)
    frame = AudioFrame.from_ndarray(np.stack([tone, tone]).astype(np.float32), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = RATE, number * count, Fraction(1, RATE)
    yield frame


def offsets_ms(stream: str | Path, seconds: float | None = None) -> list[float]:
    """For each clap of a stream, or of its next `seconds`, by how much its beep comes after its flash."""
    flashes: list[float] = []
    beeps: list[float] = []
    dark = silent = False
    begun_s: float | None = None
    for seen in frames(stream):
        begun_s = seen.time_s if begun_s is None else begun_s
        if seconds is not None and seen.time_s - begun_s > seconds:
            break
        if isinstance(seen.frame, VideoFrame):
            bright = float(seen.frame.to_ndarray(format="gray").mean()) > BRIGHT
            if bright and dark:
                flashes.append(seen.time_s)
            dark = not bright
            continue
        samples = np.abs(seen.frame.to_ndarray()[0])
        loud = np.flatnonzero(samples > LOUD)
        if len(loud) and silent:
            beeps.append(seen.time_s + int(loud[0]) / seen.frame.sample_rate)
        silent = not len(loud)
    return [1000 * (nearest(beeps, flash) - flash) for flash in flashes if beeps]


def nearest(times: list[float], wanted: float) -> float:
    return min(times, key=lambda time_s: abs(time_s - wanted))
