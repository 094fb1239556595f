"""Whether there is a screen to open a window on."""

import os
import re
import socket
import sys


def screen_there() -> bool:
    """Whether a window can be opened: Qt ends the program where the screen it is told of does not answer."""
    if not sys.platform.startswith("linux"):
        return True
    if os.environ.get("WAYLAND_DISPLAY"):
        return True
    display = os.environ.get("DISPLAY", "")
    local = re.fullmatch(r"(?:unix)?:(\d+)(?:\.\d+)?", display)
    if local is None:
        return bool(display)
    for address in (f"/tmp/.X11-unix/X{local[1]}", f"\0/tmp/.X11-unix/X{local[1]}"):  # noqa: S108 - where X listens
        with socket.socket(socket.AF_UNIX) as line:
            if line.connect_ex(address) == 0:
                return True
    return False
