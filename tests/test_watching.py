"""A running show and its watchdogs: what is told, what a new client learns, and what the log keeps of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studio import commands as ask
from studio.config import (
    AudioConfig,
    AudioKind,
    CanvasConfig,
    EncoderConfig,
    ShowConfig,
    SourceConfig,
    SourceKind,
    WatchConfig,
)
from studio.engine import Engine
from studio.events import Noticed, ShowEnded
from studio.paths import Home, asset
from studio.store.store import Store
from tests.end2end.alsa import NAME, FakeMicrophone
from tests.media.told import Told

SHOW = ShowConfig(
    source=SourceConfig(SourceKind.CLIP, str(asset("demo", "clip.mp4"))),
    audio=AudioConfig(AudioKind.CLIP),
    canvas=CanvasConfig(320, 180, 15),
    encoder=EncoderConfig(400, "ultrafast"),
    watch=WatchConfig(muted_s=0.1, dark_s=None, silent_s=3.0),
)


@pytest.fixture
def microphone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AudioConfig]:
    """Somebody speaks into it all the time."""
    with FakeMicrophone(tmp_path) as device:
        for name, value in device.environment().items():
            monkeypatch.setenv(name, value)
        yield AudioConfig(AudioKind.MIC, NAME)


@pytest.mark.usefixtures("qapp")
def test_who_speaks_while_muted_is_told_until_the_microphone_is_on_again(
    own_home: Path, microphone: AudioConfig
) -> None:
    home, told = Home(own_home).ensure(), Told()
    engine = Engine(home, told)
    engine.start()

    def turns() -> list[tuple[str, bool]]:
        return [(event.problem.code, event.active) for event in told.of(Noticed)]

    try:
        engine.execute(ask.StartShow(replace(SHOW, audio=microphone, record_dir=home.recordings)))
        engine.execute(ask.SetMuted(True))
        told.wait_for(lambda: ("watch.muted", True) in turns())
        assert "watch.muted" in {problem.code for problem in engine.snapshot().notices}
        engine.execute(ask.SetMuted(False))
        told.wait_for(lambda: ("watch.muted", False) in turns())
        engine.execute(ask.StopShow())
        told.wait_for_one(ShowEnded)
    finally:
        engine.stop()
    with Store.of(home) as store:
        notices = store.session_detail(1).notices
    notices = tuple(notice for notice in notices if not notice.problem.code.startswith("slow."))
    assert {notice.problem.code for notice in notices} == {"watch.muted"}, "nobody is sent to the plug"
    assert all(notice.ended_at is not None and notice.ended_at > notice.started_at for notice in notices)
