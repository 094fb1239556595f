"""Which way on air is open to an account: a table of at most five questions, asked by the window and the terminal.

It ends in an RTMP address and where it is found, or in a virtual camera for the platform's own program. Nothing is
looked up: what the person answers decides, and what other people report of a platform is said to be that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from studio.i18n import N_, _
from studio.presets import CUSTOM, PLATFORMS, Preset, preset_of

MOST_QUESTIONS = 5


class Way(StrEnum):
    """The two ways on air."""

    ADDRESS = "rtmp"
    CAMERA = "virtualcam"


@dataclass(frozen=True, slots=True)
class Question:
    """A question in a source string, and its answers as value and source string."""

    key: str
    text: str
    answers: tuple[tuple[str, str], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """What is open to the account, and the steps that lead there."""

    way: Way
    platform: Preset
    steps: tuple[str, ...]

    @property
    def heading(self) -> str:
        """In the reader's language."""
        if self.way is Way.ADDRESS:
            return _("Use a push address (RTMP). Here is how:")
        return _("Use the virtual camera. Here is how:")

    def lines(self) -> list[str]:
        """The steps in the reader's language."""
        return [_(step).format(program=_(self.platform.companion)) for step in self.steps]


YES_NO = (("yes", N_("Yes")), ("no", N_("No")))
WHICH = Question("platform", N_("Where do you want to sell?"), tuple((one.platform, one.name) for one in PLATFORMS))
ALLOWED = Question("allowed", N_("Can this account already sell live with the phone?"), YES_NO)
SEEN = Question(
    "seen",
    N_("On a computer, does the platform's page for broadcasts show you a push address (推流地址)?"),
    (*YES_NO, ("unknown", N_("I have not looked, or do not know"))),
)
PROGRAM = Question("program", N_("Is the platform's own program for broadcasts on this computer?"), YES_NO)

PERMISSION = N_("First get the permission to sell live, in the platform's app on the phone.")
INSTALL = N_("Install this on the computer and log in: {program}.")
ADD_CAMERA = N_("Here, add a destination of the kind “virtual camera” and start the show.")
CHOOSE_CAMERA = N_("There ({program}), choose the virtual camera as camera and your own microphone, then go live.")


def follow(answers: Sequence[str]) -> Question | Ending:
    """The next question after these answers, or how it ends; raises ValueError for an answer nobody offered."""
    given = iter(answers)
    platform = _answer(WHICH, given)
    if platform is None:
        return WHICH
    preset = preset_of(platform)
    if preset is CUSTOM:  # whoever has a server of his own has its address
        return Ending(Way.ADDRESS, preset, preset.steps)
    allowed = _answer(ALLOWED, given)
    if allowed is None:
        return ALLOWED
    return _way(preset, () if allowed == "yes" else (PERMISSION,), given)


def _way(preset: Preset, before: tuple[str, ...], given: Iterator[str]) -> Question | Ending:
    """Address or camera, for an account on a platform that hands out addresses by its own rules."""
    question = SEEN
    answer = _answer(SEEN, given)
    if answer == "unknown" and preset.needs:
        question = Question("needs", preset.needs, YES_NO, preset.doubt)
        answer = _answer(question, given)
    elif answer == "unknown":
        answer = "yes" if preset.gives_addresses else "no"
    if answer is None:
        return question
    if answer == "yes":
        return Ending(Way.ADDRESS, preset, (*before, *preset.steps))
    program = _answer(PROGRAM, given)
    if program is None:
        return PROGRAM
    install = () if program == "yes" else (INSTALL,)
    return Ending(Way.CAMERA, preset, (*before, *install, ADD_CAMERA, CHOOSE_CAMERA))


def _answer(question: Question, given: Iterator[str]) -> str | None:
    """The next answer; None where it has not been given yet."""
    answer = next(given, None)
    if answer is not None and answer not in dict(question.answers):
        raise ValueError(f"{answer!r} is no answer to {question.key}")
    return answer
