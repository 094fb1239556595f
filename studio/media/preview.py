"""The small picture the window shows, in memory that the engine and the window share.

The engine writes it a few times a second, the window reads the newest on a timer; neither waits for the
other. Layout: eight 32-bit words (magic, width, height, sequence before, sequence after, three spare),
then the I420 planes. The two sequence numbers differ while a picture is being written.
"""

import mmap
import os
import struct
import tempfile
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

MAGIC = 0x4E4F4E47
HEADER = struct.Struct("<8I")

Planes = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]


def shared_folder() -> Path:
    """Where a file is memory only, if the system has such a place."""
    memory = Path("/dev/shm")  # noqa: S108 - the name is made unguessable by mkstemp
    return memory if memory.is_dir() and os.access(memory, os.W_OK) else Path(tempfile.gettempdir())


class PreviewWriter:
    """The engine's end: one picture of at most `width` × `height`, written over and over."""

    def __init__(self, canvas_width: int, canvas_height: int, longest_side: int = 640) -> None:
        scale = min(1.0, longest_side / max(canvas_width, canvas_height))
        self.width = round(canvas_width * scale / 4) * 4
        self.height = round(canvas_height * scale / 4) * 4
        self.path = ""
        self._map: mmap.mmap | None = None
        self._sequence = 0

    def start(self) -> None:
        handle, self.path = tempfile.mkstemp(prefix="nongbo-preview-", dir=shared_folder())
        size = HEADER.size + self.width * self.height * 3 // 2
        try:
            os.ftruncate(handle, size)
            self._map = mmap.mmap(handle, size)
        finally:
            os.close(handle)
        self._stamp(0, 0)

    def _stamp(self, before: int, after: int) -> None:
        assert self._map is not None
        HEADER.pack_into(self._map, 0, MAGIC, self.width, self.height, before, after, 0, 0, 0)

    def write(self, planes: Planes) -> None:
        """Shrinks the canvas' planes (uint8; Y full size, U and V half) into the shared picture."""
        if self._map is None:
            return
        self._sequence = (self._sequence + 1) & 0xFFFFFFFF
        self._stamp(self._sequence, self._sequence - 1 & 0xFFFFFFFF)
        offset = HEADER.size
        for index, plane in enumerate(planes):
            width, height = (self.width, self.height) if index == 0 else (self.width // 2, self.height // 2)
            target = np.frombuffer(self._map, np.uint8, width * height, offset).reshape(height, width)
            cv2.resize(plane, (width, height), dst=target, interpolation=cv2.INTER_AREA)
            offset += width * height
        self._stamp(self._sequence, self._sequence)

    def stop(self) -> None:
        """Takes the shared picture away; a window that still has it open keeps its last content."""
        if self._map is not None:
            self._map = None
            Path(self.path).unlink(missing_ok=True)


class PreviewReader:
    """A window's end of the shared picture at `path`."""

    def __init__(self, path: str) -> None:
        with Path(path).open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._seen = 0

    def newest(self) -> NDArray[np.uint8] | None:
        """The newest picture as height × width × 3 RGB; None where it was seen already or is being written."""
        magic, width, height, before, after, *_ = HEADER.unpack_from(self._map, 0)
        if magic != MAGIC or before != after or before == self._seen:
            return None
        data = np.frombuffer(self._map, np.uint8, width * height * 3 // 2, HEADER.size)
        picture = cv2.cvtColor(data.reshape(height * 3 // 2, width), cv2.COLOR_YUV2RGB_I420)
        if HEADER.unpack_from(self._map, 0)[3] != before:
            return None
        self._seen = before
        return np.asarray(picture, dtype=np.uint8)

    def close(self) -> None:
        del self._map
