"""The permission guide: every way through it is short and ends in an address or a virtual camera."""

from collections.abc import Iterator

import pytest

from studio.guide import MOST_QUESTIONS, Ending, Way, follow
from studio.presets import PLATFORMS


def ways(answers: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Ending]]:
    """All ways through the questions."""
    here = follow(answers)
    if isinstance(here, Ending):
        yield answers, here
        return
    for value, _word in here.answers:
        yield from ways((*answers, value))


def test_every_way_takes_at_most_five_questions_and_ends_with_steps() -> None:
    endings = list(ways())
    assert max(len(answers) for answers, _ in endings) <= MOST_QUESTIONS
    for answers, ending in endings:
        assert 2 <= len(ending.lines()) <= 5
        assert ending.platform.platform == answers[0]
        assert not any("{" in line for line in ending.lines())
    assert {ending.way for _, ending in endings} == set(Way)
    assert {ending.platform for _, ending in endings} == set(PLATFORMS)


@pytest.mark.parametrize(
    ("answers", "way"),
    [
        (("kuaishou", "yes", "yes"), Way.ADDRESS),
        (("kuaishou", "yes", "unknown"), Way.ADDRESS),
        (("kuaishou", "yes", "no", "yes"), Way.CAMERA),
        (("douyin", "yes", "unknown", "no"), Way.CAMERA),
        (("douyin", "yes", "yes"), Way.ADDRESS),
        (("taobao", "yes", "unknown", "yes"), Way.ADDRESS),
        (("taobao", "yes", "unknown", "no", "yes"), Way.CAMERA),
        (("custom",), Way.ADDRESS),
    ],
)
def test_who_has_an_address_uses_it_and_who_has_none_uses_the_camera(answers: tuple[str, ...], way: Way) -> None:
    ending = follow(answers)
    assert isinstance(ending, Ending)
    assert ending.way is way


def test_an_account_that_may_not_sell_yet_is_told_to_get_that_first() -> None:
    ending = follow(("kuaishou", "no", "yes"))
    assert isinstance(ending, Ending)
    assert "permission" in ending.lines()[0]


def test_an_answer_nobody_offered_is_refused() -> None:
    with pytest.raises(ValueError, match="no answer"):
        follow(("kuaishou", "perhaps"))
