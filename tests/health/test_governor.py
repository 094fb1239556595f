"""The governor: no more steps than it takes, in their order, told why, and taken back without flapping."""

import itertools
from dataclasses import dataclass, field
from typing import Any

import pytest

from studio.errors import explain
from studio.health.governor import (
    BUSY_OF_LAST_S,
    LONGEST_PATIENCE_S,
    PATIENCE_S,
    QUEUE_FELT,
    SETTLE_S,
    WARM_UP_S,
    Change,
    Ease,
    Governor,
    Signs,
    told,
)

FPS = 30


@dataclass
class Laptop:
    """A computer whose seconds go by as they are told, and what its governor did, second by second."""

    governor: Governor = field(default_factory=Governor)
    brings: frozenset[Ease] = frozenset(Ease)
    now_s: float = 100.0
    changes: list[tuple[float, Change]] = field(default_factory=list)
    late_ticks: int = 0
    skipped_frames: int = 0
    busy_s: float = 0.0
    made_frames: int = 0

    def live(
        self,
        seconds: int,
        late: int = 0,
        skipped: int = 0,
        busy: float = 0.3,
        filled: float = 0.0,
        waits_s: float = 0.0,
        made: int = FPS - 1,
    ) -> None:
        """`made`: how many frames it gets done in a second, of `FPS`."""
        for _second in range(seconds):
            self.now_s += 1.0
            self.late_ticks += late
            self.skipped_frames += skipped
            self.busy_s += busy
            self.made_frames += made
            signs = Signs(self.late_ticks, self.skipped_frames, self.busy_s, self.made_frames, FPS, filled, waits_s)
            changes = self.governor.look(self.now_s, signs, self.brings.__contains__)
            self.changes += [(self.now_s, change) for change in changes]

    @property
    def steps(self) -> list[tuple[Ease, bool]]:
        return [(change.ease, change.on) for _at, change in self.changes]


def warm(brings: frozenset[Ease] = frozenset(Ease)) -> Laptop:
    """A laptop whose show runs well for a while."""
    laptop = Laptop(brings=brings)
    laptop.live(int(WARM_UP_S) + 2)
    assert not laptop.changes
    return laptop


def test_a_computer_that_keeps_up_is_left_alone() -> None:
    laptop = warm()
    laptop.live(600, late=1, busy=0.95)
    assert not laptop.changes


def test_the_first_seconds_of_a_show_do_not_count() -> None:
    laptop = Laptop()
    laptop.live(int(WARM_UP_S), late=9, skipped=9)
    laptop.live(60)
    assert not laptop.changes


def test_one_bad_second_is_nothing() -> None:
    laptop = warm()
    laptop.live(1, late=500)  # it slept, or another program started
    laptop.live(2)
    laptop.live(1, skipped=1)
    laptop.live(2)
    laptop.live(1, filled=0.6, made=12)
    laptop.live(2)
    laptop.live(1, waits_s=2.0)
    laptop.live(60)
    assert not laptop.changes


@pytest.mark.parametrize("trouble", [{"late": 5}, {"skipped": 1}, {"filled": 0.9}, {"waits_s": 1.5}])
def test_lasting_trouble_takes_all_steps_in_their_order_and_time_between_them(trouble: dict[str, Any]) -> None:
    laptop = warm()
    laptop.live(40, **trouble)
    assert laptop.steps == [(ease, True) for ease in Ease]
    for (at, change), (next_at, _next) in itertools.pairwise(laptop.changes):
        assert next_at - at >= SETTLE_S[change.ease]
    assert laptop.changes[-1][0] - laptop.changes[0][0] <= 10


def test_where_much_is_missing_so_many_steps_are_taken_at_once_as_it_takes() -> None:
    laptop = warm()
    laptop.live(1, skipped=15, made=15)
    assert laptop.steps == [(Ease.PREVIEW, True)], "one second alone does not tell how much"
    laptop.live(1, skipped=15, made=15)
    assert laptop.steps == [(ease, True) for ease in (Ease.PREVIEW, Ease.MOTION, Ease.CARE, Ease.RATE)]
    laptop.live(10, made=15)
    assert len(laptop.steps) == 4


def test_where_less_than_half_gets_done_the_frames_are_halved_before_the_encoder_is_exchanged() -> None:
    laptop = warm()
    laptop.live(2, skipped=17, made=10)
    assert laptop.steps == [(ease, True) for ease in (Ease.PREVIEW, Ease.MOTION, Ease.RATE)]
    laptop.live(4, filled=QUEUE_FELT, made=24)
    assert laptop.steps[3:] == [(Ease.CARE, True)], "where less is missing, it costs the viewers less"


def test_where_a_little_is_missing_the_frame_rate_is_left_alone() -> None:
    laptop = warm()
    laptop.live(2, filled=QUEUE_FELT, made=22)
    assert laptop.steps == [(ease, True) for ease in (Ease.PREVIEW, Ease.MOTION, Ease.CARE)]


