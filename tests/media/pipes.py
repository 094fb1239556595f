"""Another program that is the camera: it writes a raw film into a named pipe."""

import os
import threading
from pathlib import Path

from tests.media.films import SMALL


def y4m(frames: int = 10) -> bytes:
    """A raw film, as other programs write it into a pipe."""
    head = f"YUV4MPEG2 W{SMALL.width} H{SMALL.height} F25:1 Ip C420jpeg\n".encode()
    luma, chroma = SMALL.width * SMALL.height, SMALL.width * SMALL.height // 4
    pieces = [head]
    for number in range(frames):
        pieces.append(b"FRAME\n" + bytes([40 + number % 20 * 10]) * luma + bytes([128]) * chroma * 2)
    return b"".join(pieces)


class Writer:
    """Another program that writes a film into a named pipe, again and again until it leaves."""

    def __init__(self, path: Path, data: bytes, times: int = 1000) -> None:
        self._path, self._data, self._times = path, data, times
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._write, name="pipe-writer")

    def _write(self) -> None:
        pipe = os.open(self._path, os.O_RDWR)  # for both ways, so that opening never waits
        os.set_blocking(pipe, False)
        try:
            head, _, frames = self._data.partition(b"\n")
            for data in (head + b"\n", *([frames] * self._times)):
                view = memoryview(data)
                while view and not self._leaving.is_set():
                    try:
                        view = view[os.write(pipe, view) :]
                    except BlockingIOError:
                        self._leaving.wait(0.005)
        finally:
            os.close(pipe)

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._leaving.set()
        self._thread.join()
