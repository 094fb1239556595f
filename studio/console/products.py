"""`nongbo products`: what the shop sells."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from studio.console import printing
from studio.console.output import (
    FAULT,
    OK,
    add_command,
    add_group,
    local_time,
    print_json,
    print_rejected,
    print_table,
    store_of,
)
from studio.console.streams import say
from studio.errors import fault
from studio.i18n import N_, _, ngettext
from studio.paths import full_path
from studio.paths import home as home_of
from studio.shop.bundle import read_shop, write_shop
from studio.shop.library import keep_picture, keep_proof
from studio.shop.links import product_link
from studio.shop.measures import format_weight, parse_day, parse_weight_g
from studio.shop.products import Product, format_price, parse_price
from studio.shop.search import matching
from studio.store.changes import Change

if TYPE_CHECKING:
    from overlays.photo import Crop

_SAVED = {
    Change.NEW: N_("{sku} {name} is on the list."),
    Change.UPDATED: N_("{sku} {name} is changed."),
    Change.UNCHANGED: N_("{sku} {name} was on the list like this already."),
}


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The group and its commands."""
    commands = add_group(subparsers, "products", _("what the shop sells"))
    add = add_command(commands, "add", run_add, _("add a product, or change the one with its code"))
    add.add_argument("--sku", required=True, help=_("its code, like P01"))
    add.add_argument("--name", required=True)
    add.add_argument("--price", required=True, metavar="YUAN")
    add.add_argument("--old-price", metavar="YUAN", help=_("shown struck through"))
    add.add_argument("--unit", default="", help=_("what the price buys, like 5 kg"))
    add.add_argument("--origin", default="")
    add.add_argument("--picture", type=full_path, metavar="FILE")
    add.add_argument("--link", default="", metavar="URL", help=_("what the QR code on the card opens"))
    add.add_argument("--producer", default="", help=_("the co-operative or household"))
    add.add_argument("--stock", type=int, metavar="N")
    _add_library_options(add)
    listed = add_command(commands, "list", run_list, _("all products"))
    listed.add_argument("--search", default="", metavar="TEXT", help=_("part of a name or code, or pinyin letters"))
    show = add_command(commands, "show", run_show, _("one product"))
    show.add_argument("sku", metavar="SKU")
    remove = add_command(commands, "remove", run_remove, _("take a product off the list; past sessions keep it"))
    remove.add_argument("sku", metavar="SKU")
    printing.add_options(add_command(commands, "print", printing.run_print, _("labels and posters as a PDF")))
    add_command(commands, "undo", run_undo, _("take the last change of the list back"))
    read = add_command(
        commands, "import", run_import, _("read products from a table (CSV, XLSX) or a zip with pictures")
    )
    read.add_argument("file", metavar="FILE", type=full_path)
    write = add_command(commands, "export", run_export, _("write all products to a .csv, .xlsx or .zip with pictures"))
    write.add_argument("file", metavar="FILE", type=full_path)


def _add_library_options(add: argparse.ArgumentParser) -> None:
    add.add_argument(
        "--crop", metavar="LEFT,TOP,WIDTH,HEIGHT", help=_("the part of the picture, in pixels; else the middle square")
    )
    add.add_argument("--short-name", default="", help=_("for the card, where the name is long"))
    add.add_argument("--net-weight", metavar="WEIGHT", help=_("without the box, like 2.5 kg or 5斤"))
    add.add_argument("--batch", default="")
    add.add_argument("--harvested", metavar="DAY", help=_("like 2026-10-08"))
    add.add_argument("--proof", type=full_path, metavar="FILE", help=_("a certificate or test report: picture or PDF"))
    add.add_argument("--selling-point", action="append", default=[], metavar="TEXT", help=_("for the prompter"))
    add.add_argument("--giving", type=int, default=0, metavar="PERCENT", help=_("the share given to a good cause"))
    add.add_argument(
        "--platform-link",
        action="append",
        default=[],
        metavar="PLATFORM=LINK",
        help=_("the product there: its number or its link, like taobao=123456789"),
    )
    add.add_argument(
        "--platform-sku",
        action="append",
        default=[],
        metavar="PLATFORM=CODE",
        help=_("the product's code on a platform"),
    )


def run_add(args: argparse.Namespace) -> int:
    links, skus = _pairs(args.platform_link), _pairs(args.platform_sku)
    product = Product(
        sku=args.sku,
        name=args.name,
        price_fen=parse_price(args.price),
        old_price_fen=parse_price(args.old_price) if args.old_price else None,
        unit=args.unit,
        origin=args.origin,
        link=args.link,
        producer=args.producer,
        stock=args.stock,
        short_name=args.short_name,
        net_weight_g=parse_weight_g(args.net_weight) if args.net_weight else None,
        batch=args.batch,
        harvested_on=parse_day(args.harvested) if args.harvested else None,
        selling_points="\n".join(args.selling_point),
        giving_percent=args.giving,
        platform_skus=tuple(skus.items()),
        platform_links=tuple((platform, product_link(platform, link)) for platform, link in links.items()),
    )
    library = home_of(getattr(args, "home", None)).ensure()
    if args.proof:
        kept = keep_proof(args.proof.resolve(), library.proofs, product.sku)
        product = replace(product, proof=str(kept))
    if args.picture:
        kept = keep_picture(args.picture.resolve(), library.pictures, product.sku, _crop(args.crop))
        product = replace(product, picture=str(kept))
    with store_of(args) as store:
        change = store.save_product(product)
    if args.json:
        print_json({**_document(product), "change": change})
    else:
        print(_(_SAVED[change]).format(sku=product.sku, name=product.name))
    _doubt_free([product])
    return OK


