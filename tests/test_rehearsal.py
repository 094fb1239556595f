"""A rehearsal looks as the show will and reaches no platform, whatever is saved or added meanwhile."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from studio import commands as ask
from studio.clock import SystemClock
from studio.config import DestinationConfig, Secret, ShowConfig
from studio.events import HealthSampled, Noticed
from studio.output_states import OutputChanged, OutputState
from studio.paths import Home
from studio.recovery import ShowKeeper, kept_show
from studio.store.sessions import NewSession
from studio.store.store import Store
from tests.end2end.sockets import SilentServer
from tests.test_engine import Studio


@pytest.fixture
def rehearsing(own_home: Path, qapp: QCoreApplication) -> Iterator[Studio]:
    studio = Studio(Home(own_home).ensure())
    studio.engine.start()
    yield studio
    studio.engine.stop()


def test_no_platform_is_called_in_a_rehearsal(rehearsing: Studio) -> None:
    with SilentServer() as server:
        saved = DestinationConfig("快手", Secret(server.url), "kuaishou")
        added = DestinationConfig("淘宝", Secret(server.url), "taobao")
        rehearsing.go(rehearsal=True, destinations=(saved,), first_card="APPLE", record_dir=None)
        rehearsing.do(
            ask.AddDestination(added),
            ask.ReplaceAddress("快手", Secret(server.url)),
            ask.AllowCodes("淘宝", True),
            ask.RemoveDestination("快手"),
        )
        rehearsing.told.wait_for(lambda: any(e.state is OutputState.LIVE for e in rehearsing.told.of(OutputChanged)))
        rehearsing.told.wait_for(lambda: bool(rehearsing.told.of(HealthSampled)))
        rehearsing.end()
        assert not server.called
    assert {event.name for event in rehearsing.told.of(OutputChanged)} == {"rehearsal"}
    noticed = [event for event in rehearsing.told.of(Noticed) if not event.problem.code.startswith("slow.")]
    told = [(event.problem.code, dict(event.problem.values)["name"], event.active) for event in noticed]
    assert told == [
        ("codes.off", "快手", True),
        ("codes.off", "快手", False),
        ("codes.off", "快手, 淘宝", True),
        ("codes.off", "快手, 淘宝", False),
        ("codes.off", "快手", True),
        ("codes.off", "快手", False),
    ]


def test_a_rehearsal_leaves_the_show_that_was_cut_off(own_home: Path, qapp: QCoreApplication) -> None:
    home = Home(own_home).ensure()
    with Store.of(home) as store:
        session_id = store.begin_session(NewSession(SystemClock().utc()))
    ShowKeeper(home).keep(session_id, ShowConfig(), ("快手",))
    studio = Studio(home)
    studio.engine.start()
    try:
        studio.go(rehearsal=True, record_dir=None)
        studio.end()
        cut_off = studio.engine.snapshot().cut_off
        assert cut_off is not None
        assert cut_off.session_id == session_id
        assert kept_show(home) is not None
        studio.go(record_dir=None)
        assert studio.engine.cut_off is None, "a show takes its place"
    finally:
        studio.engine.stop()
    assert kept_show(home) is None
