"""The cameras and microphones of this computer: what is plugged in now, and word when that changes.

FFmpeg's listing holds the interpreter's lock, on Windows for a tenth of a second and more. So whoever asks during a
show asks a process of its own (`python -m studio.media.devices`), and on Linux only when the folders of the devices
have changed: looking at those costs nothing.
"""

import json
import logging
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path

from studio.equipment import Device, DevicesFound
from studio.worker import Mishaps, Worker

log = logging.getLogger(__name__)

VIDEO_FORMAT = {"linux": "v4l2", "win32": "dshow", "darwin": "avfoundation"}.get(sys.platform, "v4l2")
AUDIO_FORMAT = {"linux": "alsa", "win32": "dshow", "darwin": "avfoundation"}.get(sys.platform, "alsa")
ALSA_FOLDER = Path("/usr/share/alsa")
ALSA_CARDS = Path("/proc/asound/pcm")
DEVICE_FOLDER = Path("/dev")
LINUX = sys.platform.startswith("linux")
LOOK_EVERY_S = 2.0 if LINUX else 30.0  # elsewhere each look is a process
LISTING_DEADLINE_S = 15.0
END_LOOK_S = 0.1  # whether a listing is still waited for
CHOICE_DEADLINE_S = 5.0
# FFmpeg takes what begins with a number for a place, and these two words for something of its own; behind a colon it
# looks for a microphone. Of several whose names begin with what it is asked for it takes the first (avfoundation.m).
NO_NAME = re.compile(r"\s*[+-]?\d|none|default|.*:", re.IGNORECASE | re.DOTALL)
OLD_NAME_LETTERS = 31  # Windows' older listing cuts a name off after so many


def cameras() -> list[Device]:
    """The cameras FFmpeg finds here, the system's own choice first."""
    return _devices(VIDEO_FORMAT, "video")


def microphones() -> list[Device]:
    """The microphones FFmpeg finds here, the system's own choice first."""
    return listed_microphones()[0]


def listed_microphones() -> tuple[list[Device], bool]:
    """The same, and whether it is known that the first one is the system's own choice."""
    prepare_sound_system()
    found = _devices(AUDIO_FORMAT, "audio")
    return (found, True) if LINUX else chosen_first(found, chosen_microphone())


def chosen_first(found: list[Device], chosen: str | None) -> tuple[list[Device], bool]:
    """The microphone that the system calls `chosen` before the others, and whether it is among them.

    FFmpeg does not say which one that is.
    """
    others = [device for device in found if chosen is None or not _is_called(device.description, chosen)]
    return [*(device for device in found if device not in others), *others], len(others) < len(found)


def _is_called(listed: str, name: str) -> bool:
    return listed == name or (len(listed) == OLD_NAME_LETTERS and name.startswith(listed))


def chosen_microphone() -> str | None:
    """What the system calls the microphone it has chosen; None where that is not learnt in time. Not for Linux."""
    command = [sys.executable, "-m", "studio.media.portaudio", "microphone"]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=CHOICE_DEADLINE_S, check=True
        )
        name = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        log.info("which microphone the system has chosen was not learnt: %s", error)
        return None
    return name if isinstance(name, str) else None


def _devices(container_format: str, medium: str) -> list[Device]:
    import av  # noqa: PLC0415 - 30 MB that whoever asks a process of its own does not need
    from av.error import FFmpegError  # noqa: PLC0415

    try:
        with quiet_sound_system(container_format):
            found = av.enumerate_input_devices(container_format)
    except (FFmpegError, ValueError, OSError):
        return []
    found = sorted(found, key=lambda device: not device.is_default)
    devices = []
    for device in found:
        media = [str(kind) for kind in getattr(device, "media_types", None) or []]
        if not media or any(medium in kind for kind in media):
            if device.name == "null":  # ALSA's own nothing
                continue
            devices.append(Device(str(device.name), str(getattr(device, "description", "") or device.name)))
    return by_name(devices) if container_format == "avfoundation" else devices


def by_name(devices: list[Device]) -> list[Device]:
    """The same under names that stay: macOS lists places in a row, which are others once one is pulled out.

    FFmpeg takes either; a place is left where a name is no name of one device (ffmpeg-devices: avfoundation).
    """
    names = [device.description for device in devices]
    return [
        device if NO_NAME.match(name) or sum(other.startswith(name) for other in names) > 1 else Device(name, name)
        for device, name in zip(devices, names, strict=True)
    ]


def prepare_sound_system() -> None:
    """Lets the wheel's ALSA find the system's configuration, which it looks for in a folder of its builder's."""
    if LINUX:
        os.environ.setdefault("ALSA_CONFIG_PATH", str(ALSA_FOLDER / "alsa.conf"))
        os.environ.setdefault("ALSA_CONFIG_DIR", str(ALSA_FOLDER))  # `default` is defined in a file below it


_silencing = threading.Lock()
_silent = 0  # how many want the standard error quiet now
_kept = -1