def test_the_last_step_waits_for_what_the_one_before_it_brings() -> None:
    laptop = warm()
    laptop.live(3, skipped=25, made=3)
    assert laptop.steps[-1] == (Ease.RATE, True)
    laptop.live(3, skipped=8, made=7)
    assert laptop.steps[-1] == (Ease.LEAST, True)


def test_a_step_that_was_taken_back_too_early_is_taken_again_at_the_first_sign() -> None:
    laptop = warm(brings=frozenset({Ease.RATE}))
    laptop.live(3, skipped=15, made=15)
    laptop.live(int(PATIENCE_S))
    laptop.live(1, filled=QUEUE_FELT)
    assert laptop.steps == [(Ease.RATE, True), (Ease.RATE, False), (Ease.RATE, True)]


def test_heavy_trouble_is_not_waited_for() -> None:
    laptop = warm()
    laptop.live(10, skipped=15)
    assert laptop.steps == [(ease, True) for ease in Ease]


def test_a_step_that_would_bring_nothing_is_passed_over() -> None:
    laptop = warm(brings=frozenset({Ease.MOTION, Ease.RATE}))
    laptop.live(20, skipped=15)
    assert laptop.steps == [(Ease.MOTION, True), (Ease.RATE, True)]


def test_no_more_is_given_up_than_it_takes() -> None:
    laptop = warm()
    laptop.live(2, skipped=15)
    laptop.live(10, busy=0.7)
    assert laptop.steps == [(Ease.PREVIEW, True), (Ease.MOTION, True)]


def test_steps_are_taken_back_one_at_a_time_the_dearest_first() -> None:
    laptop = warm()
    laptop.live(10, skipped=15)
    laptop.changes.clear()
    laptop.live(int(PATIENCE_S) - 1)
    assert not laptop.changes
    laptop.live(6 * int(PATIENCE_S))
    assert laptop.steps == [(ease, False) for ease in reversed(Ease)]
    times = [at for at, _change in laptop.changes]
    assert all(after - before >= PATIENCE_S for before, after in itertools.pairwise(times))


def test_a_bad_second_now_and_then_does_not_keep_the_steps() -> None:
    """A computer that is free again and on which other programs start now and then."""
    laptop = warm()
    laptop.live(10, skipped=15)
    laptop.changes.clear()
    for _round in range(8):
        laptop.live(1, late=9, busy=0.9)
        laptop.live(10)
    assert laptop.steps == [(ease, False) for ease in reversed(Ease)]


def test_bad_seconds_that_come_often_keep_the_steps() -> None:
    laptop = warm()
    laptop.live(10, skipped=15)
    laptop.changes.clear()
    for _round in range(20):
        laptop.live(1, late=9)
        laptop.live(3)
    assert not laptop.changes


def test_nothing_is_taken_back_that_would_be_too_much_again() -> None:
    laptop = warm()
    laptop.live(10, skipped=15)
    laptop.changes.clear()
    laptop.live(200, busy=0.45)  # at a quarter of the rate: half of it would be 0.9
    assert not laptop.changes
    laptop.live(BUSY_OF_LAST_S - 2, busy=0.3)
    assert not laptop.changes, "others who want the computer may leave it alone for some seconds"
    laptop.live(2, busy=0.3)
    laptop.live(60, busy=0.6)
    assert laptop.steps == [(Ease.LEAST, False)]


def test_a_computer_on_the_edge_is_tried_less_and_less_often() -> None:
    """It keeps up only without the last step, and its encoder looks idle: each trial is a small stutter."""
    laptop = warm(brings=frozenset({Ease.RATE}))
    laptop.live(3, skipped=15)
    for _second in range(3600):
        eased = bool(laptop.governor.eased)
        laptop.live(1, skipped=0 if eased else 15, busy=0.3)
    returns = [at for at, change in laptop.changes if not change.on]
    gaps = [after - before for before, after in itertools.pairwise(returns)]
    assert gaps == sorted(gaps)
    assert gaps[-1] >= LONGEST_PATIENCE_S
    assert len(returns) <= 12


def test_trouble_long_after_a_step_was_taken_back_begins_anew() -> None:
    laptop = warm(brings=frozenset({Ease.RATE}))
    for _round in range(3):
        laptop.live(3, skipped=15)
        laptop.live(int(PATIENCE_S) + 1)
        laptop.live(200)
    assert laptop.steps == [(Ease.RATE, True), (Ease.RATE, False)] * 3


@pytest.mark.parametrize("ease", list(Ease))
def test_each_step_says_what_is_left_away_and_why(ease: Ease) -> None:
    said = explain(told(Change(ease, True, "pictures come too late")))
    assert "too slow just now (pictures come too late)" in said.what
    assert "comes back by itself" in said.fix
