"""This process's place among all that want the processor. What the system does not allow is left as it is."""

import sys
from contextlib import suppress

import psutil

USUAL, AHEAD, BEHIND, LAST = 0, -5, 10, 19  # on the scale of `nice`


def go_ahead() -> None:
    """Before other programs: a browser that loads a page must not cost a frame.

    For the threads and processes that begin afterwards, too. Windows allows it to everybody, others only to whom they
    trust. Whoever gave the program another place than the usual one knows why.
    """
    with suppress(psutil.Error, OSError):
        process = psutil.Process()
        if sys.platform == "win32":
            if process.nice() == psutil.NORMAL_PRIORITY_CLASS:
                process.nice(psutil.ABOVE_NORMAL_PRIORITY_CLASS)
        elif process.nice() == USUAL:
            process.nice(AHEAD)


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
