"""The parser of the command line: says in the reader's language what does not fit, and tells nobody's key back.

A key may stand in any place it does not belong to: behind an option that a command lacks, or in another one's place.
"""

import argparse
import math
import re
import sys
from typing import Any, NoReturn

from studio.addresses import may_be_key
from studio.i18n import N_, _
from studio.paths import full_path

HIDDEN = "•••"
OPTION = re.compile(r"--[a-z][a-z-]*|-[a-zA-Z]")
# What argparse says, and how it is said here. Of its words only the names of options and choices are shown as they are.
SAYINGS = (
    (r"unrecognized arguments: (?P<words>.*)", N_("this is not known here: {words}")),
    (r"the following arguments are required: (?P<names>.*)", N_("this is missing: {names}")),
    (r"ambiguous option: (?P<option>.*) could match (?P<names>.*)", N_("{option} may mean {names}")),
    (r"argument (?P<name>.*?): expected .*", N_("{name} needs something behind it")),
    (r"argument (?P<name>.*?): ignored explicit argument .*", N_("{name} takes nothing behind it")),
    (r"argument (?P<name>.*?): invalid int value: (?P<value>.*)", N_("{name} takes a whole number, not {value}")),
    (r"argument (?P<name>.*?): invalid float value: (?P<value>.*)", N_("{name} takes a number, not {value}")),
    (r"argument (?P<name>.*?): invalid seconds value: (?P<value>.*)", N_("{name} takes seconds above 0, not {value}")),
    (
        r"argument (?P<name>.*?): invalid choice: (?P<value>.*) \(choose from (?P<names>.*)\)",
        N_("{name} cannot be {value}; there is: {names}"),
    ),
)


class Help(argparse.HelpFormatter):
    """How a command is used, in the reader's language."""

    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, _("Usage:") + " " if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """Says first what is wrong and then how it is used; the parsers of the commands are of this kind too."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"add_help": False, "formatter_class": Help})
        self._positionals.title, self._optionals.title = _("What it takes"), _("Options")
        self.add_argument("-h", "--help", action="help", help=_("show how it is used"))

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(_("The command does not fit: {reason}").format(reason=what_is_wrong(message)) + "\n")
        self.print_usage(sys.stderr)
        self.exit(2)


def what_is_wrong(message: str) -> str:
    """What argparse says, in the reader's language and without what may be a key."""
    for pattern, words in SAYINGS:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return _(words).format(**{name: _shown(name, text) for name, text in found.groupdict().items()})
    return " ".join(HIDDEN if may_be_key(word) else word for word in message.split())


def _shown(kind: str, text: str) -> str:
    match kind:
        case "words":  # a key is too short for any rule where it follows an option that is not known
            return " ".join(_option(word) for word in text.split())
        case "option":
            return _option(text)
        case "value":
            return HIDDEN if may_be_key(text.strip("'\"")) else text
    return text


def _option(word: str) -> str:
    name = word.partition("=")[0]
    return name if OPTION.fullmatch(name) else HIDDEN


def seconds(text: str) -> float:
    """A length of time; raises ValueError where it is none."""
    value = float(text)
    if not 0 < value < math.inf:  # what is no number at all is neither
        raise ValueError(text)
    return value


def path_text(text: str) -> str:
    """A file as it is kept: whole, so that it is the same one from wherever the program is started next."""
    return str(full_path(text)) if text else ""
