"""The computer's speed is told after what a trial found here, and never guessed."""

from dataclasses import replace

import pytest

from studio.checks import CheckResult, Outcome
from studio.config import CanvasConfig, ShowConfig
from studio.encoder_memory import remember
from studio.events import EncodersTried, TriedEncoder
from studio.health.preflight.computer import check_computer
from studio.paths import Home, home

SHOW = ShowConfig()


def after_trial(place: Home, chosen: TriedEncoder) -> CheckResult:
    canvas = SHOW.canvas
    remember(place, EncodersTried(canvas.width, canvas.height, canvas.fps, "camera", (chosen,), chosen))
    return check_computer(SHOW, place)


@pytest.mark.parametrize(
    ("cpu_s", "speed", "outcome"), [(0.05, 4.2, Outcome.GOOD), (0.9, 1.1, Outcome.BAD)], ids=["quick", "slow"]
)
def test_what_a_trial_found_is_told(cpu_s: float, speed: float, outcome: Outcome) -> None:
    result = after_trial(home().ensure(), TriedEncoder("libx264", "veryfast", cpu_s, speed, 12.0, 2500.0))
    assert result.outcome is outcome
    assert f"{speed} times" in result.found.told()
    assert (result.problem is not None) is (outcome is Outcome.BAD)


def test_another_picture_than_was_tried_is_not_claimed() -> None:
    place = home().ensure()
    after_trial(place, TriedEncoder("libx264", "veryfast", 0.05, 4.2, 12.0, 2500.0))
    assert check_computer(replace(SHOW, canvas=CanvasConfig(1920, 1080, 30)), place).outcome is Outcome.NOT_CHECKED


def test_without_a_trial_nothing_is_claimed() -> None:
    assert check_computer(SHOW, home().ensure()).outcome is Outcome.NOT_CHECKED
