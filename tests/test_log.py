"""The program's own log file."""

import logging
import sys

from studio.log import Lines


def test_a_key_that_a_library_complained_of_is_not_in_the_log() -> None:
    """Neither in the line nor in what went wrong below it."""
    address = "rtmp://live.example/app/key-of-today?sign=1"
    try:
        raise OSError(2, "No such file", address)
    except OSError:
        record = logging.LogRecord("a", logging.ERROR, __file__, 1, "no %s", (address,), sys.exc_info())
    told = Lines("%(levelname)s %(message)s").format(record)
    assert told.startswith("ERROR no rtmp://live.example/app/•••\nTraceback")
    assert "key-of-today" not in told
    assert "sign=1" not in told
