"""The whole go-live check: which things are tried, in which order, and what is left alone while a show runs."""

import logging
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.checks import Check, CheckBegun, CheckPlan, CheckResult, Line, Outcome
from studio.clock import Clock
from studio.config import ShowConfig
from studio.health.preflight import camera, computer, microphone, platforms, supplies, time_of_day
from studio.i18n import N_
from studio.paths import Home

log = logging.getLogger(__name__)

ALL_ELSE = Line.of(N_("Everything about it."))


@dataclass(frozen=True, slots=True)
class Subject:
    """What is examined, and what the checks have to hand. `begun` is told of each check before it is made."""

    show: ShowConfig
    plan: CheckPlan
    home: Path
    clock: Clock
    stopping: threading.Event
    begun: Callable[[CheckBegun], None]
    on_air: bool = False


Make = Callable[[Subject], Iterator[CheckResult]]


def _camera(subject: Subject) -> Iterator[CheckResult]:
    yield camera.check_camera(subject.show, subject.stopping)


def _sound(subject: Subject) -> Iterator[CheckResult]:
    def playing() -> None:
        subject.begun(CheckBegun(Check.PLAYBACK))

    yield from microphone.check_microphone(subject.show, subject.plan, subject.stopping, playing=playing)


def _speak(subject: Subject) -> bool:
    return microphone.wants_voice(subject.show, subject.plan)


def _computer(subject: Subject) -> Iterator[CheckResult]:
    yield computer.check_computer(subject.show, Home(subject.home))


def _disk(subject: Subject) -> Iterator[CheckResult]:
    yield supplies.check_disk(subject.show, subject.plan, subject.home)


def _power(subject: Subject) -> Iterator[CheckResult]:
    yield supplies.check_power(subject.plan)


def _data(subject: Subject) -> Iterator[CheckResult]:
    yield supplies.check_data(subject.show, subject.plan)


def _clock(subject: Subject) -> Iterator[CheckResult]:
    yield time_of_day.check_clock(subject.clock)


def _answers(subject: Subject) -> Iterator[CheckResult]:
    yield from platforms.check_answers(subject.show, subject.stopping)


def _keys(subject: Subject) -> Iterator[CheckResult]:
    yield from platforms.check_keys(subject.show, subject.clock.utc())


def _upload(subject: Subject) -> Iterator[CheckResult]:
    yield from platforms.check_upload(subject.show, subject.plan, subject.stopping)


# What takes no time comes first, what needs the person next, what may wait for a network last.
CHECKS: dict[Check, Make] = {
    Check.COMPUTER: _computer,
    Check.DISK: _disk,
    Check.POWER: _power,
    Check.DATA: _data,
    Check.CAMERA: _camera,
    Check.MICROPHONE: _sound,
    Check.CLOCK: _clock,
    Check.DESTINATION: _answers,
    Check.KEY: _keys,
    Check.UPLOAD: _upload,
}

COME_ALONG = {Check.MICROPHONE: (Check.PLAYBACK,)}  # what is heard again has to be spoken first
USED_ON_AIR = frozenset({Check.CAMERA, Check.MICROPHONE, Check.PLAYBACK, Check.DESTINATION, Check.KEY, Check.UPLOAD})


def examine(subject: Subject, asked: Collection[Check] = ()) -> Iterator[CheckResult]:
    """Makes the checks that are asked for (none named: all) one after the other.

    A check that fails by a fault of our own is told as not made, and the others go on.
    """
    wanted = frozenset(asked)
    for check, make in CHECKS.items():
        if subject.stopping.is_set():
            return
        together = (check, *COME_ALONG.get(check, ()))
        if wanted and wanted.isdisjoint(together):
            continue
        if subject.on_air and check in USED_ON_AIR:
            yield from _left_alone(together, Line.of(N_("A show is on air and uses it.")))
            continue
        subject.begun(CheckBegun(check, speak=check is Check.MICROPHONE and _speak(subject)))
        told: set[Check] = set()
        try:
            for result in make(subject):
                told.add(result.check)
                yield result
        except Exception:
            log.exception("the check %s failed", check)
            untold = [one for one in together if one not in told] or [check]
            yield from _left_alone(untold, Line.of(N_("A fault of the program itself: it is in the log.")))


def _left_alone(checks: Iterable[Check], why: Line) -> Iterator[CheckResult]:
    """Each is told: whoever asked waits for each of them."""
    for check in checks:
        yield CheckResult(check, Outcome.NOT_CHECKED, why, ALL_ELSE)
