"""A terminal that goes away, or says in its own way that it is enough: the show ends in order, or goes on."""

import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest

from studio.paths import Home
from studio.store.rows import SessionEnd
from studio.store.store import Store
from tests.end2end.player import watch
from tests.end2end.program import DEADLINE_S, ROOT, Program, ask, run
from tests.end2end.sockets import HOST, free_port

pytestmark = pytest.mark.end2end

SMALL = ("live", "--source", "pattern", "--size", "320x180", "--fps", "15", "--preset", "ultrafast")
NOTHING_ELSE = ("--audio", "silence", "--card", "none")


def wait_until_recorded(films: Path) -> None:
    """A program that speaks JSON says nothing before the end."""
    pause = threading.Event()
    for _time in range(round(DEADLINE_S / 0.05)):
        if sum(film.stat().st_size for film in films.glob("*.mkv")) > 4_000:
            return
        pause.wait(0.05)
    raise AssertionError("nothing was recorded")


def test_a_show_that_is_asked_to_end_ends_in_order(own_home: Path, tmp_path: Path) -> None:
    """By Ctrl-C, a polite kill, and a terminal that is closed; three shows side by side."""
    with ExitStack() as running:
        shows = {}
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            films = tmp_path / f"{number.name} films"
            words = (*SMALL, *NOTHING_ELSE, "--record", films, "--json")
            shows[number] = running.enter_context(Program(own_home / number.name, *words)), films
        for number, (program, films) in shows.items():
            wait_until_recorded(films)
            program.process.send_signal(number)
        for number, (program, _films) in shows.items():
            ended = program.wait()
            assert (ended.code, ended.stderr) == (0, ""), number.name
            with Store.of(Home(own_home / number.name).ensure()) as store:
                (session,) = store.list_sessions()
            assert session.id == ended.document["session_id"]
            assert session.end is SessionEnd.ENDED
            assert session.recording == ended.document["recording"]
            assert len(watch(ended.document["recording"]).video) > 0


def test_a_show_is_recorded_to_its_end_though_the_only_destination_refuses_it(own_home: Path, tmp_path: Path) -> None:
    words = (*SMALL, *NOTHING_ELSE, "--record", tmp_path, "--duration", "2.5", "--json")
    ended = run(own_home, *words, "--to", f"rtmp://{HOST}:{free_port()}/live/key")
    assert ended.code == 3, "nobody saw it"
    assert "does not answer" in ended.sentence
    assert ended.document["duration_s"] >= 2.4
    assert len(watch(ended.document["recording"]).video) >= 30


def test_a_show_goes_on_where_nobody_reads_what_it_says(own_home: Path, tmp_path: Path) -> None:
    """And is asked from the side meanwhile, and written to."""
    assert run(own_home, "products", "add", "--sku", "P01", "--name", "苹果", "--price", "39.9").code == 0
    words = (*SMALL, "--audio", "silence", "--record", str(tmp_path / "films"), "--commands")
    with subprocess.Popen(
        [sys.executable, "-m", "studio", "--home", str(own_home), "--lang", "en", *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdin is not None
            assert process.stderr is not None
            while "has begun" not in process.stderr.readline():
                assert process.poll() is None
            process.stderr.close()
            process.stdin.write("mute\nhide\nunmute\n")
            process.stdin.flush()
            beside = ask(own_home, "sessions", "show", "1")
            assert (beside["end"], beside["ended_at"]) == (None, None)
            assert ask(own_home, "orders", "add", "--session", "1", "--sku", "P01")["paid_fen"] == 3990
            said, _nothing = process.communicate("stop\n", DEADLINE_S)
        finally:
            process.kill()
    assert process.returncode == 0
    assert "The show lasted" in said
    session = ask(own_home, "sessions", "show", "1")
    assert (session["end"], session["order_count"]) == ("ended", 1)
    assert [change["muted"] for change in session["sound"]] == [False, True, False]
    assert session["windows"][0]["hidden_at"] < session["ended_at"]
