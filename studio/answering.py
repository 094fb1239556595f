"""A process that answers the window's questions: how it begins and ends, whatever it is asked about.

`python -m studio.NAME_process --home DIR`: pickled questions on stdin, pickled answers on stdout.
"""

import argparse
import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO, NoReturn

from studio import i18n
from studio.log import write_log
from studio.paths import Home
from studio.paths import home as home_of


def answer_the_window(name: str, serve: Callable[[Home, BinaryIO, BinaryIO], None]) -> NoReturn:
    """Has `serve` answer until it returns, and ends the process: no thread that still waits is waited for."""
    parser = argparse.ArgumentParser(prog=f"nongbo-{name}")
    parser.add_argument("--home", default=None)
    parser.add_argument("--lang", default=None)
    arguments = parser.parse_args()
    i18n.use(arguments.lang)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    home = home_of(arguments.home).ensure()
    write_log(home.logs / f"{name}.log")
    with suppress(BrokenPipeError):  # a window that has gone hears nothing
        serve(home, sys.stdin.buffer, answers)
    logging.shutdown()
    os._exit(0)
