"""`nongbo products print`: sheets of labels and posters as a PDF."""

import argparse

from overlays.label import Sheet
from studio.console.output import OK, print_json, store_of
from studio.errors import fault, reason_of
from studio.i18n import _, ngettext
from studio.paths import full_path
from studio.shop.labels import MOST_COPIES, label_of
from studio.shop.links import LINK_PLATFORMS

SHEETS = tuple(sheet.value for sheet in Sheet)


def add_options(parser: argparse.ArgumentParser) -> None:
    """The words after `products print`."""
    parser.add_argument("sku", metavar="SKU", nargs="+", help=_("codes of products, or all"))
    parser.add_argument("--sheet", choices=SHEETS, default="70x37", help=_("labels in millimetres, signs, or posters"))
    parser.add_argument("--copies", type=int, default=1, metavar="N", help=_("labels of each product"))
    parser.add_argument(
        "--platform", choices=LINK_PLATFORMS, help=_("the platform the code leads to; else the product's own link")
    )
    parser.add_argument("--out", type=full_path, required=True, metavar="FILE")


def run_print(args: argparse.Namespace) -> int:
    from overlays.base import OverlayError  # noqa: PLC0415 - Qt only where something is drawn
    from overlays.label_sheet import check_link, labels_pdf, pages_of  # noqa: PLC0415

    if not 1 <= args.copies <= MOST_COPIES:
        reason = _("between 1 and {most}").format(most=MOST_COPIES)
        raise fault("value.bad", field="--copies", value=args.copies, reason=reason)
    with store_of(args) as store:
        chosen = store.list_products() if args.sku == ["all"] else [store.product(sku) for sku in args.sku]
    labels = [label_of(product, args.platform) for product in chosen for _copy in range(args.copies)]
    if not labels:
        raise fault("value.bad", field=_("code"), value="all", reason=_("the shop has no products yet"))
    sheet = Sheet(args.sheet)
    for product in chosen:
        try:
            check_link(label_of(product, args.platform), sheet)
        except OverlayError as error:
            raise fault("label.undrawable", sku=product.sku, sheet=sheet) from error
    pdf = labels_pdf(labels, sheet)
    path = args.out.resolve()
    try:
        path.write_bytes(pdf)
    except OSError as error:
        raise fault("library.unwritable", path=path, reason=reason_of(error)) from error
    pages = len(pages_of(labels, sheet))
    if args.json:
        print_json({"file": str(args.out), "labels": len(labels), "pages": pages})
    else:
        print(
            ngettext("{count} page is in {path}.", "{count} pages are in {path}.", pages).format(
                count=pages, path=args.out
            )
        )
    return OK
