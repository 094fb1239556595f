"""Standard output and standard error: they may lack some of our letters, and they may go away."""

import codecs
import io
import os
import sys
from contextlib import suppress
from typing import TextIO

NEAREST = {"¥": "￥", "•": "·", "−": "-"}  # GBK, in which a Chinese Windows writes files, has none of these


def write_what_fits() -> None:
    """From now on a letter that the streams do not have is written as its nearest one, and ends no command."""
    codecs.register_error("nearest", _nearest)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="nearest")


def say(text: str) -> None:
    """Writes a text to standard error, with a line's end.

    Where nobody reads there any more, as in a terminal that was closed, nothing is said, and whatever runs goes on.
    """
    try:
        sys.stderr.write(f"{text}\n")
        sys.stderr.flush()
    except (AttributeError, OSError, ValueError):  # the first where a program without a console has no such stream
        hush(sys.stderr)


def hush(stream: TextIO | None) -> None:
    """What is written there from now on goes nowhere; also what libraries and processes that are started write."""
    with suppress(AttributeError, OSError, ValueError):
        number = stream.fileno()  # type: ignore[union-attr]
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, number)
        os.close(nowhere)


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(_nearest_to(letter, error.encoding) for letter in letters), error.end


def _nearest_to(letter: str, encoding: str) -> str:
    near = NEAREST.get(letter, "?")
    try:
        near.encode(encoding)
    except (UnicodeEncodeError, LookupError):  # the second where it is one of Python's tables without a name
        return "?"
    return near
