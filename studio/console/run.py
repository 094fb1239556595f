"""`nongbo run`: what comes when in the next show, as a table that any table program edits."""

import argparse
from pathlib import Path

from studio.console.output import OK, add_command, add_group, print_json, print_rejected, print_table, store_of
from studio.errors import fault
from studio.frozen import plain
from studio.i18n import _, ngettext
from studio.paths import Home, full_path
from studio.paths import home as home_of
from studio.run import NO_RUN, RunOfShow
from studio.run_file import load_run, read_run, save_run, write_run

KEPT = Path()  # stands for the run that is kept, where a file may be named


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The group and its commands."""
    commands = add_group(subparsers, "run", _("what comes when in the next show"))
    add_command(commands, "list", run_list, _("the steps of the run"))
    read = add_command(commands, "import", run_import, _("read the run from a table (CSV, XLSX)"))
    read.add_argument("file", metavar="FILE", type=full_path)
    write = add_command(commands, "export", run_export, _("write the run to a table (CSV)"))
    write.add_argument("file", metavar="FILE", type=full_path)


def add_option(parser: argparse.ArgumentParser) -> None:
    """`--run` for the commands that go on air."""
    parser.add_argument(
        "--run",
        dest="run_file",  # `run` is what the command does
        nargs="?",
        type=full_path,
        const=KEPT,
        default=None,
        metavar="FILE",
        help=_("go through a run of show: the one that is kept, or a table"),
    )


def run_list(args: argparse.Namespace) -> int:
    run = load_run(home_of(args.home))
    if args.json:
        print_json(plain(run))
        return OK
    if not run.steps:
        print(_("Nothing is planned yet. In the window it is the page “Run”."))
        return OK
    with store_of(args) as store:
        names = {product.sku: product.name for product in store.list_products()}
    rows = [
        (str(place), step.sku, names.get(step.sku, "-"), f"{step.minutes:g}", " ".join(one.kind for one in step.offer))
        for place, step in enumerate(run.steps, 1)
    ]
    print_table(("#", _("Code"), _("Name"), _("Minutes"), _("Offer")), rows, numbers=(0, 3))
    return OK


def run_import(args: argparse.Namespace) -> int:
    home = home_of(args.home).ensure()
    run = run_in(args, home, args.file)
    save_run(home, run)
    if args.json:
        print_json(plain(run))
    else:
        print(ngettext("{count} step", "{count} steps", len(run.steps)).format(count=len(run.steps)))
    return OK


def run_export(args: argparse.Namespace) -> int:
    home = home_of(args.home)
    run = run_in(args, home, KEPT)
    write_run(args.file, run)
    count = len(run.steps)
    if args.json:
        print_json({"file": str(args.file), "steps": count})
    else:
        print(
            ngettext("{count} step is in {path}.", "{count} steps are in {path}.", count).format(
                count=count, path=args.file
            )
        )
    return OK


def run_in(args: argparse.Namespace, home: Home, path: Path | None) -> RunOfShow:
    """The run in the file, or the one that is kept; rows that will not do are told on stderr.

    Raises `run.empty` where no step is left, and what `read_run` does.
    """
    if path is None:
        return NO_RUN
    run = load_run(home)
    if path != KEPT:
        with store_of(args) as store:
            skus = {product.sku for product in store.list_products()}
        run, rejected = read_run(path, skus, run)
        print_rejected(rejected)
    if not run.steps:
        raise fault("run.empty", path=home.run if path == KEPT else path)
    return run
