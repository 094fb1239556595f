"""`nongbo doctor --live`: the go-live check in a terminal."""

import argparse
import re
import sys
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from studio.checks import CHECK_NAMES, OUTCOME_WORDS, SENTENCE, Check, CheckBegun, CheckPlan, CheckResult, Outcome
from studio.clock import SystemClock
from studio.config import ShowConfig
from studio.console.output import OK, print_json
from studio.console.show import audio_from, source_from
from studio.destinations import destination
from studio.errors import explain, fault
from studio.health.preflight.examination import Subject, examine
from studio.health.preflight.microphone import answered
from studio.i18n import N_, _
from studio.paths import Home, full_path
from studio.plan import load_plan

EXIT_NOT_READY = 3
MOST_MINUTES = 24 * 60
USUAL_MINUTES = 120
YES = ("y", "yes", "yep", "ok", "okay", "sure", "1")
NO = ("n", "no", "nope", "0")
UNSURE = re.compile(r"[我还也都]*(不知道|不清楚|不确定|不好说|说不准|说不好)")
PRAISE = re.compile(r"没有?(啥|什么)?(问题|毛病)|没事|不错|差不多")  # sounds like a no and is none
QUESTIONS = ("?", "吗", "么")
SIGNS_OF_NO = ("没", "不", "否", "无", "有问题")  # looked for before those of yes: 没听到 holds one of them, too
SIGNS_OF_YES = ("是", "听", "有", "好", "能", "可以", "对", "行", "嗯", "当然", "清楚", "清晰")
GROUPS: dict[str, tuple[Check, ...]] = {
    N_("Picture and sound"): (Check.CAMERA, Check.MICROPHONE, Check.PLAYBACK),
    N_("This computer"): (Check.COMPUTER, Check.DISK, Check.POWER, Check.CLOCK),
    N_("The network"): (Check.DATA, Check.DESTINATION, Check.KEY, Check.UPLOAD),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """What `--live` looks at; without them the plan of the window."""
    parser.add_argument("--live", action="store_true", help=_("try what the next show needs"))
    parser.add_argument("--source", default=None, metavar="SOURCE", help=_("where the picture comes from"))
    parser.add_argument("--audio", default=None, metavar="AUDIO", help=_("where the sound comes from"))
    parser.add_argument("--to", action="append", default=[], metavar="RTMP_URL", help=_("where to; may be repeated"))
    parser.add_argument("--record", type=full_path, default=None, metavar="DIR", help=_("a folder for the recording"))
    parser.add_argument("--bitrate", type=int, default=None, metavar="KBPS", help=_("how much is sent, kb/s"))
    parser.add_argument("--duration-min", type=int, default=None, metavar="N", help=_("how long the show is to be"))
    parser.add_argument("--data-left", type=float, default=None, metavar="GB", help=_("what is left on the data plan"))
    parser.add_argument(
        "--room-closed",
        action="store_true",
        help=_("no room is open: a test stream may be sent for ten seconds to measure the upload"),
    )


def only_live(args: argparse.Namespace) -> str:
    """An option that was given and says nothing without `--live`; empty where there is none."""
    names = ("source", "audio", "to", "record", "bitrate", "duration_min", "data_left", "room_closed")
    return next((f"--{name.replace('_', '-')}" for name in names if getattr(args, name) not in (None, [], False)), "")


def run(args: argparse.Namespace, home: Home) -> int:
    """Makes the checks; 0 where none is bad, else 3."""
    person = not args.json and sys.stdin.isatty() and sys.stderr.isatty()
    subject = Subject(
        _show(args, home),
        _plan(args, person),
        home.ensure().root,
        SystemClock(),
        threading.Event(),
        _begun if person else _silent,
    )
    found: dict[tuple[Check, str], CheckResult] = {}
    for result in examine(subject):
        found[result.check, result.about] = asked_of(result) if result.asks else result
    results = list(found.values())
    if args.json:
        print_json([document(result) for result in results])
    else:
        _print(results)
    return EXIT_NOT_READY if any(result.outcome is Outcome.BAD for result in results) else OK


def _show(args: argparse.Namespace, home: Home) -> ShowConfig:
    """The window's plan, with what was asked for in its place."""
    show = load_plan(home) or ShowConfig(record_dir=home.recordings)
    if args.source is not None:
        source = source_from(args.source)
        show = replace(show, source=source, audio=audio_from(args.audio, source))
    elif args.audio is not None:
        show = replace(show, audio=audio_from(args.audio, show.source))
    if args.to:
        places = tuple(destination(home, text, number) for number, text in enumerate(args.to, 1))
        show = replace(show, destinations=places)
    if args.bitrate is not None:
        show = replace(show, encoder=replace(show.encoder, bitrate_kbps=args.bitrate))
    return replace(show, record_dir=args.record or show.record_dir)


def _plan(args: argparse.Namespace, person: bool) -> CheckPlan:
    minutes = USUAL_MINUTES if args.duration_min is None else args.duration_min
    if not 0 < minutes <= MOST_MINUTES:
        raise fault("value.bad", field="--duration-min", value=minutes, reason=f"1…{MOST_MINUTES}")
    if args.data_left is not None and not 0 <= args.data_left < 1e6:
        raise fault("value.bad", field="--data-left", value=args.data_left, reason="≥ 0")
    return CheckPlan(minutes, args.data_left, args.room_closed, person)


def _begun(begun: CheckBegun) -> None:
    """Says on stderr what is wanted of the person; without one nothing is."""
    if begun.speak:
        sys.stderr.write(_("Say now: “{sentence}”").format(sentence=_(SENTENCE)) + "\n")
    elif begun.check is Check.PLAYBACK:
        sys.stderr.write(_("Listen…") + "\n")
    else:
        sys.stderr.write(_("Trying: {name}").format(name=_(CHECK_NAMES[begun.check])) + "\n")


def _silent(_begun: CheckBegun) -> None:
    """Nobody is there."""


def asked_of(result: CheckResult) -> CheckResult:
    """The same once the person has said whether it was heard; unchanged where no answer comes."""
    while True:
        sys.stderr.write(result.found.told() + _(" [y/n] "))
        sys.stderr.flush()
        word = unicodedata.normalize("NFKC", sys.stdin.readline()).strip(" \t\r\n.,!。~").lower()
        if not word or UNSURE.match(word):
            return result
        if (heard := understood(word)) is not None:
            return answered(heard)


def understood(word: str) -> bool | None:
    """Whether somebody who answers so means yes; None where nobody can tell, or something is asked back."""
    if word in YES or word in NO:
        return word in YES
    rest = PRAISE.sub("好", word)
    if word.endswith(QUESTIONS):
        return None
    if any(sign in rest for sign in SIGNS_OF_NO):
        return False
    if "什么" in rest:
        return None
    return True if any(sign in rest for sign in SIGNS_OF_YES) else None


def _print(results: Iterable[CheckResult]) -> None:
    found = list(results)
    for title, checks in GROUPS.items():
        lines = [result for check in checks for result in found if result.check is check]
        if lines:
            print(_(title))
        for result in lines:
            print(f"  [{_(OUTCOME_WORDS[result.outcome])}] {name_of(result)}: {result.found.told()}")
            if result.problem is not None:
                told = explain(result.problem)
                for line in (told.what, told.viewers, told.fix, told.who):
                    print(f"      {line}")
            print("      " + _("Not looked at: {what}").format(what=result.not_covered.told()))


def name_of(result: CheckResult) -> str:
    """What was checked, with the destination's name where there is one."""
    name = _(CHECK_NAMES[result.check])
    return f"{name} ({result.about})" if result.about else name


def document(result: CheckResult) -> dict[str, Any]:
    """A result as JSON tells it."""
    return {
        "check": result.check.value,
        "about": result.about or None,
        "outcome": result.outcome.value,
        "found": result.found.told(),
        "values": dict(result.found.values),
        "not_covered": result.not_covered.told(),
        "problem": result.problem,
    }
