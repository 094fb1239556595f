"""What every integration is made of: what it gives back, what it raises. Nothing here knows a studio."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from integrations.exports.base import Export

MOST_SHOWN = 160  # characters of what another side says


@dataclass(frozen=True, slots=True)
class ViewerCount:
    """How many people watch at one moment (UTC), as `source` says."""

    at: datetime
    count: int
    source: str


class ViewerSource(Protocol):
    """Something that can be asked how many people watch."""

    name: str

    def viewers(self) -> ViewerCount:
        """Asks now; takes a few seconds at most. Raises `IntegrationError`."""

    def close(self) -> None:
        """Lets the connection go; a question that is under way on another thread fails soon. May be called twice."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a platform gave after a seller let us in; secret. Without a time it is not known when they end."""

    access: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    ends_at: datetime | None = None
    refresh_ends_at: datetime | None = None
    owner: str = ""  # whose they are, as the platform numbers sellers


@dataclass(frozen=True, slots=True)
class Handed:
    """What an interface is handed by whoever uses it. `wait` raises what ends the conversation."""

    now: Callable[[], datetime]
    wait: Callable[[float], None]
    keep: Callable[[Tokens], None]  # told of new tokens before the first use of them
    salt: bytes = field(default=b"", repr=False)  # of the hashes that count buyers
    saved: Callable[[], Tokens | None] = lambda: None  # the kept tokens: another program may have renewed them
    alone: Callable[[], AbstractContextManager[None]] = nullcontext  # one program at a time renews


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Order lines an interface gave. Of what changed up to `confirmed`, nothing is left to be told after this page."""

    export: "Export"
    confirmed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """What a platform says of one live room, as of `at`: its own figures under its own names, never added to ours."""

    source: str
    room_id: str
    title: str
    started_at: datetime | None
    ended_at: datetime | None
    figures: tuple[tuple[str, int], ...]  # money in fen
    at: datetime


@dataclass(frozen=True, slots=True)
class LiveComment:
    """What a viewer wrote during a show, and when; who it was is not told."""

    text: str
    at: datetime


Known = Callable[[Sequence[str]], Collection[str]]  # of these orders, those whose live room is known already


class Platform(Protocol):
    """One seller's account at one platform. Nothing is connected before the first question; one thread at a time."""

    name: str
    ask_every_s: float  # for orders and comments, as often as the platform likes to be asked during a show
    viewers_every_s: float | None  # None: it does not say how many people watch
    overlap_s: float  # how far back of the confirmed point the next question begins
    lag_s: float  # how long after the fact it can be asked

    def authorize_url(self, state: str) -> str:
        """The page on which the seller lets us in; empty where there is none."""

    def connect(self, code: str = "") -> None:
        """Sees to tokens that are good for the next questions; `code` is what the page gave. Raises `RefusedError`."""

    def test(self) -> str:
        """Asks for next to nothing; gives whose account it is, as far as the platform says."""

    def orders(self, since: datetime, until: datetime, known: Known) -> Iterator[OrderPage]:
        """What changed of orders in that time, page by page; the same again does no harm."""

    def viewers(self) -> ViewerCount | None:
        """How many people watch now."""

    def rooms(self, since: datetime, until: datetime) -> tuple[Room, ...]:
        """What the platform says of its live rooms of that time."""

    def comments(self) -> tuple[LiveComment, ...]:
        """What viewers wrote since the last time; the first question begins to listen. Raises `IntegrationError`."""

    def stop_listening(self) -> tuple[LiveComment, ...]:
        """The show is over; gives the last comments. Raises nothing; may be called twice."""

    @property
    def skew_s(self) -> float | None:
        """By how much the platform's clock is ahead of ours, once it has answered."""

    def close(self) -> None:
        """Lets the connection go; may be called twice."""


class IntegrationError(Exception):
    """The other side did not give what was asked. `message` is a sentence with the names of `values` in it.

    The sentence is kept apart from its values so that whoever shows it can show it in the reader's language.
    """

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message.format(**values))
        self.message = message
        self.values = values


class RefusedError(IntegrationError):
    """Keys, tokens or a permission will not do: a person has to act before it is any use to ask again."""


class LimitedError(IntegrationError):
    """We ask too often: not again before `retry_after_s`, where the other side says so."""

    def __init__(self, message: str, retry_after_s: float | None = None, **values: object) -> None:
        super().__init__(message, **values)
        self.retry_after_s = retry_after_s


class ExpiredError(RefusedError):
    """The token has come to its end, perhaps before its time; a new one may be had without a person."""


class AnsweredError(IntegrationError):
    """The platform understood who asks, and answers this one question with an error."""

    def __init__(self, code: object, words: str) -> None:
        super().__init__(N_("it answers with error {code}: {words}"), code=code, words=words)
        self.code = code


class ClockError(IntegrationError):
    """This computer's clock is wrong by `skew_s` (below nothing: it is fast), and the platform takes nothing for it."""

    def __init__(self, skew_s: float) -> None:
        super().__init__(N_("this computer's clock is wrong by {seconds} s"), seconds=round(abs(skew_s)))
        self.skew_s = skew_s


def setting(label: str, words: str, usual: str = "", *, secret: bool = False, needed: bool = True) -> Any:
    """A field of an account's settings: its label, and where a seller finds what belongs there."""
    told = {"label": label, "help": words, "secret": secret, "needed": needed}
    return field(default=usual, repr=not secret, metadata=told)


def quoted(text: object, *secrets: str) -> str:
    """What another side says, short, on one line, and without what is secret."""
    plain = " ".join(str(text).split())
    for secret in filter(None, secrets):
        plain = plain.replace(secret, "•••")
    shown = "".join(char for char in plain if char.isprintable())
    return shown if len(shown) <= MOST_SHOWN else shown[:MOST_SHOWN] + "…"


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a string that is translated where it is shown
    """Marks a sentence for the catalogue."""
    return message
