"""What writing did to the log: rows that are new, changed or as they were; files that came in; what was taken back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from integrations.exports.base import UnreadSheet
from studio.shop.table import RejectedRow


class Change(StrEnum):
    """What writing a row did to what was there."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class ImportCount:
    """How many rows of an import were new, updated and unchanged."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0

    def plus(self, change: Change) -> "ImportCount":
        return ImportCount(
            self.new + (change is Change.NEW),
            self.updated + (change is Change.UPDATED),
            self.unchanged + (change is Change.UNCHANGED),
        )


@dataclass(frozen=True, slots=True)
class Undone:
    """A change of the shop that was taken back: when it had been made, and the products that are as before."""

    at: datetime
    skus: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did; `tomorrow` lines are attributed by their time until the platform says more, the next day.

    `anchors`: who sold for a commission, and how many lines; they are of no session until a person says it is us.
    """

    count: ImportCount
    tomorrow: int = 0
    anchors: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of a file: every row of it is in `count` or in `rejected`; the rest as in `Imported`.

    A file that holds several kinds has a report for each; the `unread` sheets of all of it are in the first.
    """

    path: str
    kind: str
    platform: str
    count: ImportCount
    rejected: tuple[RejectedRow, ...]
    tomorrow: int = 0
    anchors: tuple[tuple[str, int], ...] = ()
    unread: tuple[UnreadSheet, ...] = ()

    @property
    def rows(self) -> int:
        """The rows below the headings."""
        return self.count.new + self.count.updated + self.count.unchanged + len(self.rejected)
