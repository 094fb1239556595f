"""How each kind of source is opened: names of this system's devices, options to try, FFmpeg's formats.

A camera's target may also name FFmpeg's input format itself, as `x11grab@:0.0` or `v4l2@/dev/video2`.
"""

import errno
import os
import select
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
import av.logging
from av.container import InputContainer
from av.error import FFmpegError

from studio.config import AudioConfig, AudioKind, CanvasConfig, SourceConfig, SourceKind, mask_address
from studio.equipment import Device
from studio.errors import StudioError, fault, reason_of
from studio.i18n import N_
from studio.media.devices import (
    ALSA_FOLDER,
    AUDIO_FORMAT,
    VIDEO_FORMAT,
    cameras,
    microphones,
    prepare_sound_system,
    quiet_sound_system,
)
from studio.media.recorder import FORMAT, OPTIONS, Recorder, recording_programs
from studio.paths import there, why_closed

NETWORK_TIMEOUT_US = "5000000"
OPEN_TIMEOUT_S = 8.0
READ_TIMEOUT_S = 5.0  # a source that gives nothing for so long is lost
LOOK_EVERY_S = 0.1  # whether it is to stop
QUICKLY = (("probesize", "32768"),)  # FFmpeg would listen for four seconds to find out what plain samples are
PIPE_BUFFER = 1 << 20  # a raw 720p frame is 1.4 MB
SAID_ASIDE = ("alsa", "dshow", "avfoundation")  # for them FFmpeg says only in its log that another program has it


@dataclass(frozen=True, slots=True)
class Opening:
    """One way to open a source; several are tried in turn, for devices differ in what they accept."""

    target: str
    container_format: str | None
    options: tuple[tuple[str, str], ...] = ()
    fifo: bool = False
    recorder: tuple[str, ...] = ()  # the command that gives its sound on standard output
    device: Device | None = None  # where it is a camera or a microphone


