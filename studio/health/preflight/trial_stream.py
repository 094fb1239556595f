"""A stream to measure an upload with: two seconds of a moving pattern at an exact rate, over and over."""

import io
import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import av

from studio.config import CanvasConfig
from studio.media.flv import Tag, tags
from studio.media.pattern import pattern
from studio.media.rtmp_call import RtmpCall
from studio.media.rtmp_line import CallError

CANVAS = CanvasConfig(640, 360, 25)
LOOP_FRAMES = 50
LOOP_MS = 2000
LATE_S, CATCH_UP_S = 0.1, 1.5  # a computer that did something else for a moment sends what it owes at once
RAMP_S = 1.0  # what the system's and the network's buffers swallow at first is no rate


def padded(kbps: int) -> list[Tag]:
    """The loop, padded to exactly that rate, and evenly: no keyframe is a burst."""
    file = io.BytesIO()
    rate = f"nal-hrd=cbr:force-cfr=1:bitrate={kbps}:vbv-maxrate={kbps}:vbv-bufsize={max(1, kbps // 5)}"
    options = {"preset": "ultrafast", "tune": "zerolatency", "x264-params": f"{rate}:keyint={LOOP_FRAMES}:scenecut=0"}
    with av.open(file, "w", format="flv", options={"flvflags": "no_duration_filesize"}) as container:
        stream: Any = container.add_stream("libx264", rate=CANVAS.fps, options=options)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = CANVAS.width, CANVAS.height, "yuv420p", 0
        for number, frame in enumerate(itertools.islice(pattern(CANVAS), LOOP_FRAMES)):
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    file.seek(0)
    return list(tags(file.read))


def endless(loop: list[Tag]) -> Iterator[Tag]:
    """The loop again and again, its headers once, its times going on."""
    yield from (tag for tag in loop if tag.is_header)
    for turn in itertools.count():
        for tag in loop:
            if tag.is_media:
                yield replace(tag, time_ms=tag.time_ms + turn * LOOP_MS)


def measure_kbps(call: RtmpCall, loop: list[Tag], seconds: float, stopping: threading.Event) -> float | None:
    """What the network carried of such a `padded` loop, in kb/s; None where it was stopped before.

    The stream keeps its pace where the network does, so the figure is never above what was offered.
    Raises `CallError`.
    """
    stream = endless(loop)
    begin_s = time.monotonic()
    sent = sent_in_ramp = 0
    ramp_end_s = begin_s
    for tag in stream:
        if stopping.wait(max(0.0, begin_s + tag.time_ms / 1000 - time.monotonic())):
            return None
        try:
            call.send([tag])
            sent += len(tag.body)
        except CallError as failure:
            if failure.kind != "silent":
                raise
            seconds = 0.0  # nothing went through for seconds: what went before is the figure
        now_s = time.monotonic()
        late_s = CATCH_UP_S if now_s - begin_s > tag.time_ms / 1000 + LATE_S else 0.0
        if now_s - begin_s >= max(seconds, RAMP_S) + late_s or not seconds:
            break
        if now_s - begin_s < RAMP_S:
            sent_in_ramp, ramp_end_s = sent, now_s
    if stopping.is_set():
        return None
    return (sent - sent_in_ramp) * 8 / 1000 / max(0.001, now_s - ramp_end_s)
