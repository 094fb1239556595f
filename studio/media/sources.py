"""How each kind of source is opened: names of this system's devices, options to try, FFmpeg's formats.

A camera's target may also name FFmpeg's input format itself, as `x11grab@:0.0` or `v4l2@/dev/video2`.
"""

import errno
import os
import select
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
from av.error import FFmpegError

from studio.config import AudioConfig, AudioKind, CanvasConfig, SourceConfig, SourceKind
from studio.errors import StudioError, fault, reason_of
from studio.i18n import N_

VIDEO_FORMAT = {"linux": "v4l2", "win32": "dshow", "darwin": "avfoundation"}.get(sys.platform, "v4l2")
AUDIO_FORMAT = {"linux": "alsa", "win32": "dshow", "darwin": "avfoundation"}.get(sys.platform, "alsa")
ALSA_FOLDER = Path("/usr/share/alsa")
NETWORK_TIMEOUT_US = "5000000"
OPEN_TIMEOUT_S = 8.0
READ_TIMEOUT_S = 5.0  # a source that gives nothing for so long is lost
LOOK_EVERY_S = 0.1  # whether it is to stop
PIPE_BUFFER = 1 << 20  # a raw 720p frame is 1.4 MB


@dataclass(frozen=True, slots=True)
class Opening:
    """One way to open a source; several are tried in turn, for devices differ in what they accept."""

    target: str
    container_format: str | None
    options: tuple[tuple[str, str], ...] = ()
    fifo: bool = False


