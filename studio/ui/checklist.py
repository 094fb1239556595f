"""What the window knows of the go-live check: one frozen value, and the desk that asks for checks and follows them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from studio.checks import Check, CheckBegun, CheckDone, CheckPlan, CheckResult, ChecksEnded, Outcome
from studio.commands import AnswerHeard, Command, RunChecks
from studio.config import ShowConfig
from studio.events import Event, StartFailed

EACH_DESTINATION = (Check.DESTINATION, Check.KEY)
RECKONED = (Check.DISK, Check.POWER, Check.DATA)  # from what the person types; they take no time
TOGETHER = {Check.MICROPHONE: (Check.PLAYBACK,), Check.PLAYBACK: (Check.MICROPHONE,)}


@dataclass(frozen=True, slots=True)
class Checklist:
    """What was found so far, what is being tried, and what waits for its turn."""

    results: tuple[CheckResult, ...] = ()
    running: Check | None = None
    speak: bool = False  # for what is being tried the person is to say the sentence
    waiting: frozenset[Check] = frozenset()

    def result(self, check: Check, about: str = "") -> CheckResult | None:
        """The newest of that check; one that speaks for all destinations serves each."""
        found = {result.about: result for result in self.results if result.check is check}
        return found.get(about) or found.get("")

    @property
    def bad(self) -> tuple[CheckResult, ...]:
        return tuple(result for result in self.results if result.outcome is Outcome.BAD)

    @property
    def busy(self) -> bool:
        return self.running is not None or bool(self.waiting)


def rows_of(show: ShowConfig) -> list[tuple[Check, str]]:
    """The lines of the list for a show: some checks are made for each destination."""
    names = [destination.name for destination in show.destinations] or [""]
    return [(check, name) for check in Check for name in (names if check in EACH_DESTINATION else [""])]


def after(checklist: Checklist, event: Event) -> Checklist:
    """The list once `event` has happened."""
    match event:
        case CheckBegun(check, speak):
            return replace(checklist, running=check, speak=speak, waiting=checklist.waiting - {check})
        case CheckDone(result):
            others = (one for one in checklist.results if (one.check, one.about) != (result.check, result.about))
            return replace(checklist, results=(*others, result), waiting=checklist.waiting - {result.check})
        case ChecksEnded():
            return replace(checklist, running=None)
        case StartFailed():  # the attempt has ended what was being tried
            return replace(checklist, running=None, waiting=frozenset())
        case _:
            return checklist


class CheckDesk(QObject):
    """Asks the engine for checks and keeps what it found; lives on the window's thread."""

    changed = Signal()
    wanted = Signal()  # the person wants to see the list

    def __init__(self, send: Callable[[Command], None]) -> None:
        super().__init__()
        self.list = Checklist()
        self.plan = CheckPlan()
        self._send = send

    def check(self, show: ShowConfig, *checks: Check, room_closed: bool = False) -> None:
        """Asks for checks (none named: all); what was found of them before is forgotten."""
        asked = {*checks, *(other for check in checks for other in TOGETHER.get(check, ()))} or set(Check)
        kept = tuple(result for result in self.list.results if result.check not in asked)
        self._become(replace(self.list, results=kept, waiting=self.list.waiting | asked))
        self._send(RunChecks(show, checks, replace(self.plan, room_closed=room_closed)))

    def change_plan(self, show: ShowConfig, plan: CheckPlan) -> None:
        """How long the show is to be, and what is left on the data plan: what follows from it is reckoned anew."""
        if plan != self.plan:
            self.plan = plan
            if self.list.results:
                self.check(show, *RECKONED)

    def answer(self, heard: bool) -> None:
        self._send(AnswerHeard(heard))

    def follow(self, event: Event) -> None:
        self._become(after(self.list, event))

    def forget(self) -> None:
        """Another plan, another engine, or a show that has begun: what was found holds no longer."""
        self._become(Checklist())

    def _become(self, checklist: Checklist) -> None:
        if checklist != self.list:
            self.list = checklist
            self.changed.emit()
