"""Orders from a CSV file with our own headings, for everybody whose platform's own file is not read yet."""

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from studio.errors import StudioError, fault
from studio.i18n import _
from studio.shop.products import parse_price
from studio.shop.table import RejectedRow, TableRow, read_table
from studio.store.rows import OrderRow, OrderStatus

PLATFORM = "csv"
CHINA_TIME = timezone(timedelta(hours=8))  # what a time without a zone means: the whole country keeps it
MOST_PIECES = 100_000

HEADINGS = {
    "order_id": ("订单号", "order id", "order number", "订单编号"),
    "sku": ("商品编码", "sku", "商品编号", "编号"),
    "quantity": ("数量", "quantity"),
    "paid": ("实付金额", "paid amount", "paid"),
    "paid_at": ("付款时间", "paid time", "支付时间"),
    "status": ("状态", "status", "订单状态"),
    "line_id": ("子订单号", "line id"),
    "title": ("商品名称", "title", "name"),
    "refunded": ("退款金额", "refunded amount", "refunded"),
}
NEEDED = ("order_id", "sku", "quantity", "paid", "paid_at", "status")

STATUSES = {
    OrderStatus.UNPAID: ("待付款", "未付款", "unpaid"),
    OrderStatus.PAID: ("", "已付款", "已支付", "待发货", "paid"),
    OrderStatus.SHIPPED: ("已发货", "待收货", "shipped"),
    OrderStatus.FINISHED: ("已完成", "交易成功", "finished", "completed"),
    OrderStatus.REFUNDED: ("已退款", "退款成功", "refunded"),
    OrderStatus.CANCELLED: ("已取消", "已关闭", "交易关闭", "cancelled", "canceled", "closed"),
}
_STATUS_OF = {word: status for status, words in STATUSES.items() for word in words}
_SHORTENED = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")


def read_orders(path: Path) -> tuple[list[OrderRow], list[RejectedRow]]:
    """The good rows as order lines, and the bad ones with their lines in the file.

    Without a line number an order's lines are told apart by their product. Raises as `read_table` does.
    """
    orders: list[OrderRow] = []
    rejected: list[RejectedRow] = []
    times_seen: dict[tuple[str, str], int] = {}
    for row in read_table(path, HEADINGS, NEEDED):
        try:
            order = _order(row)
        except StudioError as error:
            rejected.append(RejectedRow(row.line, str(error)))
            continue
        orders.append(order if order.line_id else _with_line(order, times_seen))
    return orders, rejected


def _with_line(order: OrderRow, times_seen: dict[tuple[str, str], int]) -> OrderRow:
    """The same order, product and place among its like is the same line, whenever the file is read again."""
    key = (order.order_id, order.sku)
    times_seen[key] = times_seen.get(key, 0) + 1
    line_id = order.sku if times_seen[key] == 1 else f"{order.sku}#{times_seen[key]}"
    return replace(order, line_id=line_id)


def _order(row: TableRow) -> OrderRow:
    cells = row.cells
    if row.beyond:
        raise _bad(_("row"), row.beyond, _("the row has more columns than the headings"))
    status = _status(cells.get("status", ""))
    paid_fen = parse_price(cells.get("paid", ""))
    refunded = cells.get("refunded", "")
    refunded_fen = parse_price(refunded) if refunded else (paid_fen if status is OrderStatus.REFUNDED else 0)
    if refunded_fen > paid_fen:
        raise _bad(_("refunded amount"), refunded, _("more than was paid cannot be given back"))
    return OrderRow(
        platform=PLATFORM,
        order_id=_number(cells.get("order_id", ""), _("order number")),
        line_id=_number(cells["line_id"], _("line number")) if cells.get("line_id") else "",
        sku=_needed(cells.get("sku", ""), _("code")),
        title=cells.get("title", ""),
        quantity=_quantity(cells.get("quantity", "")),
        paid_fen=paid_fen,
        refunded_fen=refunded_fen,
        status=status,
        paid_at=_time(cells.get("paid_at", "")),
    )


def _number(text: str, field: str) -> str:
    """An order's number as it was: table programs put a mark before it, or ruin it."""
    number = text.removeprefix("=").strip("'\"\t ")
    if _SHORTENED.fullmatch(number):
        raise _bad(field, text, _("the table program has shortened it; make that column text and save again"))
    return _needed(number, field)


def _needed(text: str, field: str) -> str:
    if not text or not text.isprintable():
        raise _bad(field, text or "-", _("it must be there"))
    return text


def _quantity(text: str) -> int:
    plain = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"0*[1-9]\d{0,5}", plain, re.ASCII) or int(plain) > MOST_PIECES:
        reason = _("a whole number from 1 to {most}").format(most=MOST_PIECES)
        raise _bad(_("quantity"), text or "-", reason)
    return int(plain)


def _status(text: str) -> OrderStatus:
    status = _STATUS_OF.get(text.lower())
    if status is None:
        words = ", ".join(next(filter(None, spellings)) for spellings in STATUSES.values())
        raise _bad(_("status"), text, words)
    return status


def _time(text: str) -> datetime | None:
    """A time as table programs write it; nothing where the order is not paid yet."""
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text).replace("/", "-").replace("T", " ")
    plain = re.sub(r"-(\d)(?!\d)", r"-0\1", re.sub(r" (\d):", r" 0\1:", plain))
    try:
        time = datetime.fromisoformat(plain)
        return (time if time.tzinfo else time.replace(tzinfo=CHINA_TIME)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _bad(_("paid time"), text, _("write it like 2026-01-31 20:05:00")) from None


def _bad(field: str, value: str, reason: str) -> StudioError:
    return fault("value.bad", field=field, value=value, reason=reason)
