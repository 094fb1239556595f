"""The command line `nongbo`: without a command the window, else what the command says."""

import argparse
import errno
import gc
import importlib
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import NoReturn

from studio import i18n
from studio.console.out_of_sight import words_given
from studio.console.parser import Parser
from studio.console.streams import hush, say, write_what_fits
from studio.errors import reason_of
from studio.i18n import _

FAILED = 1
INTERRUPTED = 130  # 128 and the number of the signal, as shells have it

# command -> the module of studio.console that has it
GROUPS = {
    "demo": "demo",
    "live": "show",
    "rehearse": "show",
    "products": "products",
    "run": "run",
    "sessions": "sessions",
    "orders": "orders",
    "accounts": "accounts",
    "viewers": "viewers",
    "destinations": "destinations",
    "devices": "devices",
    "doctor": "doctor",
    "encoders": "encoders",
}


def build_parser(words: list[str]) -> argparse.ArgumentParser:
    """The parser for `words`: with the command they name, or with all where they name none.

    A command's module loads the libraries the command needs; the window is not to pay for the engine's.
    """
    parser: argparse.ArgumentParser = Parser(prog="nongbo", description=_("Sell live from a laptop."))
    parser.add_argument("--home", default=None, metavar="DIR", help=_("the folder for everything the studio keeps"))
    parser.add_argument("--lang", default=None, choices=i18n.LANGUAGES, help=_("the language of the program"))
    parser.set_defaults(run=_window)
    own = list(_without_options(words))
    if own:
        command = next((word for word in own if not word.startswith("-")), "")
        subparsers = parser.add_subparsers(metavar=_("COMMAND"))
        for group in [GROUPS[command]] if command in GROUPS else dict.fromkeys(GROUPS.values()):
            importlib.import_module(f"studio.console.{group}").add_parser(subparsers)
    return parser


def _window(args: argparse.Namespace) -> int:
    """Loads the window's libraries only where no command is named."""
    code: int = importlib.import_module("studio.console.window").run(args)
    return code


def _without_options(words: list[str]) -> Iterator[str]:
    """The words without the options of the program itself; where none is left it is the window."""
    rest = iter(words)
    for word in rest:
        if word in ("--home", "--lang"):
            next(rest, None)  # a folder may be called like a command
        elif not word.startswith(("--home=", "--lang=")):
            yield word


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; gives the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy makes a team of threads at once, which nothing here uses
    i18n.use(_language_in(words))
    write_what_fits()
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads us has seen enough, as `head` does
        hush(sys.stdout)
        return 0
    except KeyboardInterrupt:  # where no show runs: whoever pressed Ctrl-C knows that it ends here
        return INTERRUPTED
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        hush(sys.stdout)  # what waits would be tried again, and fail again
        say(_("What there is to say cannot be written: {reason}.").format(reason=_(reason_of(error))))
        return FAILED
    return code


def _run(words: list[str]) -> int:
    gc.disable()  # while a hundred modules load there is nothing to collect
    try:
        args = build_parser(words).parse_args(words)
    finally:
        gc.freeze()  # and what has loaded stays
        gc.enable()  # the window lives for hours
    code: int = args.run(args)
    return code


def run() -> NoReturn:
    """The program: runs the command and ends the process at once.

    Taking a hundred modules apart again costs the interpreter almost half a second, which nobody needs.
    """
    code = main(words_given(sys.argv[1:]))
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):  # a terminal that was closed meanwhile
            stream.flush()
    os._exit(code)


def _language_in(words: list[str]) -> str | None:
    """The language that was asked for, before the parser that speaks it can be made."""
    for place, word in enumerate(words):
        if word == "--lang" and place + 1 < len(words):
            return words[place + 1]
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return None
