"""A small disk of its own that can be filled to the last byte; where mounting is not allowed, a limit on files."""

import ctypes
import errno
import resource
from pathlib import Path
from types import TracebackType
from typing import Self

DETACH = 2  # MNT_DETACH
BLOCK = bytes(1 << 16)


class SmallDisk:
    """A folder on a tmpfs of `size_bytes`. `fill` leaves nothing, `free` gives all of that back."""

    def __init__(self, folder: Path, size_bytes: int) -> None:
        self.folder = folder
        self._size_bytes = size_bytes
        self._filler = folder / "filler"
        self._mounted = False
        self._libc = ctypes.CDLL(None, use_errno=True)

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True)
        options = f"size={self._size_bytes}".encode()
        mount = getattr(self._libc, "mount", None)
        self._mounted = mount is not None and mount(b"none", str(self.folder).encode(), b"tmpfs", 0, options) == 0
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._mounted:
            self._libc.umount2(str(self.folder).encode(), DETACH)

    def fill(self, pid: int) -> None:
        """No byte more fits; of the process `pid` where the disk is not our own."""
        if not self._mounted:
            largest = max(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))
            return
        with self._filler.open("ab", buffering=0) as file:
            for size in (len(BLOCK), 1):
                try:
                    while file.write(BLOCK[:size]):
                        continue
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def free(self, pid: int) -> None:
        if self._mounted:
            self._filler.unlink()
        else:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
