"""A key that was planted is nowhere in what the program wrote, said, or lets other programs see of its processes."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import psutil

from studio.commands import AddDestination, Quit, StartShow, StopShow
from studio.config import (
    AudioConfig,
    AudioKind,
    CanvasConfig,
    DestinationConfig,
    Secret,
    ShowConfig,
    SourceConfig,
    SourceKind,
)
from studio.events import Noticed, ShowEnded
from studio.output_states import OutputChanged, OutputState
from studio.snapshot import Snapshot
from tests import key_stores
from tests.end2end.attached import AttachedClient
from tests.end2end.nginx import RtmpServer
from tests.end2end.program import ROOT, Program, run
from tests.store.samples import START

KEY = "planted-key-93ab10ff"
SIGN = "planted-sign-0b44"
SMALL = ShowConfig(SourceConfig(SourceKind.PATTERN), AudioConfig(AudioKind.SILENCE), CanvasConfig(320, 180, 25))


def seen_from_outside(processes: Iterable[psutil.Process]) -> str:
    """Command lines and environments, as any program of the same person can read them."""
    return "\n".join(f"{process.cmdline()} {process.environ()}" for process in processes)


def holding(folder: Path) -> Iterator[Path]:
    """The files in `folder` that have a part of the key in them."""
    for path in folder.rglob("*"):
        if path.is_file() and any(secret.encode() in path.read_bytes() for secret in (KEY, SIGN)):
            yield path


def test_a_saved_key_is_in_the_key_store_and_nowhere_else(
    own_home: Path, tmp_path: Path, rtmp_server: RtmpServer
) -> None:
    store = key_stores.environment(tmp_path / "keys")
    adding = ("destinations", "add", "快手", "--platform", "kuaishou", "--server", rtmp_server.url(""))
    typed = subprocess.run(
        [sys.executable, "-m", "studio", "--home", str(own_home), "--lang", "en", *adding],
        input=f"{KEY}?sign={SIGN}\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"} | store,
    )
    words = ("live", "--source", "pattern", "--size", "320x180", "--card", "none", "--to", "快手")
    with Program(own_home, *words, environment=store) as program:
        assert "/live/•••" in program.wait_for("on air")
        outside = seen_from_outside(program.tree())
        program.interrupt()
        ended = program.wait()
    assert ended.code == 0, ended.stderr
    assert "studio.media.relay" in outside
    said = [typed.stdout, typed.stderr, outside, ended.stdout, ended.stderr]
    for question in (
        ("destinations", "list"),
        ("destinations", "show", "快手"),
        ("sessions", "show", "1"),
        ("doctor",),
    ):
        told = run(own_home, *question, environment=store)
        said += [told.stdout, told.stderr]
    assert not [words for words in said if KEY in words or SIGN in words]
    assert list(holding(own_home)) == []
    assert (tmp_path / "keys") in holding(tmp_path)


def test_a_key_that_was_typed_on_the_command_line_is_in_no_process_list(
    own_home: Path, rtmp_server: RtmpServer
) -> None:
    """Nor one in the environment, used or not."""
    address = rtmp_server.url(f"{KEY}?sign={SIGN}")
    words = ("live", "--source", "pattern", "--size", "320x180", "--card", "none", "--to", address)
    with Program(own_home, *words, environment={"NONGBO_STREAM_URL": address, "NONGBO_STREAM_KEY": KEY}) as program:
        assert "/live/•••" in program.wait_for("on air")
        outside = seen_from_outside(program.tree())
        program.interrupt()
        ended = program.wait()
    assert ended.code == 0, ended.stderr
    assert "--to" in outside
    assert "studio.media.relay" in outside
    assert not [words for words in (outside, ended.stdout, ended.stderr) if KEY in words or SIGN in words]
    assert list(holding(own_home)) == []


def test_a_refused_destination_gets_a_new_address_from_the_keyboard(own_home: Path, rtmp_server: RtmpServer) -> None:
    fresh = rtmp_server.url(f"{KEY}?sign={SIGN}")
    words = ("live", "--source", "pattern", "--audio", "silence", "--size", "320x180", "--card", "none", "--commands")
    places = ("--to", rtmp_server.url("first"), "--to", rtmp_server.url("wrong", "locked"))
    with Program(own_home, *words, *places) as program:
        place = program.wait_for("(2)").partition(" (rtmp")[0]
        assert (
            program.wait_for("Type: address ").strip() == f"Type: address {place} for a new address, or: retry {place}"
        )
        assert "Get a new one from the platform." in program.said()
        program.type_in(f"address {place}", fresh, "mute")
        program.wait_for("Done: address")
        program.wait_for(f"{place} (rtmp://{fresh.split('/')[2]}/live/•••): on air")
        program.wait_for("Done: mute")
        program.type_in("stop")
        ended = program.wait()
    assert ended.code == 0, ended.stderr
    assert not [text for text in (ended.stdout, ended.stderr) if KEY in text or SIGN in text]
    assert list(holding(own_home)) == []


def test_programs_that_are_killed_leave_no_key_behind(own_home: Path, rtmp_server: RtmpServer) -> None:
    """Neither what they wrote until then, nor what the next one tells of it."""
    place = DestinationConfig("good", Secret(rtmp_server.url(f"{KEY}?sign={SIGN}")))
    with AttachedClient(own_home, start=True) as client:
        client.send(StartShow(ShowConfig(SMALL.source, SMALL.audio, SMALL.canvas, destinations=(place,))))
        client.wait_for(OutputChanged, lambda event: event.state is OutputState.LIVE)
        engine, seen = psutil.Process(client.engine_pid), client.count
        next(child for child in engine.children() if "studio.media.relay" in child.cmdline()).kill()
        client.wait_for(OutputChanged, lambda event: event.state is OutputState.RECONNECTING, after=seen)
        client.wait_for(OutputChanged, lambda event: event.state is OutputState.LIVE, after=seen)
        family = [engine, *engine.children(recursive=True)]
        engine.kill()
        assert client.lost.wait(60)
        assert not psutil.wait_procs(family, timeout=60)[1]
        told = repr(client.events)
    assert list(holding(own_home)) == []
    with AttachedClient(own_home, start=True) as client:
        assert client.wait_for(Snapshot).cut_off is not None
        client.send(Quit())
        assert client.lost.wait(60)
        told += repr(client.events)
    assert "good" in told
    assert KEY not in told
    assert SIGN not in told
    assert list(holding(own_home)) == []


def test_an_engine_with_planted_keys_tells_them_to_nobody(own_home: Path, rtmp_server: RtmpServer) -> None:
    good = DestinationConfig("good", Secret(rtmp_server.url(f"{KEY}?sign={SIGN}")), "taobao", given_at=START)
    wrong = DestinationConfig("wrong", Secret(rtmp_server.url(f"{KEY}?sign={SIGN}", "locked")), "kuaishou")
    with AttachedClient(own_home, start=True) as client:
        client.send(StartShow(ShowConfig(SMALL.source, SMALL.audio, SMALL.canvas, destinations=(good,))))
        client.wait_for(Noticed, lambda event: event.problem.code == "keys.old" and event.active)
        client.wait_for(OutputChanged, lambda event: event.state is OutputState.LIVE)
        client.wait_for(Noticed, lambda event: event.problem.code == "keys.old" and not event.active)
        client.send(AddDestination(wrong))
        client.wait_for(OutputChanged, lambda event: event.state is OutputState.FAILED)
        engine = psutil.Process(client.engine_pid)
        outside = seen_from_outside([engine, *engine.children(recursive=True)])
        client.send(StopShow())
        client.wait_for(ShowEnded)
        told = repr(client.events)
        client.send(Quit())
        assert client.lost.wait(60)
    assert "studio.media.relay" in outside
    assert not [words for words in (outside, told) if KEY in words or SIGN in words]
    assert list(holding(own_home)) == []
