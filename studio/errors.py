"""What can go wrong, as codes with values; the four sentences a person reads are made where they are shown.

A `Problem` crosses processes and is stored, so it holds no text in any language: only a stable code and
the values its sentences need. `explain` turns it into the four lines in the language of the reader.
"""

import errno
from dataclasses import dataclass

from studio.i18n import N_, _


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
    """The problem of an error nobody expected; its traceback belongs into the log."""
    return Problem.of("engine.bug", reason=repr(error)[:200])


_NOTHING_YET = N_("Viewers see nothing: the show has not started.")
_UNTOUCHED = N_("Viewers notice nothing.")
_STATION = N_("The e-commerce station in your village, or whoever set this computer up.")
_PLATFORM = N_("The selling platform's service desk.")

# code -> (what happened, what the viewers see, how to fix it, who can help)
SENTENCES: dict[str, tuple[str, str, str, str]] = {
    "clip.missing": (
        N_("The video file {path} is not there."),
        _NOTHING_YET,
        N_("Check the name, or choose another file."),
        _STATION,
    ),
    "clip.unreadable": (
        N_("The file {path} cannot be played: {reason}."),
        _NOTHING_YET,
        N_("Choose another file; this one is damaged or is not a video."),
        _STATION,
    ),
    "clip.no_video": (
        N_("The file {path} holds no picture."),
        _NOTHING_YET,
        N_("Choose a file with a picture, not only sound."),
        _STATION,
    ),
    "camera.none": (
        N_("No camera was found."),
        _NOTHING_YET,
        N_("Plug the camera in, or close the program that is using it, then try again."),
        _STATION,
    ),
    "source.unreadable": (
        N_("The picture source {name} does not open: {reason}."),
        _NOTHING_YET,
        N_("Plug it in again, close other programs that use it, then try again."),
        _STATION,
    ),
    "source.lost": (
        N_("The picture from {name} has stopped."),
        N_("Viewers see a still picture that says the host will be right back, and hear the sound."),
        N_("Check the plug. The picture comes back by itself."),
        _STATION,
    ),
    "audio.unreadable": (
        N_("The microphone {name} does not open: {reason}."),
        N_("Viewers hear nothing."),
        N_("Plug the microphone in again, or choose another one."),
        _STATION,
    ),
    "audio.lost": (
        N_("The sound from {name} has stopped."),
        N_("Viewers see the picture but hear nothing."),
        N_("Check the plug of the microphone. The sound comes back by itself."),
        _STATION,
    ),
    "output.not_rtmp": (
        N_("{address} is not an RTMP address."),
        _NOTHING_YET,
        N_("Copy the push address from the platform again. It begins with rtmp:// or rtmps://."),
        _PLATFORM,
    ),
    "output.unreachable": (
        N_("{name} does not answer: {reason}."),
        N_("Viewers on {name} see nothing."),
        N_("Check the network and the address, then press start again."),
        _PLATFORM,
    ),
    "output.refused": (
        N_("{name} refuses the stream. Its words: {reason}."),
        N_("Viewers on {name} see nothing."),
        N_("The key may be wrong, used up or expired. Get a new one from the platform."),
        _PLATFORM,
    ),
    "output.hung_up": (
        N_("{name} hangs up without a word."),
        N_("Viewers on {name} see nothing."),
        N_("The key may be wrong, used up or expired. Get a new one from the platform."),
        _PLATFORM,
    ),
    "output.silent": (
        N_("{name} takes the call and then says nothing."),
        N_("Viewers on {name} see nothing."),
        N_("Check the address. If it is right, the platform has a fault: try again in a minute."),
        _PLATFORM,
    ),
    "output.lost": (
        N_("The connection to {name} broke: {reason}."),
        N_("Viewers on {name} see a frozen picture. The other platforms go on."),
        N_("Wait: it is tried again every second. Check the network cable or the phone's hotspot."),
        _STATION,
    ),
    "output.duplicate_name": (
        N_("Two destinations are both called {name}."),
        _NOTHING_YET,
        N_("Give each destination its own name."),
        _STATION,
    ),
    "destination.unknown": (
        N_("No destination is saved under the name {name}."),
        _NOTHING_YET,
        N_("Write the whole address, or save it under this name first."),
        _STATION,
    ),
    "recording.failed": (
        N_("The recording in {path} has stopped: {reason}."),
        _UNTOUCHED,
        N_("Free some space on the disk. The show itself goes on."),
        _STATION,
    ),
    "recording.unwritable": (
        N_("Nothing can be written in {path}: {reason}."),
        _NOTHING_YET,
        N_("Choose another folder for the recording, or free some space."),
        _STATION,
    ),
    "overlay.failed": (
        N_("The {overlay} cannot be drawn and was switched off: {reason}."),
        N_("Viewers see the show without it."),
        N_("Check its text and picture, then show it again."),
        _STATION,
    ),
    "card.unknown": (
        N_("There is no product with the code {sku}."),
        _UNTOUCHED,
        N_("Look at the list of products and type its code again."),
        _STATION,
    ),
    "encoder.failed": (
        N_("The picture cannot be compressed: {reason}."),
        _NOTHING_YET,
        N_("Choose a smaller picture or another preset."),
        _STATION,
    ),
    "home.busy": (
        N_("Another studio is already running on the folder {path}."),
        _UNTOUCHED,
        N_("Use the window that is open, or close it first."),
        _STATION,
    ),
    "home.unwritable": (
        N_("The studio's folder {path} cannot be written: {reason}."),
        _NOTHING_YET,
        N_("Free some space, or name another folder with --home."),
        _STATION,
    ),
    "store.damaged": (
        N_("The log {path} cannot be read: {reason}."),
        _NOTHING_YET,
        N_("Keep the file and call for help: what is in it can often be saved."),
        _STATION,
    ),
    "store.newer": (
        N_("The log {path} was written by a newer version of this program."),
        _NOTHING_YET,
        N_("Install the newest version."),
        _STATION,
    ),
    "store.busy": (
        N_("The log {path} is in use by another program that does not let go of it."),
        _UNTOUCHED,
        N_("Close other programs that have the file open, then try again."),
        _STATION,
    ),
    "store.unreachable": (
        N_("The database {path} cannot be reached: {reason}."),
        _NOTHING_YET,
        N_("Check its address and the network, then try again."),
        _STATION,
    ),
    "journal.failing": (
        N_("The log of the show cannot be written: {reason}"),
        _UNTOUCHED,
        N_("Free some space on the disk. What happens meanwhile is kept and written as soon as that works."),
        _STATION,
    ),
    "session.unknown": (
        N_("There is no session {id}."),
        _UNTOUCHED,
        N_("Look at the list: nongbo sessions list."),
        _STATION,
    ),
    "csv.missing": (
        N_("The file {path} is not there."),
        _UNTOUCHED,
        N_("Check the name of the file."),
        _STATION,
    ),
    "csv.unreadable": (
        N_("The file {path} is not a table of text: {reason}."),
        _UNTOUCHED,
        N_("Save it as CSV from the table program and try again."),
        _STATION,
    ),
    "csv.headings": (
        N_("The file {path} lacks the headings {missing}."),
        _UNTOUCHED,
        N_("Its first line must be: {expected}."),
        _STATION,
    ),
    "value.bad": (
        N_("{value} will not do for {field}: {reason}."),
        _UNTOUCHED,
        N_("Correct the value and try again."),
        _STATION,
    ),
    "stats.unreadable": (
        N_("The viewer counts at {address} cannot be read: {reason}."),
        _UNTOUCHED,
        N_("Type the number of viewers by hand until it works again."),
        _STATION,
    ),
    "show.nowhere": (
        N_("The show has nowhere to go."),
        _NOTHING_YET,
        N_("Name an address with --to, or a folder with --record."),
        _STATION,
    ),
    "show.running": (
        N_("A show is on air already."),
        _UNTOUCHED,
        N_("Stop it before you start another one."),
        _STATION,
    ),
    "engine.gone": (
        N_("The part of the program that sends the show has ended."),
        N_("Viewers see a frozen picture."),
        N_("Start the show again: everything up to the last second is kept."),
        _STATION,
    ),
    "engine.bug": (
        N_("A fault of the program itself: {reason}."),
        N_("Viewers may see a frozen picture."),
        N_("Start the show again, and send the log file to us."),
        _STATION,
    ),
}


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


def reason_of(error: Exception) -> str:
    """Why something of the system or of FFmpeg failed, in the source language; `explain` translates it."""
    if isinstance(error, ValueError):  # FFmpeg's "invalid data" and "end of file" among them
        return DAMAGED
    number = getattr(error, "errno", None) or 0
    return REASONS.get(number, "") or str(getattr(error, "strerror", None) or error) or type(error).__name__


def explain(problem: Problem) -> Explanation:
    """The four lines of `problem` in the reader's language; of its values only the reason has a translation."""
    values = {name: _(value) if value and name == "reason" else value for name, value in problem.values}
    what, viewers, fix, who = (_(line).format_map(_Blanks(values)) for line in SENTENCES[problem.code])
    return Explanation(what, viewers, fix, who)


class _Blanks(dict[str, str]):
    """A value that was not given shows as an ellipsis instead of hiding the sentence."""

    def __missing__(self, key: str) -> str:
        return "…"
