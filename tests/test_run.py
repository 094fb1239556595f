"""The run of a show as a plain value: what comes after what, and what dragging, adding and taking away do to it."""

from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from overlays import ADDED
from overlays.card import Look
from studio.adding import AddedConfig, params_of
from studio.errors import StudioError
from studio.run import (
    LONGEST_PROMPTER,
    MOST_STEPS,
    OFFERS,
    RunOfShow,
    Step,
    StepChanged,
    changed,
    moved,
    with_offer,
    with_product,
    without,
    without_offer,
)
from tests.media.told import Hand

RUN = RunOfShow((Step(1, "APPLE", 5), Step(2, "PEAR", 3), Step(3, "TEA", 1.5)))


def skus(run: RunOfShow) -> str:
    return " ".join(step.sku for step in run.steps)


def test_after_the_last_step_comes_the_first_unless_the_run_ends_there() -> None:
    assert [getattr(RUN.after(one), "sku", None) for one in (None, 1, 3)] == ["APPLE", "PEAR", "APPLE"]
    assert getattr(RUN.after(1, -1), "sku", None) == "TEA"
    once = replace(RUN, repeats=False)
    assert (once.after(3), once.after(1, -1)) == (None, None)
    assert RunOfShow().after(None) is None
    assert RUN.minutes == 9.5


def test_a_dragged_step_keeps_its_number_and_the_others_close_up() -> None:
    assert skus(moved(RUN, 3, 0)) == "TEA APPLE PEAR"
    assert skus(moved(RUN, 1, 1)) == "PEAR APPLE TEA"
    assert skus(moved(RUN, 1, 99)) == "PEAR TEA APPLE"
    assert moved(RUN, 7, 0) == RUN
    assert moved(RUN, 3, 0).step(3) == RUN.step(3)


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(-2, 8)), max_size=20))
def test_whatever_is_dragged_no_step_is_lost(drags: list[tuple[int, int]]) -> None:
    run = RunOfShow(tuple(Step(number, f"P{number}") for number in range(1, 7)))
    for step_id, place in drags:
        run = moved(run, step_id, place)
    assert sorted(step.id for step in run.steps) == [1, 2, 3, 4, 5, 6]


def test_what_is_added_has_a_number_of_its_own_and_comes_where_it_was_asked_for() -> None:
    run = with_product(RUN, "HONEY", after=1)
    assert skus(run) == "APPLE HONEY PEAR TEA"
    assert run.steps[1].id == 4
    assert skus(with_product(RUN, "APPLE")) == "APPLE PEAR TEA APPLE"
    assert skus(without(run, 2)) == "APPLE HONEY TEA"
    assert changed(RUN, Step(2, "PEAR", 9, Look.RIGHT)).steps[1].look is Look.RIGHT


def test_a_step_has_one_offer_of_each_kind() -> None:
    step = with_offer(RUN.steps[0], AddedConfig("flash", "flash", (("left", "9"),)))
    step = with_offer(step, AddedConfig("coupon", "coupon"))
    step = with_offer(step, AddedConfig("flash", "flash", (("left", "5"),)))
    assert [(one.kind, one.values) for one in step.offer] == [("coupon", ()), ("flash", (("left", "5"),))]
    assert without_offer(step, "flash").offer == (AddedConfig("coupon", "coupon"),)


def test_every_offer_there_is_can_be_drawn() -> None:
    for kind in OFFERS:
        assert isinstance(params_of(AddedConfig(kind, kind)), ADDED[kind][1])


def test_a_steps_time_is_counted_from_when_it_came_and_may_be_over() -> None:
    hand = Hand(0)
    on = StepChanged(RUN.steps[1], 1, 0, hand.utc())
    assert on.left_s(60_000_000_000) == 120
    assert on.left_s(200_000_000_000) == -20
    assert StepChanged(None, 0, 0, hand.utc()).left_s(5) == 0


@pytest.mark.parametrize("minutes", [0, -1, 1e9, float("nan"), float("inf")])
def test_minutes_that_cannot_be_are_refused(minutes: float) -> None:
    with pytest.raises(StudioError, match="Minutes"):
        Step(1, "APPLE", minutes)


def test_what_is_too_long_or_twice_the_same_is_refused() -> None:
    with pytest.raises(StudioError, match="at most"):
        Step(1, "APPLE", prompter="说" * (LONGEST_PROMPTER + 1))
    with pytest.raises(StudioError, match="at most"):
        RunOfShow(tuple(Step(number, "P") for number in range(MOST_STEPS + 1)))
    with pytest.raises(StudioError, match="same number"):
        RunOfShow((Step(1, "APPLE"), Step(1, "PEAR")))
