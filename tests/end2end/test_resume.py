"""After a kill the same session goes on: same number, cards, counts and destinations, and the gap is in the log."""

import os
import signal
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from studio.commands import Quit, ResumeShow, SetTicker, ShowCard, StartShow, StopShow, TypeOrder, TypeViewers
from studio.config import DestinationConfig, Secret
from studio.destinations import keep_destinations
from studio.events import HealthSampled, RecordingFinished, ShowEnded, ShowStarted
from studio.output_states import OutputChanged, OutputState
from studio.paths import Home
from studio.snapshot import Snapshot
from tests.end2end.attached import AttachedClient
from tests.end2end.nginx import RtmpServer
from tests.end2end.player import watch
from tests.end2end.program import Program, ask, run
from tests.end2end.test_processes import SMALL
from tests.store.samples import APPLES, TEA

pytestmark = pytest.mark.end2end


def test_a_show_whose_engine_was_killed_goes_on_from_the_window(own_home: Path, rtmp_server: RtmpServer) -> None:
    home = Home(own_home).ensure()
    destination = DestinationConfig("d1", Secret(rtmp_server.url()))
    keep_destinations(home, (destination,))
    cards = (APPLES.card(), TEA.card())
    show = replace(SMALL, destinations=(destination,), cards=cards, first_card=APPLES.sku, record_dir=home.recordings)
    with AttachedClient(own_home, start=True) as client:
        client.send(StartShow(show))
        session_id = client.wait_for(ShowStarted).session_id
        for command in (ShowCard(TEA.sku), SetTicker("今天包邮"), TypeOrder(TEA.sku, 3), TypeViewers(21)):
            client.send(command)
        client.wait_for(HealthSampled, lambda e: e.on_air_s > 3)
        engine = psutil.Process(client.engine_pid)
        family = [engine, *engine.children(recursive=True)]
        os.kill(engine.pid, signal.SIGKILL)
        assert client.lost.wait(60)
    assert not psutil.wait_procs(family, timeout=30)[1], "what the engine started ends with it"

    with AttachedClient(own_home, start=True) as client:
        cut_off = client.wait_for(Snapshot).cut_off
        assert cut_off is not None
        assert (cut_off.session_id, cut_off.destinations) == (session_id, ("d1",))
        client.send(ResumeShow(session_id))
        assert client.wait_for(ShowStarted).session_id == session_id
        running = client.wait_for(Snapshot, lambda e: e.on_air)
        assert (running.orders, running.viewers, running.cards) == (((TEA.sku, 3),), 21, cards)
        client.wait_for(OutputChanged, lambda e: e.name == "d1" and e.state is OutputState.LIVE)
        client.wait_for(HealthSampled, lambda e: e.on_air_s > 2)
        client.send(StopShow())
        assert client.wait_for(ShowEnded).report.session_id == session_id
        finished = client.wait_for(RecordingFinished, lambda e: e.path.endswith(".mp4"))
        client.wait_for(RecordingFinished, lambda e: e != finished)
        client.send(Quit())
        assert client.lost.wait(60)

    session = ask(own_home, "sessions", "show", str(session_id))
    assert (session["id"], session["end"]) == (session_id, "ended")
    assert [window["sku"] for window in session["windows"]] == [APPLES.sku, TEA.sku, TEA.sku]
    (gap,) = session["interruptions"]
    assert gap["seconds"] > 0.5
    films = [watch(Path(path)) for path in session["recordings"]]
    assert [path.suffix for path in map(Path, session["recordings"])] == [".mp4", ".mp4"]
    assert len(films[0].video) > 25, "at most two seconds of the first part were lost"
    assert len(films[1].video) > 40
    assert "gone on with" in run(own_home, "sessions", "show", str(session_id)).stdout


def test_a_show_that_was_killed_goes_on_from_the_command_line(own_home: Path, rtmp_server: RtmpServer) -> None:
    picture = ("--source", "pattern", "--size", "640x360", "--card", "none", "--preset", "ultrafast")
    with Program(own_home, "live", *picture, "--ticker", "今天包邮", "--to", rtmp_server.url()) as live:
        live.wait_for("5 s on air")
        live.process.send_signal(signal.SIGKILL)
        assert live.wait().code == -signal.SIGKILL

    refused = run(own_home, "live", "--resume", "7", "--to", rtmp_server.url())
    assert (refused.code, refused.sentence) == (2, "Session 7 cannot be gone on with: its plan is not kept.")
    rehearsed = run(own_home, "rehearse", *picture, "--duration", "1")
    assert rehearsed.sentence.startswith("Session 1 was cut off at "), rehearsed.stderr
    unsaved = run(own_home, "live", "--resume")
    assert (unsaved.code, "was never saved" in unsaved.sentence) == (2, True)
    again = run(own_home, "live", "--resume", "--to", rtmp_server.url(), "--duration", "2", "--json")
    assert again.code == 0, again.stderr
    session = ask(own_home, "sessions", "show", str(again.document["session_id"]))
    assert (session["id"], session["end"], len(session["interruptions"])) == (1, "ended", 1)
    assert session["on_air_s"] == pytest.approx(session["health"]["seconds"], abs=3)
    nothing = run(own_home, "live", "--resume", "--to", rtmp_server.url())
    assert (nothing.code, nothing.sentence) == (2, "No show was cut off: there is nothing to go on with.")
