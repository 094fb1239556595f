"""`nongbo destinations`: the places a show goes to, kept with their keys; and the guide to an address."""

import argparse
import getpass
import os
import sys

from studio.addresses import VIRTUAL_CAMERA, holds_key, is_name, join_address, shown_name
from studio.config import DestinationConfig, Secret
from studio.console.faults import print_problem
from studio.console.output import FAULT, OK, add_command, add_group, print_json, print_table
from studio.destinations import Saved, destination, keep_destinations, load_destinations, move_keys
from studio.errors import Problem, fault
from studio.guide import Ending, Question, follow
from studio.i18n import N_, _
from studio.keys import Keyring
from studio.paths import Home
from studio.paths import home as home_of
from studio.presets import PLATFORMS, Preset, preset_of, recognised

KEY_VARIABLE = "NONGBO_STREAM_KEY"
NOT_HERE = N_("type the key when you are asked for it: other programs can read a command line")
NO_NAME = N_("a short word without ? & = : it is shown to everybody")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The group and its commands."""
    commands = add_group(subparsers, "destinations", _("where shows go, and how to get an address"))
    add_command(commands, "list", run_list, _("the saved destinations"))
    show = add_command(commands, "show", run_show, _("one destination, and where its address is found"))
    remove = add_command(commands, "remove", run_remove, _("forget a destination and its key"))
    add = add_command(commands, "add", run_add, _("save a destination; its key is asked for"))
    add_command(commands, "guide", run_guide, _("a few questions that lead to an address or a virtual camera"))
    for parser in (show, remove, add):
        parser.add_argument("name", metavar="NAME")
    add.add_argument(
        "--platform", choices=[one.platform for one in PLATFORMS], default=None, help=_("whose rules it follows")
    )
    add.add_argument("--server", default="", metavar="RTMP_URL", help=_("the server, without the key"))
    add.add_argument("--virtualcam", nargs="?", const="", default=None, metavar="DEVICE", help=_("a virtual camera"))
    add.add_argument("--codes", action=argparse.BooleanOptionalAction, default=None, help=_("QR codes may be shown"))
    add.epilog = _("The key is read from {variable}, else from the keyboard or the standard input.").format(
        variable=KEY_VARIABLE
    )


def run_list(args: argparse.Namespace) -> int:
    saved = _load(home_of(args.home))
    if args.json:
        print_json([_document(one) for one in saved.destinations])
    elif saved.destinations:
        print_table(
            (_("Name"), _("Platform"), _("Address"), _("QR codes")), [_cells(one) for one in saved.destinations]
        )
    elif not saved.problems:
        print(_("No destination is saved yet. Add one: nongbo destinations add NAME"))
    for problem in saved.problems:
        print_problem(problem)
    return FAULT if saved.problems else OK


def run_show(args: argparse.Namespace) -> int:
    home = home_of(args.home)
    _load(home)
    one = destination(home, args.name, 1) if is_name(args.name) else None
    if one is None or one.name != args.name:
        raise fault("destination.unknown", name=shown_name(args.name))
    if args.json:
        print_json(_document(one))
        return OK
    name, platform, address, codes = _cells(one)
    print_table((_("Name"), name), [(_("Platform"), platform), (_("Address"), address), (_("QR codes"), codes)])
    for line in _facts(one.preset):
        print(line)
    return OK


def run_add(args: argparse.Namespace) -> int:
    home = home_of(args.home).ensure()
    made = _asked_for(args)
    keys = Keyring()
    told = [move_keys(home, keys)]
    others = tuple(one for one in load_destinations(home, keys).destinations if one.name != made.name)
    told.append(keep_destinations(home, (*others, made), keys))
    if args.json:
        print_json(_document(made))
    else:
        print(_("Saved: {name} ({address}).").format(name=made.name, address=made.shown))
        if made.camera is None:
            print(_(made.preset.key_life))
        if not made.takes_codes:
            print(_(made.preset.codes_why))
    for problem in filter(None, told):
        print_problem(problem)
    return OK


def run_remove(args: argparse.Namespace) -> int:
    home, keys = home_of(args.home), Keyring()
    saved = load_destinations(home, keys)
    known = [one.name for one in saved.destinations] + [_name_in(problem) for problem in saved.problems]
    if args.name not in known:
        raise fault("destination.unknown", name=shown_name(args.name))
    others = tuple(one for one in saved.destinations if one.name != args.name)
    keep_destinations(home, others, keys, removed=frozenset({args.name}))
    if args.json:
        print_json({"name": args.name, "removed": True})
    else:
        print(_("{name} is forgotten, and its key with it.").format(name=args.name))
    return OK


def run_guide(args: argparse.Namespace) -> int:
    answers: list[str] = []
    while isinstance(here := follow(answers), Question):
        answers.append(_ask(here))
    _tell(here, answers, args.json)
    return OK


def _ask(question: Question) -> str:
    """One answer from the keyboard: its number or its name; asked again where it is neither."""
    values = [value for value, _word in question.answers]
    say = sys.stderr.write
    say(_(question.text) + "\n")
    if question.note:
        say(f"  ({_(question.note)})\n")
    for number, (_value, word) in enumerate(question.answers, 1):
        say(f"  {number}  {_(word)}\n")
    while True:
        say("> ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            raise fault("value.bad", field=_(question.text), value="", reason=_("it must be there"))
        typed = line.strip()
        if typed in values:
            return typed
        if typed.isdecimal() and 1 <= int(typed) <= len(values):
            return values[int(typed) - 1]
        say(_("Type a number from 1 to {count}.").format(count=len(values)) + "\n")


def _tell(ending: Ending, answers: list[str], as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "way": ending.way,
                "platform": ending.platform.platform,
                "answers": answers,
                "steps": ending.lines(),
                "doubt": _(ending.platform.doubt) if ending.platform.doubt else None,
            }
        )
        return
    print(ending.heading)
    for number, line in enumerate(ending.lines(), 1):
        print(f"  {number}. {line}")
    if ending.platform.doubt:
        print(_(ending.platform.doubt))


def _load(home: Home) -> Saved:
    """The saved destinations; where they lie in the first kind of file they go into the key store before."""
    keys = Keyring()
    told = move_keys(home, keys)
    saved = load_destinations(home, keys)
    return Saved(saved.destinations, (*saved.problems, *filter(None, [told])))


def _asked_for(args: argparse.Namespace) -> DestinationConfig:
    """The destination the options and the typed key describe; raises for what will not do."""
    if not is_name(args.name):
        raise fault("value.bad", field="NAME", value="•••", reason=_(NO_NAME))
    preset = preset_of(args.platform) if args.platform else None
    if args.virtualcam is not None:
        address = f"{VIRTUAL_CAMERA}:{args.virtualcam}" if args.virtualcam else VIRTUAL_CAMERA
    else:
        if holds_key(args.server):
            raise fault("value.bad", field="--server", value="•••", reason=_(NOT_HERE))
        server = args.server or (preset.server if preset and "…" not in preset.server else "")
        address = join_address(server, _key(server))
    preset = preset or recognised(address) or preset_of("custom")
    return DestinationConfig(args.name, Secret(address), preset.platform, args.codes)


def _key(server: str) -> str:
    """The key, or the whole address where no server is known; never from the command line."""
    from_environment = os.environ.pop(KEY_VARIABLE, "")  # the processes that are started inherit what is there
    if from_environment:
        return from_environment
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return getpass.getpass(_("Stream key: ") if server else _("Whole push address with its key: ")).strip()


def _document(one: DestinationConfig) -> dict[str, object]:
    return {
        "name": one.name,
        "platform": one.platform,
        "address": one.shown,
        "virtual_camera": one.camera is not None,
        "codes": one.takes_codes,
        "key_lifetime_s": one.preset.key_lifetime_s,
        "closes_after_s": one.preset.closes_after_s,
    }


def _cells(one: DestinationConfig) -> tuple[str, str, str, str]:
    return one.name, _(one.preset.name), one.shown, _("shown") if one.takes_codes else _("not shown")


def _facts(preset: Preset) -> list[str]:
    """What is known of the platform, line by line."""
    lines = [f"{number}. {_(step)}" for number, step in enumerate(preset.steps, 1)]
    lines.append(_(preset.key_life))
    if preset.closes_after_s is not None:
        lines.append(
            _("Without a stream the platform may close the room after {seconds} s.").format(
                seconds=round(preset.closes_after_s)
            )
        )
    lines.append(_(preset.codes_why))
    if preset.doubt:
        lines.append(_(preset.doubt))
    return lines


def _name_in(problem: Problem) -> str:
    return dict(problem.values).get("name", "")
