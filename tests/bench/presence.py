"""How often an empty place is noticed, and how often somebody is taken for nobody.

    python -m tests.bench.presence [--people PHOTO …] [--empty PHOTO …] [--film FILM …]

A photograph is seen for a minute by a camera with noise; films run as they are, over and over for at least a minute.
Without any it takes what is at hand: the demo clip, in which a drawn host moves, and stalls of boxes, where nobody is.
The figures in `studio/health/presence.py` are those of photographs that come with scikit-image (astronaut, camera;
motorcycle, coffee, chelsea) and OpenCV (left01…09, right01 and 06, messi5, basketball1; home, aloeL, building, fruits,
graf1, board, leuvenA, baboon, stuff, butterfly, rubberwhale1) and OpenCV's films vtest, tree and Megamind.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from studio.config import NOBODY_S, CanvasConfig, Fit
from studio.health.alarm import Alarm
from studio.health.presence import FaceFinder, face_finder, has_face, moves
from studio.health.watchdogs import FACE_EVERY_S
from studio.media.frames import NS, Fitter, Planes, planes
from studio.paths import asset
from tests.health.scenes import points, scene

CANVAS = CanvasConfig(1280, 720, 30)
LOOKS_A_S = 2
SECONDS = 60
NOISE = 6.0  # luma, of a cheap sensor in a room


def photograph(rgb: NDArray[np.uint8]) -> Iterator[Planes]:
    """A picture as a camera gives it: it never repeats."""
    fitter, chance = Fitter(CANVAS, Fit.CONTAIN), np.random.default_rng(1)
    for _look in range(SECONDS * LOOKS_A_S):
        seen = np.clip(rgb + chance.normal(0, NOISE, rgb.shape), 0, 255).astype(np.uint8)
        yield planes(fitter.fit(av.VideoFrame.from_ndarray(seen, format="rgb24")))


def film(path: Path) -> Iterator[Planes]:
    """Its pictures, two a second."""
    fitter = Fitter(CANVAS, Fit.CONTAIN)
    looks = 0
    while looks < SECONDS * LOOKS_A_S:
        with av.open(str(path)) as container:
            every = max(1, round(float(container.streams.video[0].average_rate or 25) / LOOKS_A_S))
            for frame in islice(container.decode(video=0), 0, None, every):
                looks += 1
                yield planes(fitter.fit(frame))


def watched(pictures: Iterable[Planes], find: FaceFinder) -> str:
    """As the watchdogs look for somebody."""
    alarm, before, searched_s, nobody = Alarm(NOBODY_S, 0.0), None, -FACE_EVERY_S, False
    alarms = alarmed = searches = found = looks = 0
    for looks, picture in enumerate(pictures, 1):
        at_s = looks / LOOKS_A_S
        now = points(picture[0])
        if moves(now, before):
            nobody = False
        elif at_s - searched_s >= FACE_EVERY_S:
            searched_s, nobody = at_s, not has_face(picture, find)
            searches, found = searches + 1, found + (not nobody)
        before = now
        turn = alarm.take(nobody, round(at_s * NS))
        alarms, alarmed = alarms + (turn is not None and turn.raised), alarmed + alarm.raised
    return (
        f"{looks / LOOKS_A_S:5.0f} s  warned {alarms} times, {alarmed / LOOKS_A_S:.0f} s  faces {found} of {searches}"
    )


def rgb_of(path: Path) -> NDArray[np.uint8]:
    picture = cv2.imread(str(path))
    if picture is None:
        raise SystemExit(f"{path}: no picture")
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    for kind in ("people", "empty", "film"):
        parser.add_argument(f"--{kind}", nargs="+", type=Path, default=[], metavar="FILE")
    args = parser.parse_args()
    find = face_finder()
    if find is None:
        print("there is no face finder here", file=sys.stderr)
        return 1
    cases: list[tuple[str, Iterable[Planes]]] = [("moves: the demo clip", film(asset("demo", "clip.mp4")))]
    cases += [(f"moves: {path.name}", film(path)) for path in args.film]
    cases += [
        (f"{kind}: {path.name}", photograph(rgb_of(path)))
        for kind, paths in (("somebody", args.people), ("nobody", args.empty))
        for path in paths
    ]
    cases += [(f"nobody: boxes {seed}", photograph(np.dstack([scene(seed)] * 3))) for seed in (1, 2, 3)]
    for name, pictures in cases:
        print(f"{name:36} {watched(pictures, find)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
