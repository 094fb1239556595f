"""The rows of a file whose layout is known as order lines; every row becomes a line or a row that will not do."""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from sys import intern

from integrations.base import N_, IntegrationError
from integrations.exports import cells
from integrations.exports.base import STAND_IN, BadRow, Carrier, ExportLine, Status
from integrations.exports.layout import Layout
from integrations.exports.sheets import EXACT_DIGITS, Row

Cells = Mapping[str, str]
Numbered = tuple[int, ExportLine]  # with the row's line in the file
_NOT_PAID = (Status.UNPAID, Status.CANCELLED)
_SUM = re.compile(
    r"(?:本\w)?(?:合计|总计|小计|汇总|共计|(?:sub|grand )?total|sum)\W*(?:\d[\d,.]*\W*[笔单条元件]?)?", re.IGNORECASE
)
_SECONDS = re.compile(r"\d:\d\d:\d\d")
_PAID_BACK = ("退款成功", "已退款", "全额退款", "全部退款")


@dataclass(frozen=True, slots=True)
class _Money:
    """What a row says of a line's money, and where the line stands by it."""

    status: Status
    unit_price_fen: int
    paid_fen: int
    refunded_fen: int
    estimated: bool


def read_rows(
    layout: Layout,
    headings: Sequence[str],
    rows: Iterable[Row],
    salt: bytes,
    tick: Callable[[int], None],
    told_at: datetime | None = None,
) -> tuple[list[ExportLine], list[BadRow]]:
    """The rows below the headings; `tick` is told how many rows are done, and may raise to stop.

    `told_at` is when the platform wrote them, as far as anybody knows.
    """
    places = layout.places(headings)
    alone = [(name, columns[0]) for name, columns in places.items() if len(columns) == 1]
    several = [(name, columns) for name, columns in places.items() if len(columns) > 1]
    clean = cells.clean
    reach = max((places[name][0] for name in ("order_id", "status", "paid_fen") if name in places), default=0)
    lines: list[Numbered] = []
    bad: list[BadRow] = []
    round_row: Sequence[str] = ()
    for done, (line, row) in enumerate(rows, 1):
        try:
            if _is_sum(row):
                raise IntegrationError(N_("the row is a sum, not an order"))
            if any(cells.clean(cell) for cell in row[len(headings) :]):
                raise IntegrationError(N_("the row has more columns than the headings"))
            if len(row) <= reach:
                raise IntegrationError(N_("the row is cut short"))
            width = len(row)
            values = {name: clean(row[place]) if place < width else "" for name, place in alone}
            for name, columns in several:
                values[name] = _value(row, columns)
            found = _line(layout, values, salt, told_at)
            lines.append((line, found))
            if not round_row and _is_round(found.order_id):
                round_row = row
        except IntegrationError as error:
            bad.append(_bad(line, error))
        tick(done)
    lines, rounded = _without_rounded(lines, round_row)
    numbered = _numbered(layout, [line for _number, line in lines])
    if layout.order_amounts_repeat:
        numbered = _amounts_once(numbered)
    return numbered, sorted(bad + rounded, key=lambda row: row.line)


def buyer_hash(platform: str, name: str, salt: bytes) -> str:
    """A number for a buyer that nobody can turn back into the name without the salt; empty where there is none."""
    if not name:
        return ""
    return hmac.digest(salt, f"{platform}\0{name}".encode(), hashlib.sha256)[:12].hex()


def _is_sum(row: Sequence[str]) -> bool:
    """Whether the row adds up those above it, as its first words say: its amount would count twice."""
    return _SUM.fullmatch(next(filter(None, map(cells.clean, row)), "")) is not None


def _value(row: Sequence[str], columns: tuple[int, ...]) -> str:
    """The first of a field's columns that says something."""
    for column in columns:
        if column < len(row) and (value := cells.clean(row[column])):
            return value
    return ""


def _bad(line: int, error: IntegrationError) -> BadRow:
    return BadRow(line, error.message, tuple((name, str(value)) for name, value in error.values.items()))


