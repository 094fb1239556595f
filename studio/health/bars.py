"""The black bars that fill the canvas up around a picture of another shape: they are no part of what a camera sees.

Where they begin there is always a sharp edge, and they are always dark: an upright phone's picture on a wide canvas
is two thirds of them.
"""

import numpy as np

from studio.media.frames import Plane

BAR = 24  # luma; their black is 16, and a clip may have been compressed with its own
LEAST = 0.2  # of each side is left: 0.24 of a cinema film on an upright canvas; what is less is a light in the dark


def between_bars(luma: Plane) -> Plane:
    """The picture without its bars, and without the row where a smaller one has them averaged into it."""
    lit = luma > BAR
    rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
    if rows.size < LEAST * luma.shape[0] or columns.size < LEAST * luma.shape[1]:
        return luma
    return luma[_inner(rows, luma.shape[0]), _inner(columns, luma.shape[1])]


def _inner(lit: np.ndarray[tuple[int], np.dtype[np.intp]], size: int) -> slice:
    first, last = int(lit[0]), int(lit[-1])
    return slice(first + 1 if first else 0, last if last < size - 1 else size)
