"""The engine makes the checks on a thread of its own, one order after the other, and gives way to a show."""

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from studio.checks import Check, CheckBegun, CheckDone, CheckPlan, CheckResult, ChecksEnded, Line, Outcome
from studio.clock import SystemClock
from studio.commands import AnswerHeard, RunChecks, StartShow, StopShow
from studio.config import AudioConfig, AudioKind, CanvasConfig, EncoderConfig, ShowConfig, SourceConfig, SourceKind
from studio.engine import Engine
from studio.events import ShowEnded, ShowStarted
from studio.health.preflight import examination, microphone
from studio.health.preflight.examination import Subject, examine
from studio.media.frames import SAMPLE_RATE
from studio.paths import Home, home
from tests.media.told import Told

SHOW = ShowConfig(
    source=SourceConfig(SourceKind.PATTERN),
    audio=AudioConfig(AudioKind.SILENCE),
    canvas=CanvasConfig(320, 180, 25),
    encoder=EncoderConfig(400, "ultrafast"),
)
HERE = (Check.DISK, Check.POWER, Check.DATA)  # what asks nobody else


@pytest.fixture
def place() -> Home:
    return home().ensure()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def engine(place: Home, told: Told) -> Iterator[Engine]:
    engine = Engine(place, told)
    engine.start()
    yield engine
    engine.stop()


def found(told: Told) -> dict[Check, CheckResult]:
    return {event.result.check: event.result for event in told.of(CheckDone)}


def test_the_engine_makes_the_checks_that_are_asked_for(engine: Engine, told: Told) -> None:
    engine.execute(RunChecks(SHOW, HERE))
    told.wait_for_one(ChecksEnded)
    assert set(found(told)) == set(HERE)
    assert {event.check for event in told.of(CheckBegun)} == set(HERE)


def test_one_check_can_be_made_again(engine: Engine, told: Told) -> None:
    engine.execute(RunChecks(SHOW, HERE))
    engine.execute(RunChecks(SHOW, (Check.DATA,), CheckPlan(data_left_gb=1.0)))
    told.wait_for_one(ChecksEnded, 2)
    assert [event.result.check for event in told.of(CheckDone)].count(Check.DATA) == 2


def test_the_person_says_whether_it_was_heard(engine: Engine, told: Told) -> None:
    engine.execute(AnswerHeard(True))
    told.wait_for_one(CheckDone)
    assert found(told)[Check.PLAYBACK].outcome is Outcome.GOOD


def test_what_a_running_show_uses_is_left_alone(engine: Engine, told: Told, place: Home) -> None:
    show = ShowConfig(
        source=SHOW.source, audio=SHOW.audio, canvas=SHOW.canvas, encoder=SHOW.encoder, record_dir=place.recordings
    )
    engine.execute(StartShow(show))
    told.wait_for_one(ShowStarted)
    engine.execute(RunChecks(show, (Check.CAMERA, Check.MICROPHONE, Check.DESTINATION, Check.DISK)))
    told.wait_for_one(ChecksEnded)
    engine.execute(StopShow())
    told.wait_for_one(ShowEnded)
    results = found(told)
    assert "on air" in results[Check.CAMERA].found.told()
    used = (Check.CAMERA, Check.MICROPHONE, Check.PLAYBACK, Check.DESTINATION)
    assert {results[check].outcome for check in used} == {Outcome.NOT_CHECKED}
    assert results[Check.DISK].outcome is Outcome.GOOD


def test_a_show_that_starts_ends_a_check_that_runs(engine: Engine, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have the camera open."""
    ended = threading.Event()

    def holds_the_camera(subject: Subject) -> Iterator[CheckResult]:
        subject.stopping.wait()
        ended.set()
        return iter(())

    monkeypatch.setitem(examination.CHECKS, Check.CAMERA, holds_the_camera)
    engine.execute(RunChecks(SHOW, (Check.CAMERA,)))
    told.wait_for_one(CheckBegun)
    engine.execute(StartShow(SHOW))
    told.wait_for_one(ShowStarted)
    assert ended.is_set()
    engine.execute(StopShow())
    told.wait_for_one(ShowEnded)
    engine.execute(RunChecks(SHOW, (Check.DISK,)))
    told.wait_for_one(CheckDone)


@pytest.mark.expects_errors
def test_a_check_that_fails_by_our_own_fault_claims_nothing_and_hides_no_other(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_subject: Subject) -> Iterator[CheckResult]:
        raise ZeroDivisionError

    monkeypatch.setitem(examination.CHECKS, Check.POWER, broken)
    monkeypatch.setitem(examination.CHECKS, Check.MICROPHONE, broken)
    begun: list[CheckBegun] = []
    subject = Subject(SHOW, CheckPlan(), place.root, SystemClock(), threading.Event(), begun.append)
    results = {result.check: result.outcome for result in examine(subject, (*HERE, Check.PLAYBACK))}
    assert {results[check] for check in (Check.POWER, Check.MICROPHONE, Check.PLAYBACK)} == {Outcome.NOT_CHECKED}
    assert results[Check.DISK] is Outcome.GOOD
    assert {one.check for one in begun} == {*HERE, Check.MICROPHONE}


def test_asking_for_the_playback_asks_for_the_microphone(place: Home) -> None:
    begun: list[CheckBegun] = []
    subject = Subject(SHOW, CheckPlan(), place.root, SystemClock(), threading.Event(), begun.append)
    assert [result.check for result in examine(subject, (Check.PLAYBACK,))] == [Check.MICROPHONE, Check.PLAYBACK]
    assert begun == [CheckBegun(Check.MICROPHONE)]


@pytest.mark.parametrize(
    ("audio", "person", "spoken"),
    [(AudioKind.MIC, True, True), (AudioKind.MIC, False, False), (AudioKind.CLIP, True, False)],
)
def test_a_person_is_asked_to_speak_and_to_listen_only_where_that_is_heard(
    place: Home, monkeypatch: pytest.MonkeyPatch, audio: AudioKind, person: bool, spoken: bool
) -> None:
    silence = np.zeros((2, SAMPLE_RATE), np.float32)
    monkeypatch.setattr(microphone, "_recorded", lambda *_any: silence)
    monkeypatch.setattr(microphone, "played_back", lambda *_any: "")
    begun: list[CheckBegun] = []
    show = replace(SHOW, audio=AudioConfig(audio))
    subject = Subject(show, CheckPlan(person_there=person), place.root, SystemClock(), threading.Event(), begun.append)
    list(examine(subject, (Check.MICROPHONE,)))
    assert begun == [CheckBegun(Check.MICROPHONE, spoken), *([CheckBegun(Check.PLAYBACK)] if spoken else [])]


def test_a_line_is_told_in_the_readers_language() -> None:
    line = Line.of("The disk cannot be asked: {reason}.", reason="it is not there")
    assert line.told() == "The disk cannot be asked: it is not there."
