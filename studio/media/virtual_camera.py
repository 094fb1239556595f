"""The composed picture as a camera of this computer, for the platform's own program: the way on air without an address.

Threads: the compositor's puts pictures in and never waits, `output-NAME` sends them to the device. The sound does not
go this way: the platform's program takes it from the microphone.
"""

import logging
import random
import re
import sys
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from studio.clock import Clock
from studio.config import CanvasConfig, DestinationConfig
from studio.errors import Problem, fault
from studio.media.frames import Planes
from studio.media.output import CUT_OFF, RETRY_S, Output
from studio.output_states import OutputChanged, OutputState

log = logging.getLogger(__name__)

BUFFERS = 3  # one that is filled, one that waits, one that is sent
FIRST_DEVICE = "virtualcam"

I420 = NDArray[np.uint8]  # Y, U and V one after the other, without gaps


class CameraDevice(Protocol):
    """A camera that other programs see, open."""

    def send(self, picture: I420) -> None:
        """Shows the picture, width × height × 3/2 bytes; raises what it likes where the device is gone."""

    def close(self) -> None:
        """Lets the device go."""


OpenDevice = Callable[[str, CanvasConfig], CameraDevice]


class VirtualCamera(Output):
    """One destination that is a camera: with pictures instead of packets, and nothing that goes over the network."""

    def __init__(
        self,
        destination: DestinationConfig,
        canvas: CanvasConfig,
        clock: Clock,
        emit: Callable[[OutputChanged], None],
        show_started_ns: int,
        failed: Callable[[Exception], None] | None = None,
        lost: bool = False,
        open_device: "OpenDevice | None" = None,
    ) -> None:
        """`lost`: it was cut off, and the show goes on."""
        super().__init__(destination, clock, emit, show_started_ns, failed)
        self._lost = lost
        self._device_name = destination.camera or ""
        self._canvas = canvas
        self._open = open_device or open_virtual_camera
        self._dropped_pictures = 0
        self._changed = threading.Condition()
        self._spare: deque[I420] = deque()
        self._waiting: I420 | None = None

    @property
    def dropped_packets(self) -> int:
        """Pictures the device was too slow for."""
        return self._dropped_pictures

    def start(self) -> None:
        size = self._canvas.width * self._canvas.height * 3 // 2
        self._spare.extend(np.empty(size, np.uint8) for _ in range(BUFFERS))
        super().start()

    def _begin(self) -> None:
        """In a show that goes on after a cut it is tried until it is there, as any device that was lost."""
        if not self._lost:
            super()._begin()
            return
        self._tally.lost_at_ns = self._clock.now_ns()
        self._become(OutputState.RECONNECTING, Problem.of("virtualcam.lost", name=self.name, reason=CUT_OFF))

    def show(self, picture: Planes) -> None:
        """Takes a copy of the picture if the device is open; the newest wins. Called by the compositor."""
        if self.state is not OutputState.LIVE:
            return
        with self._changed:
            if self._waiting is not None:
                buffer, self._waiting = self._waiting, None
                self._dropped_pictures += 1
            else:
                buffer = self._spare.popleft()
        place = 0
        for plane in picture:
            rows, columns = plane.shape
            np.copyto(buffer[place : place + rows * columns].reshape(rows, columns), plane)
            place += rows * columns
        with self._changed:
            self._waiting = buffer
            self._changed.notify()

    def watch(self, now_ns: int) -> None:
        """Nothing can hang here that could be ended from outside."""

    def _attempt(self, stopping: threading.Event) -> Problem:
        """The device from its opening to its end."""
        if self.state is OutputState.RECONNECTING:
            stopping.wait(random.uniform(*RETRY_S))  # noqa: S311 - a pause, no secret
        device = self._open(self._device_name, self._canvas)
        picture: I420 | None = None
        try:
            self._tally.come_back(self._clock.now_ns())
            self._become(OutputState.LIVE)
            while (picture := self._next(stopping)) is not None:
                device.send(picture)
                self._tally.sent_packets += 1
                if self._tally.first_packet_ns is None:
                    self._tally.first_packet_ns = self._clock.now_ns()
                with self._changed:
                    self._spare.append(picture)
        except Exception as error:  # a driver's own words, whatever they are
            log.warning("output %s: the device is gone", self.name, exc_info=error)
            return Problem.of("virtualcam.lost", name=self.name, reason=_words_of(error))
        finally:
            try:
                device.close()
            except Exception as error:
                log.warning("output %s: the device was not let go of in order", self.name, exc_info=error)
            with self._changed:
                if picture is not None:
                    self._spare.append(picture)
        return Problem.of("virtualcam.lost", name=self.name, reason="")  # it was stopped, and nobody reads this

    def _next(self, stopping: threading.Event) -> I420 | None:
        """The picture that waits, waited for; None once it is to stop."""
        with self._changed:
            while self._waiting is None and not stopping.is_set():
                self._changed.wait()
            picture, self._waiting = self._waiting, None
            return None if stopping.is_set() else picture

    def begin_stop(self) -> None:
        super().begin_stop()
        with self._changed:
            self._changed.notify()


def open_virtual_camera(device: str, canvas: CanvasConfig) -> CameraDevice:
    """The device of that name, or the first one, through pyvirtualcam; raises `virtualcam.*`.

    Its drivers are OBS's on Windows and macOS, and v4l2loopback on Linux; yuv420p needs no conversion of ours.
    """
    try:
        import pyvirtualcam  # noqa: PLC0415 - an extra that most shows never need
    except ImportError as error:
        raise fault("virtualcam.no_package", python=sys.executable) from error
    try:
        return _Opened(
            pyvirtualcam.Camera(
                canvas.width, canvas.height, canvas.fps, fmt=pyvirtualcam.PixelFormat.I420, device=device or None
            )
        )
    except Exception as error:
        raise fault("virtualcam.no_device", device=device or FIRST_DEVICE, reason=_words_of(error)) from error


class _Opened:
    """pyvirtualcam's camera behind our own few words."""

    def __init__(self, camera: Any) -> None:
        self._camera = camera

    def send(self, picture: I420) -> None:
        self._camera.send(picture)

    def close(self) -> None:
        self._camera.close()


def _words_of(error: Exception) -> str:
    """The first sentence of a driver's complaint, without the driver's name."""
    first = re.sub(r"^'\w+' backend: ", "", str(error).strip()).split(". ")[0].partition("\n")[0]
    return first.strip(" .")[:160] or type(error).__name__
