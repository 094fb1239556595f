"""Layouts: which heading of a platform's file means what, how a file is recognised, and its rows as order lines.

Files are recognised by their headings, never by name or by the place of a column.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from integrations.base import N_, IntegrationError
from integrations.exports import cells
from integrations.exports.base import BadRow, Carrier, Export, ExportLine, Status
from integrations.exports.sheets import Row

HEADING_ROWS = 10  # some files begin with a title or a note
Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of file: `columns` says for each field which headings it may have, the usual one first.

    The fields are those of `ExportLine`, and `paid_date` where a file has the day in a column of its own. `known_by`:
    groups of headings, each of which must have one in the file. `live_only`: every row was sold in a live room.
    """

    kind: str
    platform: str
    columns: Mapping[str, tuple[str, ...]]
    known_by: Sequence[tuple[str, ...]]
    not_with: tuple[str, ...] = ()
    live_only: bool = False
    order_amounts_repeat: bool = False  # rows of one order all show the amount of the whole order

    def fields_of(self, headings: Sequence[str]) -> list[str]:
        """The field each column holds; empty for a column that is passed over, as all that tells who the buyer is."""
        found = {plain(heading): name for name, spellings in self.columns.items() for heading in reversed(spellings)}
        fields: list[str] = []
        for heading in headings:
            name = found.get(plain(heading), "")
            fields.append("" if name in fields else name)
        return fields

    def knows(self, headings: Sequence[str]) -> bool:
        """Whether a file with these headings is of this kind."""
        there = {plain(heading) for heading in headings}
        if there & {plain(heading) for heading in self.not_with}:
            return False
        return all(any(plain(heading) in there for heading in group) for group in self.known_by)


def plain(heading: str) -> str:
    """A heading as it is compared: without spaces, tabs, marks and differences of width."""
    return "".join(cells.clean(heading).split()).replace("（", "(").replace("）", ")").lower()


def find_headings(rows: Sequence[Row], layouts: Sequence[Layout]) -> tuple[Layout, int] | None:
    """The layout that knows a file, and which of its rows has the headings."""
    for index, (_line, row) in enumerate(rows[:HEADING_ROWS]):
        for layout in layouts:
            if layout.knows(row):
                return layout, index
    return None


def read_rows(
    layout: Layout, rows: Sequence[Row], heading_index: int, salt: bytes, tick: Callable[[int], None]
) -> Export:
    """The rows below the headings as order lines; `tick` is told how many rows are done, and may raise to stop."""
    fields = layout.fields_of(rows[heading_index][1])
    lines: list[ExportLine] = []
    bad: list[BadRow] = []
    for done, (line, row) in enumerate(rows[heading_index + 1 :], 1):
        values = {name: cells.clean(cell) for name, cell in zip(fields, row, strict=False) if name}
        try:
            lines.append(_line(layout, values, salt))
        except IntegrationError as error:
            bad.append(BadRow(line, error.message, tuple((name, str(value)) for name, value in error.values.items())))
        tick(done)
    if layout.order_amounts_repeat:
        lines = _amounts_once(lines)
    return Export(layout.kind, layout.platform, tuple(_numbered(lines)), tuple(bad))


def _line(layout: Layout, values: Cells, salt: bytes) -> ExportLine:
    order_id = cells.number(values.get("order_id", ""))
    if not order_id:
        raise IntegrationError(N_("there is no order number"))
    status = cells.status(values.get("status", ""))
    refund_status = values.get("refund_status", "")
    paid_fen = _amount(values, "paid_fen")
    refunded_fen = _amount(values, "refunded_fen")
    if "退款成功" in refund_status and not refunded_fen:
        refunded_fen = paid_fen
    if status is Status.REFUNDED and not refunded_fen:
        refunded_fen = paid_fen
    if status is Status.CANCELLED and paid_fen and refunded_fen >= paid_fen:
        status = Status.REFUNDED  # closed because the money went back: it was paid once
    return ExportLine(
        platform=layout.platform,
        order_id=order_id,
        line_id=cells.number(values.get("line_id", "")),
        product_id=cells.number(values.get("product_id", "")),
        sku=values.get("sku", ""),
        title=values.get("title", ""),
        quantity=cells.pieces(values.get("quantity", "")),
        paid_fen=paid_fen,
        refunded_fen=min(refunded_fen, paid_fen) if paid_fen else refunded_fen,
        status=status,
        created_at=_moment(values, "created"),
        paid_at=_paid_at(values, status),
        shipped_at=_moment(values, "shipped"),
        carrier=Carrier.LIVE if layout.live_only else cells.carrier(values.get("carrier", "")),
        room_id=values.get("room_id", ""),
        room_started_at=_moment(values, "room_started"),
        delivered_by=values.get("delivered_by", ""),
        waybill=values.get("waybill", ""),
        refund_status=refund_status,
        buyer=buyer_hash(layout.platform, values.get("buyer", ""), salt),
    )


def _amount(values: Cells, name: str) -> int:
    fen = cells.money_fen(values.get(name, ""))
    if fen < 0:
        raise IntegrationError(N_("an amount cannot be below nothing: {value}"), value=values[name])
    return fen


def _moment(values: Cells, name: str) -> datetime | None:
    text = values.get(f"{name}_at", "")
    day = values.get(f"{name}_date", "")
    if day and text and len(text) <= len("00:00:00"):
        text = f"{day} {text}"
    return cells.moment(text or day)


def _paid_at(values: Cells, status: Status) -> datetime | None:
    """When it was paid; files that do not say it have the time of the order."""
    paid_at = _moment(values, "paid")
    if paid_at is None and status not in (Status.UNPAID, Status.CANCELLED):
        return _moment(values, "created")
    return paid_at


def buyer_hash(platform: str, name: str, salt: bytes) -> str:
    """A number for a buyer that nobody can turn back into the name without the salt; empty where there is none."""
    if not name:
        return ""
    return hmac.digest(salt, f"{platform}\0{name}".encode(), hashlib.sha256)[:12].hex()


def _amounts_once(lines: list[ExportLine]) -> list[ExportLine]:
    """An order's amount shared out over its rows by their pieces, so that its sum is counted once, to the fen."""
    of_order: dict[str, list[int]] = {}
    for index, line in enumerate(lines):
        of_order.setdefault(line.order_id, []).append(index)
    shared = list(lines)
    for indexes in of_order.values():
        pieces = sum(lines[index].quantity for index in indexes)
        for amount in ("paid_fen", "refunded_fen"):
            whole = max(getattr(lines[index], amount) for index in indexes)
            given = passed = 0
            for index in indexes:
                passed += lines[index].quantity
                until = whole * passed // pieces
                shared[index] = replace(shared[index], **{amount: until - given})
                given = until
    return shared


def _numbered(lines: list[ExportLine]) -> list[ExportLine]:
    """Rows of one order without a number of their own get one that is the same whenever the file is read again.

    A single row without one stands for the whole order and keeps none.
    """
    count: dict[str, int] = {}
    for line in lines:
        count[line.order_id] = count.get(line.order_id, 0) + 1
    seen: dict[tuple[str, str], int] = {}
    numbered = []
    for line in lines:
        if line.line_id or count[line.order_id] == 1:
            numbered.append(line)
            continue
        name = line.product_id or line.sku or line.title
        seen[line.order_id, name] = seen.get((line.order_id, name), 0) + 1
        times = seen[line.order_id, name]
        numbered.append(replace(line, line_id=name if times == 1 else f"{name}#{times}"))
    return numbered
