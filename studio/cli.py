"""The command line `nongbo`: without a command the window, else what the command says."""

import argparse
import os
import sys
from typing import NoReturn

from studio import i18n
from studio.i18n import _


class Parser(argparse.ArgumentParser):
    """Says first what is wrong and then how it is used; the parsers of the commands are of this kind too."""

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(_("The command does not fit: {reason}").format(reason=message) + "\n")
        self.print_usage(sys.stderr)
        self.exit(2)


def build_parser() -> argparse.ArgumentParser:
    """All commands; each group adds its own."""
    from studio.console import devices, doctor, orders, products, sessions, show, viewers, window  # noqa: PLC0415

    parser: argparse.ArgumentParser = Parser(prog="nongbo", description=_("Sell live from a laptop."))
    parser.add_argument("--home", default=None, metavar="DIR", help=_("the folder for everything the studio keeps"))
    parser.add_argument("--lang", default=None, choices=i18n.LANGUAGES, help=_("the language of the program"))
    parser.set_defaults(run=window.run)
    subparsers = parser.add_subparsers(metavar=_("COMMAND"))
    show.add_parsers(subparsers)
    for group in (products, sessions, orders, viewers, devices, doctor):
        group.add_parser(subparsers)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; gives the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    i18n.use(_language_in(words))
    args = build_parser().parse_args(words)
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads us has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _language_in(words: list[str]) -> str | None:
    """The language that was asked for, before the parser that speaks it can be made."""
    for place, word in enumerate(words):
        if word == "--lang" and place + 1 < len(words):
            return words[place + 1]
        if word.startswith("--lang="):
            return word.partition("=")[2]
    return None
