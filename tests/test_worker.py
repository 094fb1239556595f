"""Threads that go on: what a bug of ours does to a step, it does not do to the thread."""

import pytest

from studio.worker import Mishaps


def step(number: int) -> None:
    if number % 2:
        raise ValueError(number)


@pytest.mark.expects_errors
def test_each_place_that_raises_is_told_once_and_the_steps_go_on() -> None:
    told: list[Exception] = []
    mishaps = Mishaps("somebody", told.append)
    done = []
    for number in range(6):
        with mishaps:
            step(number)
            done.append(number)
        if number == 4:
            with mishaps:
                raise ValueError("elsewhere")
    assert done == [0, 2, 4]
    assert [str(error) for error in told] == ["1", "elsewhere"]


def test_whoever_wants_to_end_the_program_is_let_through() -> None:
    with pytest.raises(KeyboardInterrupt), Mishaps("somebody"):
        raise KeyboardInterrupt
