"""A fault of ours in one part of the engine, and the show that goes on; what a killed engine takes along."""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from studio import commands as ask
from studio.clock import SystemClock
from studio.config import DestinationConfig, Secret
from studio.errors import REASONS, fault
from studio.events import CardChanged, Event, HealthSampled, Noticed, OrderTyped
from studio.media.frames import NS
from studio.media.sound_desk import SoundDesk
from studio.output_states import OutputChanged, OutputState
from studio.paths import Home
from studio.recovery import ShowKeeper
from studio.sold import ViewersSampled
from studio.store.sessions import NewSession
from studio.store.store import Store
from tests.end2end.sockets import HOST, free_port
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


@pytest.mark.parametrize("error", [fault("card.unknown", sku="X"), ZeroDivisionError("a bug")], ids=repr)
@pytest.mark.expects_errors
def test_a_command_that_fails_is_told_and_the_next_one_obeyed(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def broken(_self: object, _every_s: float) -> None:
        raise error

    monkeypatch.setattr("studio.cards.CardDesk.rotate", broken)
    studio.go()
    studio.do(ask.SetRotation(5.0), ask.ShowCard("TEA"))
    studio.told.wait_for_one(CardChanged)
    assert studio.notices()[0].problem.code in ("card.unknown", "engine.bug")


def test_a_show_that_was_cut_off_finds_its_network_away_and_is_tried_until_it_is_back(
    own_home: Path, qapp: QCoreApplication
) -> None:
    """After a power cut: the room's time runs from the cut, and nobody is asked whether to try again."""
    studio = Studio(Home(own_home).ensure())
    destination = DestinationConfig("快手", Secret(f"rtmp://{HOST}:{free_port()}/app/key"), "kuaishou")
    with Store.of(studio.home) as store:
        session_id = store.begin_session(NewSession(datetime.now(UTC) - timedelta(seconds=20), cards=studio.show.cards))
    ShowKeeper(studio.home).keep(session_id, studio.show, (destination.name,))
    studio.engine.start()
    try:
        cut_ns = SystemClock().now_ns()
        studio.do(ask.ResumeShow(session_id, replace(studio.show, destinations=(destination,))))
        codes: list[str] = []

        def is_still_away() -> bool:
            problems = [event.problem for event in studio.told.of(OutputChanged) if event.problem is not None]
            codes[:] = [problem.code for problem in problems]
            return any(dict(problem.values)["reason"] == REASONS[errno.ECONNREFUSED] for problem in problems)

        studio.told.wait_for(is_still_away)
        changes = studio.told.of(OutputChanged)
        assert {event.state for event in changes} == {OutputState.RECONNECTING}
        assert set(codes) == {"output.closing"}
        closes_ns = changes[0].closes_ns
        assert closes_ns is not None
        assert closes_ns < cut_ns + 45 * NS, "sixty seconds, of which twenty are over"
    finally:
        studio.engine.stop()


def test_what_is_told_of_orders_and_health_is_in_the_log_already(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So an engine that is killed takes along no order a seller has seen counted."""
    monkeypatch.setattr("studio.engine.WRITTEN_WITHIN_S", 60.0)
    lacking: list[Event] = []
    take = studio.told.__call__

    def look(event: Event) -> None:
        if isinstance(event, OrderTyped | HealthSampled | ViewersSampled):
            with closing(sqlite3.connect(studio.home.database)) as log:
                table = {OrderTyped: "order_line", HealthSampled: "health_sample"}.get(type(event), "viewer_sample")
                logged = log.execute(f"select count(*) from {table}").fetchone()[0]
            if logged <= len(studio.told.of(type(event))):
                lacking.append(event)
        take(event)

    monkeypatch.setattr(studio.engine, "_tell", look)
    studio.go()
    studio.do(*(ask.TypeOrder("APPLE") for _ in range(20)), ask.TypeViewers(37))
    studio.told.wait_for_one(OrderTyped, 20)
    studio.told.wait_for_one(HealthSampled, 2)
    studio.told.wait_for_one(ViewersSampled)
    studio.end()
    assert lacking == []
