"""The states an output goes through, what may follow what, and how a change is told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from studio.errors import OWN_NAMES, REHEARSAL, Problem
from studio.i18n import N_, _


class OutputState(StrEnum):
    """The life of an output; `TRANSITIONS` says what may follow what."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    LIVE = "live"
    RECONNECTING = "reconnecting"
    FAILED = "failed"
    STOPPING = "stopping"


_AFTER_LIVE = frozenset({OutputState.CONNECTING, OutputState.FAILED, OutputState.STOPPING})


TRANSITIONS: dict[OutputState, frozenset[OutputState]] = {
    OutputState.OFFLINE: frozenset({OutputState.CONNECTING, OutputState.RECONNECTING}),  # the latter in a resumed show
    OutputState.CONNECTING: frozenset(  # the last, as of FAILED, where a new address will not do: the old one is tried
        {OutputState.LIVE, OutputState.FAILED, OutputState.STOPPING, OutputState.RECONNECTING}
    ),
    OutputState.LIVE: _AFTER_LIVE | {OutputState.RECONNECTING},
    OutputState.RECONNECTING: _AFTER_LIVE | {OutputState.LIVE},
    OutputState.FAILED: frozenset({OutputState.CONNECTING, OutputState.STOPPING, OutputState.RECONNECTING}),
    OutputState.STOPPING: frozenset({OutputState.OFFLINE}),
}
STATE_WORDS: dict[OutputState, str] = {  # on the command line; the window has shorter ones
    OutputState.OFFLINE: N_("off"),
    OutputState.CONNECTING: N_("calling"),
    OutputState.LIVE: N_("on air"),
    OutputState.RECONNECTING: N_("the line broke, calling again"),
    OutputState.FAILED: N_("did not work"),
    OutputState.STOPPING: N_("saying goodbye"),
}


def output_name(name: str) -> str:
    """An output as people call it: nobody gave the program's own receiver a name."""
    return _(OWN_NAMES[REHEARSAL]) if name == REHEARSAL else name


def told_afterwards(problem: Problem) -> Problem:
    """A problem an output ended with, when no seconds run any more."""
    return Problem("output.lost", problem.values) if problem.code == "output.closing" else problem


@dataclass(frozen=True, slots=True)
class OutputChanged:
    """An output entered `state`; `problem` says why where it was not asked for.

    `closes_ns` is set while it is lost on a platform that then closes the room: the earliest moment it may, on
    the monotonic clock, which is the same in every process of this computer. Sleep moves it.
    """

    name: str
    address: str  # masked
    state: OutputState
    at: datetime
    problem: Problem | None = None
    closes_ns: int | None = None