@contextmanager
def quiet_sound_system(container_format: str | None) -> Iterator[None]:
    """ALSA writes a dozen lines of its inner life to stderr where a device does not open; we say it in one.

    Several threads may ask for quiet at the same time: the first turns it on, the last one off.
    """
    global _silent, _kept  # noqa: PLW0603 - the standard error is one for the whole process
    if container_format != "alsa":
        yield
        return
    with _silencing:
        if _silent == 0:
            sys.stderr.flush()
            _kept = os.dup(2)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, 2)
            os.close(nowhere)
        _silent += 1
    try:
        yield
    finally:
        with _silencing:
            _silent -= 1
            if _silent == 0:
                os.dup2(_kept, 2)
                os.close(_kept)


def listed_elsewhere(stopping: threading.Event) -> DevicesFound | None:
    """What a process of its own finds; None where it does not answer, or nobody waits for it any more."""
    try:
        found = json.loads(_said_elsewhere(stopping))
    except (OSError, ValueError) as error:
        log.info("the devices were not listed: %s", error)
        return None
    cameras, microphones = (tuple(Device(**one) for one in found[kind]) for kind in ("cameras", "microphones"))
    return DevicesFound(cameras, microphones, found["choice_known"])


def _said_elsewhere(stopping: threading.Event) -> bytes:
    until_s = time.monotonic() + LISTING_DEADLINE_S
    command = [sys.executable, "-m", "studio.media.devices"]
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, stdin=silent, stdout=subprocess.PIPE, stderr=silent) as process:
        while True:
            try:
                return process.communicate(timeout=END_LOOK_S)[0]
            except subprocess.TimeoutExpired:
                if stopping.is_set() or time.monotonic() > until_s:
                    process.kill()


def signs_of_change() -> object:
    """Something that is another when a device was plugged in or out, or another default was chosen; cheap on Linux."""
    if not LINUX:
        return object()  # nothing cheap to look at: every look lists
    try:
        nodes = tuple(sorted(path.name for path in DEVICE_FOLDER.glob("video*")))
    except OSError:
        nodes = ()
    return nodes, default_sound_signs()


def default_sound_signs() -> object:
    """What decides which microphone is ALSA's default: the cards that are there, and the files that say so.

    PulseAudio and PipeWire move a running microphone to a new default themselves.
    """
    try:
        cards = ALSA_CARDS.read_text()
    except OSError:
        cards = ""
    named = [Path(path) for path in os.environ.get("ALSA_CONFIG_PATH", "").split(":") if path]
    settings = (*named, Path("/etc/asound.conf"), Path("~/.asoundrc").expanduser())
    return cards, tuple(_changed_ns(path) for path in settings)


def _changed_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


class DeviceWatch:
    """Keeps a list of what is plugged in, on a thread of its own; `found` is told when it changes or was asked for.

    It looks by itself only while `follow(True)`; `latest` and `default_sound` may be read from any thread.
    """

    def __init__(self, found: Callable[[DevicesFound], None]) -> None:
        self.latest: DevicesFound | None = None
        self.default_sound: object = None  # another object when the system's microphone is another one
        self._found = found
        self._following = False
        self._asked = False
        self._signs: object = None
        self._wake = threading.Event()
        self._mishaps = Mishaps("the watch over devices")
        self._worker = Worker("device-watch", self._run)

    def start(self) -> None:
        self.default_sound = _default_sound(None)
        self._worker.start()

    def ask(self) -> None:
        """Lists now, and tells."""
        self._asked = True
        self._wake.set()

    def follow(self, on: bool) -> None:
        """Whether to look every few seconds."""
        self._following = on
        self._wake.set()

    def stop(self) -> None:
        self._worker.stopping.set()
        self._wake.set()
        self._worker.stop()

    def _run(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            self._wake.wait(LOOK_EVERY_S if self._following else None)
            self._wake.clear()
            if stopping.is_set():
                return
            asked = self._asked
            if asked:  # who asks from here on is answered next time: never forgotten
                self._asked = False
            if not (asked or self._following):
                continue
            with self._mishaps:
                self._look(asked, stopping)

    def _look(self, asked: bool, stopping: threading.Event) -> None:
        signs = signs_of_change()
        if not asked and signs == self._signs:
            return
        self._signs = signs
        listed = listed_elsewhere(stopping)
        if stopping.is_set():
            return
        if listed is not None:
            listed = with_choice_of(self.latest, listed)
        changed = listed is not None and listed != self.latest
        if listed is not None:
            self.latest = listed
        self.default_sound = _default_sound(self.latest)
        if asked or changed:
            self._found(self.latest or DevicesFound((), ()))


def with_choice_of(before: DevicesFound | None, listed: DevicesFound) -> DevicesFound:
    """A list that was made without learning the system's choice, with the one that was known before it.

    So a look that fails once moves no show to another microphone.
    """
    if listed.choice_known or before is None or not before.choice_known:
        return listed
    first = [one for one in listed.microphones if one in before.microphones[:1]]
    others = (one for one in listed.microphones if one not in first)
    return replace(listed, microphones=(*first, *others), choice_known=bool(first))


def _default_sound(listed: DevicesFound | None) -> object:
    """None where it is not known."""
    if LINUX:
        return default_sound_signs()
    known = listed is not None and listed.choice_known and listed.microphones
    return listed.microphones[0].name if listed is not None and known else None


def main() -> int:
    found, known = listed_microphones()
    listed = {"cameras": cameras(), "microphones": found}
    told = {kind: [asdict(device) for device in devices] for kind, devices in listed.items()}
    json.dump(told | {"choice_known": known}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
