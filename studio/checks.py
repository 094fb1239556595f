"""What the go-live check looks at and what it found: frozen values that cross processes.

They hold no text in any language: a `Line` is a source string with its values, put into words where it is shown.
"""

from dataclasses import dataclass
from enum import StrEnum

from studio.errors import Problem
from studio.i18n import N_, _


class Check(StrEnum):
    """What can be looked at, in the order in which it is shown."""

    CAMERA = "camera"
    MICROPHONE = "microphone"
    PLAYBACK = "playback"
    COMPUTER = "computer"
    DISK = "disk"
    POWER = "power"
    CLOCK = "clock"
    DATA = "data"
    DESTINATION = "destination"
    KEY = "key"
    UPLOAD = "upload"


class Outcome(StrEnum):
    """Good, not good, or not established: the third is no weak form of the first."""

    GOOD = "good"
    BAD = "bad"
    NOT_CHECKED = "not_checked"


CHECK_NAMES: dict[Check, str] = {
    Check.CAMERA: N_("Camera"),
    Check.MICROPHONE: N_("Microphone"),
    Check.PLAYBACK: N_("Hear yourself"),
    Check.COMPUTER: N_("Computer speed"),
    Check.DISK: N_("Room on the disk"),
    Check.POWER: N_("Power"),
    Check.CLOCK: N_("Clock"),
    Check.DATA: N_("Data plan"),
    Check.DESTINATION: N_("Platform answers"),
    Check.KEY: N_("Stream key"),
    Check.UPLOAD: N_("Upload speed"),
}
OUTCOME_WORDS: dict[Outcome, str] = {
    Outcome.GOOD: N_("Good"),
    Outcome.BAD: N_("Not good"),
    Outcome.NOT_CHECKED: N_("Not checked"),
}
SENTENCE = N_("Selling apples today")  # what the person is asked to say
MOST_HOURS_SHOWN = 99


@dataclass(frozen=True, slots=True)
class Line:
    """A source string with the values it names; of the values only `reason` has a translation."""

    text: str
    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, text: str, **values: object) -> "Line":
        return cls(text, tuple((name, str(value)) for name, value in values.items()))

    def told(self) -> str:
        """The sentence in the reader's language."""
        values = {name: _(value) if value and name == "reason" else value for name, value in self.values}
        return _(self.text).format(**values)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check found. It never says more than was tried: `not_covered` names what was left out."""

    check: Check
    outcome: Outcome
    found: Line  # what was measured, or why nothing could be
    not_covered: Line
    problem: Problem | None = None  # the four lines, where it is not good
    about: str = ""  # a destination's name, where there is one such check for each
    asks: bool = False  # only the person can say: "did you hear yourself?"


@dataclass(frozen=True, slots=True)
class CheckPlan:
    """What the check has to know beside the show itself."""

    duration_min: int = 120
    data_left_gb: float | None = None  # what is left on the data plan, as far as the person knows
    room_closed: bool = False  # the person says that no room is open: a test stream may be published
    person_there: bool = True  # somebody can be asked to speak and to listen


def hours_text(hours: float) -> str:
    """A span of hours as 2.5, from ten on in whole hours, and never more than 99."""
    return f"{hours:.1f}" if hours < 10 else f"{min(hours, MOST_HOURS_SHOWN):.0f}"


@dataclass(frozen=True, slots=True)
class CheckBegun:
    """This check is being made now; `speak`: the person is to say the sentence meanwhile."""

    check: Check
    speak: bool = False


@dataclass(frozen=True, slots=True)
class CheckDone:
    """What a check found; a later one of the same check and destination takes its place."""

    result: CheckResult


@dataclass(frozen=True, slots=True)
class ChecksEnded:
    """All that was asked for has been tried, or was stopped."""
