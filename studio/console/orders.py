"""`nongbo orders`: orders typed in, read from a file, and listed."""

import argparse
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from studio.console.faults import print_problem
from studio.console.order_mappings import add_parser as add_mappings
from studio.console.output import (
    FAULT,
    OK,
    add_command,
    add_group,
    local_time,
    order_json,
    print_json,
    print_rejected,
    print_table,
    store_of,
)
from studio.errors import Problem, StudioError, fault
from studio.i18n import _, ngettext
from studio.order_words import (
    STATUS_WORDS,
    after_sales_words,
    anchor_words,
    own_anchor_words,
    promised_words,
    unread_words,
    way_words,
)
from studio.paths import home as home_of
from studio.shop.products import format_price, parse_price
from studio.store.changes import FileReport, ImportCount
from studio.store.order_import import import_file
from studio.store.order_mappings import layouts_of
from studio.store.order_rows import OrderRow, OrderStatus

if TYPE_CHECKING:
    from studio.store.store import Store

MOST_PIECES = 100_000
PROGRESS_ROWS = 5000


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """The group and its commands."""
    commands = add_group(subparsers, "orders", _("orders of a session"))
    add = add_command(commands, "add", run_add, _("write down an order"))
    add.add_argument("--session", type=int, required=True, metavar="ID")
    add.add_argument("--sku", required=True)
    add.add_argument("--quantity", type=int, default=1, metavar="N", help=_("negative takes mistyped ones back"))
    add.add_argument("--price", metavar="YUAN", help=_("for one piece; without it the product's price"))
    read = add_command(commands, "import", run_import, _("read the platforms' order files"))
    read.add_argument("files", metavar="FILE", type=Path, nargs="+")
    read.add_argument("--session", type=int, metavar="ID", help=_("without it each order finds its own session"))
    read.add_argument("--mapping", metavar="NAME", help=_("the mapping to read them with, whatever they look like"))
    read.epilog = _("A time without a zone is China's, also in a table of your own.")
    add_mappings(commands)
    shown = add_command(commands, "list", run_list, _("all orders, or one session's"))
    shown.add_argument("--session", type=int, metavar="ID")
    add_command(commands, "products", run_products, _("what was sold under names that are no product of the shop"))
    assign = add_command(commands, "assign", run_assign, _("say which product it is, for good"))
    assign.add_argument("name", metavar="NAME", help=_("the platform's number or title of it"))
    assign.add_argument("sku", metavar="SKU")
    own = add_command(commands, "own", run_own, _("say that an anchor in platforms' order files is one of you"))
    own.add_argument("platform", metavar="PLATFORM")
    own.add_argument("anchor", metavar="ANCHOR")
    add_command(commands, "again", run_again, _("what to export once more, because the platform knows more by now"))
    unshipped = add_command(commands, "unshipped", run_unshipped, _("what is paid and not sent yet, to print"))
    unshipped.add_argument("--session", type=int, metavar="ID")


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
    home = home_of(args.home)
    layouts = layouts_of(home, args.mapping)
    with store_of(args) as store, _no_garbage():
        for file in args.files:
            reading = _progress(file, _("{file}: {rows} rows read"))
            taking_over = _progress(file, _("{file}: {rows} rows taken over"))
            try:
                found = import_file(store, home, file, args.session, layouts, reading, taking_over)
            except StudioError as error:
                if error.problem.code == "session.unknown":
                    raise
                print_problem(error.problem)
                reports.append(_refusal(file, error.problem))
                code = FAULT
                continue
            except KeyboardInterrupt:
                sys.stderr.write(_("Stopped: nothing of {file} was taken over.").format(file=file.name) + "\n")
                code = FAULT
                break
            reports += [_report(args, file, report) for report in found]
            if any(report.rejected and len(report.rejected) == report.rows for report in found):
                code = FAULT
        unknown = store.count_unknown()
        remind(store)
    if args.json:
        print_json(reports)
    elif unknown:
        told = ngettext(
            "{count} name is of no product of the shop. See it with: nongbo orders products",
            "{count} names are of no product of the shop. See them with: nongbo orders products",
            unknown,
        )
        print(told.format(count=unknown))
    return code


def _report(args: argparse.Namespace, file: Path, report: FileReport) -> dict[str, object]:
    """What scripts get of a file; people are told at once."""
    if not args.json:
        _tell(file, report)
    for anchor, lines in report.anchors:
        sys.stderr.write(f"{file}: {anchor_words(anchor, lines)} {own_anchor_words(report.platform, anchor)}\n")
    for sheet in report.unread:
        sys.stderr.write(f"{file}: {unread_words(sheet)}\n")
    if report.tomorrow:
        _tell_tomorrow(file, report.tomorrow)
    return {
        "file": str(file),
        "kind": report.kind,
        "rows": report.rows,
        **asdict(report.count),
        "rejected": [asdict(row) for row in report.rejected],
    }


def _refusal(file: Path, problem: Problem) -> dict[str, object]:
    """What scripts get of a file of which nothing came in."""
    counts = {**asdict(ImportCount()), "rejected": []}
    return {"file": str(file), "kind": None, "rows": 0, **counts, "error": problem}


