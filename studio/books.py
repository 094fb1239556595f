"""What the window asks of the log, and what it is told: frozen dataclasses that cross to `books_process` by pickle.

The log's libraries load into that process and into nobody's window.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from studio.errors import Problem
from studio.shop.table import RejectedRow
from studio.store.changes import FileReport
from studio.store.order_rows import OrderRow, Promised, UnknownProduct
from studio.store.rows import SessionDetail, SessionRow, UnknownAnchor


@dataclass(frozen=True, slots=True)
class ListSessions:
    """Answered by `SessionsListed`."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Answered by `SessionOpened`."""

    session_id: int


@dataclass(frozen=True, slots=True)
class ImportFiles:
    """Bring files in, one after the other: `ImportMoved`, then `FileImported` or `FileRefused` for each, `ImportEnded`.

    Without a session each order finds its own.
    """

    paths: tuple[str, ...]
    session_id: int | None = None


@dataclass(frozen=True, slots=True)
class StopImport:
    """Stop: nothing of the file that is being read is kept."""


@dataclass(frozen=True, slots=True)
class LookAtFile:
    """What stands at the top of a file nobody knows; answered by `FileSeen`."""

    path: str


@dataclass(frozen=True, slots=True)
class TryMapping:
    """Read a file with what a person says of its columns; answered by `MappingTried`. `keep`: remember it too."""

    path: str
    name: str
    columns: Mapping[str, str]  # field: its heading
    order_amounts_repeat: bool = False
    keep: bool = False


@dataclass(frozen=True, slots=True)
class ListUnknown:
    """What was sold that is no product of the shop; answered by `UnknownListed`."""


@dataclass(frozen=True, slots=True)
class NameProduct:
    """Platforms call the product `sku` so; answered by `UnknownListed`."""

    name: str
    sku: str


@dataclass(frozen=True, slots=True)
class CountComments:
    """Count what comments speak of, pasted or in the file `path`; answered by `SessionOpened`."""

    session_id: int
    text: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class UndoViewers:
    """The count of viewers that was typed `at` a moment was a mistake; answered by `SessionOpened`."""

    session_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Disown:
    """An account in platforms' files is not ours; answered by `SessionOpened`."""

    session_id: int
    platform: str
    account: str


@dataclass(frozen=True, slots=True)
class NameAnchor:
    """Whoever sold for a commission is one of us, or is not; answered by `AnchorNamed`."""

    platform: str
    anchor: str
    ours: bool


@dataclass(frozen=True, slots=True)
class ListOrders:
    """A session's orders, the newest first; answered by `OrdersListed`."""

    session_id: int


@dataclass(frozen=True, slots=True)
class ListUnshipped:
    """What is paid and not sent; answered by `UnshippedListed`."""

    session_id: int | None = None


Question = (
    ListSessions
    | OpenSession
    | ImportFiles
    | StopImport
    | LookAtFile
    | TryMapping
    | ListUnknown
    | NameProduct
    | CountComments
    | UndoViewers
    | Disown
    | NameAnchor
    | ListOrders
    | ListUnshipped
)


@dataclass(frozen=True, slots=True)
class SessionsListed:
    """All sessions, the newest first, and what has to be exported once more."""

    sessions: tuple[SessionRow, ...]
    promised: tuple[Promised, ...]
    unknown: int  # names that are of no product of the shop
    anchors: tuple[UnknownAnchor, ...] = ()  # who sold for a commission, and may be one of us


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """One session, without its single orders: they can be a hundred thousand. `ways`: how they came to it."""

    detail: SessionDetail
    ways: str = ""


@dataclass(frozen=True, slots=True)
class ImportMoved:
    """How far the file number `number` of `files` is; rows are first read, then taken over into the log."""

    path: str
    number: int
    files: int
    rows: int
    taking_over: bool


@dataclass(frozen=True, slots=True)
class FileImported:
    """A file is in the log; one that holds several kinds is told of for each."""

    report: FileReport


@dataclass(frozen=True, slots=True)
class FileRefused:
    """Nothing of a file is in the log; `mappable`: a person can say what its columns mean."""

    path: str
    problem: Problem
    mappable: bool = False


@dataclass(frozen=True, slots=True)
class ImportEnded:
    """All files were tried, or somebody stopped it."""

    stopped: bool


@dataclass(frozen=True, slots=True)
class FileSeen:
    """The first rows of a file and what its columns may mean: field and heading."""

    path: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    guessed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class MappingTried:
    """What a file says with these columns: its first lines, how many rows came in, and those that did not."""

    path: str
    lines: tuple[tuple[str, ...], ...]  # order, time, product, pieces, paid in fen, status
    good: int
    rejected: tuple[RejectedRow, ...]
    kept: bool


@dataclass(frozen=True, slots=True)
class UnknownListed:
    """What was sold under names that are no product of the shop, and the shop's products: code and name."""

    unknown: tuple[UnknownProduct, ...]
    products: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AnchorNamed:
    """It is remembered; where it is one of us, the orders that were sold so are of our sessions by now."""

    platform: str
    anchor: str
    ours: bool


@dataclass(frozen=True, slots=True)
class OrdersListed:
    """The newest of a session's `count` order lines."""

    session_id: int
    lines: tuple[OrderRow, ...]
    count: int


@dataclass(frozen=True, slots=True)
class UnshippedListed:
    """What is to be sent, the longest waiting first."""

    lines: tuple[OrderRow, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A question that could not be answered."""

    question: Question
    problem: Problem


Answer = (
    SessionsListed
    | SessionOpened
    | ImportMoved
    | FileImported
    | FileRefused
    | ImportEnded
    | FileSeen
    | MappingTried
    | UnknownListed
    | AnchorNamed
    | OrdersListed
    | UnshippedListed
    | Refused
)
