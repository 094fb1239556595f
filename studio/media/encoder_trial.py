"""A process of its own that lets one encoder encode: a broken driver may crash or hang here and nowhere else.

In, on stdin: one line of JSON, either `{"pictures": …}` (fetch pictures from a camera, clip or address into a file) or
`{"encode": …}` (compress them as a show would). Out, on stdout: one line with what was measured, or with `refused` and
why. Pictures are raw yuv420p frames, one after the other, and stay in their file: what is encoded is read from it, and
no more than a few are in memory at a time. Played forth and back they move as long as it takes.

Quality is SSIM of the luma (Wang et al., "Image quality assessment: from error visibility to structural similarity",
2004), told as −10·log10(1 − SSIM), at the rate that was asked for.
"""

import json
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.error import FFmpegError
from av.video.frame import PictureType
from numpy.typing import NDArray

from studio.config import CanvasConfig, EncoderConfig, Fit, SourceConfig, SourceKind
from studio.errors import StudioError, fault, reason_of
from studio.i18n import N_
from studio.media.codecs import X264, pixel_format, set_up, video_options
from studio.media.encoder import threads_for
from studio.media.frames import PIXEL_FORMAT, Fitter, planes
from studio.media.packets import decoded, demuxed
from studio.media.pattern import pattern
from studio.media.sources import open_input, shown_name, source_openings, unopened

TRIAL_S = 3
PICTURES_S = 3.0  # as long as a trial: no picture comes twice in it
LEAST_PICTURES_S = 1.0  # of a short clip, or of a camera that is slow in the dark
FETCH_S = 8.0  # longer than that is not waited for more
SLOWEST = 0.4  # of real time: what is slower is not waited for
DARK_FRAMES = 15  # a camera that was just switched on looks for the light
GRAIN = 7
JUDGED_FRAMES = 6
SNOW = 25
LOW_RATE = 0.4  # of the rate before: does the encoder follow?
LOW_RATE_WITHIN_S = 2
LOW_RATE_REACHED = 1.4  # times what was asked, over the two seconds after that
GOP_S = 2
TWICE_THE_RATE_DB = 1.0  # measured on noisy pictures: an encoder that sends too much is not better for it
DAMAGED_DB = 4.0  # no encoder of a sound picture is so far off

Gray = NDArray[np.uint8]


class RefusedError(Exception):
    """Why an encoder will not do, in the source language."""


def fetch(source: SourceConfig, canvas: CanvasConfig, path: Path, grainy: bool = False) -> int:
    """Writes three seconds of pictures into `path` as the show would compose them; gives how many.

    With `grainy` they get the noise of a cheap camera: drawn pictures are too easy to compress.
    """
    count, least = (max(2, round(seconds * canvas.fps)) for seconds in (PICTURES_S, LEAST_PICTURES_S))
    begun_s, number = time.monotonic(), 0
    random = np.random.default_rng(1)
    frames = pattern(canvas) if source.kind is SourceKind.PATTERN else _filmed(source, canvas)
    with path.open("wb") as file:
        for number, frame in enumerate(islice(frames, count), 1):
            luma, *colours = (np.ascontiguousarray(plane) for plane in planes(frame))
            if grainy:
                luma = np.clip(luma + random.integers(-GRAIN, GRAIN + 1, luma.shape, np.int16), 16, 235).astype(
                    np.uint8
                )
            for plane in (luma, *colours):
                file.write(plane.data)
            if number >= least and time.monotonic() - begun_s > FETCH_S:
                break
    if number < least:
        raise RefusedError(N_("there are too few pictures"))
    return number


def _filmed(source: SourceConfig, canvas: CanvasConfig) -> Iterator[av.VideoFrame]:
    never = threading.Event()
    fitter = Fitter(canvas, source.fitting)
    openings = source_openings(source, canvas)
    dark = DARK_FRAMES if source.kind is SourceKind.CAMERA else 0
    busy = fault("source.busy", name=shown_name(source))
    container, _opening = open_input(openings, unopened(source), busy, never)
    with container:
        if not container.streams.video:
            return
        for frame in islice(decoded(demuxed(container, container.streams.video[0])), dark, None):
            if isinstance(frame, av.VideoFrame):
                yield fitter.fit(frame)


