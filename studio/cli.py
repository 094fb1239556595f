"""The command line `nongbo`: without a command the window, else what the command says."""

import argparse
import gc
import importlib
import logging
import os
import sys
from typing import NoReturn

from studio import i18n
from studio.console.out_of_sight import words_given
from studio.i18n import _


class Parser(argparse.ArgumentParser):
    """Says first what is wrong and then how it is used; the parsers of the commands are of this kind too."""

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(_("The command does not fit: {reason}").format(reason=message) + "\n")
        self.print_usage(sys.stderr)
        self.exit(2)


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
    named = [GROUPS[word] for word in words if word in GROUPS][:1]
    if named or not _only_options(words):
        subparsers = parser.add_subparsers(metavar=_("COMMAND"))
        for group in named or dict.fromkeys(GROUPS.values()):
            importlib.import_module(f"studio.console.{group}").add_parser(subparsers)
    return parser


def _window(args: argparse.Namespace) -> int:
    """Loads the window's libraries only where no command is named."""
    code: int = importlib.import_module("studio.console.window").run(args)
    return code


def _only_options(words: list[str]) -> bool:
    """Whether the words name no command and ask for no help: then it is the window."""
    rest = iter(words)
    for word in rest:
        if word in ("--home", "--lang"):
            next(rest, None)
        elif not word.startswith(("--home=", "--lang=")):
            return False
    return True


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; gives the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy makes a team of threads at once, which nothing here uses
    i18n.use(_language_in(words))
    gc.disable()  # while a hundred modules load there is nothing to collect
    try:
        args = build_parser(words).parse_args(words)
    finally:
        gc.freeze()  # and what has loaded stays
        gc.enable()  # the window lives for hours
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads us has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def run() -> NoReturn:
    """The program: runs the command and ends the process at once.

    Taking a hundred modules apart again costs the interpreter almost half a second, which nobody needs.
    """
    code = main(words_given(sys.argv[1:]))
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _language_in(words: list[str]) -> str | None:
    """The language that was asked for, before the parser that speaks it can be made."""
    for place, word in enumerate(words):
        if word == "--lang" and place + 1 < len(words):
            return words[place + 1]
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return None
