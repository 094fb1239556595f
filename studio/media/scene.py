"""The show as it is on the air, for those who try beforehand how something will look in it; for any thread.

A tick of the compositor costs nothing for it: the camera's pictures are never written to, and are only looked at.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from studio.media.codecs import Compression
from studio.media.frames import Frame, Planes, blank, planes
from studio.media.layers import LayerStack
from studio.media.proof import FRAMES, Box, Ground

LONGEST_S = 0.05  # between two pictures of a slow camera


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """One show's. `camera` gives its newest picture, None where there is none; `compression` how it is sent."""

    number: int  # of no other show
    fps: int
    camera: Callable[[], Frame | None]
    layers: LayerStack
    compression: Callable[[], Compression]

    @property
    def is_there(self) -> bool:
        """Whether there is a picture: neither before the first one nor while the camera gives none."""
        return self.camera() is not None

    def ground(self, without: str) -> Ground | None:
        """The next pictures with all that lies on them but for one slot; None where there is none. Takes as long."""
        frames: list[Planes] = []
        pause = threading.Event()
        while len(frames) < FRAMES:
            if frames:
                pause.wait(min(1 / self.fps, LONGEST_S))
            frame = self.camera()
            if frame is None:
                return None
            # A copy: a decoder whose pictures are kept makes room for as many more, and never gives it back.
            y_u_v = [plane.copy() for plane in planes(frame)]
            frames.append((y_u_v[0], y_u_v[1], y_u_v[2]))
        layers = self.layers.resting(without)

        def part_of(part: Box) -> list[Planes]:
            left, top, width, height = part
            composed = []
            for frame in frames:
                target = planes(blank(width, height))
                for half, (plane, source) in enumerate(zip(target, frame, strict=True)):
                    y, x = (top // 2, left // 2) if half else (top, left)
                    np.copyto(plane, source[y : y + plane.shape[0], x : x + plane.shape[1]])
                for layer in layers:
                    layer.draw(target, 1.0, -left, -top, 0)
                composed.append(target)
            return composed

        return part_of
