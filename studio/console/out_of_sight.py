"""Takes push addresses out of what other programs see of this one: its command line and its environment.

Both lie open to every program of the same person, a command line to everybody on the computer, and neither can be
changed from inside. So the program begins anew in the same process, without them, and is handed them through a pipe.
Windows cannot begin a process anew: there it is said.
"""

import json
import os
import re
import sys

HANDED_VARIABLE = "NONGBO_HANDED"  # the pipe's end, in a program that began anew
READERS = {"NONGBO_STREAM_URL": ("live", "rehearse"), "NONGBO_STREAM_KEY": ("destinations",)}  # who asks for them
HIDDEN = "***"
ADDRESS = re.compile(r"rtmps?://.+", re.IGNORECASE | re.DOTALL)
CAN_BEGIN_ANEW = sys.platform != "win32"


def words_given(words: list[str]) -> list[str]:
    """The words of the command line; what is secret in them, or in the environment, is out of sight from here on.

    Does not return where the program begins anew for that. A variable is back in `os.environ` only for the command
    that asks for it; in what a system shows of the process it is not.
    """
    handed = os.environ.pop(HANDED_VARIABLE, "")
    if handed:
        with os.fdopen(int(handed), encoding="utf-8") as pipe:
            given = json.load(pipe)
        os.environ.update(
            {name: text for name, text in given["variables"].items() if set(READERS[name]) & set(given["words"])}
        )
        return list(given["words"])
    if CAN_BEGIN_ANEW and (shows_address(words) or any(os.environ.get(name) for name in READERS)):
        _begin_anew(words)
    return words


def shows_address(words: list[str]) -> bool:
    return any(ADDRESS.search(word) for word in words)


def _begin_anew(words: list[str]) -> None:
    """Comes back only where it cannot be done: then the show goes on the air all the same."""
    before = sys.orig_argv[: len(sys.orig_argv) - len(words)]
    if not sys.executable or sys.orig_argv[len(before) :] != words:
        return
    given = {"words": words, "variables": {name: os.environ[name] for name in READERS if name in os.environ}}
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    try:
        text = json.dumps(given).encode()
        if os.write(writing, text) != len(text):  # more than a pipe holds
            return
        os.close(writing)
        writing = -1
        os.set_inheritable(reading, True)
        clean = {name: value for name, value in os.environ.items() if name not in READERS}
        hidden = [ADDRESS.sub(HIDDEN, word) for word in words]
        clean[HANDED_VARIABLE] = str(reading)
        os.execve(sys.executable, [sys.executable, *before[1:], *hidden], clean)  # noqa: S606 - no shell sees it either
    except OSError:
        return
    finally:
        os.close(reading)
        if writing != -1:
            os.close(writing)