@contextmanager
def _no_garbage() -> Iterator[None]:
    """A hundred thousand rows are no garbage: looking them through again and again would double the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _progress(file: Path, words: str) -> Callable[[int], None]:
    """Shows on a terminal how far a large file is; Ctrl-C stops it, and nothing of the file is kept."""

    def tick(rows: int) -> None:
        if rows % PROGRESS_ROWS == 0 and rows and sys.stderr.isatty():
            sys.stderr.write("\r" + words.format(file=file.name, rows=rows) + "\x1b[K\r")

    return tick


def _tell(file: Path, report: FileReport) -> None:
    print(
        _("{file}, {rows} rows: {new} new, {updated} changed, {unchanged} as they were, {rejected} left out.").format(
            file=file.name, rows=report.rows, **asdict(report.count), rejected=len(report.rejected)
        )
    )
    print_rejected(report.rejected)


def _tell_tomorrow(file: Path, lines: int) -> None:
    """The platform says on the next day only what a live room sold; stderr, so that a script's document stays whole."""
    told = ngettext(
        "{file}: of {count} order the platform says tomorrow whether the live room sold it. Until then the time"
        " decides. Export and import these orders again tomorrow.",
        "{file}: of {count} orders the platform says tomorrow whether the live room sold them. Until then the time"
        " decides. Export and import these orders again tomorrow.",
        lines,
    )
    sys.stderr.write(told.format(file=file.name, count=lines) + "\n")


def run_products(args: argparse.Namespace) -> int:
    """What a person is asked to say once; a likeness of names is only a suggestion."""
    with store_of(args) as store:
        unknown = store.unknown_products()
    if args.json:
        print_json([asdict(one) for one in unknown])
    elif not unknown:
        print(_("All that was sold is known."))
    else:
        headings = (_("From"), _("Name"), _("Title"), _("Code"), _("Orders"), _("Perhaps"))
        rows = [(one.platform, one.name, one.title, one.code, str(one.lines), one.suggestion or "-") for one in unknown]
        print_table(headings, rows, numbers=(4,))
        print(_("Say which product it is with: nongbo orders assign NAME SKU"))
    return OK


def run_assign(args: argparse.Namespace) -> int:
    with store_of(args) as store:
        count = store.name_product(args.name, args.sku)
    if args.json:
        print_json({"name": args.name, "sku": args.sku, "lines": count})
    else:
        told = ngettext("{count} order line is of {sku} now.", "{count} order lines are of {sku} now.", count)
        print(told.format(count=count, sku=args.sku))
    return OK


def run_own(args: argparse.Namespace) -> int:
    with store_of(args) as store:
        lines = store.own_anchor(args.platform, args.anchor)
    if args.json:
        print_json({"platform": args.platform, "anchor": args.anchor, "lines": lines})
    else:
        told = ngettext(
            "{anchor} is one of you: {count} order line is of your sessions now.",
            "{anchor} is one of you: {count} order lines are of your sessions now.",
            lines,
        )
        print(told.format(anchor=args.anchor, count=lines))
    return OK


def run_again(args: argparse.Namespace) -> int:
    """Orders of which the platform said on their own day that it would tell the next day who sold them."""
    with store_of(args) as store:
        promised = store.promised_orders()
    if args.json:
        print_json([asdict(one) | {"day": one.day.isoformat()} for one in promised])
    elif not promised:
        print(_("Nothing has to be exported again."))
    else:
        print("\n".join(promised_words(one) for one in promised))
    return OK


def remind(store: "Store") -> None:
    """Asks on stderr for what was to come the next day, so that a script's document stays whole."""
    for one in store.promised_orders():
        sys.stderr.write(promised_words(one) + "\n")


def run_unshipped(args: argparse.Namespace) -> int:
    """What is to be packed, the longest waiting first."""
    with store_of(args) as store:
        lines = store.unshipped_orders(args.session)
    if args.json:
        print_json([order_json(line) for line in lines])
    elif not lines:
        print(_("Everything that is paid has been sent."))
    else:
        headings = (_("From"), _("Order"), _("Paid at"), _("Product"), _("Pieces"), _("Paid"), _("After-sales"))
        rows = [
            (
                line.platform,
                line.order_id,
                local_time(line.paid_at) if line.paid_at else "-",
                f"{line.sku} {line.title}".strip(),
                str(line.quantity),
                format_price(line.paid_fen),
                after_sales_words(line),
            )
            for line in lines
        ]
        print_table(headings, rows, numbers=(4, 5))
        orders = len({(line.platform, line.order_id) for line in lines})
        pieces = sum(line.quantity for line in lines)
        told = ngettext("{count} order to send, {pieces} pieces.", "{count} orders to send, {pieces} pieces.", orders)
        print(told.format(count=orders, pieces=pieces))
    return OK


def run_list(args: argparse.Namespace) -> int:
    with store_of(args) as store:
        orders = store.list_orders(args.session)
        remind(store)
    if args.json:
        print_json([order_json(order) for order in orders])
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
            _("After-sales"),
            _("How it came here"),
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
        after_sales_words(order),
        way_words(order.attributed_by),
    )
