"""A canvas made small and turned into red, green and blue, for the window."""

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.media.frames import Planes

RED_WEIGHT, BLUE_WEIGHT = 0.2126, 0.0722  # of the luma, ITU-R BT.709, as the encoder declares it


def _rgb_from_yuv() -> NDArray[np.float32]:
    """The 3 × 4 matrix from BT.709 in limited range (16…235, 16…240) to red, green and blue (0…255)."""
    green_weight = 1 - RED_WEIGHT - BLUE_WEIGHT
    luma, red, blue = 255 / 219, 2 * (1 - RED_WEIGHT) * 255 / 224, 2 * (1 - BLUE_WEIGHT) * 255 / 224
    matrix = np.array(
        [
            [luma, 0, red],
            [luma, -blue * BLUE_WEIGHT / green_weight, -red * RED_WEIGHT / green_weight],
            [luma, blue, 0],
        ]
    )
    offset = -matrix @ np.array([16, 128, 128])
    return np.column_stack([matrix, offset]).astype(np.float32)


RGB_FROM_YUV = _rgb_from_yuv()


def write_rgb(planes: Planes, width: int, height: int, room: memoryview) -> None:
    """Writes the planes' picture at `width` × `height` into `room`, three bytes a pixel."""
    small = [cv2.resize(plane, (width, height), interpolation=cv2.INTER_AREA) for plane in planes]
    shown = np.frombuffer(room, np.uint8).reshape(height, width, 3)
    cv2.transform(cv2.merge(small), RGB_FROM_YUV, dst=shown)
