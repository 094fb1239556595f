"""A stream to measure an upload with: two seconds of a moving pattern at an exact rate, over and over."""

import io
import itertools
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import av

from studio.config import CanvasConfig
from studio.media.amf import encoded
from studio.media.pattern import pattern
from studio.media.rtmp_call import DATA, VIDEO, CallError, RtmpCall

CANVAS = CanvasConfig(640, 360, 25)
LOOP_FRAMES = 50
LOOP_MS = 2000
FLV_HEADER_BYTES, TAG_HEADER_BYTES, TAG_END_BYTES = 13, 11, 4
LATE_S, CATCH_UP_S = 0.1, 1.5  # a computer that did something else for a moment sends what it owes at once
RAMP_S = 1.0  # what the system's and the network's buffers swallow at first is no rate


@dataclass(frozen=True, slots=True)
class Tag:
    """One FLV tag (Adobe Flash Video File Format 10.1, E.4.1); its body is an RTMP message's."""

    kind: int
    time_ms: int
    body: bytes

    @property
    def is_header(self) -> bool:
        """What describes the stream is sent once: the decoder's configuration, and the script data."""
        return self.kind != VIDEO or self.body[1] == 0


def tags(kbps: int) -> list[Tag]:
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
    return list(_parsed(file.getvalue()))


def _parsed(flv: bytes) -> Iterator[Tag]:
    at = FLV_HEADER_BYTES
    while at + TAG_HEADER_BYTES < len(flv):
        length = int.from_bytes(flv[at + 1 : at + 4], "big")
        time_ms = int.from_bytes(flv[at + 4 : at + 7], "big")
        body = flv[at + TAG_HEADER_BYTES : at + TAG_HEADER_BYTES + length]
        # Script data is announced as what the server is to keep, as every encoder does (FMLE's convention).
        yield Tag(flv[at], time_ms, encoded("@setDataFrame") + body if flv[at] == DATA else body)
        at += TAG_HEADER_BYTES + length + TAG_END_BYTES


def endless(loop: list[Tag]) -> Iterator[Tag]:
    """The loop again and again, its headers once, its times going on."""
    yield from (tag for tag in loop if tag.is_header)
    for turn in itertools.count():
        for tag in loop:
            if not tag.is_header:
                yield replace(tag, time_ms=tag.time_ms + turn * LOOP_MS)


def measure_kbps(call: RtmpCall, kbps: int, seconds: float, stopping: threading.Event) -> float | None:
    """What the network carried of a stream of that rate, in kb/s; None where it was stopped before.

    The stream keeps its pace where the network does, so the figure is never above what was offered.
    Raises `CallError`.
    """
    stream = endless(tags(kbps))
    begin_s = time.monotonic()
    sent = sent_in_ramp = 0
    ramp_end_s = begin_s
    for tag in stream:
        if stopping.wait(max(0.0, begin_s + tag.time_ms / 1000 - time.monotonic())):
            return None
        try:
            call.send(tag.kind, tag.time_ms, tag.body)
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
