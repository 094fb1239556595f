"""This process's place among all that want the processor. What the system does not allow is left as it is.

In a show what carries sound and packets needs little and must have it at once; what compresses the picture takes all it
gets, and may wait. So relays come first and the threads that carry sound, then the rest of the engine, and the thread
that compresses a step behind it: a computer without enough time loses pictures, which can be evenly left out, and not
the voice. Systems that let nobody go ahead let everybody step back.
"""

import os
import sys
import threading
from contextlib import suppress

import psutil

USUAL, FIRST, AHEAD, BEHIND, LAST = 0, -10, -5, 10, 19  # on the scale of `nice`
ABOVE_NORMAL, BELOW_NORMAL = 1, -1  # of a thread in its process; Windows, winbase.h
STEP_AHEAD = 5  # three times as much time as the others, where all want all of it
STEP_BEHIND = 2  # two thirds: no more, for who may not go ahead stands behind other programs with it


def go_ahead() -> None:
    """Before other programs: a browser that loads a page must not cost a frame.

    For the threads that begin afterwards, too, and but for Windows for processes. Windows allows it to everybody,
    others only to whom they trust. Whoever gave the program another place than the usual one knows why.
    """
    with suppress(psutil.Error, OSError):
        process = psutil.Process()
        if sys.platform == "win32":
            if process.nice() == psutil.NORMAL_PRIORITY_CLASS:
                process.nice(psutil.ABOVE_NORMAL_PRIORITY_CLASS)
        elif process.nice() == USUAL:
            process.nice(AHEAD)


def put_first(pid: int) -> None:
    """A process that was just started, and that a show which went ahead waits for: before the show itself."""
    with suppress(psutil.Error, OSError):
        here, there = psutil.Process(), psutil.Process(pid)
        if sys.platform == "win32":
            if here.nice() == psutil.ABOVE_NORMAL_PRIORITY_CLASS:
                there.nice(psutil.HIGH_PRIORITY_CLASS)
        elif here.nice() == AHEAD:
            there.nice(FIRST)


def step_ahead() -> None:
    """This thread, before the others of its process: it carries sound, and needs little."""
    _place_thread(-STEP_AHEAD, ABOVE_NORMAL)


def step_behind() -> None:
    """This thread, behind the others of its process, and still before other programs where the process is.

    Threads it begins afterwards stand there too.
    """
    _place_thread(STEP_BEHIND, BELOW_NORMAL)


def _place_thread(steps: int, level: int) -> None:
    """Only where a system has places for single threads; `level` is Windows' word for it."""
    with suppress(OSError):
        if sys.platform == "win32":
            import ctypes  # noqa: PLC0415 - nobody else needs it

            kernel = ctypes.WinDLL("kernel32")
            kernel.GetCurrentThread.restype = ctypes.c_void_p
            kernel.SetThreadPriority.argtypes = (ctypes.c_void_p, ctypes.c_int)
            kernel.SetThreadPriority(kernel.GetCurrentThread(), level)
        elif sys.platform == "linux":
            thread = threading.get_native_id()
            place = min(LAST, os.getpriority(os.PRIO_PROCESS, thread) + steps)
            os.setpriority(os.PRIO_PROCESS, thread, place)


def give_way() -> None:
    """Behind a show that runs."""
    with suppress(psutil.Error, OSError):
        if sys.platform == "win32":
            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            psutil.Process().nice(BEHIND)


def go_last() -> None:
    """Behind everything else on this computer, on the processor and on the disk."""
    process = psutil.Process()
    with suppress(psutil.Error, OSError):
        if sys.platform == "win32":
            process.nice(psutil.IDLE_PRIORITY_CLASS)
            process.ionice(psutil.IOPRIO_VERYLOW)
        else:
            process.nice(LAST)
        if sys.platform == "linux":
            process.ionice(psutil.IOPRIO_CLASS_IDLE)
