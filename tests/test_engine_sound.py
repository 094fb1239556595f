"""The sound of a running show, and the devices it may come from: commands in, events out, and what the log keeps."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from studio import commands as ask
from studio.config import SoundConfig
from studio.events import AudioLevel, HealthSampled, SoundChanged
from studio.paths import Home
from tests.media.told import Told
from tests.test_engine import Studio


@pytest.fixture
def studio(own_home: Path, qapp: QCoreApplication) -> Iterator[Studio]:
    studio = Studio(Home(own_home).ensure())
    studio.engine.start()
    yield studio
    studio.engine.stop()


def test_the_mute_is_told_once_logged_and_known_to_who_comes_later(studio: Studio) -> None:
    studio.go()
    assert not studio.told.wait_for_one(SoundChanged).muted
    studio.do(ask.SetMuted(False), ask.SetMuted(True), ask.SetMuted(True))
    assert studio.told.wait_for_one(SoundChanged, 2).muted
    assert studio.engine.snapshot().muted
    studio.do(ask.SetMuted(False))
    assert not studio.told.wait_for_one(SoundChanged, 3).muted
    detail = studio.detail(studio.end().report.session_id)
    assert [row.muted for row in detail.sound] == [False, True, False]


def test_sound_is_set_while_the_show_runs_and_the_session_knows_it(studio: Studio, tmp_path: Path) -> None:
    studio.go(sound=SoundConfig(offset_ms=-40))
    wanted = SoundConfig(noise_suppression=False, music=str(tmp_path / "gone.mp3"), offset_ms=-40)
    studio.do(ask.SetSound(wanted), ask.SetAudioOffset(120))
    assert studio.told.wait_for_one(SoundChanged, 3).sound == replace(wanted, offset_ms=120)
    missing = studio.wait_for_notices()[0]
    assert (missing.problem.code, missing.active) == ("music.unreadable", True)
    assert missing.problem in studio.engine.snapshot().notices
    assert studio.engine.snapshot().sound.offset_ms == 120
    detail = studio.detail(studio.end().report.session_id)
    assert [row.settings["offset_ms"] for row in detail.sound] == [-40, -40, 120]


def test_loudness_is_measured_while_somebody_looks(studio: Studio) -> None:
    studio.do(ask.WatchPreview(True))
    studio.go()
    studio.told.wait_for(lambda: any(level.loudness_lufs is not None for level in studio.told.of(AudioLevel)))
    studio.do(ask.WatchPreview(False))
    studio.told.wait_for(lambda: studio.told.of(AudioLevel)[-1].loudness_lufs is None)


def test_devices_are_not_listed_for_a_show_that_uses_none(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    lists = Told()
    monkeypatch.setattr("studio.media.devices.listed_elsewhere", lambda: lists(1))
    studio.go()
    studio.wait(HealthSampled)
    studio.end()
    studio.engine.stop()
    assert lists.all == []
