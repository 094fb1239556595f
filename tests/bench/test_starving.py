"""What is called uneven: frames that come otherwise than most of their time, and not that there are fewer of them."""

import pytest

from tests.bench.scene import FPS
from tests.bench.starving import unevenness


def times(ticks: list[int]) -> list[float]:
    return [tick / FPS for tick in ticks]


def test_fewer_frames_are_even_where_each_comes_as_late_as_the_one_before() -> None:
    every_one, every_second = range(5 * FPS), range(5 * FPS, 15 * FPS, 2)
    assert unevenness(times([*every_one, *every_second]), 0.0, 15.0) == 0.0


def test_frames_that_are_left_out_here_and_there_are_uneven() -> None:
    gone = [tick for tick in range(10 * FPS) if tick % 10 != 3]
    assert unevenness(times(gone), 0.0, 10.0) == pytest.approx(1 / 9, abs=0.01)
    assert unevenness(times(gone), 20.0, 30.0) is None, "nothing came"
