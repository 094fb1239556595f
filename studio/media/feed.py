"""Keeps a source delivering for as long as a show runs: watched, tried again when it breaks, exchanged when asked.

There is one tap that is on, and at times a second one beside it: because the first has broken or stalled, because the
person chose another source, or because a better device is back. The second takes over at the moment its first picture
or sound is there, never before; so an exchange leaves no gap, and one that does not work changes nothing.

One thread watches, ten times a second. It never opens or reads a source itself.
"""

import logging
import queue
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from studio.clock import Clock
from studio.errors import Problem, StudioError, bug_words
from studio.i18n import N_
from studio.media.frames import NS, Timeline
from studio.media.taps import Tap
from studio.worker import Mishaps, Worker

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.1
RETRY_NS = NS
LATER_RETRY_NS = 5 * NS  # where there is something better, or a fault of ours came again
STALLED_NS = 3 * NS // 2  # without a picture: told, before the slate comes at two seconds
BESIDE_NS = 3 * NS  # a source that has stalled for so long is opened a second time
CHOSEN_NS = 8 * NS  # a source the person chose has so long to deliver
OPEN_DEADLINE_S = 12.0
NOT_WAITED_FOR_S = 3.0  # a source that a show does without: one that is well is open by then
MOST_HUNG = 3  # threads that wait for drivers
LEAVE_DEADLINE_S = 1.0  # at the show's end: what hangs is left to itself

Config = TypeVar("Config")
SomeTap = TypeVar("SomeTap", bound=Tap)
Notice = Callable[[Problem, bool], None]


@dataclass(frozen=True, slots=True)
class Beside(Generic[Config, SomeTap]):
    """A tap that is being opened beside the one that is on."""

    tap: SomeTap
    config: Config
    chosen: bool  # by the person, who is told where it does not work


