"""The composed picture as a camera of this computer, for the platform's own program: the way on air without an address.

Threads: the compositor's puts pictures in and never waits, `camera-NAME` sends them to the device. The sound does not
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
from studio.errors import Problem, StudioError, bug_of, fault
from studio.media.frames import NS, EncodedPacket, Planes
from studio.media.outputs import RETRY_S
from studio.output_states import TRANSITIONS, OutputChanged, OutputState
from studio.reports import OutputReport
from studio.worker import Worker

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


class VirtualCamera:
    """One destination that is a camera; as `RtmpOutput`, with pictures instead of packets."""

    relay_pid: int | None = None
    sent_bytes = 0  # nothing goes over the network
    closes_ns: int | None = None

    def __init__(
        self,
        destination: DestinationConfig,
        canvas: CanvasConfig,
        clock: Clock,
        emit: Callable[[OutputChanged], None],
        show_started_ns: int,
        failed: Callable[[Exception], None] | None = None,
        open_device: "OpenDevice | None" = None,
    ) -> None:
        self.name = destination.name
        self.shown_address = destination.shown
        self.state = OutputState.OFFLINE
        self.problem: Problem | None = None
        self.dropped_packets = 0  # pictures the device was too slow for
        self.settled = threading.Event()
        self._device_name = destination.camera or ""
        self._canvas = canvas
        self._clock = clock
        self._emit = emit
        self._failed = failed
        self._open = open_device or open_virtual_camera
        self._show_started_ns = show_started_ns
        self._sent_pictures = 0
        self._reconnects = 0
        self._outage_ns = 0
        self._lost_at_ns: int | None = None
        self._first_picture_ns: int | None = None
        self._ended_as: tuple[OutputState, Problem | None] | None = None
        self._retry = threading.Event()
        self._changed = threading.Condition()
        self._spare: deque[I420] = deque()
        self._waiting: I420 | None = None
        self._worker = Worker(f"camera-{self.name}", self._run, failed)

    def start(self) -> None:
        size = self._canvas.width * self._canvas.height * 3 // 2
        self._spare.extend(np.empty(size, np.uint8) for _ in range(BUFFERS))
        self._worker.start()

    def show(self, picture: Planes) -> None:
        """Takes a copy of the picture if the device is open; the newest wins. Called by the compositor."""
        if self.state is not OutputState.LIVE:
            return
        with self._changed:
            if self._waiting is not None:
                buffer, self._waiting = self._waiting, None
                self.dropped_packets += 1
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

    def offer(self, packet: EncodedPacket) -> None:
        """What is encoded is for the others."""

    def retry(self) -> None:
        """Tries a camera that failed again."""
        self._retry.set()

    def watch(self, now_ns: int) -> None:
        """Nothing can hang here that could be ended from outside."""

    def _become(self, state: OutputState, problem: Problem | None = None) -> None:
        if state not in TRANSITIONS[self.state]:
            raise RuntimeError(f"camera {self.name}: {self.state} may not become {state}")
        self.state, self.problem = state, problem
        self._emit(OutputChanged(self.name, self.shown_address, state, self._clock.utc(), problem))
        if state in (OutputState.LIVE, OutputState.FAILED):
            self.settled.set()

    def _run(self, stopping: threading.Event) -> None:
        self._become(OutputState.CONNECTING)
        while not stopping.is_set():
            problem = self._attempt(stopping)
            self._retry.clear()  # before the look at `stopping`: what is asked from here on is not missed
            if stopping.is_set():
                break
            if self.state is OutputState.CONNECTING:
                self._become(OutputState.FAILED, problem)
                self._retry.wait()
                if not stopping.is_set():
                    self._become(OutputState.CONNECTING)
                continue
            if self.state is OutputState.LIVE:
                self._lost_at_ns = self._clock.now_ns()
                self._become(OutputState.RECONNECTING, problem)
            stopping.wait(random.uniform(*RETRY_S))  # noqa: S311 - a pause, no secret

    def _attempt(self, stopping: threading.Event) -> Problem:
        """The device from its opening to its end; says why it ended."""
        try:
            device = self._open(self._device_name, self._canvas)
        except StudioError as error:
            return error.problem
        except Exception as error:
            log.exception("camera %s: could not be opened", self.name)
            if self._failed is not None:
                self._failed(error)
            return bug_of(error)
        picture: I420 | None = None
        try:
            self._on_air()
            while (picture := self._next(stopping)) is not None:
                device.send(picture)
                self._sent_pictures += 1
                if self._first_picture_ns is None:
                    self._first_picture_ns = self._clock.now_ns()
                with self._changed:
                    self._spare.append(picture)
        except Exception as error:  # a driver's own words, whatever they are
            log.warning("camera %s: the device is gone", self.name, exc_info=error)
            return Problem.of("virtualcam.lost", name=self.name, reason=_words_of(error))
        finally:
            try:
                device.close()
            except Exception as error:
                log.warning("camera %s: the device was not let go of in order", self.name, exc_info=error)
            with self._changed:
                if picture is not None:
                    self._spare.append(picture)
        return Problem.of("virtualcam.lost", name=self.name, reason="")  # it was stopped, and nobody reads this

    def _on_air(self) -> None:
        if self._lost_at_ns is not None:
            self._outage_ns += self._clock.now_ns() - self._lost_at_ns
            self._lost_at_ns = None
            self._reconnects += 1
        self._become(OutputState.LIVE)

    def _next(self, stopping: threading.Event) -> I420 | None:
        """The picture that waits, waited for; None once it is to stop."""
        with self._changed:
            while self._waiting is None and not stopping.is_set():
                self._changed.wait()
            picture, self._waiting = self._waiting, None
            return None if stopping.is_set() else picture

    def begin_stop(self) -> None:
        """Asks it to end."""
        self._worker.stopping.set()
        self._retry.set()
        with self._changed:
            self._changed.notify()

    def stop(self, farewell_s: float = 4.0) -> None:
        """Lets the device go; may be called twice."""
        self.begin_stop()
        self._worker.join(farewell_s)
        if self.state not in (OutputState.OFFLINE, OutputState.STOPPING):
            self._ended_as = (self.state, self.problem)
            self._become(OutputState.STOPPING, self.problem)
            self._become(OutputState.OFFLINE)

    def report(self) -> OutputReport:
        """What this camera did; pictures are counted as packets."""
        now_ns = self._clock.now_ns()
        outage_ns = self._outage_ns + (now_ns - self._lost_at_ns if self._lost_at_ns is not None else 0)
        first_ns = self._first_picture_ns
        state, problem = self._ended_as or (self.state, self.problem)
        return OutputReport(
            self.name,
            state.value,
            None if first_ns is None else round((first_ns - self._show_started_ns) / NS, 3),
            self._sent_pictures,
            self.sent_bytes,
            self.dropped_packets,
            self._reconnects,
            round(outage_ns / NS, 3),
            None if problem is None else dict(problem.values).get("reason", problem.code),
        )


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
