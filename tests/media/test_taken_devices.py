"""A camera or microphone that another program takes during the show: told as that, and back by itself.

The opener stands in for the devices: it fails as FFmpeg fails where another program has them, and else gives a film.
"""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import av
import av.error
import pytest

from studio.config import AudioConfig, AudioKind, SourceConfig, SourceKind
from studio.equipment import AudioChanged, Device, DevicesFound, SourceChanged
from studio.errors import StudioError
from studio.media import feed, sight, sources
from studio.media.devices import DeviceWatch
from studio.media.frames import NS
from tests.media.films import write_clip, write_sound
from tests.media.sources_on_air import Studio, begun

CAMERA = SourceConfig(SourceKind.CAMERA, "v4l2@/dev/video7")
MICROPHONE = AudioConfig(AudioKind.MIC, "alsa@hw:7")
SILENCE = AudioConfig(AudioKind.SILENCE)
PATTERN = SourceConfig(SourceKind.PATTERN)
AV_LOG_ERROR = 16
GOOD = Device("/dev/video7", "good camera")


def video4linux_busy() -> Exception:
    """As VIDIOC_S_FMT fails."""
    error: Exception = av.error.OSError(errno.EBUSY, os.strerror(errno.EBUSY), "/dev/video7")
    return error


def alsa_busy() -> Exception:
    """As FFmpeg's ALSA input fails: the number says nothing, only its log does."""
    said = f"cannot open audio device hw:7 ({os.strerror(errno.EBUSY)})\n"
    raised: Any = av.error.OSError  # whose last value is one line of the log
    error: Exception = raised(errno.EIO, os.strerror(errno.EIO), "hw:7", (AV_LOG_ERROR, "alsa", said))
    return error


class Stall:
    """What FFmpeg finds: the devices, which give a short film each time they are opened, unless they are taken."""

    def __init__(self, devices: dict[str, tuple[Path, Callable[[], Exception]]]) -> None:
        self.devices = devices
        self.taken = False
        self._open = av.open

    def open(self, file: Any, *words: Any, **named: Any) -> Any:
        if file not in self.devices:
            return self._open(file, *words, **named)
        film, busy = self.devices[file]
        if self.taken:
            raise busy()
        return self._open(str(film), "r")


