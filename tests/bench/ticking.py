"""A camera whose every frame says when it was made: y4m into a named pipe, in real time.

    python -m tests.bench.ticking CLIP PIPE SECONDS

The mark in the corner is the monotonic clock in milliseconds, so whoever decodes the picture at the far end of a
chain knows how old it is. The clock is the same in every process of a computer.
"""

import contextlib
import os
import sys
import threading
import time
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from overlays.mark import VALUES, draw_mark
from tests.bench.scene import FPS, HEIGHT, WIDTH

FRAMES_KEPT = 60  # two seconds of the clip, played over and over


def now_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def age_ms(mark: int) -> int:
    """How long ago a mark was made."""
    return (now_ms() - mark) % VALUES


def first_frames(clip: Path) -> list[NDArray[np.uint8]]:
    """Frames as y4m wants them: the planes one after another, height × 3/2 rows."""
    with av.open(str(clip)) as source:
        pictures = source.decode(video=0)
        kept = [next(pictures) for _ in range(FRAMES_KEPT)]
        return [np.asarray(picture.to_ndarray(format="yuv420p"), np.uint8) for picture in kept]


def main(clip: Path, pipe: Path, seconds: float) -> None:
    pictures = first_frames(clip)
    never = threading.Event()
    with contextlib.suppress(BrokenPipeError), pipe.open("wb", buffering=0) as out:
        out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FPS}:1 Ip A1:1 C420mpeg2\n".encode())
        started_s = time.monotonic()
        tick = 0
        while tick < seconds * FPS:
            picture = pictures[tick % FRAMES_KEPT]
            draw_mark(picture[:HEIGHT], now_ms())
            out.write(b"FRAME\n")
            write_all(out.fileno(), picture)
            # A reader that was slow has missed frames, as with a camera; it is not given them later.
            tick = max(tick + 1, int((time.monotonic() - started_s) * FPS))
            never.wait(max(0.0, started_s + tick / FPS - time.monotonic()))


def write_all(handle: int, picture: NDArray[np.uint8]) -> None:
    left = memoryview(np.ascontiguousarray(picture).data).cast("B")
    while left:
        left = left[os.write(handle, left) :]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
