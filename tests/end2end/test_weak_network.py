"""The real program on a network that becomes slow: it bends, the voice goes on, and all comes back by itself."""

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from studio.media.frames import SAMPLE_RATE
from tests.end2end.nginx import RtmpServer
from tests.end2end.program import Program, ask
from tests.end2end.weak_network import WeakNetwork
from tests.media.films import blocks, tone

pytestmark = pytest.mark.end2end

KBPS, AUDIO_KBPS = 2500, 128
FPS = 25


def noise(path: Path, seconds: int = 3) -> Path:
    """A clip nobody can compress well, so that every rate is really used."""
    random = np.random.default_rng(1)
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "qp": "24"})
        video.width, video.height, video.pix_fmt = 320, 180, "yuv420p"
        audio: Any = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        for number in range(seconds * FPS):
            picture = random.integers(60, 190, (270, 320), np.uint8)
            frame = av.VideoFrame.from_ndarray(picture, "yuv420p")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(video.encode(frame))
        for block in blocks(tone(seconds * SAMPLE_RATE)):
            container.mux(audio.encode(block))
        container.mux([*video.encode(None), *audio.encode(None)])
    return path


def packet_times(path: Path, kind: str) -> list[float]:
    """When the packets of one kind are due, as the server kept them."""
    with av.open(str(path)) as film:
        stream = next(stream for stream in film.streams if stream.type == kind)
        return [float(one.pts * one.time_base) for one in film.demux(stream) if one.pts is not None]


def test_at_a_quarter_of_the_rate_the_voice_is_whole_and_the_picture_comes_back(
    tmp_path: Path, own_home: Path, rtmp_server: RtmpServer
) -> None:
    clip = noise(tmp_path / "noise.mp4")
    words = ["--source", f"clip:{clip}", "--audio", "clip", "--size", "320x180", "--fps", FPS, "--card", "none"]
    with WeakNetwork(rtmp_server.rtmp_port) as network:
        to = ["--bitrate", KBPS, "--preset", "ultrafast", "--to", network.url()]
        with Program(own_home, "live", *map(str, [*words, *to])) as program:
            program.wait_for("5 s on air")
            network.rate_kbps = 0.25 * (KBPS + AUDIO_KBPS)
            program.wait_for("is slow just now")
            program.wait_for("10 s on air")
            network.rate_kbps = None
            program.wait_for(f"Right again: The network to 127.0.0.1:{network.port} is slow")
            while ask(own_home, "sessions", "show", "1")["quality"][-1]["kbps"] < KBPS:
                pass  # as long as the test may take: it comes back step by step
            program.interrupt()
            assert program.wait().code == 0
    heard = packet_times(rtmp_server.recording(), "audio")
    assert all(after - before < 0.03 for before, after in itertools.pairwise(heard)), "not one packet of sound is lost"
    session = ask(own_home, "sessions", "show", "1")
    changes = session["quality"]
    assert min(change["kbps"] for change in changes) < KBPS / 3
    assert changes[-1]["kbps"] == KBPS
    assert {change["slowest"] for change in changes[:-1]} == {f"127.0.0.1:{network.port}"}
    assert [notice["problem"]["code"] for notice in session["notices"]].count("network.slow") >= 1
    assert session["outputs"][-1]["state"] != "failed"
    assert all(output["state"] != "reconnecting" for output in session["outputs"]), "the line held"


def test_a_hopeless_destination_keeps_its_voice_is_told_of_and_takes_nothing_from_the_others(
    tmp_path: Path, own_home: Path, rtmp_server: RtmpServer
) -> None:
    clip = noise(tmp_path / "noise.mp4")
    words = ["--source", f"clip:{clip}", "--audio", "clip", "--size", "320x180", "--fps", FPS, "--card", "none"]
    words += ["--bitrate", KBPS, "--preset", "ultrafast"]
    with WeakNetwork(rtmp_server.rtmp_port) as network:
        to = ["--to", network.url("weak"), "--to", rtmp_server.url("healthy")]
        with Program(own_home, "live", *map(str, [*words, *to])) as program:
            program.wait_for("5 s on air")
            network.rate_kbps = 0.1 * (KBPS + AUDIO_KBPS)
            program.wait_for("does not carry all pictures")
            program.wait_for("10 s on air")
            network.rate_kbps = None
            program.interrupt()
            assert program.wait().code == 0
    heard = packet_times(rtmp_server.recording("weak"), "audio")
    assert all(after - before < 0.03 for before, after in itertools.pairwise(heard)), "not one packet of sound is lost"
    session = ask(own_home, "sessions", "show", "1")
    told = [dict(notice["problem"]["values"])["name"] for notice in session["notices"] if "pausing" in str(notice)]
    assert told == [f"127.0.0.1:{network.port}"]
    seen = sorted(packet_times(rtmp_server.recording("healthy"), "video"))
    assert all(after - before < 1.5 / FPS for before, after in itertools.pairwise(seen)), "the healthy one has them all"
    assert all(change["kbps"] == KBPS for change in session["quality"][-1:]), "and in full quality"