def run_list(args: argparse.Namespace) -> int:
    with store_of(args) as store:
        everything = store.list_products()
    products = matching(everything, args.search)
    if args.json:
        print_json([_document(product) for product in products])
    elif everything and not products:
        print(_("No product is found by {text}.").format(text=args.search))
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
        print_json(_document(product))
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
        (_("Short name"), product.short_name),
        (_("Net weight"), format_weight(product.net_weight_g) if product.net_weight_g else ""),
        (_("Batch"), product.batch),
        (_("Harvested"), str(product.harvested_on or "")),
        (_("Proof"), product.proof),
        (_("Giving share"), f"{product.giving_percent} %" if product.giving_percent else ""),
        *((_("Code on {platform}").format(platform=platform), code) for platform, code in product.platform_skus),
        *((_("Link on {platform}").format(platform=platform), link) for platform, link in product.platform_links),
        *((_("Selling point"), point) for point in product.selling_points.splitlines()),
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


def run_undo(args: argparse.Namespace) -> int:
    with store_of(args) as store:
        undone = store.undo_products()
    if args.json:
        print_json(asdict(undone))
    else:
        print(
            _("The change of {time} is taken back: {skus}.").format(
                time=local_time(undone.at), skus=", ".join(undone.skus)
            )
        )
    return OK


def run_import(args: argparse.Namespace) -> int:
    library = home_of(getattr(args, "home", None)).ensure()
    with store_of(args) as store:
        incoming = read_shop(args.file.resolve(), library, store.list_products())
        count = store.import_products(incoming.products)
    rejected = list(incoming.rejected)
    rows = len(incoming.products) + len(rejected)
    if args.json:
        print_json(
            {
                "file": str(args.file),
                "rows": rows,
                **asdict(count),
                "rejected": [asdict(row) for row in rejected],
                "missed": [asdict(one) for one in incoming.missed],
            }
        )
    else:
        print(
            _("{rows} rows: {new} new, {updated} changed, {unchanged} as they were, {rejected} left out.").format(
                rows=rows, **asdict(count), rejected=len(rejected)
            )
        )
        print_rejected(rejected)
        for one in incoming.missed:
            say(_("{sku} came in without its file: {reason}").format(sku=one.sku, reason=one.reason))
    _doubt_free(incoming.products)
    return FAULT if rejected and not incoming.products else OK


def _doubt_free(products: Sequence[Product]) -> None:
    """A price of nothing is taken, and said: more often than a gift it is a cell somebody forgot."""
    for product in products:
        if product.price_fen == 0:
            say(_("{sku} {name} costs nothing: right only for a gift.").format(sku=product.sku, name=product.name))


def _crop(text: str | None) -> "Crop | None":
    """Raises `value.bad`."""
    if text is None:
        return None
    from overlays.photo import Crop  # noqa: PLC0415 - Qt only where a picture is kept

    numbers = text.split(",")
    if len(numbers) != 4 or not all(number.isascii() and number.isdigit() and len(number) < 7 for number in numbers):
        raise fault("value.bad", field="--crop", value=text, reason=_("write four whole numbers, like 0,100,800,800"))
    return Crop(*(int(number) for number in numbers))


def _pairs(words: list[str]) -> dict[str, str]:
    """`platform=value` words; raises `value.bad`."""
    pairs = {}
    for word in words:
        platform, _sign, value = word.partition("=")
        if not (platform and value):
            raise fault("value.bad", field=_("platform"), value=word, reason=_("write it like taobao=123456789"))
        pairs[platform.strip()] = value.strip()
    return pairs


def _document(product: Product) -> dict[str, Any]:
    """The product as a JSON object; what differs by platform stands under the platform's name."""
    return asdict(product) | {
        "harvested_on": str(product.harvested_on) if product.harvested_on else None,
        "platform_skus": dict(product.platform_skus),
        "platform_links": dict(product.platform_links),
    }


def run_export(args: argparse.Namespace) -> int:
    with store_of(args) as store:
        products = store.list_products()
    write_shop(args.file.resolve(), products)
    if args.json:
        print_json({"file": str(args.file), "products": len(products)})
    else:
        print(
            ngettext("{count} product is in {path}.", "{count} products are in {path}.", len(products)).format(
                count=len(products), path=args.file
            )
        )
    return OK


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
