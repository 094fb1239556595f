"""What the window says of a show that is over, in the person's own language."""

import errno
import re
from collections.abc import Iterator

import pytest

from studio.errors import DAMAGED, REASONS, Problem
from studio.i18n import use
from studio.media.output import CUT_OFF
from studio.reports import AudioReport, OutputReport, ReceivedReport, ShowReport, VideoReport
from studio.ui.words import report_lines

SEEN = ReceivedReport(900, 30.0, 2500.0, 210.0, 260.0, None)


@pytest.fixture(autouse=True)
def _in_chinese() -> Iterator[None]:
    use("zh")
    yield
    use("en")


def told(problem: Problem | None = None, received: ReceivedReport | None = None) -> list[str]:
    video = VideoReport(1280, 720, 30, 900, 900, 900, 0, 0)
    sent = OutputReport("快手", "failed", None, 0, 0, 0, 0, 0.0, None if problem is None else problem.code, problem)
    show = ShowReport(1, 30.0, video, AudioReport(1, 0.0), (sent,), None, 1.0, 200.0, received)
    return report_lines(show, 3, rehearsal=received is not None)[1]


@pytest.mark.parametrize(
    "problem",
    [
        Problem.of("output.room_closed", name="快手", reason=REASONS[errno.EPIPE]),
        *(
            Problem.of("output.lost", name="快手", reason=reason)
            for reason in dict.fromkeys([*REASONS.values(), DAMAGED, CUT_OFF])
        ),
    ],
    ids=str,
)
def test_why_a_destination_was_lost_is_told_in_the_language_of_the_person(problem: Problem) -> None:
    lines = told(problem)
    assert len(lines) == len(told()) + 1
    assert "快手" in lines[-1]
    assert not re.search("[A-Za-z]{3}|output", lines[-1]), lines[-1]


def test_seconds_that_ran_are_not_told_after_the_show() -> None:
    reason = "nobody answers at that address"
    closing = Problem.of("output.closing", name="快手", reason=reason, seconds=58)
    assert told(closing) == told(Problem.of("output.lost", name="快手", reason=reason))


def test_a_show_without_codes_is_told_nothing_of_codes() -> None:
    without = told(received=SEEN)
    with_code = told(received=ReceivedReport(900, 30.0, 2500.0, 210.0, 260.0, 0.0))
    assert len(with_code) == len(without) + 1
    assert "0%" in with_code[-1]
