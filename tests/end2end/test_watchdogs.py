"""A show whose camera is covered and whose microphone is silent for a while: told, and in the log from when to when."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.end2end.cameras import ffmpeg
from tests.end2end.program import ask, notices, run

pytestmark = pytest.mark.end2end

# Two seconds and a half as it should be, three black and silent, and then again as it should be.
SCENES = (
    ("color=gray:size=320x180:rate=15:duration=2.5,noise=alls=60:allf=t", "sine=frequency=440:duration=2.5"),
    ("color=black:size=320x180:rate=15:duration=3,noise=alls=4:allf=t", "anullsrc=sample_rate=44100:duration=3"),
    ("color=gray:size=320x180:rate=15:duration=60,noise=alls=60:allf=t", "sine=frequency=440:duration=60"),
)
WARNINGS = ("--warn", "black=1", "--warn", "silent=1", "--warn", "frozen=1")
SMALL = ("--size", "320x180", "--fps", "15", "--preset", "ultrafast", "--card", "none")


def test_black_and_silence_are_logged_from_when_to_when(own_home: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "camera.nut"
    os.mkfifo(pipe)
    inputs = [word for scene in SCENES for lavfi in scene for word in ("-f", "lavfi", "-i", lavfi)]
    joined = "".join(f"[{2 * part}:v][{2 * part + 1}:a]" for part in range(len(SCENES)))
    codecs = ("-c:v", "rawvideo", "-pix_fmt", "yuv420p", "-c:a", "pcm_s16le", "-f", "nut", str(pipe))
    chain = f"{joined}concat=n={len(SCENES)}:v=1:a=1[all][sound];[all]realtime[v];[sound]arealtime[a]"
    with ffmpeg(*inputs, "-filter_complex", chain, "-map", "[v]", "-map", "[a]", *codecs):
        where = ("--record", tmp_path / "films", "--duration", "7.5")
        ended = run(own_home, "live", "--source", f"pipe:{pipe}", *SMALL, *WARNINGS, *where)
    assert ended.code == 0, ended.stderr
    said = [line for line in ended.stderr.splitlines() if "picture" in line or "sound" in line]
    assert [line for line in said if "black" in line] == ["The picture is black.", "Right again: The picture is black."]
    session = ask(own_home, "sessions", "show", "1")
    logged = {notice["problem"]["code"]: notice for notice in notices(session)}
    assert set(logged) == {"watch.black", "watch.silent"}
    for notice in logged.values():
        assert 0.5 < moment(notice["started_at"]) - moment(session["started_at"]) < 5
        assert 1.8 < moment(notice["ended_at"]) - moment(notice["started_at"]) < 4.5


def moment(text: Any) -> float:
    """A time of the log, in seconds."""
    return datetime.fromisoformat(text).timestamp()
