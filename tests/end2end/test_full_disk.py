"""A disk that fills up while on air: viewers notice nothing, the log loses nothing, the recording plays."""

from pathlib import Path

import pytest

from tests.end2end.nginx import RtmpServer
from tests.end2end.player import watch
from tests.end2end.program import Program, ask
from tests.end2end.small_disk import SmallDisk

pytestmark = pytest.mark.end2end

FPS = 25
PICTURE = ("--source", "pattern", "--size", "640x360", "--fps", str(FPS), "--preset", "ultrafast", "--bitrate", "800")


def test_a_full_disk_stops_the_recording_and_nothing_else(tmp_path: Path, rtmp_server: RtmpServer) -> None:
    with SmallDisk(tmp_path / "disk", 90 << 20) as disk:
        home, films = disk.folder / "home", disk.folder / "films"
        words = ("--card", "none", "--record", films, "--to", rtmp_server.url())
        with Program(home, "live", *PICTURE, *words) as program:
            pid = program.process.pid
            program.wait_for("The disk has room for")
            program.wait_for("room for less than 10 minutes")
            program.wait_for("5 s on air")
            disk.fill(pid)
            program.wait_for("has stopped: the disk is full")
            program.wait_for("The log of the show cannot be written")
            program.wait_for("10 s on air")
            disk.free(pid)
            program.wait_for("Right again: The log")
            program.wait_for("15 s on air")
            program.interrupt()
            ended = program.wait()
        assert ended.code == 0, ended.stderr
        (session,) = ask(home, "sessions", "list")
        detail = ask(home, "sessions", "show", str(session["id"]))
        film = watch(Path(detail["recording"]))
    assert {notice["problem"]["code"] for notice in detail["notices"]} >= {"recording.failed", "recording.disk_low"}
    stopped_s = film.video[-1].time_s
    assert stopped_s > 5 - 2, "more than two seconds of the recording were lost"
    assert detail["health"]["gaps"] == []
    assert detail["health"]["seconds"] >= 14, "the log lost what happened while the disk was full"
    sent = watch(rtmp_server.recording()).video
    assert len(sent) > 12 * FPS
