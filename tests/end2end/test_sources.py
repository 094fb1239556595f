"""Everything that can be the camera or the microphone, through the real program, seen in what came out."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.end2end.alsa import NAME, FakeMicrophone
from tests.end2end.cameras import RGB, WebCamera, ffmpeg, make
from tests.end2end.nginx import RtmpServer
from tests.end2end.pictures import Picture, tone_hz
from tests.end2end.player import Watched, watch
from tests.end2end.program import Program, ask, notices, run
from tests.end2end.rtsp_camera import RtspCamera
from tests.end2end.xvfb import VirtualScreen

pytestmark = pytest.mark.end2end

GREEN = "0x2E8B57"
GREEN_HTML = "#2E8B57"
GREEN_RGB = (46, 139, 87)
BLUE = "0x2040C0"
BLUE_RGB = (32, 64, 192)
WINDOW = """
from PySide6.QtWidgets import QApplication, QWidget
from PySide6.QtCore import Qt, QTimer
app = QApplication([])
window = QWidget(None, Qt.WindowType.FramelessWindowHint)
window.setStyleSheet("background: {colour}")
window.setGeometry(0, 0, {width}, {height})
window.show()
QTimer.singleShot(0, lambda: print("painted", flush=True))
app.exec()
"""
SMALL = ("--size", "640x360", "--preset", "ultrafast", "--card", "none", "--json")
CENTRE = (slice(150, 210), slice(280, 360))


def is_colour(picture: Picture, colour: RGB, tolerance: int = 18) -> bool:
    """Whether a piece of picture is evenly of this colour."""
    return bool(np.all(np.abs(picture.reshape(-1, 3).mean(axis=0) - colour) < tolerance))


def recorded(home: Path, folder: Path, source: str, *options: str, seconds: float = 2.0) -> tuple[Any, Watched]:
    """Records a source for a moment; gives the report and what the film shows."""
    words = ("live", "--source", source, *SMALL, "--record", folder / "films", "--duration", str(seconds))
    ended = run(home, *words, *options)
    assert ended.code == 0, ended.stderr
    report = ended.document
    return report, watch(report["recording"])


@contextmanager
def painted(screen: VirtualScreen) -> Iterator[None]:
    """A window of one colour that covers the screen."""
    command = [sys.executable, "-c", WINDOW.format(colour=GREEN_HTML, width=screen.width, height=screen.height)]
    with subprocess.Popen(command, env=screen.environment(), stdout=subprocess.PIPE) as window:
        assert window.stdout is not None
        try:
            assert window.stdout.readline() == b"painted\n"
            yield
        finally:
            window.kill()


def test_a_screen_as_camera_and_a_microphone(
    own_home: Path, screen: VirtualScreen, fake_microphone: FakeMicrophone, rtmp_server: RtmpServer
) -> None:
    """The screen's picture and the microphone's 440 Hz are what the server recorded."""
    source = ("--source", f"camera:x11grab@{screen.display}", "--audio", f"mic:alsa@{NAME}")
    words = ("live", *source, *SMALL, "--to", rtmp_server.url(), "--duration", "3")
    with painted(screen):
        ended = run(own_home, *words, environment=fake_microphone.environment())
    assert ended.code == 0, ended.stderr
    report = ended.document
    assert report["video"]["captured_frames"] > 30
    assert abs(report["audio"]["drift_ms"]) < 60
    arrived = watch(rtmp_server.recording())
    assert len(arrived.video) == report["video"]["encoded_frames"]
    assert is_colour(arrived.video[-1].picture()[CENTRE], GREEN_RGB)
    assert tone_hz(arrived.samples()[48_000:]) == pytest.approx(440, abs=2)


def test_a_program_draws_into_a_named_pipe(own_home: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "camera.y4m"
    os.mkfifo(pipe)
    draw = ("-re", "-f", "lavfi", "-i", f"color={GREEN}:size=320x180:rate=30", "-pix_fmt", "yuv420p")
    with ffmpeg(*draw, "-f", "yuv4mpegpipe", str(pipe)):
        report, film = recorded(own_home, tmp_path, f"pipe:{pipe}", "--audio", "silence")
    assert report["video"]["captured_frames"] > 20
    assert is_colour(film.video[-1].picture()[CENTRE], GREEN_RGB)
    assert tone_hz(film.samples()) == 0


def test_a_web_camera_sends_jpeg_pictures(own_home: Path, tmp_path: Path) -> None:
    with WebCamera(BLUE_RGB) as camera:
        report, film = recorded(own_home, tmp_path, f"url:{camera.url}", "--audio", "silence", seconds=2.5)
    assert 15 < report["video"]["captured_frames"] <= 15 * report["duration_s"] + 5
    assert len(film.video) > 1.5 * report["video"]["captured_frames"], "a slow camera must not slow the show down"
    assert is_colour(film.video[-1].picture()[CENTRE], BLUE_RGB)


def test_a_network_camera_speaks_rtsp(own_home: Path, tmp_path: Path) -> None:
    """Its address was typed with the capital letter that keyboards begin with."""
    with RtspCamera(BLUE_RGB) as camera:
        source = f"url:{camera.url.replace('rtsp', 'Rtsp')}"
        report, film = recorded(own_home, tmp_path, source, "--audio", "silence", seconds=2.5)
    assert report["video"]["captured_frames"] > 20
    assert is_colour(film.video[-1].picture()[CENTRE], BLUE_RGB)


def test_a_stream_is_pulled_from_a_server_with_its_sound(
    own_home: Path, tmp_path: Path, rtmp_server: RtmpServer
) -> None:
    picture = ("-re", "-f", "lavfi", "-i", f"color={BLUE}:size=640x360:rate=25")
    sound = ("-re", "-f", "lavfi", "-i", "sine=frequency=880:sample_rate=44100")
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-pix_fmt", "yuv420p", "-c:a", "aac")
    with ffmpeg(*picture, *sound, *codecs, "-f", "flv", rtmp_server.url("phone")) as phone:
        rtmp_server.wait_for_stream("phone", phone)
        report, film = recorded(own_home, tmp_path, f"url:{rtmp_server.url('phone')}", seconds=3)
    assert report["video"]["captured_frames"] > 20
    assert is_colour(film.video[-1].picture()[CENTRE], BLUE_RGB)
    assert tone_hz(film.samples()[-72_000:]) == pytest.approx(880, abs=8)  # it may still be finding its place


def test_a_camera_that_breaks_comes_back_and_the_show_goes_on(own_home: Path, tmp_path: Path) -> None:
    """The pipe's writer ends and another one begins: the slate between them, one notice, no end of the show."""
    pipe = tmp_path / "camera.y4m"
    os.mkfifo(pipe)
    rest = ("-pix_fmt", "yuv420p", "-f", "yuv4mpegpipe", str(pipe))
    where = ("--audio", "silence", "--record", tmp_path / "films")
    options = [word for word in SMALL if word != "--json"]
    with Program(own_home, "live", "--source", f"pipe:{pipe}", *options, *where) as program:
        with ffmpeg("-re", "-f", "lavfi", "-i", f"color={GREEN}:size=320x180:rate=30", "-t", "1.5", *rest):
            program.wait_for("has stopped")
        with ffmpeg("-re", "-f", "lavfi", "-i", f"color={BLUE}:size=320x180:rate=30", *rest):
            program.wait_for("Right again")
            program.wait_for("5 s on air")
            program.interrupt()
            ended = program.wait()
    assert ended.code == 0, ended.stderr
    session = ask(own_home, "sessions", "show", "1")
    assert [notice["problem"]["code"] for notice in notices(session)] == ["source.lost"]
    assert notices(session)[0]["ended_at"] is not None
    film = watch(session["recording"])
    assert is_colour(film.video[30].picture()[CENTRE], GREEN_RGB)
    assert is_colour(film.video[-1].picture()[CENTRE], BLUE_RGB)
    steps_s = np.diff([seen.time_s for seen in film.video])
    assert float(steps_s.max()) < 1.0, "the show stood still while the camera was away"


