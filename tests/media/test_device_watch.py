"""The list of what is plugged in: made by a process of its own, told when it was asked for and when it changes."""

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from studio.clock import SystemClock
from studio.config import AudioConfig, AudioKind
from studio.equipment import Device, DevicesFound
from studio.media import devices, feed
from studio.media.audio import AudioTrack
from studio.media.audio_tap import AudioTap
from studio.media.capture import AudioCapture
from studio.media.devices import DeviceWatch, listed_elsewhere
from studio.media.frames import NS, SAMPLE_RATE, Timeline
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
    assert told.wait_for_one(DevicesFound) == watch.latest == listed_elsewhere(threading.Event())


def test_in_a_show_a_change_is_told_and_nothing_is_listed_as_long_as_nothing_changes(
    watching: tuple[DeviceWatch, Told], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = Told()

    def listed(_stopping: threading.Event) -> DevicesFound:
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


def test_where_no_file_says_which_microphone_is_the_systems_the_first_that_is_listed_is(
    watching: tuple[DeviceWatch, Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On Windows and macOS a capture that follows the system opens it anew when that is another one."""
    built_in, headset = Device("built-in", "Built in"), Device("headset", "Headset")
    listed = [DevicesFound((), (built_in, headset))]
    monkeypatch.setattr(devices, "LINUX", False)
    monkeypatch.setattr(devices, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(devices, "listed_elsewhere", lambda _stopping: listed[0])
    watch, told = watching
    watch.follow(True)
    told.wait_for_one(DevicesFound)
    chosen = [watch.default_sound]
    listed[0] = DevicesFound((), (headset, built_in))
    told.wait_for_one(DevicesFound, 2)
    assert [*chosen, watch.default_sound] == ["built-in", "headset"]


def test_a_look_that_does_not_learn_the_choice_moves_no_show(
    watching: tuple[DeviceWatch, Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is FFmpeg's order then, which is nobody's choice."""
    built_in, headset, webcam = (Device(name, name) for name in ("built-in", "headset", "webcam"))
    lists = [DevicesFound((), (headset, built_in)), DevicesFound((), (webcam, built_in, headset), choice_known=False)]
    monkeypatch.setattr(devices, "LINUX", False)
    monkeypatch.setattr(devices, "LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(devices, "listed_elsewhere", lambda _stopping: lists[0])
    watch, told = watching
    watch.follow(True)
    told.wait_for_one(DevicesFound)
    del lists[0]
    assert told.wait_for_one(DevicesFound, 2).microphones == (headset, webcam, built_in)
    assert watch.default_sound == "headset"
    lists[0] = DevicesFound((), (webcam, built_in), choice_known=False)
    told.wait_for_one(DevicesFound, 3)
    assert watch.default_sound is None, "the chosen one was pulled out"


@pytest.mark.parametrize(("opened", "follows"), [("built-in", False), ("webcam", True)])
def test_a_choice_that_is_learnt_later_is_held_against_what_is_open(opened: str, follows: bool) -> None:
    """The first look failed, and FFmpeg's first microphone was opened."""
    watch = SimpleNamespace(latest=None, default_sound=None)
    capture = AudioCapture(
        AudioConfig(AudioKind.MIC), SystemClock(), TrackInput(), Told().notice, devices=cast(DeviceWatch, watch)
    )
    tap = cast(AudioTap, SimpleNamespace(device_name=opened))
    assert not capture._is_better_there(tap)
    watch.default_sound = "built-in"
    assert capture._is_better_there(tap) is follows
    watch.default_sound = None
    assert capture._is_better_there(tap) is follows, "what is not known changes nothing"


def test_a_choice_that_was_not_known_yet_is_no_other_one() -> None:
    """Where only a list says what the system has chosen, the first one comes when the show has its microphone."""
    watch = SimpleNamespace(latest=None, default_sound=None)
    capture = AudioCapture(
        AudioConfig(AudioKind.MIC), SystemClock(), TrackInput(), Told().notice, devices=cast(DeviceWatch, watch)
    )
    tap = cast(AudioTap, SimpleNamespace(device_name="built-in"))
    better = []
    for chosen in ("built-in", "built-in", "headset", "headset"):
        watch.default_sound = chosen
        better.append(capture._is_better_there(tap))
    assert better == [False, False, True, True]


def test_nothing_is_listed_while_nobody_follows(
    watching: tuple[DeviceWatch, Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    lists = Told()
    monkeypatch.setattr(devices, "listed_elsewhere", lambda _stopping: lists(1))
    watch, _told = watching
    watch.follow(False)
    watch.stop()
    assert lists.all == []


def test_nobody_waits_for_a_list_at_the_end(
    watching: tuple[DeviceWatch, Told], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = tmp_path / "listing"
    listing.write_text(f"#!/bin/sh\ntouch {tmp_path}/begun\nexec sleep 300\n")
    listing.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(listing))
    watch, told = watching
    watch.ask()
    told.wait_for((tmp_path / "begun").exists)
    watch.stop()
    assert not watch._worker.alive
    assert told.all == []


def test_devices_that_cannot_be_listed_are_none(
    watching: tuple[DeviceWatch, Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    watch, told = watching
    watch.ask()
    assert told.wait_for_one(DevicesFound) == DevicesFound((), ())


def _write_default(config: Path, folder: Path, age_s: int) -> None:
    """The system's own choice is the microphone whose pipe lies in `folder`; ALSA knows files by whole seconds."""
    config.write_text(
        f"""
pcm.null {{ type null }}
pcm.!default {{ type file slave.pcm null file /dev/null infile {folder}/microphone.pipe format raw }}
"""
    )
    changed_s = config.stat().st_mtime - age_s
    os.utime(config, (changed_s, changed_s))


def test_the_sound_of_a_show_follows_the_system_s_choice_of_microphone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the laptop's microphone, 440 Hz, to the headset's, 1000 Hz; the watch, ALSA and the track are real."""
    monkeypatch.setattr(devices, "LOOK_EVERY_S", 0.05)
    monkeypatch.setattr(feed, "LATER_RETRY_NS", NS // 5)
    folders = [tmp_path / "laptop", tmp_path / "headset"]
    for folder in folders:
        folder.mkdir()
    config = tmp_path / "asound.conf"
    _write_default(config, folders[0], age_s=60)
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(config))
    told, clock, track_input = Told(), SystemClock(), TrackInput()
    watch = DeviceWatch(told)
    capture = AudioCapture(
        AudioConfig(AudioKind.MIC), clock, track_input, told.notice, lambda _audio, _device: None, watch
    )
    line = Timeline(clock.now_ns(), 25)
    track = AudioTrack(line)
    track_input.lay(track)
    read = 0

    def heard_hz() -> float:
        """The pitch of the newest tenth of a second; 0 in silence."""
        nonlocal read
        due = line.sample_at(clock.now_ns() - NS // 5)
        if due - read < SAMPLE_RATE // 10:
            return 0.0
        newest = track.read(due - read)[0, -SAMPLE_RATE // 10 :]
        read = due
        spectrum = np.abs(np.fft.rfft(newest))
        return float(np.argmax(spectrum)) * 10 if newest.any() else 0.0

    with FakeMicrophone(folders[0], 440.0), FakeMicrophone(folders[1], 1000.0):
        watch.start()
        watch.follow(True)
        try:
            capture.open()
            capture.start(line)
            told.wait_for(lambda: abs(heard_hz() - 440) < 20)
            _write_default(config, folders[1], age_s=0)
            told.wait_for(lambda: abs(heard_hz() - 1000) < 20)
        finally:
            capture.stop()
            watch.stop()
