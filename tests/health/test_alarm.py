"""Patience: a warning comes after its time and not before, and goes when all has been right for a while."""

from hypothesis import given
from hypothesis import strategies as st

from studio.health.alarm import Alarm, Limit, Turn
from studio.media.frames import NS


def test_what_lasts_is_told_once_with_its_beginning_and_its_end() -> None:
    alarm = Alarm(5, 1)
    turns = [(second, alarm.take(3 <= second < 20, second * NS)) for second in range(30)]
    assert [(at, turn) for at, turn in turns if turn is not None] == [
        (8, Turn(True, 3 * NS)),
        (21, Turn(False, 20 * NS)),
    ]


def test_what_stops_in_time_is_not_told() -> None:
    alarm = Alarm(5, 1)
    assert all(alarm.take(second % 5 != 0, second * NS) is None for second in range(60))


def test_a_moment_of_good_does_not_end_a_warning() -> None:
    alarm = Alarm(2, 3)
    for second in range(60):
        alarm.take(second % 4 != 0 or second < 4, second * NS)
    assert alarm.raised


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 4 * NS)), max_size=60))
def test_turns_alternate_and_each_condition_has_held_for_its_time(steps: list[tuple[bool, int]]) -> None:
    alarm = Alarm(5, 2)
    now_ns, raised = 0, False
    history: list[tuple[int, bool]] = []
    for bad, step_ns in steps:
        now_ns += step_ns
        history.append((now_ns, bad))
        turn = alarm.take(bad, now_ns)
        if turn is not None:
            assert turn.raised is not raised
            raised = turn.raised
            assert now_ns - turn.since_ns >= (5 if raised else 2) * NS
            assert all(seen is raised for at_ns, seen in history if at_ns >= turn.since_ns)
        assert alarm.raised is raised


@given(st.lists(st.floats(0, 100), min_size=1), st.booleans())
def test_a_limit_keeps_its_judgement_between_its_two_values(values: list[float], small_is_bad: bool) -> None:
    limit = Limit(30, 40) if small_is_bad else Limit(70, 60)
    before = False
    for value in values:
        far = value if small_is_bad else 100 - value
        now = limit.take(value)
        assert now is (True if far <= 30 else False if far >= 40 else before)
        before = now
