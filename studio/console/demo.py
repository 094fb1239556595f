"""`nongbo demo`: the show of the first minute, with the shop and the clip the program brings along."""

import argparse
from dataclasses import replace
from functools import partial

from studio.console.output import add_command
from studio.console.parser import seconds
from studio.console.screen import screen_there
from studio.console.streams import say
from studio.i18n import _
from studio.paths import home as home_of
from studio.shop.demo import demo_show

HEADLESS_DEMO_S = 20.0


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = add_command(subparsers, "demo", run_demo, _("a show with the shop and the clip the program brings along"))
    demo.add_argument("--duration", type=seconds, default=None, metavar="S", help=_("how long, in seconds"))
    demo.add_argument("--headless", action="store_true", help=_("without a window"))


def run_demo(args: argparse.Namespace) -> int:
    """The demo in its window; where there is no screen, the same show without one."""
    home = home_of(args.home)
    show = replace(demo_show(home.recordings), duration_s=args.duration)
    if not args.headless and not args.json and screen_there():
        from studio.app import run_window  # noqa: PLC0415 - the window's libraries load only where it is shown
        from studio.plan import add_destinations  # noqa: PLC0415 - as they do

        keep = partial(add_destinations, home)  # who tries the program out may add theirs here
        return run_window(home, show, auto_start=True, duration_s=args.duration, demo=True, save_show=keep)
    if not args.headless and not args.json:
        say(_("There is no screen here, so the demo runs without its window."))
    if args.duration is None:
        show = replace(show, duration_s=HEADLESS_DEMO_S)
    from studio.console.onair import show_to_the_end  # noqa: PLC0415 - the window must not load the engine

    return show_to_the_end(home, show, args.json)
