"""A camera or microphone that another program takes during the show: told as that, and back by itself.

The opener stands in for the devices: it fails as FFmpeg fails where another program has them, and else gives a film.
"""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import av.error
import pytest

from studio.config import AudioConfig, AudioKind, SourceConfig, SourceKind
from studio.errors import StudioError
from studio.media import feed, sources
from studio.media.frames import NS
from tests.media.films import write_clip, write_sound
from tests.media.sources_on_air import Studio

CAMERA = SourceConfig(SourceKind.CAMERA, "v4l2@/dev/video7")
MICROPHONE = AudioConfig(AudioKind.MIC, "alsa@hw:7")
SILENCE = AudioConfig(AudioKind.SILENCE)
PATTERN = SourceConfig(SourceKind.PATTERN)
AV_LOG_ERROR = 16


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
