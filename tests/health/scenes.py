"""Pictures for the watchdogs: a stall of boxes in sharp focus, seen by a camera with noise."""

from functools import cache

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from studio.media.frames import Plane, planes
from studio.paths import asset

WIDTH, HEIGHT = 1280, 720


@cache
def scene(seed: int = 1, darkest: int = 40, brightest: int = 200) -> Plane:
    """Boxes of all sizes, in lumas between the two."""
    random = np.random.default_rng(seed)
    luma = np.full((HEIGHT, WIDTH), (darkest + brightest) // 2, np.uint8)
    for _ in range(250):
        x, y = int(random.integers(WIDTH)), int(random.integers(HEIGHT))
        width, height = random.integers(20, 160, 2)
        luma[y : y + int(height), x : x + int(width)] = random.integers(darkest, brightest + 1)
    luma.flags.writeable = False
    return luma


@cache
def _noise(sigma: float) -> NDArray[np.int16]:
    return np.random.default_rng(7).normal(0, sigma, (2 * HEIGHT, WIDTH)).round().astype(np.int16)


def noisy(luma: Plane, number: int, sigma: float = 2.0) -> Plane:
    """The camera's picture of that number: never the same twice."""
    height, width = luma.shape
    shift = number * 37 % HEIGHT
    seen = cv2.add(luma.astype(np.int16), _noise(sigma)[shift : shift + height, :width])
    return np.clip(seen, 16, 235).astype(np.uint8)


def blurred(luma: Plane, sigma: float) -> Plane:
    return np.asarray(cv2.GaussianBlur(luma, (0, 0), sigma), np.uint8)


def points(luma: Plane) -> Plane:
    """What the watchdogs look at of a picture."""
    return luma[4::8, 4::8].copy()


@cache
def demo_clip() -> tuple[Plane, ...]:
    """The lumas of the demo clip, twice a second."""
    with av.open(str(asset("demo", "clip.mp4"))) as container:
        frames = container.decode(video=0)
        return tuple(planes(frame)[0].copy() for number, frame in enumerate(frames) if number % 15 == 0)


def finger(number: int) -> Plane:
    """Light through the skin of a finger on the lens: bright in the middle, darker to the edges."""
    x, y = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))
    return noisy((175 - 70 * (x**2 + y**2)).astype(np.uint8), number, sigma=4)


def white_cloth(number: int) -> Plane:
    """Soft folds of a cloth on the lens in daylight."""
    x, y = np.meshgrid(np.linspace(0, 14, WIDTH), np.linspace(0, 6, HEIGHT))
    return noisy((190 + 35 * np.sin(x + np.sin(y))).astype(np.uint8), number, sigma=4)
