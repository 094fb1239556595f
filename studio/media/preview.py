"""The small picture the window shows, in memory that the engine and the window share.

The engine writes it a few times a second, the window reads the newest on a timer; neither waits for the
other. Layout: eight 32-bit words (magic, width, height, sequence before, sequence after, three spare),
then width × height pixels of red, green and blue. The two sequence numbers differ while a picture is being
written. Reading needs neither OpenCV nor NumPy, which saves the window 30 MB.
"""

import mmap
import os
import struct
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.media.frames import Planes

MAGIC = 0x4E4F4E47
HEADER = struct.Struct("<8I")
PREFIX = "nongbo-preview-"  # then the number of the process that writes it


def shared_folder() -> Path:
    """Where a file is memory only, if the system has such a place."""
    memory = Path("/dev/shm")  # noqa: S108 - the name is made unguessable by mkstemp
    return memory if memory.is_dir() and os.access(memory, os.W_OK) else Path(tempfile.gettempdir())


def remove_stale() -> None:
    """Takes away what engines of this user left behind that were killed."""
    import psutil  # noqa: PLC0415 - the engine's, not the window's

    for path in shared_folder().glob(f"{PREFIX}*"):
        owner = path.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isascii() and owner.isdigit() and not psutil.pid_exists(int(owner)):
            with suppress(OSError):  # another user's, or just taken away by another engine
                path.unlink()


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
        remove_stale()
        handle, self.path = tempfile.mkstemp(prefix=f"{PREFIX}{os.getpid()}-", dir=shared_folder())
        size = HEADER.size + self.width * self.height * 3
        try:
            os.ftruncate(handle, size)
            self._map = mmap.mmap(handle, size)
        finally:
            os.close(handle)
        self._stamp(0, 0)

    def _stamp(self, before: int, after: int) -> None:
        assert self._map is not None
        HEADER.pack_into(self._map, 0, MAGIC, self.width, self.height, before, after, 0, 0, 0)

    def write(self, planes: "Planes") -> None:
        """Shrinks the canvas' planes (uint8; Y full size, U and V half) into the shared picture."""
        if self._map is None:
            return
        self._sequence = (self._sequence + 1) & 0xFFFFFFFF
        self._stamp(self._sequence, self._sequence - 1 & 0xFFFFFFFF)
        from studio.media.shrinking import write_rgb  # noqa: PLC0415 - the engine's libraries, not the window's

        write_rgb(planes, self.width, self.height, memoryview(self._map)[HEADER.size :])
        self._stamp(self._sequence, self._sequence)

    def stop(self) -> None:
        """Takes the shared picture away; a window that still has it open keeps its last content."""
        if self._map is not None:
            self._map = None
            Path(self.path).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of the preview: `rgb` holds height × width × 3 bytes."""

    width: int
    height: int
    rgb: bytes


class PreviewReader:
    """A window's end of the shared picture at `path`."""

    def __init__(self, path: str) -> None:
        with Path(path).open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._seen = 0

    def newest(self) -> Shown | None:
        """The newest picture; None where it was seen already or is being written."""
        magic, width, height, before, after, *_ = HEADER.unpack_from(self._map, 0)
        if magic != MAGIC or before != after or before == self._seen:
            return None
        rgb = self._map[HEADER.size : HEADER.size + width * height * 3]
        if HEADER.unpack_from(self._map, 0)[3] != before:
            return None
        self._seen = before
        return Shown(width, height, rgb)

    def close(self) -> None:
        self._map.close()