class NamedPipe:
    """The reading end of a named pipe, whose waiting can be ended.

    A writer that stays and pauses is waited for, since a raw film cannot be entered in its middle.
    """

    def __init__(self, path: str, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._begun = False  # until the first bytes: the writer may still have to start

    def read(self, count: int) -> bytes:
        """The next bytes; empty at the end. TimeoutError where no writer comes, InterruptedError once stopped."""
        until = time.monotonic() + OPEN_TIMEOUT_S
        while self._begun or time.monotonic() < until:
            if self._stopping.is_set():
                raise InterruptedError(errno.EINTR, "stopped while it waited")
            select.select([self._pipe], [], [], LOOK_EVERY_S)
            try:
                data = os.read(self._pipe, count)
            except BlockingIOError:
                continue
            if data or self._begun:
                self._begun = True
                return data
            select.select([], [], [], 0.05)  # no writer has opened it yet, which reads as an end
        raise TimeoutError(110, "nobody writes into the pipe")

    def close(self) -> None:
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1

    def __del__(self) -> None:
        self.close()  # the container that reads from it lets go of it without closing it


def camera_openings(target: str, canvas: CanvasConfig, found: Sequence[Device] | None = None) -> list[Opening]:
    """Ways to open a camera: at the canvas' size and rate, compressed first, for USB 2 is too slow for raw 720p.

    A target without a name means whichever of `found` opens first; None looks for cameras here.
    """
    container_format, name = _format_and_name(target, VIDEO_FORMAT)
    if name:
        return _camera_ways(container_format, Device(name, name), canvas)
    found = cameras() if found is None else found
    if not found:
        raise fault("camera.none")
    return [way for device in found for way in _camera_ways(container_format, device, canvas)]


def _camera_ways(container_format: str, device: Device, canvas: CanvasConfig) -> list[Opening]:
    long, short = max(canvas.width, canvas.height), min(canvas.width, canvas.height)
    size = ("video_size", f"{long}x{short}")
    rate = ("framerate", str(canvas.fps))
    compressed = {"v4l2": ("input_format", "mjpeg"), "dshow": ("vcodec", "mjpeg")}.get(container_format)
    ways: list[tuple[tuple[str, str], ...]] = [(size, rate), (rate,), ()]
    if compressed is not None:
        ways.insert(0, (compressed, size, rate))
    prefix = "video=" if container_format == "dshow" and not device.name.startswith("video=") else ""
    return [Opening(prefix + device.name, container_format, options, device=device) for options in ways]


def microphone_openings(target: str, found: Sequence[Device] | None = None) -> list[Opening]:
    """Ways to open a microphone: at 48 kHz, else as it is.

    A target without a name means the system's own choice, and after it whichever of `found` opens first. Where a sound
    server makes that choice it is asked first, unless somebody named an ALSA configuration of his own.
    """
    prepare_sound_system()
    container_format, name = _format_and_name(target, AUDIO_FORMAT)
    if name:
        return _microphone_ways(container_format, Device(name, name))
    devices = [*microphones()] if found is None else [*found]
    if (chosen := {"alsa": "default", "avfoundation": ":default"}.get(container_format)) is not None:
        devices = [Device(chosen, chosen), *(device for device in devices if _is_whole(device.name))]
    if not devices:
        raise fault("audio.unreadable", name="mic", reason=N_("none was found"))
    ways = [way for device in devices for way in _microphone_ways(container_format, device)]
    if container_format == "alsa" and os.environ.get("ALSA_CONFIG_PATH") == str(ALSA_FOLDER / "alsa.conf"):
        programs, choice = recording_programs(), devices[0]
        ways[:0] = [Opening(choice.name, FORMAT, OPTIONS, device=choice, recorder=program) for program in programs]
    return ways


def _is_whole(name: str) -> bool:
    """Of the dozen names ALSA has for one card, the one that fits any rate and format."""
    return name != "default" and (":CARD=" not in name or name.startswith("sysdefault:"))


def _microphone_ways(container_format: str, device: Device) -> list[Opening]:
    prefix = {"dshow": "audio=", "avfoundation": ":"}.get(container_format, "")
    name = device.name if device.name.startswith(prefix) else prefix + device.name
    stereo = (("sample_rate", "48000"), ("channels", "2"))
    mono = (("sample_rate", "48000"), ("channels", "1"))
    ways: list[tuple[tuple[str, str], ...]] = [stereo, mono, ()] if container_format == "alsa" else [QUICKLY]
    return [Opening(name, container_format, options, device=device) for options in ways]


def _format_and_name(target: str, default: str) -> tuple[str, str]:
    container_format, separator, name = target.partition("@")
    return (container_format, name) if separator and container_format.isalnum() else (default, target)


def source_openings(source: SourceConfig, canvas: CanvasConfig, found: Sequence[Device] | None = None) -> list[Opening]:
    """Ways to open any source that FFmpeg reads; a file that is not there is told at once."""
    if source.kind is SourceKind.CAMERA:
        return camera_openings(source.target, canvas, found)
    if source.kind is SourceKind.URL:
        options = (("rtsp_transport", "tcp"), ("timeout", NETWORK_TIMEOUT_US)) if "rtsp" in source.target[:5] else ()
        return [Opening(source.target, None, options or (("rw_timeout", NETWORK_TIMEOUT_US),))]
    _look_for(source.target)
    path = Path(source.target)
    if source.kind is SourceKind.PIPE:
        return [Opening(str(path), None, (("probesize", "1000000"),), fifo=path.is_fifo())]
    return [Opening(str(path), None)]


def audio_openings(audio: AudioConfig, found: Sequence[Device] | None = None) -> list[Opening]:
    """Ways to open a sound source of its own; none for silence and for the picture's own sound."""
    if audio.kind is AudioKind.MIC:
        return microphone_openings(audio.target, found)
    if audio.kind is AudioKind.CLIP and audio.target:
        _look_for(audio.target)
        return [Opening(audio.target, None)]
    return []


def _look_for(file: str) -> None:
    """Raises `clip.missing`, and `clip.unreadable` where one may not look, or the log could not hold its name."""
    shown = file.encode(errors="replace").decode()
    if shown != file:  # as archives from other systems leave them
        raise fault("clip.unreadable", path=shown, reason=N_("its name holds signs that are no letters, so rename it"))
    if reason := why_closed(file):
        raise fault("clip.unreadable", path=file, reason=reason)
    if not there(file):
        raise fault("clip.missing", path=file)


def shown_name(source: SourceConfig) -> str:
    """The source as anyone may read it: a network camera's address may hold a password."""
    if source.kind is SourceKind.URL:
        return mask_address(source.target)
    return source.target or source.kind.value


def unopened(source: SourceConfig, reason: str = "?") -> StudioError:
    """That a picture source did not open, in the words of its kind; `open_input` fills the reason in."""
    code = "clip.unreadable" if source.kind is SourceKind.CLIP else "source.unreadable"
    if source.kind is SourceKind.URL:
        code = "source.unreachable"
    name = shown_name(source)
    return fault(code, path=name, name=name, reason=reason)


def open_input(
    openings: list[Opening], failure: StudioError, busy: StudioError, stopping: threading.Event
) -> tuple[InputContainer, Opening]:
    """The first way that works, and which it was; else `busy` where another program has it, else `failure`.

    `stopping` ends the wait for whoever fills a pipe.
    """
    reason, taken = "?", False
    for opening in openings:
        try:
            with quiet_sound_system(opening.container_format), _logged(opening.container_format):
                container = av.open(
                    _file_of(opening, stopping),
                    "r",
                    format=opening.container_format,
                    options=dict(opening.options),
                    buffer_size=PIPE_BUFFER if opening.fifo else 32768,
                    timeout=(OPEN_TIMEOUT_S, READ_TIMEOUT_S),
                )
            return container, opening
        except (FFmpegError, OSError, ValueError) as error:
            reason = reason_of(error)
            taken = taken or _is_taken(error)
        if stopping.is_set():
            break
    if taken:
        raise busy
    values = dict(failure.problem.values) | {"reason": reason}
    raise fault(failure.problem.code, **values)


def _file_of(opening: Opening, stopping: threading.Event) -> str | NamedPipe | Recorder:
    if opening.recorder:
        return Recorder(opening.recorder, stopping).open()
    return NamedPipe(opening.target, stopping) if opening.fifo else opening.target


_counting = threading.Lock()
_listening = 0  # how many want to hear what FFmpeg says now
_level_before: int | None = None


@contextmanager
def _logged(container_format: str | None) -> Iterator[None]:
    """FFmpeg's last word goes into the error it raises, and nowhere else.

    Camera and microphone may be opened at the same time: the first one has FFmpeg speak, the last one silences it.
    """
    global _listening, _level_before  # noqa: PLW0603 - FFmpeg's level is one for the whole process
    if container_format not in SAID_ASIDE:
        yield
        return
    with _counting:
        if _listening == 0:
            _level_before = av.logging.get_level()
            av.logging.set_level(av.logging.ERROR)
        _listening += 1
    try:
        with av.logging.Capture():
            yield
    finally:
        with _counting:
            _listening -= 1
            if _listening == 0:
                av.logging.set_level(_level_before)


def _is_taken(error: Exception) -> bool:
    """Whether another program has the device: by the error's number, else by what FFmpeg said of it.

    ALSA's and DirectShow's devices give EIO whatever it was. ALSA speaks in the language of the system.
    """
    if getattr(error, "errno", None) == errno.EBUSY:
        return True
    log = getattr(error, "log", None)
    said = str(log[2]).lower() if log else ""
    return os.strerror(errno.EBUSY).lower() in said or "already in use" in said
