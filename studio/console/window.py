"""`nongbo` alone: the window, with the plan of the last show; the engine knows the shop's products."""

import argparse
import sys

from studio.config import ShowConfig
from studio.console.faults import print_problem
from studio.console.screen import screen_there
from studio.destinations import load_destinations, move_keys
from studio.errors import StudioError
from studio.i18n import _
from studio.keys import Keyring
from studio.less_motion import wants_less_motion
from studio.paths import home as home_of
from studio.plan import KeptPlan, load_plan


def run(args: argparse.Namespace) -> int:
    home = home_of(args.home)
    if not screen_there():
        sys.stderr.write(_("There is no screen here. Without a window: nongbo live, nongbo demo --headless.") + "\n")
        return 2
    keys = Keyring()
    try:
        moved = move_keys(home.ensure(), keys)
        saved = load_destinations(home, keys)
        show = load_plan(home, saved.destinations) or ShowConfig(
            destinations=saved.destinations, record_dir=home.recordings, calm=wants_less_motion()
        )
    except StudioError as error:
        print_problem(error.problem)
        return 3
    from studio.app import run_window  # noqa: PLC0415 - the window's libraries load only where it is shown

    alarms = (*saved.problems, *filter(None, [moved]))
    plan = KeptPlan(home, saved, keys)
    return run_window(home, show, save_show=plan.save, come_back=plan.come_back, alarms=alarms)
