"""A camera and a microphone without hardware, through the very code that opens real ones."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import av.logging
import numpy as np
import pytest

from studio.clock import SystemClock
from studio.config import AudioConfig, AudioKind, CanvasConfig, SourceConfig, SourceKind
from studio.equipment import Device
from studio.errors import StudioError
from studio.media import devices, sources
from studio.media.audio import AudioTrack
from studio.media.capture import AudioCapture, VideoCapture
from studio.media.frames import NS, SAMPLE_RATE, Picture, Timeline, planes
from studio.media.taps import TrackInput, TrackPort
from studio.media.video_tap import VideoTap
from tests.end2end.alsa import NAME, FakeMicrophone
from tests.end2end.xvfb import VirtualScreen
from tests.media.told import Told

CANVAS = CanvasConfig(640, 360, 25)


@pytest.fixture
def screen() -> Iterator[VirtualScreen]:
    with VirtualScreen(640, 360) as screen:
        yield screen


@pytest.fixture
def microphone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeMicrophone]:
    with FakeMicrophone(tmp_path) as microphone:
        for name, value in microphone.environment().items():
            monkeypatch.setenv(name, value)
        yield microphone


def test_a_screen_serves_as_camera(screen: VirtualScreen) -> None:
    source = SourceConfig(SourceKind.CAMERA, f"x11grab@{screen.display}")
    clock, told = SystemClock(), Told()
    camera = VideoCapture(source, CANVAS, clock, TrackInput(), told.notice)
    camera.open()
    camera.start(Timeline(clock.now_ns(), CANVAS.fps))
    pictures: list[Picture] = []

    def enough() -> bool:
        picture = camera.take(clock.now_ns())
        if picture is not None:
            pictures.append(picture)
        return len(pictures) >= 15

    try:
        told.wait_for(enough)
    finally:
        camera.stop()
    assert {(one.frame.width, one.frame.height, one.frame.format.name) for one in pictures} == {(640, 360, "yuv420p")}
    assert planes(pictures[0].frame)[0].mean() == pytest.approx(16, abs=1), "an empty screen is black"
    spread_s = (pictures[-1].due_ns - pictures[0].due_ns) / NS
    assert 4 < 14 / spread_s < 40, "at the rate that was asked for, and not as fast as can be"
    assert not told.all


@pytest.mark.parametrize("target", ["x11grab@:987", "/dev/no-such-camera", "no-such-format@nothing"])
def test_a_camera_that_is_not_there_is_told_before_the_show(target: str) -> None:
    source = SourceConfig(SourceKind.CAMERA, target)
    camera = VideoCapture(source, CANVAS, SystemClock(), TrackInput(), Told().notice)
    with pytest.raises(StudioError) as caught:
        camera.open()
    assert caught.value.problem.code == "source.unreadable"
    assert target in str(caught.value)


def test_a_computer_without_a_camera_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "cameras", list)
    camera = VideoCapture(SourceConfig(), CANVAS, SystemClock(), TrackInput(), Told().notice)
    with pytest.raises(StudioError) as caught:
        camera.open()
    assert caught.value.problem.code == "camera.none"


class Hands(TrackInput):
    """Hands the sound to `old` only after somebody had the time to hand it to another."""

    def __init__(self, old: TrackPort, meanwhile: Callable[[], None]) -> None:
        super().__init__()
        self._old = old
        self._meanwhile = meanwhile

    def hand_to(self, port: TrackPort | None) -> None:
        if port is self._old:
            other = threading.Thread(target=self._meanwhile, name="exchange")
            other.start()
            other.join(0.2)  # it waits for us; one that did not would be done by then
            self.others = [other]
        super().hand_to(port)


def test_a_source_that_is_exchanged_as_its_sound_is_wanted_keeps_the_sound_of_the_new_one() -> None:
    """The microphone's watch asks for the picture's sound while the camera's puts another tap on."""

    def exchange() -> None:
        camera._tap = new
        camera._put_on(new, fresh=False)

    unheard = TrackInput()
    old, new = (
        cast(VideoTap, SimpleNamespace(port=TrackPort(unheard), mailbox=None, device_name="")) for _ in range(2)
    )
    hands = Hands(old.port, exchange)
    camera = VideoCapture(SourceConfig(), CANVAS, SystemClock(), hands, Told().notice)
    camera._tap = old
    camera.let_sound(True)
    for other in hands.others:
        other.join()
    assert hands.is_held_by(new.port)


@pytest.mark.parametrize("last", ["first in", "last in"])
def test_what_ffmpeg_says_is_silenced_when_the_last_device_is_open(last: str) -> None:
    """Camera and microphone are opened by two threads, and each may be done before the other."""
    before = av.logging.get_level()
    inside, leave = [threading.Event(), threading.Event()], [threading.Event(), threading.Event()]

    def opening(number: int) -> None:
        with sources._logged("alsa"):
            inside[number].set()
            leave[number].wait()

    threads = [threading.Thread(target=opening, args=(number,), name=f"opening-{number}") for number in range(2)]
    for number, thread in enumerate(threads):
        thread.start()
        assert inside[number].wait(60)
    for number in (1, 0) if last == "first in" else (0, 1):
        assert av.logging.get_level() == av.logging.ERROR
        leave[number].set()
        threads[number].join()
    assert av.logging.get_level() == before


def test_macos_devices_keep_their_names_when_one_is_pulled_out() -> None:
    """A place in a row is somebody else's then, who never asked to be filmed."""
    listed = [
        Device("0", "FaceTime HD Camera"),
        Device("1", "USB Camera"),
        Device("2", "USB Camera"),
        Device("3", "a:b"),
        Device("4", "4K Camera"),
        Device("5", "None of yours"),
        Device("6", "Cam"),
        Device("7", "Cam Link"),
    ]
    names = [device.name for device in devices.by_name(listed)]
    assert names == ["FaceTime HD Camera", "1", "2", "3", "4", "5", "6", "Cam Link"], (
        "a name that two begin with, or that FFmpeg takes for something else, opens another device or none"
    )


def test_listing_devices_never_fails() -> None:
    for device in [*devices.cameras(), *devices.microphones()]:
        assert device.name
        assert device.description


def test_a_microphone_is_heard_as_it_sounds(microphone: FakeMicrophone) -> None:
    clock, told, track_input = SystemClock(), Told(), TrackInput()
    capture = AudioCapture(AudioConfig(AudioKind.MIC, f"alsa@{NAME}"), clock, track_input, told.notice)
    capture.open()
    line = Timeline(clock.now_ns(), 25)
    track = AudioTrack(line)
    track_input.lay(track)
    capture.start(line)
    try:
        told.wait_for(lambda: clock.now_ns() > line.start_ns + 3 * NS // 2)
    finally:
        capture.stop()
    sound = track.read(SAMPLE_RATE)[0][SAMPLE_RATE // 2 :]
    assert float(np.abs(sound).max()) == pytest.approx(0.5, abs=0.05)
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(sound.size)))
    assert np.argmax(spectrum) * SAMPLE_RATE / sound.size == pytest.approx(440, abs=8)
    assert not told.all


def test_a_microphone_that_is_not_there_is_told_before_the_show(microphone: FakeMicrophone) -> None:
    capture = AudioCapture(
        AudioConfig(AudioKind.MIC, "alsa@nothing-of-that-name"), SystemClock(), TrackInput(), Told().notice
    )
    with pytest.raises(StudioError) as caught:
        capture.open()
    assert caught.value.problem.code == "audio.unreadable"
    assert "nothing-of-that-name" in str(caught.value)
