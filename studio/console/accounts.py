"""`nongbo accounts`: the seller's accounts at platforms, asked for orders, viewers and comments."""

import argparse
import getpass
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from integrations.base import Handed, IntegrationError, Platform, Tokens
from integrations.kuaishou_push import KuaishouPush
from integrations.platforms import INTERFACES
from integrations.room_figures import sessions_of
from studio.accounts import (
    Account,
    keep_account,
    keep_tokens,
    load_accounts,
    remove_account,
    renewing_alone,
    saved_tokens,
    trouble,
)
from studio.addresses import is_name
from studio.config import DestinationConfig, Secret
from studio.console.destinations import NO_NAME
from studio.console.faults import print_problem
from studio.console.output import FAULT, OK, add_command, add_group, local_time, print_json, print_table, store_of
from studio.destinations import keep_destinations, load_destinations
from studio.errors import StudioError, fault, reason_of
from studio.i18n import N_, _, ngettext
from studio.keys import Keyring
from studio.order_polling import Fetcher
from studio.order_words import anchor_words, own_anchor_words
from studio.paths import Home
from studio.paths import home as home_of
from studio.store.buyers import buyer_salt

MASK = "•••"
TOKEN = N_("Access token, where the platform shows one (else empty)")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The group and its commands."""
    commands = add_group(subparsers, "accounts", _("accounts at platforms, for orders, viewers and comments"))
    add_command(commands, "list", run_list, _("the saved accounts"))
    add = add_command(commands, "add", run_add, _("save an account or let it in again; what it needs is asked for"))
    test = add_command(commands, "test", run_test, _("ask the platform for next to nothing"))
    remove = add_command(commands, "remove", run_remove, _("forget an account and its keys"))
    fetch = add_command(commands, "fetch", run_fetch, _("bring in what changed of orders since the last time"))
    rooms = add_command(commands, "rooms", run_rooms, _("what the platform says of its live rooms"))
    rooms.add_argument("--days", type=int, default=1, metavar="N", help=_("of so many days"))
    for parser in (add, test, remove, rooms):
        parser.add_argument("name", metavar="NAME")
    push = add_command(commands, "push", run_push, _("a push address for one show, saved as a destination"))
    push.add_argument("name", metavar="NAME")
    push.add_argument("--cover", type=Path, required=True, metavar="JPEG", help=_("the room's picture, best 720x1280"))
    push.add_argument("--caption", required=True, metavar="TEXT", help=_("the room's title"))
    push.add_argument("--sells", action="store_true", help=_("the room sells"))
    push.add_argument("--to", required=True, metavar="DESTINATION", help=_("the destination that is filled in"))
    fetch.add_argument("names", metavar="NAME", nargs="*")
    add.add_argument("--platform", choices=sorted(INTERFACES), default=None)
    add.epilog = _(
        "Questions are answered at the keyboard, or line by line on the standard input; an empty line leaves a value"
        " as it is."
    )


def run_list(args: argparse.Namespace) -> int:
    home = home_of(args.home)
    found = load_accounts(home)
    with store_of(args) as store:
        until = {one.name: store.confirmed(one.name, one.platform) for one in found.accounts}
    if args.json:
        print_json([_document(one, until[one.name]) for one in found.accounts])
    elif found.accounts:
        print_table(
            (_("Name"), _("Platform"), _("Let in until"), _("Orders up to")),
            [_cells(one, until[one.name]) for one in found.accounts],
        )
    elif not found.problems:
        print(_("No account is saved yet. Add one: nongbo accounts add NAME --platform PLATFORM"))
    for problem in found.problems:
        print_problem(problem)
    return FAULT if found.problems else OK


def run_add(args: argparse.Namespace) -> int:
    home = home_of(args.home).ensure()
    before = {one.name: one for one in load_accounts(home).accounts}.get(args.name)
    platform = args.platform or (before.platform if before else "")
    if platform not in INTERFACES:
        raise fault("value.bad", field="--platform", value=platform, reason=", ".join(sorted(INTERFACES)))
    if before is None or before.platform != platform:
        before = Account(args.name, platform, INTERFACES[platform].settings())
    account = replace(before, settings=_asked_for(before))
    if lacking := account.interface.missing(account.settings):
        raise fault("value.bad", field=", ".join(map(_, lacking)), value="", reason=_("it must be there"))
    with_token = not account.interface.keys_only
    if token := _ask(_(TOKEN), secret=True) if with_token else "":
        account = replace(account, tokens=Tokens(token))
    told = keep_account(home, account)
    with _asking(home, account) as asked:
        if with_token and not token:
            if page := asked.authorize_url("nongbo"):
                sys.stderr.write(_("Let us in on this page: {page}").format(page=page) + "\n")
            code = _ask(_("The code from the page"), secret=True)
            if code or account.tokens == Tokens():
                asked.connect(code)
        owner = asked.test()
    if args.json:
        print_json({"name": account.name, "platform": platform, "owner": owner})
    else:
        print(_("Saved: {name}.").format(name=account.name))
    if told is not None:
        print_problem(told)
    return OK


def run_test(args: argparse.Namespace) -> int:
    home = home_of(args.home)
    account = load_accounts(home).named(args.name)
    with _asking(home, account) as asked:
        owner, skew_s = asked.test(), asked.skew_s
    if args.json:
        print_json({"name": account.name, "platform": account.platform, "owner": owner, "clock_skew_s": skew_s})
    else:
        print(_("{name} answers: {owner}").format(name=account.name, owner=owner or _(account.interface.title)))
    return OK


def run_remove(args: argparse.Namespace) -> int:
    remove_account(home_of(args.home), args.name)
    with store_of(args) as store:
        store.forget_account(args.name)
    if args.json:
        print_json({"name": args.name, "removed": True})
    else:
        print(_("{name} is forgotten, and its keys with it.").format(name=args.name))
    return OK


def run_fetch(args: argparse.Namespace) -> int:
    """One account that fails keeps no other from being asked."""
    home = home_of(args.home).ensure()
    saved = load_accounts(home)
    accounts = [saved.named(name) for name in args.names] or list(saved.accounts)
    done: list[dict[str, object]] = []
    failed = list(saved.problems) if not args.names else []
    with store_of(args) as store:
        for account in accounts:
            fetcher = Fetcher(account, store, _handed(home, account.name, buyer_salt(home)))
            try:
                fetcher.fetch(None)
            except IntegrationError as error:
                failed.append(trouble(account.name, error))
            finally:
                fetcher.close()
            until = store.confirmed(account.name, account.platform)
            lines = {"changed": fetcher.changed, "unread": fetcher.unread}
            done.append({"name": account.name, "platform": account.platform, **lines, "confirmed_at": until})
            failed += filter(None, [fetcher.left_out()])
            if not args.json:
                told = ngettext("{name}: {count} line changed", "{name}: {count} lines changed", fetcher.changed)
                print(told.format(name=account.name, count=fetcher.changed))
            for anchor, count in fetcher.anchors.items():
                words = f"{anchor_words(anchor, count)} {own_anchor_words(account.platform, anchor)}"
                sys.stderr.write(f"{account.name}: {words}\n")
    if args.json:
        print_json(done)
    for problem in failed:
        print_problem(problem)
    return FAULT if failed else OK


def run_rooms(args: argparse.Namespace) -> int:
    """The platform's own figures under its own names; they are kept beside our sessions and never added to ours."""
    home = home_of(args.home)
    account = load_accounts(home).named(args.name)
    until = datetime.now(UTC)
    with _asking(home, account) as asked:
        rooms = asked.rooms(until - timedelta(days=max(1, args.days)), until)
    with store_of(args) as store:
        for export in sessions_of(account.name, rooms):
            store.import_sessions(export)
    if args.json:
        print_json([{**asdict(room), "figures": dict(room.figures)} for room in rooms])
        return OK
    for room in rooms:
        began = local_time(room.started_at) if room.started_at else ""
        print(f"{room.room_id}  {began}  {room.title}")
        for name, value in room.figures:
            print(f"  {name}: {value}")
    if not rooms:
        print(_("The platform tells of no live room."))
    return OK


