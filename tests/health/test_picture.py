"""Black, dark, frozen and blurred pictures, and the good ones that must not be taken for them."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.health.black import Blackness
from studio.health.blur import BLURRED, SHARP, Blur, steepness
from studio.health.covered import Covered
from studio.health.darkness import Darkness
from studio.health.stillness import Stillness
from studio.media.frames import Plane
from tests.health.scenes import blurred, demo_clip, finger, noisy, points, scene, white_cloth

BLACK = np.full((720, 1280), 16, np.uint8)


def test_a_covered_camera_is_black_also_with_its_noise() -> None:
    black = Blackness()
    assert black.take(points(BLACK))
    assert black.take(points(noisy(BLACK, 1, sigma=5)))
    assert not black.take(points(scene()))


@given(st.integers(60, 235), st.integers(0, 5))
@settings(max_examples=20, deadline=None)
def test_a_picture_in_which_something_can_be_seen_is_not_black(brightest: int, seed: int) -> None:
    assert not Blackness().take(points(noisy(scene(seed, 16, brightest), seed)))


def test_a_small_light_in_a_black_picture_does_not_make_it_a_picture() -> None:
    with_lamp = BLACK.copy()
    with_lamp[100:160, 100:200] = 235
    assert Blackness().take(points(with_lamp))


def test_a_dim_room_is_dark_and_a_host_in_lamp_light_at_night_is_not() -> None:
    assert Darkness().take(points(noisy(scene(1, 18, 60), 1)))
    night = np.full((720, 1280), 20, np.uint8)
    night[150:700, 480:800] = scene(1, 60, 190)[150:700, 480:800]  # a fifth of the picture
    assert not Darkness().take(points(noisy(night, 2)))


def test_dusk_is_told_once_and_not_with_every_cloud() -> None:
    dark = Darkness()
    judged = [dark.take(np.full((90, 160), luma, np.uint8)) for luma in (90, 80, 73, 71, 76, 71, 80, 83, 85, 80)]
    assert judged == [False, False, False, True, True, True, True, True, False, False]


def test_a_camera_that_repeats_its_picture_is_frozen() -> None:
    still = Stillness()
    picture = points(noisy(scene(), 1))
    assert [still.take(picture.copy()) for _ in range(3)] == [False, True, True]


def test_a_quiet_scene_before_a_living_camera_is_not_frozen() -> None:
    still = Stillness()
    assert not any(still.take(points(noisy(scene(), number, sigma=0.6))) for number in range(10))


def test_what_was_before_a_gap_is_not_compared() -> None:
    still = Stillness()
    still.take(points(scene()))
    still.forget()
    assert not still.take(points(scene()))


@pytest.mark.parametrize("noise", [0.0, 4.0])
def test_the_steepness_falls_with_the_blur_whatever_the_noise(noise: float) -> None:
    measured = [steepness(noisy(blurred(scene(), sigma), 1, noise)) or 0.0 for sigma in (0.5, 2, 4, 8)]
    assert measured == sorted(measured, reverse=True)
    assert measured[0] > SHARP * 1.5
    assert 0.1 < measured[-1] < BLURRED


def test_a_blurred_background_behind_goods_in_focus_is_as_it_should_be() -> None:
    picture = blurred(scene(), 10)
    picture[200:600, 400:900] = scene()[200:600, 400:900]
    assert not Blur().take(picture)


def test_a_bare_wall_tells_nothing_of_the_focus() -> None:
    blur = Blur()
    assert steepness(BLACK) is None
    assert blur.take(blurred(scene(), 9))
    assert blur.take(BLACK), "the judgement before it stays"
    assert not blur.take(scene())


def test_the_demo_clip_gives_no_warning() -> None:
    """The drawn clip at every half second of its loop: neither black nor dark, frozen, blurred or covered."""
    black, dark, still, blur, covered = Blackness(), Darkness(), Stillness(), Blur(), Covered()
    for luma in demo_clip():
        seen = points(luma)
        assert not any((black.take(seen), dark.take(seen), still.take(seen), blur.take(luma), covered.take(luma)))


@pytest.mark.parametrize("cover", [finger, white_cloth])
def test_a_finger_or_a_cloth_on_the_lens_by_daylight_is_noticed_and_its_end_too(cover: Callable[[int], Plane]) -> None:
    covered = Covered()
    assert not any(covered.take(noisy(scene(), number)) for number in range(3))
    assert all(covered.take(cover(number)) for number in range(3))
    assert not covered.take(noisy(scene(), 9))


def test_the_bars_beside_a_phone_s_picture_are_no_edges() -> None:
    covered = Covered()
    for luma, expected in ((scene(), False), (scene(), False), (finger(1), True)):
        upright = BLACK.copy()
        upright[:, 437:843] = luma[:, 437:843]
        assert covered.take(upright) is expected


UPRIGHT, SQUARER = (slice(None), slice(437, 843)), (slice(None), slice(160, 1120))  # 9:16 and 4:3 on 16:9
WIDE = (slice(218, 502), slice(None))  # a film of the cinema


@pytest.mark.parametrize("place", [UPRIGHT, SQUARER, WIDE])
def test_a_picture_between_bars_is_judged_as_the_one_without(place: tuple[slice, slice]) -> None:
    for sigma, expected in ((9.0, True), (0.5, False)):
        picture = BLACK.copy()
        picture[place] = blurred(scene(), sigma)[place]
        assert Blur().take(picture) is expected
    for brightest, expected in ((60, True), (190, False)):
        picture = BLACK.copy()
        picture[place] = noisy(scene(1, 26, 60), 1)[place]
        rows, columns = (range(*part.indices(size)) for part, size in zip(place, picture.shape, strict=True))
        lit = slice(rows[0], rows[len(rows) // 5])  # a fifth of what the camera shows
        picture[lit, columns[0] : columns[-1]] = brightest
        assert Darkness().take(points(picture)) is expected


def test_a_light_in_the_dark_is_no_picture_between_bars() -> None:
    with_lamp = BLACK.copy()
    with_lamp[100:160, 100:300] = 235
    assert Darkness().take(points(with_lamp))


def test_a_bare_wall_from_the_start_is_not_covered() -> None:
    covered = Covered()
    assert not any(covered.take(white_cloth(number)) for number in range(5))


def test_whoever_is_out_of_focus_or_holds_goods_before_the_camera_is_not_covered() -> None:
    covered = Covered()
    close_up = np.full((720, 1280), 225, np.uint8)  # a white box fills the picture but for a rim
    close_up[:, :90] = scene()[:, :90]
    wall = np.full((720, 1280), 170, np.uint8)  # the host has gone; a picture hangs there
    wall[150:420, 300:700] = scene()[150:420, 300:700]
    for luma in (scene(), scene(), blurred(scene(), 8), close_up, wall):
        assert not covered.take(noisy(luma, 1, sigma=4))
