"""What an order file gives, whatever platform wrote it: lines of orders, and rows that will not do."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """Where an order line stands, the same words for every platform."""

    UNPAID = "unpaid"
    PAID = "paid"
    SHIPPED = "shipped"
    FINISHED = "finished"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


class Carrier(StrEnum):
    """What brought the buyer to the product, as the platform says."""

    UNKNOWN = ""
    LIVE = "live"
    OTHER = "other"  # a video, the shelf, a search
    TOMORROW = "tomorrow"  # the platform says so on the next day only


STAND_IN = "#"  # begins a line's number that we made


@dataclass(frozen=True, slots=True)
class ExportLine:
    """One product of one order. Money is in fen, times are UTC, an empty text means that the file does not say.

    `line_id` is empty where the row stands for the whole order, and begins with STAND_IN where the file does not number
    the lines of an order. `paid_fen` is what was paid for the line, returned or not. `buyer` is a hash that only counts
    people: names, phones and addresses are never read. `refund_named`: the amount that went back is the platform's own
    word, be it nothing, as of `refund_told_at`; else it is all or nothing, as the line's state lets us think.
    """

    platform: str
    order_id: str
    line_id: str
    product_id: str
    sku: str
    title: str
    quantity: int  # 0: the file does not say
    paid_fen: int
    refunded_fen: int
    status: Status
    created_at: datetime | None
    paid_at: datetime | None
    shipped_at: datetime | None
    carrier: Carrier
    room_id: str  # the platform's number of the live session
    room_started_at: datetime | None
    delivered_by: str
    waybill: str
    refund_status: str
    buyer: str
    unit_price_fen: int = 0  # what the platform asks for a piece, before vouchers and freight; 0: it does not say
    anchor: str = ""  # the platform's number of whoever sold it for a commission
    refund_reason: str = ""
    refunded_at: datetime | None = None
    refund_named: bool = False
    refund_told_at: datetime | None = field(default=None, compare=False)
    estimated: bool = False  # the file has no amount: `paid_fen` is the price of a piece times the pieces


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that did not come in: its line in the file, counted from 1, and why.

    `reason` is a sentence with the names of `values` in it, so that it can be shown in the reader's language.
    """

    line: int
    reason: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class UnreadSheet:
    """A sheet that is of no kind that is known, in a workbook of which others are; its rows below the headings."""

    name: str
    rows: int


@dataclass(frozen=True, slots=True)
class Export:
    """A file that was read: every row below the headings is either in `lines` or in `bad`."""

    kind: str
    platform: str
    lines: tuple[ExportLine, ...]
    bad: tuple[BadRow, ...]
