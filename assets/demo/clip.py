"""The demo clip as a file: the stall's frames as H.264, its sound as AAC."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from assets.demo.host import paint_host, pose_at
from assets.demo.sound import RATE, market_sound
from assets.demo.stall import (
    HEIGHT,
    PERIOD_S,
    WIDTH,
    counter,
    land,
    paint_awning,
    paint_clouds,
    paint_rolling,
    sky,
)
from overlays.painting import painter_on, pixels

FPS = 30
_OPTIONS = {"crf": "26", "preset": "slow", "profile": "high", "tune": "animation", "sc_threshold": "0"}
_KEYFRAME_FRAMES = 2 * FPS
_BT709 = 1
_SAMPLES_A_FRAME = 1024


def draw_clip(path: Path) -> None:
    """Writes the clip: 1280×720, 30 frames a second, a keyframe every two seconds, stereo sound at 48 kHz."""
    with av.open(str(path), "w", options={"movflags": "+faststart"}) as container:
        video = container.add_stream("libx264", rate=FPS, options=_OPTIONS)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.codec_context.gop_size = _KEYFRAME_FRAMES
        video.codec_context.colorspace = video.codec_context.color_primaries = video.codec_context.color_trc = _BT709
        audio = container.add_stream("aac", rate=RATE, layout="stereo")
        audio.bit_rate = 96_000
        for number, picture in enumerate(_frames()):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(
                format="yuv420p", dst_colorspace="ITU709"
            )
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        sound = market_sound(PERIOD_S)
        for start in range(0, sound.shape[1], _SAMPLES_A_FRAME):
            part = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(sound[:, start : start + _SAMPLES_A_FRAME]), format="fltp", layout="stereo"
            )
            part.sample_rate, part.pts, part.time_base = RATE, start, Fraction(1, RATE)
            container.mux(audio.encode(part))
        container.mux(audio.encode(None))


@dataclass(frozen=True, slots=True)
class Scenery:
    """What stands still, from back to front."""

    sky: QImage
    land: QImage
    counter: QImage


def scenery() -> Scenery:
    """The parts of the picture that are drawn once."""
    return Scenery(sky(), land(), counter())


def frame_at(time_s: float, still: Scenery) -> QImage:
    """The picture at one moment of the clip."""
    image = still.sky.copy()
    with painter_on(image) as painter:
        paint_clouds(painter, time_s)
        painter.drawImage(0, 0, still.land)
        paint_host(painter, pose_at(time_s))
        painter.drawImage(0, 0, still.counter)
        paint_rolling(painter, time_s)
        paint_awning(painter, time_s)
    return image


def _frames() -> Iterator[NDArray[np.uint8]]:
    still = scenery()
    for number in range(round(PERIOD_S * FPS)):
        yield np.ascontiguousarray(pixels(frame_at(number / FPS, still))[:, :, :3])