class NamedPipe:
    """The reading end of a named pipe that never waits for ever, neither for a writer nor for its bytes."""

    def __init__(self, path: str, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self._begun = False  # until the first bytes: the writer may still have to start

    def read(self, count: int) -> bytes:
        """The next bytes; empty at the end. Raises TimeoutError where none come, InterruptedError once stopped."""
        until = time.monotonic() + (READ_TIMEOUT_S if self._begun else OPEN_TIMEOUT_S)
        while (left_s := until - time.monotonic()) > 0:
            if self._stopping.is_set():
                raise InterruptedError(errno.EINTR, "stopped while it waited")
            select.select([self._pipe], [], [], min(left_s, LOOK_EVERY_S))
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


@dataclass(frozen=True, slots=True)
class Device:
    """A camera or microphone of this computer."""

    name: str  # what `camera:` or `mic:` takes
    description: str


def cameras() -> list[Device]:
    """The cameras FFmpeg finds here."""
    return _devices(VIDEO_FORMAT, "video")


def microphones() -> list[Device]:
    """The microphones FFmpeg finds here."""
    prepare_sound_system()
    return _devices(AUDIO_FORMAT, "audio")


def _devices(container_format: str, medium: str) -> list[Device]:
    try:
        with quiet_sound_system(container_format):
            found = av.enumerate_input_devices(container_format)
    except (FFmpegError, ValueError, OSError):
        return []
    devices = []
    for device in found:
        media = [str(kind) for kind in getattr(device, "media_types", None) or []]
        if not media or any(medium in kind for kind in media):
            if device.name == "null":  # ALSA's own nothing
                continue
            devices.append(Device(str(device.name), str(getattr(device, "description", "") or device.name)))
    return devices


def prepare_sound_system() -> None:
    """Lets the wheel's ALSA find the system's configuration, which it looks for in a folder of its builder's."""
    if sys.platform == "linux":
        os.environ.setdefault("ALSA_CONFIG_PATH", str(ALSA_FOLDER / "alsa.conf"))
        os.environ.setdefault("ALSA_CONFIG_DIR", str(ALSA_FOLDER))  # `default` is defined in a file below it


@contextmanager
def quiet_sound_system(container_format: str | None) -> Iterator[None]:
    """ALSA writes a dozen lines of its inner life to stderr where a device does not open; we say it in one."""
    if container_format != "alsa":
        yield
        return
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def camera_openings(target: str, canvas: CanvasConfig) -> list[Opening]:
    """Ways to open a camera: at the canvas' size and rate, compressed first, for USB 2 is too slow for raw 720p."""
    container_format, name = _format_and_name(target, VIDEO_FORMAT)
    if not name:
        found = cameras()
        if not found:
            raise fault("camera.none")
        name = found[0].name
    if container_format == "dshow" and not name.startswith("video="):
        name = f"video={name}"
    long, short = max(canvas.width, canvas.height), min(canvas.width, canvas.height)
    size = ("video_size", f"{long}x{short}")
    rate = ("framerate", str(canvas.fps))
    compressed = {"v4l2": ("input_format", "mjpeg"), "dshow": ("vcodec", "mjpeg")}.get(container_format)
    ways: list[tuple[tuple[str, str], ...]] = [(size, rate), (rate,), ()]
    if compressed is not None:
        ways.insert(0, (compressed, size, rate))
    return [Opening(name, container_format, options) for options in ways]


def microphone_openings(target: str) -> list[Opening]:
    """Ways to open a microphone: at 48 kHz, else as it is."""
    prepare_sound_system()
    container_format, name = _format_and_name(target, AUDIO_FORMAT)
    if not name:
        name = {"alsa": "default", "avfoundation": ":default"}.get(container_format, "")
    if not name:
        found = microphones()
        if not found:
            raise fault("audio.unreadable", name="", reason=N_("none was found"))
        name = found[0].name
    if container_format == "dshow" and not name.startswith("audio="):
        name = f"audio={name}"
    if container_format == "avfoundation" and not name.startswith(":"):
        name = f":{name}"
    wanted = (("sample_rate", "48000"), ("channels", "2")) if container_format == "alsa" else ()
    mono = (("sample_rate", "48000"), ("channels", "1"))
    ways: list[tuple[tuple[str, str], ...]] = [wanted, mono, ()] if wanted else [()]
    return [Opening(name, container_format, options) for options in ways]


def _format_and_name(target: str, default: str) -> tuple[str, str]:
    container_format, separator, name = target.partition("@")
    return (container_format, name) if separator and container_format.isalnum() else (default, target)


def source_openings(source: SourceConfig, canvas: CanvasConfig) -> list[Opening]:
    """Ways to open any source that FFmpeg reads; a file that is not there is told at once."""
    if source.kind is SourceKind.CAMERA:
        return camera_openings(source.target, canvas)
    if source.kind is SourceKind.URL:
        options = (("rtsp_transport", "tcp"), ("timeout", NETWORK_TIMEOUT_US)) if "rtsp" in source.target[:5] else ()
        return [Opening(source.target, None, options or (("rw_timeout", NETWORK_TIMEOUT_US),))]
    path = Path(source.target)
    if not path.exists():
        raise fault("clip.missing", path=source.target)
    if source.kind is SourceKind.PIPE:
        return [Opening(str(path), None, (("probesize", "1000000"),), fifo=path.is_fifo())]
    return [Opening(str(path), None)]


def audio_openings(audio: AudioConfig) -> list[Opening]:
    """Ways to open a sound source of its own; none for silence and for the picture's own sound."""
    if audio.kind is AudioKind.MIC:
        return microphone_openings(audio.target)
    if audio.kind is AudioKind.CLIP and audio.target:
        if not Path(audio.target).exists():
            raise fault("clip.missing", path=audio.target)
        return [Opening(audio.target, None)]
    return []


def open_input(openings: list[Opening], failure: StudioError, stopping: threading.Event) -> av.container.InputContainer:
    """The first way that works; else `failure`, with the reason. `stopping` ends the wait for whoever fills a pipe."""
    reason = "?"
    for opening in openings:
        try:
            with quiet_sound_system(opening.container_format):
                return av.open(
                    NamedPipe(opening.target, stopping) if opening.fifo else opening.target,
                    "r",
                    format=opening.container_format,
                    options=dict(opening.options),
                    buffer_size=PIPE_BUFFER if opening.fifo else 32768,
                    timeout=(OPEN_TIMEOUT_S, READ_TIMEOUT_S),
                )
        except (FFmpegError, OSError, ValueError) as error:
            reason = reason_of(error)
    values = dict(failure.problem.values) | {"reason": reason}
    raise fault(failure.problem.code, **values)