def run_push(args: argparse.Namespace) -> int:
    """The address goes into the destination and onto no screen."""
    home = home_of(args.home).ensure()
    account = load_accounts(home).named(args.name)
    if not is_name(args.to):
        raise fault("value.bad", field="--to", value=MASK, reason=_(NO_NAME))
    try:
        cover = args.cover.read_bytes()
    except OSError as error:
        raise fault("value.bad", field="--cover", value=args.cover, reason=_(reason_of(error))) from None
    with _asking(home, account) as asked:
        if not isinstance(asked, KuaishouPush):
            raise fault("value.bad", field="NAME", value=args.name, reason=_("this platform gives no push address"))
        address = asked.push_address(cover, args.caption, args.sells)
    made = DestinationConfig(args.to, Secret(address.url), "kuaishou")
    keys = Keyring()
    others = tuple(one for one in load_destinations(home, keys).destinations if one.name != made.name)
    told = keep_destinations(home, (*others, made), keys)
    if args.json:
        print_json({"destination": made.name, "address": made.shown, "stream": address.stream})
    else:
        print(_("Saved: {name} ({address}).").format(name=made.name, address=made.shown))
    if told is not None:
        print_problem(told)
    return OK


@contextmanager
def _asking(home: Home, account: Account) -> Iterator[Platform]:
    """The account's interface; what goes wrong ends the command in four lines."""
    asked = account.interface.open(account.settings, account.tokens, _handed(home, account.name))
    try:
        yield asked
    except IntegrationError as error:
        raise StudioError(trouble(account.name, error)) from None
    finally:
        asked.close()


