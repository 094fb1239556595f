"""Whether this computer is quick enough for the show's picture, after what the trial of its encoders found."""

from studio.checks import Check, CheckResult, Line, Outcome
from studio.config import ShowConfig
from studio.encoder_memory import name_of, remembered
from studio.errors import Problem
from studio.i18n import N_
from studio.media.encoder import usable_cores
from studio.media.encoder_choice import leaves_room
from studio.paths import Home

LEFT_OUT = Line.of(N_("What other programs take meanwhile, and how hot the computer gets."))


def check_computer(show: ShowConfig, home: Home) -> CheckResult:
    """Nothing is tried here: a trial takes a minute, and what the last one found is kept."""
    canvas = show.canvas
    found = remembered(home, canvas)
    if found is None or found.chosen is None:
        never = Line.of(N_("Not tried with such a picture yet: do it on the page Set up, or with nongbo encoders."))
        return CheckResult(Check.COMPUTER, Outcome.NOT_CHECKED, never, LEFT_OUT)
    chosen = found.chosen
    speed = Line.of(
        N_("It compresses this picture {times} times as fast as needed, with {name}."),
        times=f"{chosen.speed:.1f}",
        name=name_of(chosen),
    )
    if leaves_room(chosen, canvas, usable_cores()):
        return CheckResult(Check.COMPUTER, Outcome.GOOD, speed, LEFT_OUT)
    size = f"{canvas.width}×{canvas.height}"
    problem = Problem.of("check.computer_slow", size=size, fps=canvas.fps)
    return CheckResult(Check.COMPUTER, Outcome.BAD, speed, LEFT_OUT, problem)
