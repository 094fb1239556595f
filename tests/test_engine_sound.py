"""The sound of a running show: commands in, events out, and what the log keeps."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from studio import commands as ask
from studio.events import HealthSampled, SoundChanged
from studio.paths import Home
from tests.test_engine import Studio


@pytest.fixture
def studio(own_home: Path, qapp: QCoreApplication) -> Iterator[Studio]:
    studio = Studio(Home(own_home).ensure())
    studio.engine.start()
    yield studio
    studio.engine.stop()


def test_the_mute_is_told_once_logged_and_known_to_who_comes_later(studio: Studio) -> None:
    studio.go()
    studio.told.wait_for_one(HealthSampled)
    studio.do(ask.SetMuted(False), ask.SetMuted(True), ask.SetMuted(True))
    assert studio.told.wait_for_one(SoundChanged).muted
    assert studio.engine.snapshot().muted
    studio.do(ask.SetMuted(False))
    assert not studio.told.wait_for_one(SoundChanged, 2).muted
    detail = studio.detail(studio.end().report.session_id)
    assert [(row.muted, row.settings["offset_ms"]) for row in detail.sound] == [(True, 0), (False, 0)]
