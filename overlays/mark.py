"""A number written into a frame as a row of black and white blocks, and read back from the received picture.

It measures: a rehearsal marks the frames it sends, and the receiver learns from each mark when that frame
was made. Layout, from the upper left corner: one bright and one dark block to find the row, 24 bits of the
value, 8 bits of CRC-8 (polynomial 0x07, start 0xFF), highest bits first.
"""

import numpy as np
from numpy.typing import NDArray

VALUES = 1 << 24
BLOCKS = 2 + 24 + 8
BRIGHT, DARK = 235, 16  # the ends of the video range
_NEUTRAL = 128  # chroma without colour
_CLEAR = 30  # a block this far from middle grey is surely one or the other

Plane = NDArray[np.uint8]


def block_px(width: int, height: int) -> int:
    """The side of one block on a canvas: 8 px at 720 lines, even, at least 6 px where the row then fits."""
    return max(2, min(max(6, round(height * 4 / 720) * 2), width // BLOCKS // 2 * 2))


def draw_mark(luma: Plane, value: int, u: Plane | None = None, v: Plane | None = None) -> None:
    """Writes `value` (of its lowest 24 bits) into the upper left corner of a frame's planes, in place.

    `luma` is height × width; `u` and `v`, half as large, lose their colour under the mark.
    """
    side = block_px(luma.shape[1], luma.shape[0])
    luma[:side, : BLOCKS * side] = np.repeat(_LEVELS[_bits(value % VALUES)], side)
    for plane in (u, v):
        if plane is not None:
            plane[: side // 2, : BLOCKS * side // 2] = _NEUTRAL


def read_mark(luma: Plane) -> int | None:
    """The value in the corner of a decoded frame, also after compression and scaling; None where there is none."""
    height, width = luma.shape
    for side in _sides(width, height):
        value = _read(luma, side)
        if value is not None:
            return value
    return None


def _sides(width: int, height: int) -> list[float]:
    """Sizes a block may have here: that of this canvas, and those of others scaled down or up to it."""
    sides = [float(block_px(width, height))]
    ratio = width / height
    for lines in (720, 1280, 1080, 1920, 540, 960, 480, 854, 360, 640):
        scaled = block_px(round(lines * ratio), lines) * height / lines
        if all(abs(scaled - side) > 0.01 for side in sides):
            sides.append(scaled)
    return sides


def _read(luma: Plane, side: float) -> int | None:
    columns = ((np.arange(BLOCKS) + 0.5) * side).astype(np.intp)
    if columns[-1] + 1 >= luma.shape[1] or side < 2:
        return None
    row = int(side / 2)
    around = luma[max(0, row - 1) : row + 1].astype(np.float32).mean(axis=0)
    levels = (around[columns] + around[np.maximum(columns - 1, 0)]) / 2 - 128
    if levels[0] < _CLEAR or levels[1] > -_CLEAR or np.abs(levels).min() < _CLEAR:
        return None
    read = np.packbits(levels[2:] > 0)
    value = (int(read[0]) << 16) | (int(read[1]) << 8) | int(read[2])
    return value if _checksum(value) == int(read[3]) else None


def _bits(value: int) -> NDArray[np.uint8]:
    word = (value << 8 | _checksum(value)).to_bytes(4, "big")
    return np.concatenate((_SYNC, np.unpackbits(np.frombuffer(word, np.uint8))))


def _checksum(value: int) -> int:
    crc = 0xFF
    for byte in value.to_bytes(3, "big"):
        crc = _CRC[crc ^ byte]
    return crc


def _crc_table() -> tuple[int, ...]:
    table = []
    for start in range(256):
        crc = start
        for _ in range(8):
            crc = (crc << 1) ^ 0x07 if crc & 0x80 else crc << 1
        table.append(crc & 0xFF)
    return tuple(table)


_CRC = _crc_table()
_LEVELS = np.array([DARK, BRIGHT], np.uint8)
_SYNC = np.array([1, 0], np.uint8)
