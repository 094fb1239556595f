"""Whether there is a screen to open a window on."""

import ctypes
import os
import sys


def screen_there() -> bool:
    """Whether a window can be opened: Qt ends the program where the screen it is told of does not let it in."""
    if not sys.platform.startswith("linux"):
        return True
    if os.environ.get("WAYLAND_DISPLAY"):
        return True
    return bool(os.environ.get("DISPLAY")) and _lets_us_in()


def _lets_us_in() -> bool:
    """Whether the X server of `DISPLAY` answers and takes our cookie, which another user's does not after `su`."""
    try:
        x11 = ctypes.CDLL("libX11.so.6")  # Qt's own way to a screen needs it too
    except OSError:
        return False
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(None)
    if display:
        x11.XCloseDisplay(ctypes.c_void_p(display))
    return bool(display)
