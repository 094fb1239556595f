"""Coloured bars with a block that moves: a picture where there is no camera."""

from collections.abc import Iterator

import av
import numpy as np

from studio.config import CanvasConfig
from studio.media.frames import blank, planes


def pattern(canvas: CanvasConfig) -> Iterator[av.VideoFrame]:
    """Coloured bars with a block that moves: a picture where there is no camera."""
    colours = ((180, 128, 128), (162, 44, 142), (131, 156, 44), (112, 72, 58), (84, 184, 198), (65, 100, 212))
    base = blank(canvas.width, canvas.height)
    for plane, channel in zip(planes(base), range(3), strict=True):
        for index, colour in enumerate(colours):
            width = plane.shape[1]
            plane[:, index * width // 6 : (index + 1) * width // 6] = colour[channel]
    side = min(canvas.width, canvas.height) // 8
    step = 0
    while True:
        frame = blank(canvas.width, canvas.height)
        for target, source in zip(planes(frame), planes(base), strict=True):
            np.copyto(target, source)
        x = step * 8 % (canvas.width - side)
        planes(frame)[0][canvas.height // 2 : canvas.height // 2 + side, x : x + side] = 235
        yield frame
        step += 1