def _line(layout: Layout, values: Cells, salt: bytes, told_at: datetime | None) -> ExportLine:
    order_id = cells.number(values.get("order_id", ""))
    if _SUM.fullmatch(order_id) is not None:
        raise IntegrationError(N_("the row is a sum, not an order"))
    if not order_id:
        raise IntegrationError(N_("there is no order number"))
    for name in layout.needed:
        if not values.get(name):
            raise IntegrationError(N_("nothing stands under {heading}"), heading=layout.columns[name][0])
    status = _status(values)
    quantity = cells.pieces(values.get("quantity", ""))
    paid_at = _paid_at(values, status)
    money = _money(layout, values, status, quantity, paid_at is not None)
    return ExportLine(  # what a file says again and again is kept once
        platform=layout.platform,
        order_id=order_id,
        line_id=cells.number(values.get("line_id", "")),
        product_id=intern(cells.number(values.get("product_id", ""))),
        sku=intern(values.get("sku", "")),
        title=intern(values.get("title", "")),
        quantity=quantity,
        paid_fen=money.paid_fen,
        refunded_fen=money.refunded_fen,
        status=money.status,
        created_at=_moment(values, "created"),
        paid_at=paid_at,
        shipped_at=_moment_if_any(values, "shipped"),
        carrier=Carrier.LIVE if layout.live_only else cells.carrier(values.get("carrier", "")),
        room_id=_whole_number(values, "room_id"),
        room_started_at=_moment_if_any(values, "room_started"),
        delivered_by=intern(values.get("delivered_by", "")),
        waybill=_whole_number(values, "waybill"),
        refund_status=intern(values.get("refund_status", "")),
        buyer=buyer_hash(layout.platform, values.get("buyer", ""), salt),
        unit_price_fen=money.unit_price_fen,
        anchor=_anchor(layout, values),
        refund_reason=_refund_reason(values),
        refunded_at=_moment_if_any(values, "refunded"),
        refund_named=bool(values.get("refunded_fen")),
        refund_told_at=told_at if money.refunded_fen or values.get("refunded_fen") else None,
        estimated=money.estimated,
    )


def _status(values: Cells) -> Status:
    """Where a line stands; a file without that may say when it was received."""
    text = values.get("status", "")
    return Status.FINISHED if not text and values.get("finished_at") else cells.status(text)


def _money(layout: Layout, values: Cells, status: Status, quantity: int, was_paid: bool) -> _Money:
    """Where a line stands by its money, too: what was paid and then closed went back."""
    unit_price_fen = _unit_price_fen(values, quantity)
    paid_fen, estimated = _paid_fen(values, status, unit_price_fen * (quantity or 1))
    refunded_fen = _refunded_fen(values)
    if status is Status.CANCELLED and was_paid and paid_fen and not layout.by_hand:
        status = Status.REFUNDED
    elif layout.amounts_due and status in _NOT_PAID:
        paid_fen = 0
    if layout.by_hand and refunded_fen > paid_fen:
        raise IntegrationError(N_("more went back than was paid"))
    status, refunded_fen = _refund(status, values.get("refund_status", ""), paid_fen, refunded_fen)
    return _Money(status, unit_price_fen, paid_fen, refunded_fen, estimated)


def _anchor(layout: Layout, values: Cells) -> str:
    """Who sold it for a commission; a file that says where buyers came from has our own anchors there too."""
    if "traffic" in layout.columns and "联盟" not in values.get("traffic", ""):
        return ""
    return values.get("anchor", "").strip("0") and values["anchor"]


def _whole_number(values: Cells, name: str) -> str:
    """A number that an order can do without: one that a table program has shortened is none."""
    try:
        return cells.number(values.get(name, ""))
    except IntegrationError:
        return ""


def _amount(values: Cells, name: str) -> int:
    fen = cells.money_fen(values.get(name, ""))
    if fen < 0:
        raise IntegrationError(N_("an amount cannot be below nothing: {value}"), value=values[name])
    return fen


def _refunded_fen(values: Cells) -> int:
    """What went back; consoles may write in words that nobody asked for anything."""
    return 0 if values.get("refunded_fen", "").startswith(("无", "没有")) else _amount(values, "refunded_fen")


def _paid_fen(values: Cells, status: Status, priced_fen: int) -> tuple[int, bool]:
    """What was paid, and whether that is only the price times the pieces."""
    if values.get("paid_fen") or not priced_fen or status in _NOT_PAID:
        return _amount(values, "paid_fen"), False
    return priced_fen, True


def _unit_price_fen(values: Cells, quantity: int) -> int:
    """What the platform asks for a piece; 0 where the file does not say, or not to the fen."""
    try:
        if values.get("unit_price"):
            return _amount(values, "unit_price")
        each_fen, rest_fen = divmod(_amount(values, "goods_fen"), quantity or 1)
    except IntegrationError:
        if values.get("paid_fen"):
            return 0  # no order is left out for a price that it can do without
        raise
    return 0 if rest_fen else each_fen


def _refund_reason(values: Cells) -> str:
    """Why the money went back, or the order was closed; a file says of open ones that they are."""
    reason = values.get("refund_reason", "")
    return "" if "未关闭" in reason else reason


