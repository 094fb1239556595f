"""The C library's memory, told to keep few pools: each thread's own would hold on to frames of the past."""

import ctypes
import sys

M_ARENA_MAX = -8  # glibc's malloc.h
POOLS = 2


def keep_few_pools() -> None:
    """Call it before threads are started; saves about 15 MB of a show at 720p. Does nothing without glibc."""
    if not sys.platform.startswith("linux"):
        return
    try:
        ctypes.CDLL("libc.so.6").mallopt(M_ARENA_MAX, POOLS)
    except (OSError, AttributeError):
        return
