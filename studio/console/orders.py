"""`nongbo orders`: orders typed in, read from a file, and listed."""

import argparse
from dataclasses import asdict
from pathlib import Path

from studio.console.faults import print_problem
from studio.console.output import (
    FAULT,
    OK,
    add_command,
    local_time,
    print_json,
    print_rejected,
    print_table,
    store_of,
)
from studio.errors import StudioError, fault
from studio.i18n import N_, _, ngettext
from studio.shop.products import format_price, parse_price
from studio.shop.table import RejectedRow
from studio.store.order_file import MOST_PIECES, read_orders
from studio.store.rows import ImportCount, OrderRow, OrderStatus

KIND = "nongbo"  # our own headings; the platforms' files have kinds of their own

STATUS_WORDS = {
    OrderStatus.UNPAID: N_("not paid"),
    OrderStatus.PAID: N_("paid"),
    OrderStatus.SHIPPED: N_("sent"),
    OrderStatus.FINISHED: N_("finished"),
    OrderStatus.REFUNDED: N_("given back"),
    OrderStatus.CANCELLED: N_("cancelled"),
}


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The group and its commands."""
    group = subparsers.add_parser("orders", help=_("orders of a session"))
    commands = group.add_subparsers(metavar=_("COMMAND"), required=True)
    add = add_command(commands, "add", run_add, _("write down an order"))
    add.add_argument("--session", type=int, required=True, metavar="ID")
    add.add_argument("--sku", required=True)
    add.add_argument("--quantity", type=int, default=1, metavar="N", help=_("negative takes mistyped ones back"))
    add.add_argument("--price", metavar="YUAN", help=_("for one piece; without it the product's price"))
    read = add_command(commands, "import", run_import, _("read orders from CSV tables"))
    read.add_argument("files", metavar="CSV", type=Path, nargs="+")
    read.add_argument("--session", type=int, required=True, metavar="ID")
    shown = add_command(commands, "list", run_list, _("all orders, or one session's"))
    shown.add_argument("--session", type=int, metavar="ID")


def run_add(args: argparse.Namespace) -> int:
    if not 0 < abs(args.quantity) <= MOST_PIECES:
        reason = _("a whole number from 1 to {most}").format(most=MOST_PIECES)
        raise fault("value.bad", field="--quantity", value=args.quantity, reason=reason)
    with store_of(args) as store:
        if args.quantity < 0:
            taken = store.undo_order(args.session, args.sku, -args.quantity)
            result: dict[str, object] = {"session_id": args.session, "sku": args.sku, "quantity": -taken}
            told = ngettext("{count} piece taken back.", "{count} pieces taken back.", taken).format(count=taken)
        else:
            price_fen = _price_fen(args, store.session_prices(args.session))
            order_id = store.add_order(args.session, args.sku, args.quantity, price_fen)
            result = {
                "order_id": order_id,
                "session_id": args.session,
                "sku": args.sku,
                "quantity": args.quantity,
                "paid_fen": args.quantity * price_fen,
            }
            told = _("Session {id}: {quantity} × {sku}, {money}.").format(
                id=args.session, quantity=args.quantity, sku=args.sku, money=format_price(args.quantity * price_fen)
            )
    if args.json:
        print_json(result)
    else:
        print(told)
    return OK


def _price_fen(args: argparse.Namespace, prices: dict[str, int]) -> int:
    """The price that was typed, else the one the product had in the session or has in the shop."""
    if args.sku not in prices:
        raise fault("card.unknown", sku=args.sku)
    return parse_price(args.price) if args.price else prices[args.sku]


def run_import(args: argparse.Namespace) -> int:
    """Reads every file; one that will not do does not keep the others out."""
    reports: list[dict[str, object]] = []
    code = OK
    with store_of(args) as store:
        for file in args.files:
            try:
                orders, rejected = read_orders(file)
                count = store.import_orders(args.session, orders)
            except StudioError as error:
                if error.problem.code == "session.unknown":
                    raise
                print_problem(error.problem)
                code = FAULT
                continue
            if rejected and not orders:
                code = FAULT
            reports.append(_report(file, len(orders), count, rejected))
            if not args.json:
                _tell(file, len(orders), count, rejected)
    if args.json:
        print_json(reports)
    return code


def _report(file: Path, good: int, count: ImportCount, rejected: list[RejectedRow]) -> dict[str, object]:
    return {
        "file": str(file),
        "kind": KIND,
        "rows": good + len(rejected),
        **asdict(count),
        "rejected": [asdict(row) for row in rejected],
    }


def _tell(file: Path, good: int, count: ImportCount, rejected: list[RejectedRow]) -> None:
    print(
        _("{file}, {rows} rows: {new} new, {updated} changed, {unchanged} as they were, {rejected} left out.").format(
            file=file.name, rows=good + len(rejected), **asdict(count), rejected=len(rejected)
        )
    )
    print_rejected(rejected)


def run_list(args: argparse.Namespace) -> int:
    with store_of(args) as store:
        orders = store.list_orders(args.session)
    if args.json:
        print_json([asdict(order) for order in orders])
    elif not orders:
        print(_("There are no orders yet."))
    else:
        headings = (
            _("Session"),
            _("From"),
            _("Order"),
            _("Paid at"),
            _("Product"),
            _("Pieces"),
            _("Paid"),
            _("Given back"),
            _("Status"),
        )
        print_table(headings, [_cells(order) for order in orders], numbers=(5, 6, 7))
    return OK


def _cells(order: OrderRow) -> tuple[str, ...]:
    return (
        "-" if order.session_id is None else str(order.session_id),
        order.platform,
        order.order_id if len(order.order_id) <= 24 else order.order_id[:8] + "…",
        local_time(order.paid_at) if order.paid_at else "-",
        f"{order.sku} {order.title}".strip(),
        str(order.quantity),
        format_price(order.paid_fen),
        format_price(order.refunded_fen) if order.refunded_fen else "",
        _(STATUS_WORDS[OrderStatus(order.status)]),
    )
