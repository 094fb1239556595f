"""`nongbo viewers`: how many people watch, read off a screen and typed in."""

import argparse

from studio.console.output import OK, add_command, add_group, local_time, print_json, store_of
from studio.errors import fault
from studio.i18n import _, ngettext
from studio.viewers import parse_viewers, viewers_text


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The group and its commands."""
    commands = add_group(subparsers, "viewers", _("how many people watch"))
    add = add_command(commands, "add", run_add, _("write down how many people watch now"))
    add.add_argument("count", metavar="COUNT", help=_("like 312, or about so many: ~300, 300+, 1.2万"))
    add.add_argument("--session", type=int, required=True, metavar="ID")
    undo = add_command(commands, "undo", run_undo, _("take a count back that was mistyped"))
    undo.add_argument("count", metavar="COUNT", nargs="?", help=_("without it the one that was typed last"))
    undo.add_argument("--session", type=int, required=True, metavar="ID")


def _count_of(text: str) -> tuple[int, bool]:
    """How many, and whether only about so many."""
    found = parse_viewers(text)
    if found is None:
        raise fault("value.bad", field="COUNT", value=text, reason=_("a whole number, not below nothing"))
    return found


def run_add(args: argparse.Namespace) -> int:
    count, about = _count_of(args.count)
    with store_of(args) as store:
        at = store.add_viewers(args.session, count, about)
    if args.json:
        print_json({"session_id": args.session, "count": count, "about": about, "source": "typed", "at": at})
    else:
        told = ngettext("Session {id}: {count} viewer.", "Session {id}: {count} viewers.", count)
        print(told.format(id=args.session, count=viewers_text(count, about) if about else count))
    return OK


def run_undo(args: argparse.Namespace) -> int:
    """Takes back what was mistyped; what servers and platforms counted stays."""
    wanted = None if args.count is None else _count_of(args.count)[0]
    with store_of(args) as store:
        undone = store.undo_viewers(args.session, wanted)
    if args.json:
        print_json({"session_id": args.session, "undone": undone})
    elif undone is None:
        print(_("Session {id}: no such count was typed.").format(id=args.session))
    else:
        count = viewers_text(undone.count, undone.about)
        told = _("Session {id}: the count of {count}, typed at {time}, is taken back.")
        print(told.format(id=args.session, count=count, time=local_time(undone.at)))
    return OK