def _handed(home: Home, name: str, salt: bytes = b"") -> Handed:
    def keep(tokens: Tokens) -> None:
        if (problem := keep_tokens(home, name, tokens)) is not None:
            print_problem(problem)

    saved, alone = partial(saved_tokens, home, name), partial(renewing_alone, home)
    return Handed(lambda: datetime.now(UTC), time.sleep, keep, salt, saved, alone)


def _asked_for(account: Account) -> Any:
    """The settings, each asked for; what is left empty stays."""
    typed = {}
    for part in fields(account.settings):
        label, words, secret = (part.metadata[name] for name in ("label", "help", "secret"))
        now = getattr(account.settings, part.name)
        sys.stderr.write(f"{_(words)}\n")
        shown = MASK if secret and now else now
        typed[part.name] = _ask(f"{_(label)} [{shown}]" if shown else _(label), secret) or now
    return replace(account.settings, **typed)


def _ask(question: str, secret: bool) -> str:
    """One line; what is secret is not shown while it is typed, and never stands on a command line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    if secret:
        return getpass.getpass(f"{question}: ").strip()
    sys.stderr.write(f"{question}: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip()


def _document(account: Account, until: datetime | None) -> dict[str, object]:
    hidden = account.interface.secrets()
    texts = {part.name: getattr(account.settings, part.name) for part in fields(account.settings)}
    settings = {name: MASK if name in hidden and text else text for name, text in texts.items()}
    return {
        "name": account.name,
        "platform": account.platform,
        "settings": settings,
        "missing": account.interface.missing(account.settings),
        "let_in": account.let_in,
        "ends_at": account.tokens.ends_at,
        "owner": account.tokens.owner,
        "confirmed_at": until,
    }


def _cells(account: Account, until: datetime | None) -> tuple[str, str, str, str]:
    until_words = local_time(until) if until else ""
    return account.name, _(account.interface.title), _let_in_words(account), until_words


def _let_in_words(account: Account) -> str:
    """Until when; a token that is renewed by itself is good as long as what renews it."""
    tokens = account.tokens
    ends_at = tokens.refresh_ends_at if tokens.refresh else tokens.ends_at
    if not account.let_in:
        return _("not yet")
    return local_time(ends_at) if ends_at and ends_at > datetime.now(UTC) else _("yes")
