"""Whether the person has asked their desktop for less motion: then a first plan begins with a calm picture.

Qt 6.11 does not tell it. GNOME and macOS are asked by their own commands, Windows by its system parameter
SPI_GETCLIENTAREAANIMATION; other desktops say nothing.
"""

import ctypes
import shutil
import subprocess
import sys

# What to ask, and the answer of somebody who wants less motion.
_ASKED = {
    "linux": (("gsettings", "get", "org.gnome.desktop.interface", "enable-animations"), "false"),
    "darwin": (("defaults", "read", "com.apple.universalaccess", "reduceMotion"), "1"),
}
_PATIENCE_S = 1.0  # the window waits for it
_SPI_GETCLIENTAREAANIMATION = 0x1042


def wants_less_motion(platform: str = sys.platform) -> bool:
    """False where the desktop does not say, or not in time."""
    if sys.platform == "win32":
        animated = ctypes.c_int(1)  # stays so where Windows does not know the question
        ctypes.windll.user32.SystemParametersInfoW(_SPI_GETCLIENTAREAANIMATION, 0, ctypes.byref(animated), 0)
        return not animated.value
    command, yes = _ASKED.get(platform, ((), ""))
    program = shutil.which(command[0]) if command else None
    if program is None:
        return False
    try:
        told = subprocess.run(
            [program, *command[1:]], capture_output=True, text=True, timeout=_PATIENCE_S, check=False, errors="replace"
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.stdout.strip() == yes
