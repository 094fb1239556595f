"""`nongbo products`: what the shop sells."""

import argparse
from dataclasses import asdict
from pathlib import Path

from studio.console.output import (
    FAULT,
    OK,
    add_command,
    print_json,
    print_rejected,
    print_table,
    store_of,
)
from studio.i18n import N_, _
from studio.shop.catalogue import read_products
from studio.shop.products import Product, format_price, parse_price
from studio.store.rows import Change

_SAVED = {
    Change.NEW: N_("{sku} {name} is on the list."),
    Change.UPDATED: N_("{sku} {name} is changed."),
    Change.UNCHANGED: N_("{sku} {name} was on the list like this already."),
}


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The group and its commands."""
    group = subparsers.add_parser("products", help=_("what the shop sells"))
    commands = group.add_subparsers(metavar=_("COMMAND"), required=True)
    add = add_command(commands, "add", run_add, _("add a product, or change the one with its code"))
    add.add_argument("--sku", required=True, help=_("its code, like P01"))
    add.add_argument("--name", required=True)
    add.add_argument("--price", required=True, metavar="YUAN")
    add.add_argument("--old-price", metavar="YUAN", help=_("shown struck through"))
    add.add_argument("--unit", default="", help=_("what the price buys, like 5 kg"))
    add.add_argument("--origin", default="")
    add.add_argument("--picture", type=Path, metavar="FILE")
    add.add_argument("--link", default="", metavar="URL", help=_("what the QR code on the card opens"))
    add.add_argument("--producer", default="", help=_("the co-operative or household"))
    add.add_argument("--stock", type=int, metavar="N")
    add_command(commands, "list", run_list, _("all products"))
    show = add_command(commands, "show", run_show, _("one product"))
    show.add_argument("sku", metavar="SKU")
    remove = add_command(commands, "remove", run_remove, _("take a product off the list; past sessions keep it"))
    remove.add_argument("sku", metavar="SKU")
    read = add_command(commands, "import", run_import, _("read products from a CSV table"))
    read.add_argument("file", metavar="CSV", type=Path)


def run_add(args: argparse.Namespace) -> int:
    product = Product(
        sku=args.sku,
        name=args.name,
        price_fen=parse_price(args.price),
        old_price_fen=parse_price(args.old_price) if args.old_price else None,
        unit=args.unit,
        origin=args.origin,
        picture=str(args.picture.expanduser().resolve()) if args.picture else "",
        link=args.link,
        producer=args.producer,
        stock=args.stock,
    )
    with store_of(args) as store:
        change = store.save_product(product)
    if args.json:
        print_json({**asdict(product), "change": change})
    else:
        print(_(_SAVED[change]).format(sku=product.sku, name=product.name))
    return OK


def run_list(args: argparse.Namespace) -> int:
    with store_of(args) as store:
        products = store.list_products()
    if args.json:
        print_json([asdict(product) for product in products])
    elif not products:
        print(_("The shop has no products yet. Add one, or import a table: nongbo products import CSV"))
    else:
        headings = (_("Code"), _("Name"), _("Price"), _("Old price"), _("Unit"), _("Origin"), _("Stock"))
        print_table(headings, [_cells(product) for product in products], numbers=(2, 3, 6))
    return OK


def run_show(args: argparse.Namespace) -> int:
    with store_of(args) as store:
        product = store.product(args.sku)
    if args.json:
        print_json(asdict(product))
        return OK
    code, name, price, old_price, unit, origin, stock = _cells(product)
    rows = (
        (_("Code"), code),
        (_("Name"), name),
        (_("Price"), price),
        (_("Old price"), old_price),
        (_("Unit"), unit),
        (_("Origin"), origin),
        (_("Producer"), product.producer),
        (_("Picture"), product.picture),
        (_("Link"), product.link),
        (_("Stock"), stock),
    )
    shown = [row for row in rows if row[1]]
    print_table(shown[0], shown[1:])
    return OK


def run_remove(args: argparse.Namespace) -> int:
    with store_of(args) as store:
        product = store.product(args.sku)
        store.remove_product(args.sku)
    if args.json:
        print_json({"sku": product.sku, "removed": True})
    else:
        print(_("{sku} {name} is off the list.").format(sku=product.sku, name=product.name))
    return OK


def run_import(args: argparse.Namespace) -> int:
    products, rejected = read_products(args.file.expanduser().resolve())  # pictures are found from anywhere
    with store_of(args) as store:
        count = store.import_products(products)
    rows = len(products) + len(rejected)
    if args.json:
        print_json(
            {"file": str(args.file), "rows": rows, **asdict(count), "rejected": [asdict(row) for row in rejected]}
        )
    else:
        print(
            _("{rows} rows: {new} new, {updated} changed, {unchanged} as they were, {rejected} left out.").format(
                rows=rows, **asdict(count), rejected=len(rejected)
            )
        )
        print_rejected(rejected)
    return FAULT if rejected and not products else OK


def _cells(product: Product) -> tuple[str, ...]:
    return (
        product.sku,
        product.name,
        format_price(product.price_fen),
        "" if product.old_price_fen is None else format_price(product.old_price_fen),
        product.unit,
        product.origin,
        "" if product.stock is None else str(product.stock),
    )
