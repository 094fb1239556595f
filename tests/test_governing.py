"""The governor in the engine: its steps reach the picture, the window and the session's log, and are taken back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from overlays.text import painting_ready
from studio import commands as ask
from studio import engine as engine_module
from studio.broadcast import Broadcast
from studio.clock import SystemClock
from studio.config import AudioConfig, AudioKind, CanvasConfig, EncoderConfig, ShowConfig, SourceConfig, SourceKind
from studio.engine import Engine
from studio.events import Noticed, PreviewReady, ShowEnded, ShowStarted
from studio.health import governor
from studio.health.governor import Ease, Signs
from studio.media.frames import NS
from studio.paths import Home
from studio.store.store import Store
from tests.media.told import Told

SHOW = ShowConfig(
    source=SourceConfig(SourceKind.PATTERN),
    audio=AudioConfig(AudioKind.SILENCE),
    canvas=CanvasConfig(320, 180, 25),
    encoder=EncoderConfig(400, "veryfast"),
)
STEPS = ["slow.preview", "slow.motion", "slow.care", "slow.rate", "slow.least"]


@dataclass
class Slowness:
    """What the show's signs say, in the place of those a fast computer gives."""

    slow: bool = True
    skipped_frames: int = 0

    def signs(self) -> Signs:
        self.skipped_frames += 10 * self.slow
        return Signs(0, self.skipped_frames, 0.0, 0, 0.0, 0.0)


@pytest.fixture
def slowness(monkeypatch: pytest.MonkeyPatch) -> Slowness:
    """Seconds are twentieths of a second, so that all steps are seen in one."""
    slowness = Slowness()
    monkeypatch.setattr(Broadcast, "signs", lambda _broadcast: slowness.signs())
    monkeypatch.setattr(engine_module, "HEALTH_EVERY_NS", NS // 20)
    monkeypatch.setattr(governor, "WARM_UP_S", 0.1)
    monkeypatch.setattr(governor, "PATIENCE_S", 0.2)
    monkeypatch.setattr(governor, "SETTLE_S", dict.fromkeys(Ease, 0.1))
    return slowness


@pytest.fixture
def engine(own_home: Path) -> Iterator[tuple[Engine, Told]]:
    painting_ready()
    told = Told()
    engine = Engine(Home(own_home), told)
    engine.start()
    yield engine, told
    engine.stop()


def told_steps(told: Told, active: bool) -> list[str]:
    return [one.problem.code for one in told.of(Noticed) if one.active is active and one.problem.code in STEPS]


def test_steps_are_taken_told_logged_and_taken_back(
    engine: tuple[Engine, Told], slowness: Slowness, own_home: Path
) -> None:
    running, told = engine
    running.execute(ask.WatchPreview(True))
    running.execute(ask.StartShow(SHOW))
    told.wait_for_one(ShowStarted)
    told.wait_for_one(PreviewReady)
    told.wait_for(lambda: told_steps(told, True) == STEPS)
    on_air = running._on_air
    assert on_air is not None
    broadcast = on_air.broadcast
    compositor = broadcast._compositor
    assert compositor is not None
    assert (broadcast.frame_divisor, broadcast.layers.calm, compositor.preview_on) == (4, True, False)
    assert {notice.code for notice in running.snapshot().notices} == set(STEPS), "a window that comes later knows"
    broadcast.watch_preview(True)
    assert not compositor.preview_on, "another window does not bring it back"

    slowness.slow = False
    told.wait_for(lambda: told_steps(told, False) == STEPS[::-1])
    assert (broadcast.frame_divisor, broadcast.layers.calm, compositor.preview_on) == (1, False, True)
    assert not running.snapshot().notices

    running.execute(ask.StopShow())
    session_id = told.wait_for_one(ShowEnded).report.session_id
    with Store.of(Home(own_home)) as store:
        logged = store.session_detail(session_id).notices
    assert [notice.problem.code for notice in logged] == STEPS
    assert all(notice.ended_at is not None and notice.ended_at > notice.started_at for notice in logged)


def test_what_brings_nothing_is_passed_over_without_a_word(engine: tuple[Engine, Told], slowness: Slowness) -> None:
    """Nobody watches the preview, and the encoder is at its quickest."""
    running, told = engine
    running.execute(ask.StartShow(ShowConfig(SHOW.source, SHOW.audio, SHOW.canvas, EncoderConfig(400, "ultrafast"))))
    told.wait_for(lambda: told_steps(told, True) == ["slow.motion", "slow.rate", "slow.least"])
    running.execute(ask.StopShow())
    told.wait_for_one(ShowEnded)
    assert told_steps(told, True) == ["slow.motion", "slow.rate", "slow.least"]


def test_a_show_that_was_asked_to_be_calm_stays_calm() -> None:
    broadcast = Broadcast(replace(SHOW, calm=True), SystemClock(), Told())
    assert broadcast.layers.calm
    assert not broadcast.can_ease(Ease.MOTION), "there is nothing left to save"
    broadcast.ease(Ease.MOTION, False)
    assert broadcast.layers.calm
