"""How good the picture is that arrived, against the clip it was made of, where no overlay lies on it.

Quality is SSIM of the luma as in `studio.media.encoder_trial`, told as −10·log10(1 − SSIM).
"""

import math
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import av
import numpy as np

from studio.media.encoder_trial import ssim
from studio.media.frames import Plane, planes
from tests.bench.scene import FPS

CLEAR_ROWS = 320  # from the top: above cards and ticker
JUDGED_S = 20
APART = 7  # pictures at most between a program's picture and the clip's of the same number


def picture_db(recording: Path, clip: Path) -> float:
    """The mean of one picture a second, each against that picture of the clip it is most like."""
    near: deque[Plane] = deque(maxlen=2 * APART + 1)
    clip_pictures = _lumas(clip)
    near.extend(islice(clip_pictures, APART))
    likeness = []
    for number, seen in enumerate(_lumas(recording)):
        near.extend(islice(clip_pictures, 1))
        if number % FPS == FPS - 1:
            nearest = min(near, key=lambda luma, seen=seen: _difference(luma, seen))  # type: ignore[misc]
            likeness.append(ssim(nearest, seen))
    return round(-10 * math.log10(1 - sum(likeness) / len(likeness)), 2)


def _lumas(path: Path) -> Iterator[Plane]:
    with av.open(path) as container:
        for frame in islice(container.decode(video=0), JUDGED_S * FPS):
            yield planes(frame)[0][:CLEAR_ROWS].copy()


def _difference(one: Plane, other: Plane) -> float:
    return float(np.abs(one[::4, ::4].astype(np.int16) - other[::4, ::4]).mean())
