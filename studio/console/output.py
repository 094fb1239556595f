"""How the command line speaks: one JSON document, tables for people, faults in four lines on stderr."""

import argparse
import json
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from studio.console.faults import print_problem
from studio.console.streams import say
from studio.errors import Problem, StudioError
from studio.i18n import LANGUAGES, _
from studio.paths import home as home_of
from studio.shop.table import RejectedRow

if TYPE_CHECKING:
    from studio.store.order_rows import OrderRow
    from studio.store.store import Store

OK = 0
FAULT = 1
USAGE = 2

Run = Callable[[argparse.Namespace], int]


def add_group(
    subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, summary: str
) -> "argparse._SubParsersAction[argparse.ArgumentParser]":
    """A group of commands; the options every command has may stand before the command's name, too."""
    parser = subparsers.add_parser(name, help=summary, description=summary)
    _add_options_of_all(parser)
    return parser.add_subparsers(metavar=_("COMMAND"), required=True)


def add_command(
    group: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: Run, summary: str
) -> argparse.ArgumentParser:
    """A command of a group, with the options every command has; faults that are known end it in four lines."""
    parser = group.add_parser(name, help=summary, description=summary)
    parser.add_argument("--json", action="store_true", help=_("one JSON document instead of text"))
    _add_options_of_all(parser)
    parser.set_defaults(run=lambda args: _run(run, args))
    return parser


def _add_options_of_all(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--home", default=argparse.SUPPRESS, metavar="DIR", help=argparse.SUPPRESS)
    parser.add_argument("--lang", default=argparse.SUPPRESS, choices=LANGUAGES, help=argparse.SUPPRESS)


def _run(run: Run, args: argparse.Namespace) -> int:
    try:
        return run(args)
    except StudioError as error:
        print_problem(error.problem)
        return USAGE if error.problem.code == "value.bad" else FAULT


def store_of(args: argparse.Namespace) -> "Store":
    """The log of the home folder that was asked for; open it with `with`."""
    from studio.store.store import Store  # noqa: PLC0415 - 45 MB that the window never needs

    return Store.of(home_of(getattr(args, "home", None)).ensure())


def print_json(document: object) -> None:
    """One JSON document on stdout; readable as it is where stdout can show it."""
    readable = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    print(json.dumps(document, ensure_ascii=not readable, indent=2, default=_plain))


def print_rejected(rejected: Sequence[RejectedRow]) -> None:
    """The rows of a file that did not come in, on stderr."""
    for row in rejected:
        say(_("Line {line} was left out: {reason}").format(line=row.line, reason=row.reason))


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> None:
    """Columns under their headings, aligned for letters of double width; the columns in `numbers` to the right."""
    for line in table_lines(headings, rows, numbers):
        print(line)


def table_lines(headings: Sequence[str], rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> list[str]:
    widths = [max(map(shown_width, column)) for column in zip(headings, *rows, strict=True)]
    lines = []
    for row in (headings, *rows):
        cells = []
        for place, (cell, width) in enumerate(zip(row, widths, strict=True)):
            blank = " " * (width - shown_width(cell))
            cells.append(blank + cell if place in numbers else cell + blank)
        lines.append("  ".join(cells).rstrip())
    return lines


def shown_width(text: str) -> int:
    """How many columns of a terminal `text` takes: two for a Chinese character, none for an accent on another."""
    return sum(0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def local_time(at: datetime, pattern: str = "%Y-%m-%d %H:%M") -> str:
    """A time on this computer's clock."""
    return at.astimezone().strftime(pattern)


def order_json(order: "OrderRow") -> dict[str, object]:
    """An order line as scripts get it; what counts buyers stays here."""
    return {name: value for name, value in asdict(order).items() if name != "buyer"}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, Problem):
        return {"code": value.code, "values": dict(value.values)}
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in value.__dataclass_fields__}
    raise TypeError(f"{value!r} has no form in JSON")
