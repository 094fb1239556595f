"""Latency from camera to audience: the age of marked frames when a player behind the server has decoded them."""

import os
import statistics
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from overlays.mark import read_mark
from tests.bench.programs import FFMPEG, encoding, nongbo_command, overlay_filters
from tests.bench.scene import Scene
from tests.bench.ticking import age_ms
from tests.end2end.nginx import RtmpServer
from tests.end2end.player import frames

SECONDS = 20
SETTLE_S = 4.0  # a player that joins is first given what the server kept since the last keyframe


def measure(program: str, scene: Scene, home: Path, server: RtmpServer, key: str) -> dict[str, float]:
    """Median and 95th percentile in milliseconds, over what came after the player had settled."""
    pipe = scene.folder / f"camera-{key}.y4m"
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe)
    short = replace(scene, seconds=SECONDS)
    url = server.url(key)
    command = ffmpeg_from_pipe(short, pipe, url) if program == "ffmpeg" else nongbo_from_pipe(short, pipe, home, url)
    camera = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.ticking", str(scene.clip), str(pipe), str(SECONDS + 15)]
    )
    chain = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        ages = watch(server, key, chain)
    finally:
        chain.terminate()
        chain.wait()
        camera.terminate()
        camera.wait()
        pipe.unlink()
    if not ages:
        return {}
    return {"latency_ms_p50": statistics.median(ages), "latency_ms_p95": float(np.percentile(ages, 95))}


def watch(server: RtmpServer, key: str, chain: "subprocess.Popen[bytes]") -> list[int]:
    server.wait_for_stream(key, chain)
    ages: list[int] = []
    first_s: float | None = None
    for seen in frames(server.url(key), deadline_s=10):
        if not isinstance(seen.frame, VideoFrame):
            continue
        first_s = seen.arrived_s if first_s is None else first_s
        since_s = seen.arrived_s - first_s
        mark = read_mark(luma_of(seen.frame)) if since_s > SETTLE_S else None
        if mark is not None:
            ages.append(age_ms(mark))
        if since_s > SECONDS - SETTLE_S:
            break
    return ages


def luma_of(frame: VideoFrame) -> NDArray[np.uint8]:
    """The Y plane without its padding."""
    plane = frame.planes[0]
    values = np.frombuffer(memoryview(plane), np.uint8)
    return values.reshape(frame.height, plane.line_size)[:, : frame.width]


def ffmpeg_from_pipe(scene: Scene, pipe: Path, url: str) -> list[str]:
    """FFmpeg's command line with the pipe as camera; it takes each frame as it comes, like the studio."""
    pictures = [word for picture in (*scene.cards, scene.ticker) for word in ("-i", str(picture.path))]
    return [
        *(*FFMPEG, "-f", "yuv4mpegpipe", "-i", str(pipe), *pictures),
        *("-re", "-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo"),
        *("-filter_complex", overlay_filters(scene), "-map", "[out]", "-map", "4:a", *encoding(scene.seconds), url),
    ]


def nongbo_from_pipe(scene: Scene, pipe: Path, home: Path, url: str) -> list[str]:
    """The studio with the pipe as camera."""
    words = nongbo_command(scene, home, [url])
    words[words.index(f"clip:{scene.clip}")] = f"pipe:{pipe}"
    words[words.index("--audio") + 1] = "silence"
    return words
