"""Which session an order line belongs to, which product it is of, and which card brought it. Pure functions.

A platform's own word comes first: the live room's number, its start, then that a live room sold it. Else the time it
was paid decides: from the session's beginning to `TAIL` after its end, since people pay late. What the platform says
was sold by a video, a shelf or a search belongs to no session.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import accumulate

from integrations.exports.base import Carrier, ExportLine
from studio.store.order_rows import Way
from studio.store.rows import WindowRow

TAIL = timedelta(minutes=30)
CARD_TAIL = timedelta(seconds=120)  # from the card to the payment
ROOM_EARLY = timedelta(minutes=30)  # a room may be open so long before the picture is sent
SIMILAR = 0.5  # of 1; below it two titles have nothing in common
_NUMBER = re.compile(r"\d{6,}")
_OPEN = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Airing:
    """When a session was on air; `ended_at` is None while it runs, and where a power cut left it open.

    `last_sign` is when an open one was last seen alive: what is paid long after it is none of its orders.
    """

    session_id: int
    started_at: datetime
    ended_at: datetime | None
    last_sign: datetime | None = field(default=None, compare=False)  # every second another while it runs

    @property
    def end(self) -> datetime | None:
        return self.ended_at or self.last_sign

    def covers(self, at: datetime, early: timedelta, late: timedelta) -> bool:
        return self.started_at - early <= at and (self.end is None or at <= self.end + late)


class Airings:
    """All sessions, sorted by their beginning; two studios may be on air at a time."""

    def __init__(self, airings: Iterable[Airing]) -> None:
        self.all = tuple(airings)
        self._over_by = tuple(accumulate((one.end or _OPEN for one in self.all), max))  # it and all before it

    def selling(self, at: datetime) -> Airing | None:
        """Which was on air at a moment, the latest to begin; else the one that was over last, up to `TAIL` before."""
        late: dict[datetime, Airing] = {}  # when it was over → which
        for place in reversed(range(bisect_right(self.all, at, key=lambda one: one.started_at))):
            one = self.all[place]
            if at - TAIL > self._over_by[place]:
                break
            if one.end is None or at <= one.end:
                return one
            if at <= one.end + TAIL:
                late.setdefault(one.end, one)
        return late[max(late)] if late else None


def find_session(line: ExportLine, airings: Airings) -> tuple[int | None, Way | None]:
    """The session of a line, and how it was found."""
    if line.room_started_at is not None:
        room = line.room_started_at
        near = [one for one in airings.all if one.covers(room, ROOM_EARLY, timedelta())]
        if not near:
            return None, None
        return min(near, key=lambda one: abs(one.started_at - room)).session_id, Way.ROOM
    at = line.paid_at or line.created_at
    if at is None or line.carrier is Carrier.OTHER:
        return None, None
    airing = airings.selling(at)
    if airing is None:
        return None, None
    return airing.session_id, Way.LIVE_AND_TIME if line.carrier is Carrier.LIVE else Way.TIME


@dataclass(frozen=True, slots=True)
class Rooms:
    """What is known of a platform's live rooms, by their numbers.

    `said`: the sessions that were on during a room of the platform's list; none where the room is none of ours.
    `seen`: the session into which most of a room's orders fall by their time.
    """

    said: Mapping[str, frozenset[int]] = field(default_factory=dict)
    seen: Mapping[str, int] = field(default_factory=dict)


def find_in_room(line: ExportLine, airings: Airings, rooms: Rooms) -> tuple[int | None, Way | None]:
    """As `find_session`; the number of its live room says more than the time, and holds however late it was paid."""
    found = find_session(line, airings)
    if not line.room_id or line.carrier is Carrier.OTHER:
        return found
    said = rooms.said.get(line.room_id)
    if said is None:
        seen = rooms.seen.get(line.room_id)
        return (seen, Way.ROOM) if found[0] is None and seen is not None else found
    if found[0] in said:
        return found[0], Way.ROOM
    at = line.paid_at or line.created_at
    begun = [one.session_id for one in airings.all if one.session_id in said and (at is None or one.started_at <= at)]
    return (begun[-1], Way.ROOM) if begun else (None, None)


def find_window(windows: Iterable[WindowRow], sku: str, at: datetime | None) -> WindowRow | None:
    """The card that brought an order paid at `at`: the latest of its product that was up, or gone for `CARD_TAIL`."""
    if at is None or not sku:
        return None
    fitting = (
        window
        for window in windows
        if window.sku == sku
        and window.shown_at <= at
        and (window.hidden_at is None or at <= window.hidden_at + CARD_TAIL)
    )
    return max(fitting, key=lambda window: window.shown_at, default=None)


@dataclass(slots=True)
class Catalogue:
    """By what a platform's line is known to be of a product of the shop. Names that two products share are dropped."""

    names: dict[str, str] = field(default_factory=dict)  # SKU → what the shop calls it
    remembered: Mapping[tuple[str, str], str] = field(default_factory=dict)  # platform, its number or title → SKU
    codes: dict[tuple[str, str], str] = field(default_factory=dict)  # platform, its own code for it → SKU
    _titles: dict[str, set[str]] = field(default_factory=dict)
    _numbers: dict[str, set[str]] = field(default_factory=dict)

    def add(self, sku: str, name: str, *links: str) -> None:
        """A product of the shop; the platforms' numbers of it stand in its links."""
        self.names[sku] = name
        self._titles.setdefault(plain_title(name), set()).add(sku)
        for number in _NUMBER.findall(" ".join(links)):
            self._numbers.setdefault(number, set()).add(sku)

    def sku_of(self, platform: str, code: str, product_id: str, title: str) -> str:
        """The product's SKU; the seller's own code as the file has it where it is none of the shop."""
        if code in self.names:
            return code
        for name in (code, product_id):
            if name and (sku := self.codes.get((platform, name))):
                return sku
        for name in (product_id, title, code):
            if name and (sku := self.remembered.get((platform, name))):
                return sku
        for found in (self._numbers.get(product_id, ()), self._titles.get(plain_title(title), ())):
            if len(found) == 1:
                return next(iter(found))
        return code

    def suggestion(self, title: str) -> str | None:
        """The SKU whose name is most like `title`; only a person can say whether it is so."""
        wanted = plain_title(title)
        likeness = {
            sku: 1.0 if plain_title(name) in wanted else SequenceMatcher(None, wanted, plain_title(name)).ratio()
            for sku, name in self.names.items()
            if plain_title(name)
        }
        best = max(likeness, key=lambda sku: likeness[sku], default=None)
        return best if best is not None and likeness[best] >= SIMILAR else None


@lru_cache(maxsize=10_000)  # a file has the same titles again and again
def plain_title(title: str) -> str:
    """A title as it is compared: without spaces and differences of width."""
    return "".join(unicodedata.normalize("NFKC", title).lower().split())