class Feed(ABC, Generic[Config, SomeTap]):
    """One source of a show. `open` may raise `StudioError`; after `start` a loss is told to `notice`."""

    medium = "source"

    def __init__(self, config: Config, clock: Clock, notice: Notice, changed: Callable[[Config, str], None]) -> None:
        self._config = config
        self._clock = clock
        self._notice = notice
        self._changed = changed
        self._tap: SomeTap | None = None
        self._beside: Beside[Config, SomeTap] | None = None
        self._wishes: queue.SimpleQueue[Config] = queue.SimpleQueue()
        self._left: list[Tap] = []  # were asked to end and have not yet
        self._told: Problem | None = None
        self._busy = False  # what was lost is in another program's hands
        self._retry_ns = 0
        self._lost_ns: int | None = None
        self._timeline: Timeline | None = None
        self._news = threading.Event()
        self._mishaps = Mishaps(f"the {self.medium}'s watch", self._tell_bug)
        self._worker = Worker(f"{self.medium}-watch", self._run, self._failed)

    def open(self, must: bool = True) -> None:
        """Opens the source, so that a missing device is known before anything goes on air; waits at most 12 s.

        Unless it `must` be there it may begin as lost, and is tried again as one that was lost on the air.
        """
        tap = self._make(self._config)
        if tap is None:
            return
        tap.start(self._news)
        self._tap = tap
        if not must:
            tap.opened_within(NOT_WAITED_FOR_S)
            self._busy = tap.fault is not None and tap.fault.problem.code.endswith(".busy")
            return
        if not tap.opened_within(OPEN_DEADLINE_S):
            tap.leave()
            raise self._unopened(N_("it does not answer"))
        if tap.fault is not None:
            raise tap.fault
        if tap.ended:  # broken by a fault of ours, or of the system in a way nobody has translated
            raise self._unopened(N_("it does not answer"))

    def start(self, timeline: Timeline) -> None:
        """Begins to read and to watch."""
        self._timeline = timeline
        if self._tap is not None:
            self._tap.go(timeline)
        self._put_on(self._tap, fresh=True)
        self._changed(self._config, self._device(self._tap))
        self._worker.start()

    def switch(self, config: Config) -> None:
        """Another source from now on, once it delivers; where it does not, the present one stays and that is told."""
        self._wishes.put(config)
        self._news.set()

    @property
    def opening(self) -> bool:
        """Whether a second source is being opened beside the one that is on."""
        return self._beside is not None

    def stop(self) -> None:
        """Ends all taps; a driver that hangs is not waited for. May be called twice."""
        self._worker.stopping.set()
        self._news.set()
        self._worker.stop()
        taps = [tap for tap in (self._tap, self._beside.tap if self._beside else None, *self._left) if tap is not None]
        for tap in taps:
            tap.leave()
        for tap in taps:
            if not tap.stop(LEAVE_DEADLINE_S):
                log.warning("%s: a driver hangs and is left to itself", self.medium)

    def _run(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            self._news.wait(LOOK_EVERY_S)
            self._news.clear()
            if not stopping.is_set():
                with self._mishaps:
                    self._look(self._clock.now_ns())

    def _look(self, now_ns: int) -> None:
        self._left = [tap for tap in self._left if not tap.ended]
        while not self._wishes.empty():
            self._choose(self._wishes.get())
        if self._beside is not None:
            self._follow_beside(self._beside, now_ns)
        tap = self._tap
        if tap is None:
            self._tell(None)
            return
        lost = self._is_lost(tap, now_ns)
        self._cure(tap)
        if not lost:
            self._busy, self._lost_ns = False, None
        elif self._lost_ns is None:
            self._lost_ns = now_ns
        self._tell(self._problem(tap, lost))
        if self._beside is None and now_ns >= self._retry_ns and self._wants_another(tap, now_ns):
            self._open_beside(self._config, chosen=False)
        elif self._beside is not None and not self._beside.chosen and not self._wants_another(tap, now_ns):
            self._drop_beside()  # the one that is on has come back by itself

    def _is_lost(self, tap: SomeTap, now_ns: int) -> bool:
        since_ns = tap.began_ns if tap.delivered_ns is None else tap.delivered_ns
        return tap.ended or (now_ns - since_ns > STALLED_NS and not tap.held_up)

    def _wants_another(self, tap: SomeTap, now_ns: int) -> bool:
        """Whether a second tap is needed: the one that is on has ended, hangs, or there is something better."""
        if tap.ended:
            return True
        if self._lost_ns is not None:
            return now_ns - self._lost_ns > BESIDE_NS - STALLED_NS and len(self._left) < MOST_HUNG
        return self._is_better_there(tap)

    def _choose(self, config: Config) -> None:
        """Opens what the person chose, or turns the source off where it needs none; what is on already stays on."""
        self._drop_beside()
        if self._is_on(config) and not self._fails():
            self._config = config
            self._changed(config, self._device(self._tap))
            return
        if self._open_beside(config, chosen=True):
            return
        self._config = config
        self._leave(self._tap)
        self._tap = None
        self._put_on(None, fresh=True)
        self._changed(config, "")

    def _is_on(self, config: Config) -> bool:
        """Whether this is what is on already, under whatever name: many devices cannot be opened twice."""
        return config == self._config

    def _fails(self) -> bool:
        """Whether what is on has ended or gives nothing: who chooses it once more wants it opened anew."""
        return self._tap is not None and (self._tap.ended or self._lost_ns is not None)

    def _has(self, config: Config) -> bool:
        """Whether it may be we who have this source open: a tap whose driver hangs lets go of nothing."""
        return self._tap is not None and not self._tap.ended and self._is_on(config)

    def _open_beside(self, config: Config, chosen: bool) -> bool:
        """False where this source needs no tap."""
        tap = self._make(config, again=not chosen)
        if tap is None:
            return False
        assert self._timeline is not None
        tap.go(self._timeline)
        tap.start(self._news)
        self._beside = Beside(tap, config, chosen)
        return True

    def _follow_beside(self, beside: Beside[Config, SomeTap], now_ns: int) -> None:
        tap = beside.tap
        if tap.delivered_ns is not None:
            self._take_over(beside)
        elif tap.ended:
            problem = tap.fault.problem if tap.fault is not None else None
            self._beside = None
            soon = self._lost_ns is not None and not tap.broken
            self._retry_ns = now_ns + (RETRY_NS if soon else LATER_RETRY_NS)
            taken = problem is not None and problem.code.endswith(".busy") and not self._has(beside.config)
            if beside.chosen:
                self._say_unchanged(beside.config, _reason_of(problem, taken))
            elif problem is not None:
                self._busy = taken
        elif beside.chosen and now_ns - tap.began_ns > CHOSEN_NS:
            self._drop_beside()
            self._say_unchanged(beside.config, N_("it gives nothing"))
        elif now_ns - tap.began_ns > OPEN_DEADLINE_S * NS and len(self._left) < MOST_HUNG:
            self._drop_beside()

    def _take_over(self, beside: Beside[Config, SomeTap]) -> None:
        old = self._tap
        before = (self._config, self._device(old))
        self._beside, self._tap, self._config = None, beside.tap, beside.config
        self._retry_ns = self._clock.now_ns() + RETRY_NS
        self._put_on(beside.tap, fresh=beside.chosen)
        self._leave(old)
        now = (self._config, self._device(self._tap))
        if beside.chosen or now != before:
            self._changed(*now)

    def _drop_beside(self) -> None:
        if self._beside is not None:
            self._leave(self._beside.tap)
            self._beside = None

    def _leave(self, tap: Tap | None) -> None:
        if tap is not None:
            tap.leave()
            self._left.append(tap)

    def _tell(self, problem: Problem | None) -> None:
        """What is wrong with the source now; each told once when it begins and once when it is over."""
        if problem == self._told:
            return
        told, self._told = self._told, problem
        if problem is not None:
            self._notice(problem, True)
        if told is not None:
            self._notice(told, False)

    def _failed(self, error: Exception) -> None:
        """A tap broke by a fault of ours; one that does so with every try is told once."""
        self._mishaps.take(error)

    def _tell_bug(self, error: Exception) -> None:
        self._notice(Problem.of("show.bug", reason=bug_words(error)), True)

    @property
    def lost(self) -> bool:
        """Whether the source gives nothing now, which is told."""
        return self._lost_ns is not None

    def _device(self, tap: SomeTap | None) -> str:
        return tap.device if tap is not None else ""

    def _cure(self, tap: SomeTap) -> None:
        """What can be done for a tap that delivers, but not well."""

    @abstractmethod
    def _unopened(self, reason: str) -> StudioError:
        """What to raise where the source does not open."""

    @abstractmethod
    def _make(self, config: Config, again: bool = False) -> SomeTap | None:
        """A tap for this source; None where it needs none. `again`: it was on in this show already."""

    @abstractmethod
    def _put_on(self, tap: SomeTap | None, fresh: bool) -> None:
        """From now on this tap's pictures are shown, or its sound is heard; `fresh`: it is what the person chose."""

    @abstractmethod
    def _problem(self, tap: SomeTap, lost: bool) -> Problem | None:
        """What is wrong with the source that is on."""

    @abstractmethod
    def _is_better_there(self, tap: SomeTap) -> bool:
        """Whether another device should take this one's place, though it works."""

    @abstractmethod
    def _say_unchanged(self, config: Config, reason: str) -> None:
        """The source the person chose does not work; the old one stays."""


def _reason_of(problem: Problem | None, taken: bool) -> str:
    """Why a source did not open, in words that end a sentence."""
    if taken:
        return N_("another program is using it")
    if problem is None:
        return N_("it gives nothing")
    if problem.code.endswith(".busy"):
        return N_("it is in use already")
    return dict(problem.values).get("reason", "") or N_("it is not there")
