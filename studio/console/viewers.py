"""`nongbo viewers`: how many people watch, read off a screen and typed in."""

import argparse

from studio.console.output import OK, add_command, print_json, store_of
from studio.errors import fault
from studio.i18n import _, ngettext

MOST_VIEWERS = 1_000_000_000


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The group and its command."""
    group = subparsers.add_parser("viewers", help=_("how many people watch"))
    commands = group.add_subparsers(metavar=_("COMMAND"), required=True)
    add = add_command(commands, "add", run_add, _("write down how many people watch now"))
    add.add_argument("count", metavar="COUNT", type=int)
    add.add_argument("--session", type=int, required=True, metavar="ID")


def run_add(args: argparse.Namespace) -> int:
    if not 0 <= args.count <= MOST_VIEWERS:
        raise fault("value.bad", field="COUNT", value=args.count, reason=_("a whole number, not below nothing"))
    with store_of(args) as store:
        at = store.add_viewers(args.session, args.count)
    if args.json:
        print_json({"session_id": args.session, "count": args.count, "source": "typed", "at": at})
    else:
        told = ngettext("Session {id}: {count} viewer.", "Session {id}: {count} viewers.", args.count)
        print(told.format(id=args.session, count=args.count))
    return OK
