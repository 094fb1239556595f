"""The stand-in for a virtual camera's driver: as strict as the strictest of them, and as fallible."""

import threading

import numpy as np

from studio.config import CanvasConfig
from studio.errors import fault
from studio.media.virtual_camera import I420


class StrictDevice:
    """Takes whole I420 pictures of the canvas' size, and none once it is closed or `broken`."""

    def __init__(self, canvas: CanvasConfig) -> None:
        self.pictures = 0
        self.newest: I420 | None = None
        self.closed = False
        self.broken = False
        self.slow = threading.Event()  # cleared: the driver takes its time
        self.slow.set()
        self._canvas = canvas

    def send(self, picture: I420) -> None:
        self.slow.wait()
        assert not self.closed, "a picture after the end"
        if self.broken:
            raise OSError("the device has gone away. And more words")
        assert picture.dtype == np.uint8
        assert picture.shape == (self._canvas.width * self._canvas.height * 3 // 2,)
        assert picture.flags.c_contiguous
        self.newest = picture.copy()
        self.pictures += 1

    def planes(self) -> tuple[int, int, int]:
        """The middle of Y, U and V of the newest picture."""
        assert self.newest is not None
        luma = self._canvas.width * self._canvas.height
        chroma = luma // 4
        y, u, v = np.split(self.newest, [luma, luma + chroma])
        return int(y[luma // 2]), int(u[chroma // 2]), int(v[chroma // 2])

    def close(self) -> None:
        assert not self.closed, "closed twice"
        self.closed = True


class Shelf:
    """Opens devices, one after the other; `missing` is how many openings fail first."""

    def __init__(self, missing: int = 0) -> None:
        self.missing = missing
        self.devices: list[StrictDevice] = []
        self.asked: list[str] = []

    def __call__(self, device: str, canvas: CanvasConfig) -> StrictDevice:
        assert all(one.closed for one in self.devices), "two programs on one camera"
        self.asked.append(device)
        if self.missing > 0:
            self.missing -= 1
            raise fault("virtualcam.no_device", device=device, reason="none here")
        self.devices.append(StrictDevice(canvas))
        return self.devices[-1]