def _refund(status: Status, refund_status: str, paid_fen: int, refunded_fen: int) -> tuple[Status, int]:
    """Where a line stands and what went back, from three columns that may each be silent."""
    if not refunded_fen and (_all_went_back(refund_status) or status is Status.REFUNDED):
        refunded_fen = paid_fen
    if refunded_fen and refunded_fen >= paid_fen:
        status = Status.REFUNDED
    return status, min(refunded_fen, paid_fen) if paid_fen else refunded_fen  # with the freight it may be more


@lru_cache(maxsize=1000)  # a file has a handful of them
def _all_went_back(refund_status: str) -> bool:
    return any(words in refund_status for words in _PAID_BACK) and "部分" not in refund_status


def _moment(values: Cells, name: str) -> datetime | None:
    text = values.get(f"{name}_at", "")
    day = values.get(f"{name}_date", "")
    if day and text and len(text) <= len("00:00:00"):
        text = f"{day.split()[0]} {text}"
    return cells.moment(text or day)


def _moment_if_any(values: Cells, name: str) -> datetime | None:
    """A time that an order can do without: words in its place keep no order out."""
    try:
        return _moment(values, name)
    except IntegrationError:
        return None


def _paid_at(values: Cells, status: Status) -> datetime | None:
    """When it was paid; files that do not say it have the time of the order."""
    paid_at = _moment(values, "paid")
    if paid_at is None and status not in _NOT_PAID:
        return _moment(values, "created")
    return paid_at


def _is_round(number: str) -> bool:
    """Whether an order's number looks like one that a table program has rounded: 15 digits, then zeros."""
    return len(number) > EXACT_DIGITS and number.isdigit() and not number[EXACT_DIGITS:].strip("0")


def _is_as_written(row: Sequence[str]) -> bool:
    """Whether a row stands as its platform wrote it.

    A table program leaves the seconds of a time away, and takes numbers for text that are marked as text.
    """
    return any(
        _SECONDS.search(cell) or (_is_round(cells.clean(cell)) and not cell.strip(" ").isdigit()) for cell in row
    )


def _without_rounded(lines: list[Numbered], round_row: Sequence[str]) -> tuple[list[Numbered], list[BadRow]]:
    """Takes out the rows whose order numbers a table program has rounded.

    A number may well end in zeros. All numbers of a file do so for one reason only; where there is just one, the rest
    of `round_row`, which has it, tells whether a table program had the file.
    """
    long = {line.order_id for _number, line in lines if line.order_id.isdigit() and len(line.order_id) > EXACT_DIGITS}
    if not long or not all(map(_is_round, long)) or (len(long) == 1 and _is_as_written(round_row)):
        return lines, []
    bad = []
    for number, line in lines:
        if line.order_id in long:
            bad.append(_bad(number, cells.shortened(line.order_id)))
    return [(number, line) for number, line in lines if line.order_id not in long], bad


def _amounts_once(lines: list[ExportLine]) -> list[ExportLine]:
    """An order's amount shared out over its rows by their pieces, so that its sum is counted once, to the fen."""
    of_order: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        of_order.setdefault(line.order_id, []).append(index)
    shared = list(lines)
    for indexes in of_order.values():
        pieces = sum(lines[index].quantity or 1 for index in indexes)
        for amount in ("paid_fen", "refunded_fen"):
            whole = max(getattr(lines[index], amount) for index in indexes)
            given = passed = 0
            for index in indexes:
                passed += lines[index].quantity or 1
                until = whole * passed // pieces
                shared[index] = replace(shared[index], **{amount: until - given})
                given = until
    return shared


def _numbered(layout: Layout, lines: list[ExportLine]) -> list[ExportLine]:
    """Lines without a number of their own get one that is the same whenever the file is read again.

    A row for a whole order keeps none; where such a file has several products for an order they are its lines.
    """
    names: dict[str, set[str]] = {}
    for line in lines if layout.whole_orders else ():
        names.setdefault(line.order_id, set()).add(_name(line))
    seen: dict[tuple[str, str], int] = {}
    numbered = []
    for line in lines:
        if line.line_id or (layout.whole_orders and len(names[line.order_id]) == 1):
            numbered.append(line)
            continue
        name = _name(line)
        times = seen[line.order_id, name] = seen.get((line.order_id, name), 0) + 1
        again = "" if times == 1 or layout.whole_orders else f"#{times}"
        numbered.append(replace(line, line_id=f"{'' if layout.by_hand else STAND_IN}{name}{again}"))
    return numbered


def _name(line: ExportLine) -> str:
    return line.product_id or line.sku or line.title
