"""What can be typed while `nongbo live` runs: a table of words, and the thread that reads them."""

import getpass
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from studio.addresses import join_address, shown_name, split_address
from studio.commands import (
    Command,
    NextCard,
    ReplaceAddress,
    RetryDestination,
    SetAudio,
    SetAudioOffset,
    SetMuted,
    SetSource,
    ShowCard,
    StopShow,
)
from studio.config import (
    OFFSET_LIMIT_MS,
    AudioConfig,
    AudioKind,
    DestinationConfig,
    Fit,
    Secret,
    SourceConfig,
    SourceKind,
)
from studio.console.faults import print_problem
from studio.console.streams import say
from studio.errors import Problem, StudioError, fault
from studio.events import Event
from studio.i18n import N_, _
from studio.output_states import OutputChanged, OutputState
from studio.worker import Worker


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the table: what may follow it, what it does, and the command it means."""

    word: str
    takes: str
    does: str
    meant: "Callable[[Hand, str], Command]"


class Hand:
    """The person at the keyboard, as long as a show runs.

    `ask` gives an address that was typed without being shown; `do` takes the commands, on the thread that reads.
    """

    def __init__(
        self,
        destinations: tuple[DestinationConfig, ...],
        do: Callable[[Command], None],
        ask: Callable[[str], str] | None = None,
        fit: Fit = Fit.AUTO,
    ) -> None:
        self.fit = fit  # how another camera's picture meets the canvas, too
        self.destinations = {one.name: one for one in destinations}
        self._before_new: dict[str, DestinationConfig] = {}  # what stays where a new address is refused
        self._taken: set[str] = set()  # whose new address was on the air
        self._do = do
        self._ask = ask or _ask_unseen
        self._worker = Worker("typed commands", self._read, abandonable=True)

    def start(self) -> None:
        self._worker.start()

    def _read(self, stopping: threading.Event) -> None:
        with suppress(OSError, ValueError):  # a terminal that went away, or that is somebody else's now
            while not stopping.is_set() and (line := sys.stdin.readline()):
                self.take(line)

    def stop(self) -> None:
        self._worker.stopping.set()

    def take(self, line: str) -> None:
        """Obeys one line, or says why not."""
        word, _space, rest = line.strip().partition(" ")
        if not word:
            return
        known = next((one for one in WORDS if one.word == word.lower()), None)
        if known is None:
            say(help_text())
            return
        try:
            self._do(known.meant(self, rest.strip()))
        except StudioError as error:
            print_problem(error.problem)
            return
        say(_("Done: {word}").format(word=known.word))

    def name(self, typed: str) -> str:
        """The destination that is meant; the only one need not be named. Raises `output.unknown`."""
        if not typed and len(self.destinations) == 1:
            return next(iter(self.destinations))
        if typed not in self.destinations:
            raise StudioError(Problem.of("output.unknown", name=shown_name(typed)))
        return typed

    def hear(self, event: Event) -> None:
        """A key alone that is typed after a new address was refused belongs to the one before it."""
        if not isinstance(event, OutputChanged) or event.name not in self._before_new:
            return
        if event.problem is not None and event.problem.code == "output.new_refused":
            self.destinations[event.name] = self._before_new[event.name]
        elif event.state is OutputState.LIVE and event.address == self.destinations[event.name].shown:
            self._taken.add(event.name)

    def new_address(self, typed: str) -> Command:
        """Asks for it, since what is typed after a word is shown. The key alone will do where the server stays."""
        one = self.destinations[self.name(typed)]
        text = self._ask(_("New address of {name}, or its new key (it is not shown): ").format(name=one.name)).strip()
        if text and "://" not in text and one.camera is None:
            text = join_address(split_address(one.url.reveal())[0], text)
        fresh = replace(one, url=Secret(text), given_at=None)
        if one.name in self._taken:
            self._before_new[one.name] = one
        self._before_new.setdefault(one.name, one)
        self._taken.discard(one.name)
        self.destinations[one.name] = fresh
        return ReplaceAddress(fresh.name, fresh.url)


def _offset(_hand: Hand, typed: str) -> Command:
    try:
        offset_ms = int(typed)
    except ValueError:
        offset_ms = OFFSET_LIMIT_MS + 1
    if abs(offset_ms) > OFFSET_LIMIT_MS:
        reason = f"{-OFFSET_LIMIT_MS}…{OFFSET_LIMIT_MS}"
        raise fault("value.bad", field="offset", value=typed, reason=reason)
    return SetAudioOffset(offset_ms)


WORDS = (
    Word("address", "NAME", N_("a new push address or key for a destination"), Hand.new_address),
    Word("retry", "NAME", N_("try a destination again"), lambda hand, typed: RetryDestination(hand.name(typed))),
    Word("mute", "", N_("send silence in place of the voice"), lambda _hand, _typed: SetMuted(True)),
    Word("unmute", "", N_("send the voice again"), lambda _hand, _typed: SetMuted(False)),
    Word("next", "", N_("the next card"), lambda _hand, _typed: NextCard()),
    Word("card", "SKU", N_("the card of this product"), lambda _hand, typed: ShowCard(typed or None)),
    Word("hide", "", N_("no card on the picture"), lambda _hand, _typed: ShowCard(None)),
    Word(
        "camera",
        "NAME",
        N_("another camera"),
        lambda hand, typed: SetSource(SourceConfig(SourceKind.CAMERA, typed, hand.fit)),
    ),
    Word("mic", "NAME", N_("another microphone"), lambda _hand, typed: SetAudio(AudioConfig(AudioKind.MIC, typed))),
    Word("offset", "MS", N_("the sound so many ms later than the picture; below 0: earlier"), _offset),
    Word("stop", "", N_("end the show"), lambda _hand, _typed: StopShow()),
)


def help_text() -> str:
    """The table, for the person."""
    lines = [f"  {f'{one.word} {one.takes}':<14}{_(one.does)}" for one in WORDS]
    return "\n".join([_("What can be typed here, with Enter after it:"), *lines])


def _ask_unseen(question: str) -> str:
    """From the terminal without showing it; from the next line where something else feeds us."""
    if sys.stdin.isatty():
        return getpass.getpass(question)
    return sys.stdin.readline()


@contextmanager
def listening(hand: Hand | None) -> Iterator[None]:
    """Reads what is typed until the block ends.

    A terminal that belongs to another program meanwhile gives nothing, instead of halting the show; and a question
    for an address that is open when the show ends leaves the terminal as it was.
    """
    if hand is None:
        yield
        return
    with _terminal_kept():
        hand.start()
        try:
            yield
        finally:
            hand.stop()


@contextmanager
def _terminal_kept() -> Iterator[None]:
    if sys.platform == "win32" or not sys.stdin.isatty():
        yield
        return
    import termios  # noqa: PLC0415 - Windows has none

    number = sys.stdin.fileno()
    as_it_was = termios.tcgetattr(number)
    before = {one: signal.signal(one, signal.SIG_IGN) for one in (signal.SIGTTIN, signal.SIGTTOU)}
    try:
        yield
    finally:
        with suppress(OSError, termios.error):  # the terminal was closed meanwhile
            if os.getpgrp() == os.tcgetpgrp(number):
                termios.tcsetattr(number, termios.TCSANOW, as_it_was)
        for one, handler in before.items():
            signal.signal(one, handler)