def test_the_test_pattern_moves(own_home: Path, tmp_path: Path) -> None:
    report, film = recorded(own_home, tmp_path, "pattern", "--fps", "25")
    assert (report["video"]["width"], report["video"]["height"], report["video"]["fps"]) == (640, 360, 25)
    assert len(film.video) >= 25
    assert float(np.median(np.diff([seen.time_s for seen in film.video]))) == pytest.approx(1 / 25, abs=0.002)
    assert len({seen.picture().tobytes() for seen in film.video}) > 0.9 * len(film.video)


def test_an_odd_clip_of_another_kind_fills_the_canvas_it_can(own_home: Path, tmp_path: Path) -> None:
    """An MJPEG film of odd size, 4:2:2, 25 fps, mono sound at 44.1 kHz: whole, in the middle, bars at its sides."""
    clip = tmp_path / "old camera.avi"
    picture = ("-f", "lavfi", "-i", f"color={GREEN}:size=401x361:rate=25", "-f", "lavfi", "-i", "sine=frequency=660")
    make(*picture, "-t", "1.2", "-c:v", "mjpeg", "-pix_fmt", "yuvj422p", "-c:a", "pcm_s16le", "-ac", "1", str(clip))
    report, film = recorded(own_home, tmp_path, f"clip:{clip}", "--audio", "clip", seconds=3)
    assert report["video"]["captured_frames"] >= 1.5 * 25, "the clip did not begin again"
    picture_now = film.video[-1].picture()
    assert picture_now.shape == (360, 640, 3)
    assert is_colour(picture_now[CENTRE], GREEN_RGB)
    assert float(picture_now[100:260, :90].mean()) < 30, "no bars at the sides"
    assert tone_hz(film.samples()[24_000:]) == pytest.approx(660, abs=4)


def test_an_upright_film_without_sound_meets_an_upright_canvas(own_home: Path, tmp_path: Path) -> None:
    clip = tmp_path / "phone.mkv"
    draw = ("-f", "lavfi", "-i", f"color={BLUE}:size=362x642:rate=50", "-t", "2", "-pix_fmt", "yuv422p")
    make(*draw, "-c:v", "libx264", "-preset", "ultrafast", str(clip))
    report, film = recorded(own_home, tmp_path, f"clip:{clip}", "--audio", "clip", "--size", "360x640")
    assert film.video[-1].picture().shape == (640, 360, 3)
    assert is_colour(film.video[-1].picture()[40:600, 40:320], BLUE_RGB)
    assert report["audio"]["samples"] > 48_000
    assert tone_hz(film.samples()) == 0
