"""A canvas made small and turned into red, green and blue, for the window."""

import cv2
import numpy as np

from studio.media.frames import Planes


def write_rgb(planes: Planes, width: int, height: int, room: memoryview) -> None:
    """Writes the planes' picture at `width` × `height` (multiples of four) into `room`, three bytes a pixel."""
    small = np.empty((height * 3 // 2, width), np.uint8)
    luma, colour = small[:height], small[height:].reshape(2, height // 2, width // 2)
    cv2.resize(planes[0], (width, height), dst=luma, interpolation=cv2.INTER_AREA)
    for plane, target in zip(planes[1:], colour, strict=True):
        cv2.resize(plane, (width // 2, height // 2), dst=target, interpolation=cv2.INTER_AREA)
    shown = np.frombuffer(room, np.uint8).reshape(height, width, 3)
    cv2.cvtColor(small, cv2.COLOR_YUV2RGB_I420, dst=shown)
