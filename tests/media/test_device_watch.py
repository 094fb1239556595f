"""The list of what is plugged in: made by a process of its own, told when it was asked for and when it changes."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.clock import SystemClock
from studio.config import AudioConfig, AudioKind
from studio.equipment import AudioChanged, Device, DevicesFound
from studio.media import devices, feed
from studio.media.audio import AudioTrack
from studio.media.audio_tap import AudioTap
from studio.media.capture import AudioCapture
from studio.media.devices import DeviceWatch, listed_elsewhere
from studio.media.frames import NS, Timeline
from studio.media.taps import TrackInput
from tests.end2end.alsa import FakeMicrophone
from tests.media.told import Told

CAMERA = Device("/dev/video0", "Laptop camera")


@pytest.fixture
def watching() -> Iterator[tuple[DeviceWatch, Told]]:
    told = Told()
    watch = DeviceWatch(told)
    watch.start()
    yield watch, told
    watch.stop()
    watch.stop()


def test_whoever_asks_is_told_what_a_process_of_its_own_finds(watching: tuple[DeviceWatch, Told]) -> None:
    watch, told = watching
    watch.ask()
    assert told.wait_for_one(DevicesFound) == watch.latest == listed_elsewhere()


def test_in_a_show_a_change_is_told_and_nothing_is_listed_as_long_as_nothing_changes(
    watching: tuple[DeviceWatch, Told], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = Told()

    def listed() -> DevicesFound:
        lists(1)
        return DevicesFound((CAMERA,) * len(list(tmp_path.iterdir())), ())

    monkeypatch.setattr(devices, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(devices, "DEVICE_FOLDER", tmp_path)
    monkeypatch.setattr(devices, "listed_elsewhere", listed)
    looks, signs = Told(), devices.signs_of_change

    def looked() -> object:
        looks(1)
        return signs()

    monkeypatch.setattr(devices, "signs_of_change", looked)
    watch, told = watching
    watch.follow(True)
    looks.wait_for(lambda: len(looks.all) > 5)
    assert len(lists.all) == 1
    (tmp_path / "video0").touch()
    told.wait_for(lambda: told.all[-1:] == [DevicesFound((CAMERA,), ())])
    watch.follow(False)


def test_devices_that_cannot_be_listed_are_none(
    watching: tuple[DeviceWatch, Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    watch, told = watching
    watch.ask()
    assert told.wait_for_one(DevicesFound) == DevicesFound((), ())


def test_another_default_microphone_is_opened_as_soon_as_the_system_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "BETTER_RETRY_NS", NS // 5)
    with FakeMicrophone(tmp_path) as microphone:
        for name, value in microphone.environment().items():
            monkeypatch.setenv(name, value)
        told, clock, track_input = Told(), SystemClock(), TrackInput()
        watch = DeviceWatch(told)
        watch.latest, watch.default_sound = DevicesFound((), ()), "first"
        config = tmp_path / "asound.conf"
        text = config.read_text()
        config.write_text(text + "pcm.!default { type copy slave.pcm fakemic }\n")
        capture = AudioCapture(
            AudioConfig(AudioKind.MIC),
            clock,
            track_input,
            told.notice,
            lambda audio, device: told(AudioChanged(audio, device, clock.utc())),
            watch,
        )
        capture.open()
        line = Timeline(clock.now_ns(), 25)
        track_input.lay(AudioTrack(line))
        capture.start(line)
        try:
            opened, make = Told(), capture._make

            def made(audio: AudioConfig, again: bool = False) -> AudioTap | None:
                opened(audio)
                return make(audio, again)

            monkeypatch.setattr(capture, "_make", made)
            watch.default_sound = "second"
            opened.wait_for(lambda: bool(opened.all))
            opened.wait_for(lambda: not capture.opening)
        finally:
            capture.stop()
    assert not [thing for thing in told.all if isinstance(thing, tuple)]
