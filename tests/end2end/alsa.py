"""A microphone without hardware: an ALSA device of type `file` whose file is a pipe that is filled in real time."""

import os
import struct
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from tests.end2end.clapper import clapping

NAME = "fakemic"
SAMPLE_RATE = 48_000
CHANNELS = 2
ENDLESS = 0xFFFFFFFF
BLOCK_SAMPLES = 480  # 10 ms, 1920 bytes: small enough to go through a pipe in one piece

CONFIG = """
pcm.null {{ type null }}
pcm.{name} {{
    type file
    slave.pcm null
    file /dev/null
    infile {pipe}
    format raw
}}
"""


class FakeMicrophone:
    """The ALSA device `fakemic`: a sine, 48 kHz stereo, as fast as a real microphone gives it; louder in a clap.

    A plain file would be read in an instant, since ALSA's `null` device keeps no time. `environment` makes
    programs find the device. `fast_ppm`: by how many millionths its crystal is too fast. Whoever begins to listen hears
    what is said from then on: where nobody does, nothing is kept.
    """

    sample_format = "<i2"

    def __init__(
        self,
        folder: Path,
        frequency_hz: float = 440.0,
        level: float = 0.5,
        clap_level: float | None = None,
        fast_ppm: float = 0.0,
    ) -> None:
        self.frequency_hz = frequency_hz
        self.level = level
        self._clap_level = level if clap_level is None else clap_level
        self._block_s = BLOCK_SAMPLES / SAMPLE_RATE / (1 + fast_ppm / 1e6)
        self.hanging = False  # true: the driver gives nothing and says nothing
        self._config = folder / "asound.conf"
        self._pipe = folder / "microphone.pipe"
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def environment(self) -> dict[str, str]:
        return {"ALSA_CONFIG_PATH": str(self._config)}

    def start(self) -> None:
        self._config.write_text(CONFIG.format(name=NAME, pipe=self._pipe))
        os.mkfifo(self._pipe)
        self._sound_into(None)

    def _sound_into(self, handle: int | None) -> None:
        """Gives sound to the open end of a pipe; without one, to whoever listens at it."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._fill, args=(handle,), name="fake-microphone")
        self._thread.start()

    def _fill(self, handle: int | None) -> None:
        started_s = time.monotonic()
        block = 0
        try:
            while not self._stopping.wait(max(0.0, started_s + block * self._block_s - time.monotonic())):
                if handle is None:
                    handle = self._listener()
                if handle is not None and not self.hanging:
                    clap = clapping(started_s + block * self._block_s)
                    try:
                        os.write(handle, self._samples(block, self._clap_level if clap else self.level))
                    except BlockingIOError:
                        pass  # nobody takes it: the sound is gone, as in a room
                    except BrokenPipeError:
                        os.close(handle)
                        handle = None
                block += 1
        finally:
            if handle is not None:
                os.close(handle)

    def _listener(self) -> int | None:
        """The end of the pipe for whoever has opened it; None where nobody has. Nobody waits for the other."""
        try:
            return os.open(self._pipe, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return None

    def _samples(self, block: int, level: float) -> bytes:
        index = block * BLOCK_SAMPLES + np.arange(BLOCK_SAMPLES)
        wave = np.sin(2 * np.pi * self.frequency_hz * index / SAMPLE_RATE) * level * 32767
        return np.repeat(wave.astype(self.sample_format), CHANNELS).tobytes()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class LooseMicrophone(FakeMicrophone):
    """A microphone whose plug comes out and goes in again, as often as one likes; `start` plugs it in.

    FFmpeg reads it as an AU file without an end. ALSA's device of type `file` would not do: where its file ends, it
    gives silence without end, and a device that is gone gives an error.
    """

    sample_format = ">i2"

    @property
    def target(self) -> str:
        return f"au@{self._pipe}"

    def start(self) -> None:
        self.plug()

    def plug(self) -> None:
        os.mkfifo(self._pipe)
        handle = os.open(self._pipe, os.O_RDWR | os.O_NONBLOCK)
        os.write(handle, struct.pack(">4sIIIII", b".snd", 24, ENDLESS, 3, SAMPLE_RATE, CHANNELS))
        self._sound_into(handle)

    def unplug(self) -> None:
        if self._thread is not None:
            self._pipe.unlink()
            super().stop()

    def stop(self) -> None:
        self.unplug()
