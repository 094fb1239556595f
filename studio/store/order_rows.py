"""Orders as the store gives them back: plain frozen rows, free of any database."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from integrations.exports.base import Status

OrderStatus = Status


class Way(StrEnum):
    """How an order line came to its session."""

    TYPED = "typed"  # during the session
    NAMED = "named"  # by whoever wrote it down or imported it
    ROOM = "room"  # the platform says which of its live rooms sold it
    LIVE_AND_TIME = "live+time"  # the platform says that a live room did; which one, the time says
    TIME = "time"


class LeftOut(StrEnum):
    """Why typed orders are in no sum of their session."""

    TOLD = "told"  # a platform tells of these products there: most likely they are the same orders again
    UNMATCHED = "unmatched"  # what a platform tells of there is no product of the shop yet, and may be these


SOLD = frozenset({OrderStatus.PAID, OrderStatus.SHIPPED, OrderStatus.FINISHED, OrderStatus.REFUNDED})


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One product of one order."""

    platform: str
    order_id: str
    line_id: str
    sku: str
    title: str
    quantity: int
    paid_fen: int
    refunded_fen: int
    status: str
    paid_at: datetime | None
    session_id: int | None = None
    attributed_by: str | None = None  # one of `Way`
    product_id: str = ""  # the platform's
    created_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_by: str = ""
    waybill: str = ""
    refund_status: str = ""
    refund_reason: str = ""
    refunded_at: datetime | None = None
    unit_price_fen: int = 0  # what the platform asks for a piece; 0: it does not say
    anchor: str = ""  # who sold it for a commission
    window_at: datetime | None = None  # when the card came up that brought it
    buyer: str = field(default="", repr=False)  # counts people, names nobody


@dataclass(frozen=True, slots=True)
class Promised:
    """Order lines of one day (in China) of which the platform says by now whether a live room sold them."""

    platform: str
    day: date
    lines: int


@dataclass(frozen=True, slots=True)
class UnknownProduct:
    """What was sold under a name that is no product of the shop yet: `name` is the platform's number, else the title.

    `suggestion` is the SKU of the product whose name is most like it; only a person can say whether it is so.
    """

    platform: str
    name: str
    title: str
    code: str
    lines: int
    suggestion: str | None


@dataclass(frozen=True, slots=True)
class PolledTotal:
    """What a platform told of that was paid, given back or not."""

    orders: int
    pieces: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class Sales:
    """What one source says was sold: a platform's own lines, or what people typed; paid orders, returned ones included.

    `buyers` are the different people among the `named_orders`, the orders of which the source says who bought. What is
    `left_out` stands beside and is not added; all else is.
    """

    source: str
    orders: int
    pieces: int
    paid_fen: int
    refunded_fen: int
    buyers: int = 0
    named_orders: int = 0
    left_out: LeftOut | None = field(default=None, kw_only=True)