class Pictures(Sequence[av.VideoFrame]):
    """The pictures of a file as frames, each made when it is asked for; `change` is done to each."""

    def __init__(self, raw: NDArray[np.uint8], change: Callable[[NDArray[np.uint8], int], Gray] | None = None) -> None:
        self.raw = raw
        self._change = change

    def __len__(self) -> int:
        return len(self.raw)

    def __getitem__(self, place: Any) -> Any:
        pixels = self.raw[place]
        if self._change is not None:
            pixels = self._change(pixels, place)
        return av.VideoFrame.from_ndarray(pixels, PIXEL_FORMAT)


def read(path: Path, canvas: CanvasConfig) -> Pictures:
    """The pictures that lie in the file, which stays open to be read."""
    return Pictures(np.memmap(path, np.uint8, "r").reshape(-1, canvas.height * 3 // 2, canvas.width))


class Bench:
    """One encoder at work on the pictures, as fast as it can."""

    def __init__(self, canvas: CanvasConfig, settings: EncoderConfig, pictures: Pictures) -> None:
        self._canvas, self._settings = canvas, settings
        self._pictures = pictures
        self._pixels = pixel_format(settings.codec)
        self._ticks = 0
        self._codec: Any = av.CodecContext.create(settings.codec, "w")
        self._codec.options = video_options(settings, canvas)
        set_up(self._codec, canvas, settings, threads_for(canvas, settings))
        self._codec.open()
        self._decoder: Any = av.CodecContext.create("h264", "r")
        self._decoder.extradata = self._codec.extradata
        self.sizes: dict[int, int] = {}
        self.keyframes: set[int] = set()
        self.packets: list[bytes] = []

    def picture(self, tick: int) -> av.VideoFrame:
        """The pictures forth and back, for ever."""
        last = len(self._pictures) - 1
        place = tick % (2 * last)
        picture: av.VideoFrame = self._pictures[place if place <= last else 2 * last - place]
        return picture

    def encode(self, seconds: int, keyframe_at: int | None = None) -> None:
        """So many seconds of video; stops early where that takes too long."""
        begun_s, until = time.perf_counter(), self._ticks + seconds * self._canvas.fps
        while self._ticks < until and time.perf_counter() - begun_s < seconds / SLOWEST:
            frame = self.picture(self._ticks)
            if self._pixels != PIXEL_FORMAT:
                frame = frame.reformat(format=self._pixels)
            frame.pts, frame.time_base = self._ticks, self._codec.time_base
            frame.pict_type = PictureType.I if self._ticks == keyframe_at else PictureType.NONE
            self._take(self._codec.encode(frame))
            self._ticks += 1

    def finish(self) -> None:
        """Takes out what the encoder still holds."""
        self._take(self._codec.encode(None))

    @property
    def encoded_s(self) -> float:
        """Video that was encoded so far."""
        return self._ticks / self._canvas.fps

    def change_rate(self, kbps: int) -> None:
        self._codec.bit_rate = kbps * 1000

    def _take(self, packets: list[Any]) -> None:
        for packet in packets:
            self.sizes[packet.pts] = packet.size
            self.packets.append(bytes(packet))
            if packet.is_keyframe:
                self.keyframes.add(packet.pts)

    def kbps(self, start: int, end: int) -> float:
        """The rate of the frames from tick `start` up to `end`."""
        sizes = [size for tick, size in self.sizes.items() if start <= tick < end]
        return sum(sizes) * 8 / 1000 * self._canvas.fps / max(1, len(sizes))

    def quality_db(self) -> float:
        """Mean SSIM of some frames against what they were made of; raises where pictures are lost or damaged."""
        frames = [frame for data in [*self.packets, None] for frame in self._decoded(data)]
        if len(frames) < len(self.packets):
            raise RefusedError(N_("its picture is damaged"))
        begin = min(self._canvas.fps, len(frames) // 2)  # the first second is no measure of the others
        ticks = np.linspace(begin, len(frames) - 1, JUDGED_FRAMES).astype(int)
        values = [ssim(planes(self.picture(tick))[0], planes(frames[tick])[0]) for tick in ticks]
        quality = -10 * math.log10(max(1e-6, 1 - sum(values) / len(values)))
        if quality < DAMAGED_DB:
            raise RefusedError(N_("its picture is damaged"))
        return quality

    def _decoded(self, data: bytes | None) -> list[av.VideoFrame]:
        decoded_frames: list[av.VideoFrame] = self._decoder.decode(None if data is None else av.Packet(data))
        return decoded_frames


def measure(canvas: CanvasConfig, settings: EncoderConfig, pictures: Pictures) -> dict[str, float]:
    """What the encoder costs and gives; raises `RefusedError`.

    x264 on one thread is as fast as its CPU time says, whatever else the computer does during the trial.
    """
    bench = Bench(canvas, settings, pictures)
    cpu_before_s, wall_before_s = time.process_time(), time.perf_counter()
    bench.encode(TRIAL_S)
    bench.finish()
    cpu_s = (time.process_time() - cpu_before_s) / bench.encoded_s
    wall_s = (time.perf_counter() - wall_before_s) / bench.encoded_s
    kbps = bench.kbps(canvas.fps, TRIAL_S * canvas.fps)
    alone = settings.codec == X264 and threads_for(canvas, settings) == 1
    return {
        "cpu_s": round(cpu_s, 4),
        "speed": round(1 / (cpu_s if alone else wall_s), 2),
        "quality_db": round(bench.quality_db() - TWICE_THE_RATE_DB * math.log2(kbps / settings.bitrate_kbps), 2),
        "kbps": round(kbps, 1),
    }


def obeys(canvas: CanvasConfig, settings: EncoderConfig, pictures: Pictures) -> None:
    """Raises `RefusedError` where the encoder does not do in the middle of a show what it is asked.

    Asked with pictures that fill any rate: from easy ones it would save so much that no change is seen.
    """
    bench = Bench(canvas, settings, noisy(pictures))
    keyframe_at = canvas.fps + canvas.fps // 3  # nowhere near one that comes by itself
    bench.encode(TRIAL_S, keyframe_at)
    if bench.encoded_s < TRIAL_S:
        return  # far too slow to be used at all
    low_kbps = round(settings.bitrate_kbps * LOW_RATE)
    bench.change_rate(low_kbps)
    bench.encode(LOW_RATE_WITHIN_S + GOP_S)
    bench.finish()
    if keyframe_at not in bench.keyframes:
        raise RefusedError(N_("it makes no keyframe when it is asked for one"))
    end = (TRIAL_S + LOW_RATE_WITHIN_S + GOP_S) * canvas.fps
    if bench.kbps(end - GOP_S * canvas.fps, end) > low_kbps * LOW_RATE_REACHED:
        raise RefusedError(N_("its bit rate does not follow the network"))


def noisy(pictures: Pictures) -> Pictures:
    """The pictures under heavy snow, each its own."""
    return Pictures(pictures.raw, _under_snow)


def _under_snow(pixels: NDArray[np.uint8], place: int) -> Gray:
    snow = np.random.default_rng(place).integers(-SNOW, SNOW + 1, pixels.shape, np.int8)
    return np.asarray(np.clip(pixels.astype(np.int16) + snow, 16, 235), np.uint8)


def ssim(wanted: Gray, got: Gray) -> float:
    """Structural similarity of two pictures, 1 where they are the same."""
    x, y = wanted.astype(np.float32), got.astype(np.float32)

    def mean(values: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5), np.float32)

    mean_x, mean_y = mean(x), mean(y)
    variance_x, variance_y = mean(x * x) - mean_x**2, mean(y * y) - mean_y**2
    together = mean(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    above = (2 * mean_x * mean_y + c1) * (2 * together + c2)
    below = (mean_x**2 + mean_y**2 + c1) * (variance_x + variance_y + c2)
    return float((above / below).mean())


def why(error: Exception) -> str:
    """What FFmpeg or its driver said last, else what the error means."""
    said = getattr(error, "log", None)
    return str(said[2]).strip() if said else reason_of(error)


def work(job: dict[str, Any]) -> dict[str, Any]:
    """Does what the line on stdin asks."""
    canvas = CanvasConfig(**job["canvas"])
    try:
        if "source" in job:
            given = job["source"]
            source = SourceConfig(SourceKind(given["kind"]), given["target"], Fit(given["fit"]))
            return {"pictures": fetch(source, canvas, Path(job["file"]), job["grainy"])}
        settings = EncoderConfig(**job["encoder"])
        pictures = read(Path(job["file"]), canvas)
        if job["check"]:
            obeys(canvas, settings, pictures)
        return dict(measure(canvas, settings, pictures))
    except RefusedError as error:
        return {"refused": str(error)}
    except StudioError as error:
        return {"refused": str(error)}
    except (FFmpegError, OSError, ValueError, RuntimeError) as error:
        return {"refused": why(error)}


def main() -> None:
    cv2.setNumThreads(1)
    av.logging.set_level(av.logging.ERROR)  # so that an error knows what the driver said
    answer = json.dumps(work(json.loads(sys.stdin.readline())))
    os.write(1, f"{answer}\n".encode())
    os._exit(0)  # a driver that hangs when it is closed is not closed


if __name__ == "__main__":
    main()
