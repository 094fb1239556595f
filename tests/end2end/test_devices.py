"""A show whose camera and microphone go, come back and are exchanged: what the engine tells and the film shows."""

import itertools
import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.commands import Quit, SetSource, StartShow, StopShow
from studio.config import (
    AudioConfig,
    AudioKind,
    CanvasConfig,
    EncoderConfig,
    ShowConfig,
    SoundConfig,
    SourceConfig,
    SourceKind,
)
from studio.equipment import SourceChanged
from studio.events import Noticed, RecordingFinished, ShowEnded, ShowStarted
from tests.end2end.alsa import NAME, FakeMicrophone
from tests.end2end.attached import AttachedClient
from tests.end2end.cameras import WebCamera
from tests.end2end.clapper import nearest
from tests.end2end.player import Watched, watch
from tests.end2end.program import ask, notices
from tests.end2end.xvfb import VirtualScreen

pytestmark = pytest.mark.end2end

AS_IT_IS = SoundConfig(noise_suppression=False, auto_gain=False)
GREY = (60, 60, 60)
HUM, CLAP = 0.05, 0.6
ALLOWED_MS = 70  # between before and after: the camera has a picture every 33 ms, the film another
STUMBLE_S = 0.8  # a busy computer may have no time for the microphone's driver, which is a part of this test


def is_slate(picture: NDArray[np.uint8]) -> bool:
    """The slate has hills and a sun, whatever our cameras see is of one shade."""
    return float(picture.std()) > 20


def offsets_ms(film: Watched) -> list[tuple[float, float]]:
    """When each flash begins, in seconds of the film, and by how much its clap comes after it."""
    bright = [(seen.time_s, float(seen.picture().mean()) > 200) for seen in film.video]
    flashes = [at for (_, before), (at, now) in itertools.pairwise(bright) if now and not before]
    samples = np.abs(film.samples())
    loud = np.flatnonzero(samples > (HUM + CLAP) / 2)
    begins = loud[np.flatnonzero(np.diff(loud, prepend=-48_000) > 24_000)]
    claps = [film.audio[0].time_s + float(at) / 48_000 for at in begins]
    return [(flash, 1000 * (nearest(claps, flash) - flash)) for flash in flashes]


def silences_s(film: Watched, shortest_s: float = 0.03) -> list[float]:
    """How long each silence lasts; the hum of the room is none."""
    samples = film.samples()
    heard = np.sqrt((samples[: samples.size // 480 * 480].reshape(-1, 480) ** 2).mean(axis=1)) > HUM / 4
    edges = np.flatnonzero(np.diff(np.concatenate(([True], heard, [True])).astype(int)))
    lengths = (edges[1::2] - edges[::2]) / 100
    return [float(length) for length in lengths if length >= shortest_s]


def test_the_show_goes_on_whatever_becomes_of_its_camera_and_microphone(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = WebCamera(GREY, 320, 180, fps=30, claps=True)
    microphone = FakeMicrophone(tmp_path, 1000.0, HUM, clap_level=CLAP)
    for name, value in microphone.environment().items():
        monkeypatch.setenv(name, value)
    with (
        microphone,
        camera,
        VirtualScreen(320, 180, white=True) as screen,
        AttachedClient(own_home, start=True) as client,
    ):
        by_network = SourceConfig(SourceKind.URL, camera.url)
        client.send(StartShow(show_from(by_network, tmp_path / "films")))
        client.wait_for(ShowStarted)
        later(client, 2.5)
        camera.stop()
        lost_s = noticed(client, "source.lost", True)
        later(client, 2.5)
        camera.start()
        back_s = noticed(client, "source.lost", False)
        later(client, 2.5)
        microphone.hanging = True
        silent_s = noticed(client, "audio.lost", True)
        microphone.hanging = False
        heard_s = noticed(client, "audio.lost", False)
        later(client, 2.5)
        of_screen = SourceConfig(SourceKind.CAMERA, f"x11grab@{screen.display}")
        switched_s = changed(client, of_screen)
        later(client, 0.7)
        client.send(SetSource(SourceConfig(SourceKind.CAMERA, "x11grab@:987")))
        noticed(client, "source.unchanged", True)
        changed(client, by_network)
        client.send(StopShow())
        report = client.wait_for(ShowEnded).report
        film_path = client.wait_for(RecordingFinished).path
        client.send(Quit())
        assert client.lost.wait(60)
    film = watch(film_path)
    assert max(lost_s, back_s, silent_s, heard_s, switched_s) < 10
    assert len(film.video) == report.video.encoded_frames
    look_at(film, silent_s + heard_s)
    session = ask(own_home, "sessions", "show", "1")
    told = [notice for notice in notices(session) if not notice["problem"]["code"].startswith("watch.")]
    assert [notice["problem"]["code"] for notice in told] == ["source.lost", "audio.lost", "source.unchanged"]
    assert all(notice["ended_at"] for notice in told[:2])


def show_from(source: SourceConfig, films: Path) -> ShowConfig:
    microphone, canvas = AudioConfig(AudioKind.MIC, f"alsa@{NAME}"), CanvasConfig(320, 180, 30)
    return ShowConfig(source, microphone, canvas, EncoderConfig(preset="ultrafast"), record_dir=films, sound=AS_IT_IS)


def look_at(film: Watched, silent_s: float) -> None:
    """One slate, no gap in the pictures, one silence, and sound and picture together after it as before."""
    slates = [seen.time_s for seen in film.video if is_slate(seen.picture())]
    steps_s = np.diff([seen.time_s for seen in film.video])
    assert slates
    assert float(steps_s.max()) < 1.0, "the film stands still somewhere"
    *stumbles, silence = sorted(silences_s(film))
    assert max(stumbles, default=0.0) < STUMBLE_S < silence < silent_s + 0.5, (
        "the sound has a hole where the microphone was there"
    )
    heard = [(at, ms) for at, ms in offsets_ms(film) if abs(ms) < 300]
    before = [ms for at, ms in heard if at < slates[0]]
    after = [ms for at, ms in heard if at > slates[-1]]
    assert before
    assert len(after) >= 4
    assert abs(float(np.median(after) - np.median(before))) < ALLOWED_MS, (before, after)


def later(client: AttachedClient, seconds: float) -> None:
    """The show goes on for a while."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        client.lost.wait(0.05)


def noticed(client: AttachedClient, code: str, active: bool) -> float:
    """Seconds until the engine says so."""
    began_s = time.monotonic()
    client.wait_for(Noticed, lambda told: told.problem.code == code and told.active is active)
    return time.monotonic() - began_s


def changed(client: AttachedClient, source: SourceConfig) -> float:
    """Seconds from the wish to the first picture of another source."""
    began_s, after = time.monotonic(), client.count
    client.send(SetSource(source))
    client.wait_for(SourceChanged, lambda told: told.source == source, after=after)
    return time.monotonic() - began_s
