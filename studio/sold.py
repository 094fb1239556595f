"""What platforms tell of what is sold, and of who watches, while a show is on the air."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from studio.errors import Problem

STALE = timedelta(minutes=2)  # behind the newest count of any source
_SERVERS = ("nginx-rtmp", "srs", "mediamtx")


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


@dataclass(frozen=True, slots=True)
class AccountAsked:
    """A platform was asked for an account's orders, and is asked again at `next_at`; `problem` where it gave none.

    `changed` lines came that are new or not as before. Of what changed up to `known_until`, nothing is left to be told.
    """

    account: str
    at: datetime
    next_at: datetime
    changed: int = 0
    known_until: datetime | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ViewersSampled:
    """A count of concurrent viewers and where it comes from: `typed`, a server's name, or as `count_of` says."""

    count: int
    source: str
    at: datetime
    about: bool = False  # somebody's guess, or rounded by the platform


@dataclass(frozen=True, slots=True)
class ViewersUndone:
    """The count typed `at` a moment was a mistake: the one typed before stands again, where there is one."""

    at: datetime
    before: ViewersSampled | None = None


def with_asked(asked: Sequence[AccountAsked], new: AccountAsked) -> tuple[AccountAsked, ...]:
    """The last of each account."""
    return *(one for one in asked if one.account != new.account), new


def with_count(counted: Sequence[ViewersSampled], new: ViewersSampled | ViewersUndone) -> tuple[ViewersSampled, ...]:
    """The last count of each source; sources are never mixed."""
    source, stands = ("typed", new.before) if isinstance(new, ViewersUndone) else (new.source, new)
    others = tuple(one for one in counted if one.source != source)
    return others if stands is None else (*others, stands)


def shown_count(counted: Sequence[ViewersSampled]) -> ViewersSampled:
    """The one to show large: a platform's before a server's before a typed one, of those that are not stale.

    Of two accounts the one that more people watch: it does not change with each question.
    """
    newest = max(one.at for one in counted)
    return max((one for one in counted if newest - one.at <= STALE), key=lambda one: (rank_of(one.source), one.count))


def count_of(platform: str, account: str) -> str:
    """The source of a count that a platform gives for an account: those of two accounts are never mixed."""
    return f"{platform}:{account}"


def rank_of(source: str) -> int:
    """Whose count of viewers is to be believed: a platform's before a server's before a typed one."""
    if source == "typed":
        return 0
    return 1 if source in _SERVERS else 2
