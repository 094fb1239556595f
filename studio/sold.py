"""What platforms tell of what is sold while a show is on the air."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OnSale:
    """The show that is on the air."""

    session_id: int
    started_at: datetime


@dataclass(frozen=True, slots=True)
class OrdersArrived:
    """What a platform told of up to now that was paid in the running show; kept apart from what people type."""

    platform: str
    account: str
    orders: int
    pieces: int
    paid_fen: int
    at: datetime
