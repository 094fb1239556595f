"""A computer that has no time for the show: it gives up one thing after the other and never stutters at random."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import av
import pytest

from studio.paths import asset
from tests.end2end.nginx import RtmpServer
from tests.end2end.program import Program, ask

pytestmark = pytest.mark.end2end

CLIP = asset("demo", "clip.mp4")
FPS = 30
BURNERS = 12  # so many programs leave the encoder a thirteenth of the core
LAST_S = 4


@contextmanager
def on_one_core() -> Iterator[int]:
    """What is started here runs on one core only."""
    before = os.sched_getaffinity(0)
    core = min(before)
    os.sched_setaffinity(0, {core})
    try:
        yield core
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def busy_core(burners: int) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Programs that take all the time of the one core they and the show have."""
    with on_one_core():
        burning = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(burners)]
    try:
        yield burning
    finally:
        for one in burning:
            one.kill()
            one.wait()


def ticks(film: Path) -> list[int]:
    """The frames of a recorded stream by their place in time."""
    with av.open(str(film)) as stream:
        times = [float(packet.pts * packet.time_base) for packet in stream.demux(video=0) if packet.pts is not None]
    return [round(time_s * FPS) for time_s in sorted(times)]


def test_a_starved_show_halves_its_frames_evenly_and_says_each_step(tmp_path: Path, rtmp_server: RtmpServer) -> None:
    """Starved until it has given up all it can, then with one program beside it that is always busy."""
    home = tmp_path / "home"
    words = ("live", "--source", f"clip:{CLIP}", "--audio", "clip", "--card", "none", "--ticker", "慢慢来")
    more = ("--preset", "veryfast", "--to", rtmp_server.url(), "--duration", "18")
    with on_one_core():
        program = Program(home, *words, *more).start()
    try:
        program.wait_for("on air")
        with busy_core(BURNERS) as burning:
            program.wait_for("half as many pictures a second")
            for one in burning[1:]:
                one.kill()
            ended = program.wait()
    finally:
        program.stop()
    assert ended.code == 0, ended.stderr
    assert ended.stderr.index("stand still") < ended.stderr.index("half as many pictures")

    sent = ticks(rtmp_server.recording())
    last = [tick for tick in sent if tick > sent[-1] - LAST_S * FPS]
    apart = [after - before for before, after in pairwise(last)]
    assert {ticks_apart % 2 for ticks_apart in apart} == {0}, "they are not evenly spaced"
    assert max(apart.count(2), apart.count(4)) > 0.8 * len(apart)

    session = ask(home, "sessions", "show", "1")
    logged = [notice["problem"]["code"] for notice in session["notices"]]
    steps = [
        code for code in logged if code.startswith("slow.") and code not in ("slow.pausing", "slow.coarse")
    ]  # a moment of nothing at all
    in_order = [step for step in steps if step != "slow.care"]  # which depends on how much is missing
    assert in_order in (["slow.motion", "slow.rate"], ["slow.motion", "slow.rate", "slow.least"])
    assert steps.count("slow.care") == ("with less care" in ended.stderr)
