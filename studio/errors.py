"""What can go wrong, as codes with values; the four sentences a person reads are made where they are shown.

A `Problem` crosses processes and is stored, so it holds no text in any language: only a stable code and
the values its sentences need. `explain` turns it into the four lines in the language of the reader.
"""

import errno
import re
from dataclasses import dataclass

from studio.i18n import N_, _

REHEARSAL = "rehearsal"  # the name of the destination that is the program's own receiver


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault with a stable code and the values its sentences name (never a stream key)."""

    code: str
    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, code: str, **values: object) -> "Problem":
        return cls(code, tuple((name, str(value)) for name, value in values.items()))


@dataclass(frozen=True, slots=True)
class Explanation:
    """The four lines every fault is told in."""

    what: str
    viewers: str
    fix: str
    who: str


class StudioError(Exception):
    """An environment fault with its `Problem`; anything else that is raised is our own bug."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem

    def __str__(self) -> str:
        return explain(self.problem).what


def fault(code: str, **values: object) -> StudioError:
    """The error to raise for `code`, with the values its sentences need."""
    return StudioError(Problem.of(code, **values))


def bug_of(error: Exception) -> Problem:
    """The problem of an error nobody expected, beside a show that goes on; its traceback belongs into the log."""
    return Problem.of("engine.bug", reason=bug_words(error))


def bug_words(error: Exception) -> str:
    """What may be told of an error nobody expected."""
    return without_keys(repr(error))[:200]


ELSEWHERE = ("sound", "elsewhere")  # among a problem's values: the platform's own program has its own microphone


def with_sound_elsewhere(problem: Problem) -> Problem:
    """As it is told where viewers hear what another program sends, and not this one."""
    return Problem(problem.code, (*problem.values, ELSEWHERE))


NAME_AND_PASSWORD = re.compile(r"(rtmps?://)[^/\s'\"]*@")
PUSH_ADDRESS = re.compile(r"(rtmps?://[^/\s'\"]*/[^/?\s'\"]*)[/?][^\s'\"]+")


def without_keys(text: str) -> str:
    """A text that nobody has looked at, as a library's complaint: of each push address in it without the key."""
    return PUSH_ADDRESS.sub(r"\1/•••", NAME_AND_PASSWORD.sub(r"\1", text))


# errno -> why, in words that end a sentence
REASONS = {
    errno.EACCES: N_("it is not allowed"),
    errno.EAGAIN: N_("this computer has no room for another program"),
    errno.ENOMEM: N_("this computer has no room for another program"),
    errno.EMFILE: N_("this computer has no room for another program"),
    errno.EPERM: N_("it is not allowed"),
    errno.EBUSY: N_("another program is using it"),
    errno.ENOENT: N_("it is not there"),
    errno.ENODEV: N_("it is not there"),
    errno.EIO: N_("it does not answer"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENOTDIR: N_("a file is in the place of a folder"),
    errno.EEXIST: N_("a file is in the place of a folder"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EFBIG: N_("the disk is full"),
    errno.EROFS: N_("the disk can only be read"),
    errno.ECONNREFUSED: N_("nobody answers at that address"),
    errno.ECONNRESET: N_("the other side hung up"),
    errno.EPIPE: N_("the other side hung up"),
    errno.ETIMEDOUT: N_("no answer came in time"),
    errno.EHOSTUNREACH: N_("no way leads there: is the network connected?"),
    errno.ENETUNREACH: N_("no way leads there: is the network connected?"),
}
DAMAGED = N_("it is damaged, or not what its name says")
# of FFmpeg, by the names of its errors
WEB_REASONS = {
    "HTTPUnauthorizedError": N_("it wants another name or password"),
    "HTTPForbiddenError": N_("it wants another name or password"),
    "HTTPNotFoundError": N_("there is nothing at that address"),
    "HTTPServerError": N_("it has a fault of its own"),
}


def reason_of(error: Exception) -> str:
    """Why something of the system or of FFmpeg failed, in the source language; `explain` translates it."""
    if isinstance(error, ValueError):  # FFmpeg's "invalid data" and "end of file" among them
        return DAMAGED
    number = getattr(error, "errno", None) or 0
    known = REASONS.get(number) or WEB_REASONS.get(type(error).__name__)
    return known or str(getattr(error, "strerror", None) or error) or type(error).__name__


OWN_NAMES = {  # what is called by its kind where nobody gave it a name
    REHEARSAL: N_("Practice receiver on this computer"),
    "mic": N_("of the computer"),
    "camera": N_("of the computer"),
}


def explain(problem: Problem) -> Explanation:
    """The four lines of `problem` in the reader's language; of its values the reason and what nobody named have one."""
    from studio.sentences import SENTENCES  # noqa: PLC0415 - a process that explains nothing starts without them
    from studio.sentences.elsewhere import SOUND_ELSEWHERE  # noqa: PLC0415

    given = {name: value for name, value in problem.values if value}  # an empty one as if it were not given
    values = {name: _(value) if name == "reason" else value for name, value in given.items()}
    if (name := values.get("name", "")) in OWN_NAMES:
        values["name"] = _(OWN_NAMES[name])
    lines = SENTENCES[problem.code]
    if ELSEWHERE in problem.values:
        lines = SOUND_ELSEWHERE.get(problem.code, lines)
    what, viewers, fix, who = (_(line).format_map(_Blanks(values)) for line in lines)
    return Explanation(what, viewers, fix, who)


class _Blanks(dict[str, str]):
    """A value that was not given shows as an ellipsis instead of hiding the sentence."""

    def __missing__(self, key: str) -> str:
        return "…"
