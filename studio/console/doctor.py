"""`nongbo doctor`: what is there, what is missing, and how to get it. Claims nothing that it did not try."""

import argparse
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum

from overlays.text import FAMILIES, chinese_font, painting_ready
from studio.console import doctor_live
from studio.console.output import add_command, print_json
from studio.console.screen import screen_there
from studio.destinations import keys_in_file
from studio.errors import Problem, StudioError, explain, fault
from studio.i18n import _
from studio.keys import Keyring
from studio.media.devices import cameras, microphones
from studio.media.encoder import missing_codecs
from studio.paths import Home
from studio.paths import home as home_of
from studio.store.store import Store

ENOUGH_DISK_BYTES = 5_000_000_000  # three hours at 2,500 kb/s and some room


class Finding(StrEnum):
    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"  # could not be tried
    WARNING = "warning"  # works, and is worth knowing


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the doctor's list; `advice` says what to do where it is not good."""

    name: str
    finding: Finding
    found: str
    advice: str = ""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = add_command(subparsers, "doctor", run, _("what is there, what is missing, and how to get it"))
    doctor_live.add_options(parser)


def run(args: argparse.Namespace) -> int:
    if args.live:
        return doctor_live.run(args, home_of(args.home))
    if option := doctor_live.only_live(args):
        raise fault("value.bad", field="doctor", value=option, reason=_("it goes with --live"))
    checks = examine(home_of(args.home))
    if args.json:
        print_json([{"check": tried} | asdict(check) for tried, check in checks.items()])
    else:
        marks = {
            Finding.GOOD: _("good"),
            Finding.BAD: _("missing"),
            Finding.UNKNOWN: _("not tried"),
            Finding.WARNING: _("take care"),
        }
        for check in checks.values():
            print(f"[{marks[check.finding]}] {check.name}: {check.found}")
            if check.advice:
                print(f"    {check.advice}")
    return 1 if any(check.finding is Finding.BAD for check in checks.values()) else 0


def examine(home: Home) -> dict[str, Check]:
    """Tries everything a show needs on this computer; each by the name scripts know it by."""
    tries: dict[str, Callable[[], Check]] = {
        "folder": lambda: _folder(home),
        "disk": lambda: _disk(home),
        "compression": _encoder,
        "font": _font,
        "camera": _camera,
        "microphone": _microphone,
        "screen": _screen,
        "keys": lambda: _keys(home),
    }
    return {name: attempt() for name, attempt in tries.items()}


def _folder(home: Home) -> Check:
    name = _("Folder and log")
    try:
        with Store.of(home.ensure()):
            return Check(name, Finding.GOOD, str(home.root))
    except StudioError as error:
        told = explain(error.problem)
        return Check(name, Finding.BAD, told.what, told.fix)


def _disk(home: Home) -> Check:
    name = _("Room on the disk")
    try:
        free = shutil.disk_usage(home.root).free
    except OSError as error:
        return Check(name, Finding.UNKNOWN, str(error))
    found = _("{gigabytes} GB free").format(gigabytes=round(free / 1e9, 1))
    if free >= ENOUGH_DISK_BYTES:
        return Check(name, Finding.GOOD, found)
    return Check(name, Finding.BAD, found, _("Three hours of recording need about 5 GB: delete old recordings."))


def _encoder() -> Check:
    name = _("Picture and sound compression")
    missing = missing_codecs()
    if missing:
        return Check(name, Finding.BAD, ", ".join(missing), _("Install the program anew."))
    return Check(name, Finding.GOOD, "x264, AAC")


def _font() -> Check:
    name = _("Chinese font for the cards")
    painting_ready()
    family = chinese_font()
    if family is not None:
        return Check(name, Finding.GOOD, family)
    return Check(
        name,
        Finding.BAD,
        _("none of {families}").format(families=", ".join(FAMILIES)),
        "sudo apt-get install fonts-wqy-microhei",
    )


def _camera() -> Check:
    name, found = _("Camera"), cameras()
    if found:
        return Check(name, Finding.GOOD, found[0].description)
    return Check(
        name, Finding.BAD, _("none found"), _("Plug a camera in, or use a phone as camera: --source url:rtsp://…")
    )


def _microphone() -> Check:
    name, found = _("Microphone"), microphones()
    if found:
        return Check(name, Finding.GOOD, found[0].description)
    return Check(name, Finding.BAD, _("none found"), _("Plug a microphone or a headset in."))


def _screen() -> Check:
    name = _("Screen for the window")
    if screen_there():
        return Check(name, Finding.GOOD, _("there"))
    return Check(name, Finding.UNKNOWN, _("none here"), _("Without a screen use: nongbo live, nongbo demo --headless"))


def _keys(home: Home) -> Check:
    name, store = _("Stream keys"), Keyring().name()
    if store and not keys_in_file(home):
        return Check(name, Finding.GOOD, _("in this computer's key store ({store})").format(store=store))
    if store:
        return Check(
            name, Finding.WARNING, _("in a file"), _("Save the destinations again: they go into the key store then.")
        )
    told = explain(Problem.of("keys.in_file", path=home.destinations))
    return Check(name, Finding.WARNING, _("this computer has no key store: keys lie in a file"), told.fix)
