"""Servers that have nothing in common with nginx or FFmpeg take the stream, whole."""

from pathlib import Path

import pytest

from tests.bench.arrival import arrived
from tests.end2end.other_servers import OTHER_SERVERS
from tests.end2end.player import watch
from tests.end2end.program import run

pytestmark = pytest.mark.end2end


@pytest.mark.parametrize("maker", OTHER_SERVERS)
def test_a_server_of_another_make_gets_every_frame_and_all_sound(maker: str, own_home: Path, tmp_path: Path) -> None:
    with OTHER_SERVERS[maker](tmp_path / "server") as server:
        picture = ("--source", "pattern", "--size", "640x360", "--card", "none", "--preset", "ultrafast")
        ended = run(own_home, "live", *picture, "--duration", "4", "--to", server.url, "--json")
        assert ended.code == 0, ended.stderr
    report = ended.document
    assert report["outputs"][0]["last_error"] is None
    came = arrived(server.recording())
    assert came.video == report["video"]["encoded_frames"]
    assert came.audio >= report["audio"]["samples"] // 1024 - 2
    assert len(watch(server.recording()).video) == came.video