@pytest.fixture
def stall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stall:
    film = write_clip(tmp_path / "camera.mp4", frames=10)
    sound = write_sound(tmp_path / "microphone.wav", 0.2)
    stall = Stall({"/dev/video7": (film, video4linux_busy), "hw:7": (sound, alsa_busy)})
    monkeypatch.setattr(av, "open", stall.open)
    monkeypatch.setattr(feed, "RETRY_NS", NS // 20)
    return stall


@pytest.fixture
def studios() -> Iterator[list[Studio]]:
    """Whatever is put in is stopped."""
    made: list[Studio] = []
    yield made
    for one in made:
        one.stop()


@pytest.mark.parametrize(
    ("source", "audio", "code"), [(CAMERA, SILENCE, "source.busy"), (PATTERN, MICROPHONE, "audio.busy")]
)
def test_what_another_program_takes_is_told_as_that_and_comes_back_by_itself(
    stall: Stall, studios: list[Studio], source: SourceConfig, audio: AudioConfig, code: str
) -> None:
    studio = Studio(source, audio)
    studios.append(studio)
    studio.begin()
    stall.taken = True
    problem = studio.wait_for_notice(code, active=True)
    assert dict(problem.values)["name"] in (CAMERA.target, MICROPHONE.target)
    stall.taken = False
    studio.wait_for_notice(code, active=False)
    codes = [one for one, _active in studio.codes()]
    assert set(codes) <= {code, code.replace("busy", "lost")}, "nothing else is told"


@pytest.mark.parametrize(
    ("source", "audio", "code"), [(CAMERA, SILENCE, "source.busy"), (PATTERN, MICROPHONE, "audio.busy")]
)
def test_what_another_program_has_already_is_told_before_the_show(
    stall: Stall, studios: list[Studio], source: SourceConfig, audio: AudioConfig, code: str
) -> None:
    studio = Studio(source, audio)
    studios.append(studio)
    stall.taken = True
    with pytest.raises(StudioError) as caught:
        studio.begin()
    assert caught.value.problem.code == code


def test_what_ffmpeg_says_of_a_sound_device_is_heard(stall: Stall) -> None:
    """The real one: FFmpeg's own words are in the error, and on nobody's screen."""
    before = av.logging.get_level()
    with pytest.raises(OSError, match="nowhere") as caught, sources._logged("alsa"):
        stall._open("nowhere", "r", format="alsa")
    assert "cannot open audio device" in caught.value.log[2]  # type: ignore[attr-defined]
    assert not sources._is_taken(caught.value), "it is not there, which is something else"
    assert av.logging.get_level() == before


class OneListener:
    """What FFmpeg finds at these names: devices that go on and on, and that only one may have open."""

    def __init__(self, graphs: dict[str, str]) -> None:
        self.refused = 0
        self._graphs = graphs
        self._given: set[str] = set()
        self._open = av.open

    def open(self, file: Any, *words: Any, **named: Any) -> Any:
        if file not in self._graphs:
            return self._open(file, *words, **named)
        if file in self._given:
            self.refused += 1
            raise video4linux_busy()
        self._given.add(file)
        return self._open(self._graphs[file], "r", format="lavfi")


@pytest.fixture
def one_listener(monkeypatch: pytest.MonkeyPatch) -> OneListener:
    black = "nullsrc=rate=25:size=320x180,geq=lum='16+random(1)*9':cb=128:cr=128,realtime"
    sine = "sine=frequency=440:sample_rate=48000,arealtime"
    devices = OneListener(
        {"/dev/video7": "testsrc=rate=25:size=320x180,realtime", "/dev/video8": black, "hw:7": sine, "hw:8": sine}
    )
    monkeypatch.setattr(av, "open", devices.open)
    monkeypatch.setattr(sources, "cameras", lambda: [GOOD])
    return devices


def test_the_camera_that_is_on_may_be_chosen_by_its_name_and_as_the_computer_s_choice(
    one_listener: OneListener, studios: list[Studio]
) -> None:
    watch = DeviceWatch(lambda _found: None)
    watch.latest = DevicesFound((GOOD,), ())
    one = begun(studios, SourceConfig(SourceKind.CAMERA), devices=watch)
    for target in ("/dev/video7", "", "/dev/video7"):
        chosen = SourceConfig(SourceKind.CAMERA, target)
        one.camera.switch(chosen)
        one.told.wait_for(lambda: one.told.of(SourceChanged)[-1] == SourceChanged(chosen, "good camera", ANY))  # noqa: B023
        one.told.wait_for(one.look)
    assert one_listener.refused == 0
    assert one.codes() == []


def test_a_covered_camera_that_is_chosen_once_more_is_not_in_another_program_s_hands(
    one_listener: OneListener, studios: list[Studio], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sight, "COVERED_AFTER_NS", NS // 4)
    covered = SourceConfig(SourceKind.CAMERA, "v4l2@/dev/video8")
    one = begun(studios, covered)
    one.wait_for_notice("source.covered", active=True)
    one.camera.switch(covered)
    one.told.wait_for(lambda: len(one.told.of(SourceChanged)) == 2)
    assert one_listener.refused == 0
    assert one.codes() == [("source.covered", True)]


def test_the_microphone_that_is_on_may_be_chosen_by_another_name(
    one_listener: OneListener, studios: list[Studio]
) -> None:
    one = begun(studios, PATTERN, MICROPHONE)
    chosen = AudioConfig(AudioKind.MIC, "hw:7")
    one.microphone.switch(chosen)
    one.told.wait_for(lambda: one.told.of(AudioChanged)[-1].audio == chosen)
    assert one_listener.refused == 0
    assert one.codes() == []


def test_a_microphone_that_we_may_have_ourselves_accuses_no_other_program(
    one_listener: OneListener, studios: list[Studio]
) -> None:
    """A card has many names, and some of them cannot be open at the same time."""
    one = begun(studios, PATTERN, MICROPHONE)
    one_listener.open("hw:8").close()
    one.microphone.switch(AudioConfig(AudioKind.MIC, "alsa@hw:8"))
    problem = one.wait_for_notice("audio.unchanged", active=True)
    assert dict(problem.values)["reason"] == "it is in use already"
