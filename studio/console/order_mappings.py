"""`nongbo orders mapping`: what the columns of other platforms' order files mean."""

import argparse
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from studio.console.output import OK, add_command, add_group, local_time, print_json, print_rejected, print_table
from studio.errors import fault
from studio.i18n import _, ngettext
from studio.paths import home as home_of
from studio.shop.products import format_price
from studio.store.order_files import read_orders, rejected_rows
from studio.store.order_mappings import fitting, keep_mapping, load_mappings, propose, remove_mapping

FIRST_ROWS = 5
SPOKEN = {"paid": "paid_fen", "refunded": "refunded_fen"}  # people write yuan


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The group and its commands."""
    mappings = add_group(commands, "mapping", _("what the columns of other platforms' files mean"))
    add = add_command(mappings, "add", run_add, _("remember what the columns of a file mean"))
    add.add_argument("name", metavar="NAME")
    add.add_argument("file", metavar="FILE", type=Path)
    help_column = _("which heading a field has, like paid=实付; without it headings are guessed")
    add.add_argument("--column", metavar="FIELD=HEADING", action="append", default=[], help=help_column)
    add.add_argument("--order-amounts", action="store_true", help=_("every row shows the amount of its whole order"))
    add_command(mappings, "list", run_list, _("all mappings"))
    remove = add_command(mappings, "remove", run_remove, _("forget a mapping"))
    remove.add_argument("name", metavar="NAME")


def run_add(args: argparse.Namespace) -> int:
    """Guesses, reads the file with what was guessed, shows it, and keeps it where rows come in."""
    home = home_of(args.home).ensure()
    given = {}
    for column in args.column:
        field, mark, heading = column.partition("=")
        if not mark:
            raise fault("value.bad", field="--column", value=column, reason=_("write it like title=商品名称"))
        given[SPOKEN.get(field.strip(), field.strip())] = heading.strip()
    mapping = propose(args.name, args.file, given, args.order_amounts)
    export = read_orders(args.file, home, (mapping.layout(),))
    rejected = rejected_rows(export.bad)
    if not fitting(export):
        reason = rejected[0].reason if rejected else _("it has no rows")
        raise fault("mapping.unfit", path=args.file, count=len(rejected), reason=reason)
    keep_mapping(home, mapping)
    first = list(islice(export.lines, FIRST_ROWS))
    if args.json:
        rows = [{name: value for name, value in asdict(line).items() if name != "buyer"} for line in first]
        print_json(asdict(mapping) | {"first": rows, "rows": len(export.lines), "rejected": rejected})
        return OK
    print_table((_("Field"), _("Heading")), [(field, heading) for field, heading in mapping.columns.items()])
    print()
    headings = (_("Order"), _("Paid at"), _("Product"), _("Pieces"), _("Paid"), _("Status"))
    cells = [
        (
            line.order_id,
            local_time(line.paid_at) if line.paid_at else "-",
            line.title or line.sku or line.product_id,
            str(line.quantity or 1),
            format_price(line.paid_fen),
            str(line.status),
        )
        for line in first
    ]
    print_table(headings, cells, numbers=(3, 4))
    print_rejected(rejected[:FIRST_ROWS])
    told = ngettext("{count} row can be read.", "{count} rows can be read.", len(export.lines))
    print(told.format(count=len(export.lines)), _("Files with these headings are known from now on."))
    return OK


def run_list(args: argparse.Namespace) -> int:
    mappings = load_mappings(home_of(args.home))
    if args.json:
        print_json([asdict(mapping) for mapping in mappings])
    elif not mappings:
        print(_("There are no mappings yet."))
    else:
        rows = [
            (one.name, ", ".join(f"{field}={heading}" for field, heading in one.columns.items())) for one in mappings
        ]
        print_table((_("Name"), _("Columns")), rows)
    return OK


def run_remove(args: argparse.Namespace) -> int:
    remove_mapping(home_of(args.home), args.name)
    if args.json:
        print_json({"name": args.name})
    else:
        print(_("The mapping {name} is forgotten.").format(name=args.name))
    return OK
