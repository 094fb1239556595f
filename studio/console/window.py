"""`nongbo` alone: the window, with the plan of the last show and the products of the shop."""

import argparse
import sys
from dataclasses import replace

from studio.config import ShowConfig
from studio.console.output import print_problem
from studio.console.screen import screen_there
from studio.errors import StudioError
from studio.i18n import _
from studio.media.sources import cameras
from studio.paths import Home
from studio.paths import home as home_of
from studio.plan import load_plan, save_plan
from studio.store.store import Store


def run(args: argparse.Namespace) -> int:
    home = home_of(args.home)
    if not screen_there():
        sys.stderr.write(_("There is no screen here. Without a window: nongbo live, nongbo demo --headless.") + "\n")
        return 2
    try:
        show = planned_show(home.ensure())
    except StudioError as error:
        print_problem(error.problem)
        return 3
    from studio.app import run_window  # noqa: PLC0415 - the window's libraries load only where it is shown

    return run_window(
        home,
        show,
        cameras=lambda: [device.name for device in cameras()],
        save_show=lambda changed: save_plan(home, changed),
    )


def planned_show(home: Home) -> ShowConfig:
    """The plan of the last show with the shop's products on its cards."""
    with Store.of(home) as store:
        cards = tuple(product.card() for product in store.list_products())
    plan = load_plan(home) or ShowConfig(record_dir=home.recordings)
    return replace(plan, cards=cards, first_card=cards[0].sku if cards else None)
