"""A player as an audience has one: opens a stream, decodes it, and notes when each frame came."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from numpy.typing import NDArray

# Without these the first frame may be held back for five seconds of looking around; with less time than two keyframes
# take, a stream whose sound begins before its picture is taken for one without a picture.
QUICK_START = {"probesize": "2000000", "analyzeduration": "4000000"}


@dataclass(frozen=True, slots=True)
class Seen:
    """A decoded frame and when it came, on the monotonic clock."""

    frame: VideoFrame | AudioFrame
    arrived_s: float

    @property
    def time_s(self) -> float:
        """The frame's place in the stream."""
        return float(self.frame.time or 0.0)

    def picture(self) -> NDArray[np.uint8]:
        """Height × width × 3, RGB."""
        assert isinstance(self.frame, VideoFrame)
        return np.asarray(self.frame.to_ndarray(format="rgb24"), dtype=np.uint8)


@dataclass(slots=True)
class Watched:
    """What a player got."""

    video: list[Seen] = field(default_factory=list)
    audio: list[Seen] = field(default_factory=list)

    def samples(self) -> NDArray[np.float32]:
        """The sound of the first channel, as one array."""
        blocks = [seen.frame.to_ndarray()[0] for seen in self.audio if isinstance(seen.frame, AudioFrame)]
        return np.concatenate(blocks).astype(np.float32) if blocks else np.zeros(0, np.float32)


def frames(address: str | Path, deadline_s: float = 60.0) -> Iterator[Seen]:
    """Video and audio frames as they come, until the stream ends; raises `av.FFmpegError` where it does not open.

    `deadline_s` bounds the opening and every single read, so nothing waits for ever.
    """
    live = str(address).startswith("rtmp")
    options = QUICK_START if live else {}
    with (
        av.open(str(address), timeout=(deadline_s, deadline_s), options=options) as stream,
        contextlib.suppress(av.EOFError),
    ):
        for packet in stream.demux(video=0, audio=0):
            for frame in packet.decode():
                if isinstance(frame, VideoFrame | AudioFrame):
                    yield Seen(frame, time.monotonic())


def watch(address: str | Path, seconds: float | None = None, deadline_s: float = 60.0) -> Watched:
    """What comes within `seconds` of stream time, or the whole of it."""
    got = Watched()
    for seen in frames(address, deadline_s):
        (got.video if isinstance(seen.frame, VideoFrame) else got.audio).append(seen)
        if seconds is not None and got.video and got.video[-1].time_s - got.video[0].time_s >= seconds:
            break
    return got


def watch_when_on_air(address: str, seconds: float, deadline_s: float = 60.0) -> Watched:
    """Tries until the stream is there, as a waiting audience does, then watches it."""
    until = time.monotonic() + deadline_s
    while True:
        try:
            return watch(address, seconds, max(1.0, until - time.monotonic()))
        except av.FFmpegError:
            if time.monotonic() > until:
                raise
