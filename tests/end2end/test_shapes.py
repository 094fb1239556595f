"""Pictures of other sizes and shapes than usual, as they arrive."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tests.end2end.nginx import RtmpServer
from tests.end2end.player import watch
from tests.end2end.program import run
from tests.media.films import write_clip

pytestmark = pytest.mark.end2end


def test_a_large_picture_arrives_as_large(own_home: Path, rtmp_server: RtmpServer) -> None:
    words = ("live", "--source", "pattern", "--card", "none", "--size", "1920x1080", "--fps", "25")
    light = ("--bitrate", "3000", "--preset", "ultrafast", "--duration", "2", "--json")
    ended = run(own_home, *words, *light, "--to", rtmp_server.url())
    assert ended.code == 0, ended.stderr
    video = ended.document["video"]
    assert (video["width"], video["height"], video["fps"]) == (1920, 1080, 25)
    arrived = watch(rtmp_server.recording()).video
    assert len(arrived) == video["encoded_frames"] > 25
    assert {seen.picture().shape for seen in arrived} == {(1080, 1920, 3)}


@pytest.mark.parametrize(("fit", "bars"), [("cover", False), ("contain", True)])
def test_a_wide_film_in_an_upright_show_is_filled_or_whole(
    own_home: Path, tmp_path: Path, fit: str, bars: bool
) -> None:
    film = write_clip(tmp_path / "wide.mp4", frames=10, size=(640, 360))
    words = ("live", "--source", f"clip:{film}", "--audio", "silence", "--card", "none", "--size", "360x640")
    light = ("--preset", "ultrafast", "--duration", "0.6", "--record", tmp_path / "films", "--json")
    ended = run(own_home, *words, "--fit", fit, *light)
    assert ended.code == 0, ended.stderr
    picture = watch(Path(ended.document["recording"])).video[-1].picture()
    assert bool(picture[0].mean() < 20) is bars
    assert picture[320].mean() > 25


def test_a_phones_film_stands_upright_and_is_as_wide_as_it_was_meant(own_home: Path, tmp_path: Path) -> None:
    """Lying, its left side up, with pixels a third wider than high: upright it is just the show's shape."""
    pixels = np.full((360, 480, 3), (30, 200, 30), np.uint8)
    pixels[:, :120], pixels[:, -120:] = (200, 30, 30), (30, 30, 200)
    film = tmp_path / "phone.mp4"
    with av.open(str(film), "w") as container:
        video: Any = container.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        video.width, video.height, video.pix_fmt = 480, 360, "yuv420p"
        video.codec_context.sample_aspect_ratio = Fraction(4, 3)
        video.set_display_rotation(-90)
        for number in range(10):
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, 25)
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
    words = ("live", "--source", f"clip:{film}", "--audio", "silence", "--card", "none", "--size", "360x640")
    light = ("--preset", "ultrafast", "--duration", "0.6", "--record", tmp_path / "films", "--json")
    ended = run(own_home, *words, *light)
    assert ended.code == 0, ended.stderr
    picture = watch(Path(ended.document["recording"])).video[-1].picture()
    assert [int(picture[row].mean(axis=0).argmax()) for row in (4, 320, 635)] == [0, 1, 2], "red, green, blue"
    assert min(picture[row, column].max() for row in (4, 635) for column in (2, 357)) > 100, "no bars"
