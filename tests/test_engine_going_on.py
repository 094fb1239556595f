"""A fault of ours in one part of the engine, and the show that goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from studio.events import HealthSampled, Noticed
from studio.media.sound_desk import SoundDesk
from studio.paths import Home
from tests.media.films import decode_file
from tests.test_engine import Studio


@pytest.fixture
def studio(own_home: Path, qapp: QCoreApplication) -> Iterator[Studio]:
    studio = Studio(Home(own_home).ensure())
    studio.engine.start()
    yield studio
    studio.engine.stop()


@pytest.mark.expects_errors
def test_what_fails_beside_the_show_is_told_once_and_everything_else_goes_on(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: object, *_given: object) -> None:
        raise ValueError("a bug of ours")

    whole_stop = SoundDesk.stop

    def half_stopped(desk: SoundDesk) -> None:
        whole_stop(desk)
        raise ValueError("a bug of ours")

    monkeypatch.setattr("studio.cards.CardDesk.turn", broken)
    monkeypatch.setattr("studio.media.sound_desk.SoundDesk.stop", half_stopped)
    studio.go()
    studio.told.wait_for(lambda: len(studio.told.of(HealthSampled)) >= 2)
    report = studio.end().report
    assert report.recording is not None
    assert decode_file(Path(report.recording))[0], "what came after the one that could not be stopped was closed"
    bugs = [event for event in studio.told.of(Noticed) if event.problem.code == "engine.bug"]
    assert len(bugs) == 2, "one of the cards, one of the end"
    assert not studio.engine.on_air
