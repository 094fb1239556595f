"""`nongbo viewers`: how many people watch, read off a screen and typed in."""

import argparse

from studio.console.output import OK, add_command, print_json, store_of
from studio.errors import fault
from studio.i18n import _, ngettext
from studio.viewers import parse_viewers, viewers_text


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The group and its command."""
    group = subparsers.add_parser("viewers", help=_("how many people watch"))
    commands = group.add_subparsers(metavar=_("COMMAND"), required=True)
    add = add_command(commands, "add", run_add, _("write down how many people watch now"))
    add.add_argument("count", metavar="COUNT", help=_("like 312, or about so many: ~300, 300+, 1.2万"))
    add.add_argument("--session", type=int, required=True, metavar="ID")


def run_add(args: argparse.Namespace) -> int:
    found = parse_viewers(args.count)
    if found is None:
        raise fault("value.bad", field="COUNT", value=args.count, reason=_("a whole number, not below nothing"))
    count, about = found
    with store_of(args) as store:
        at = store.add_viewers(args.session, count, about)
    if args.json:
        print_json({"session_id": args.session, "count": count, "about": about, "source": "typed", "at": at})
    else:
        told = ngettext("Session {id}: {count} viewer.", "Session {id}: {count} viewers.", count)
        print(told.format(id=args.session, count=viewers_text(count, about) if about else count))
    return OK
