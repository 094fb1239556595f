"""Layouts: which heading of a platform's file means what, and how a file is recognised.

Files are recognised by their headings, never by name or by the place of a column.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from integrations.exports import cells
from integrations.exports.sheets import Row

HEADING_ROWS = 10  # some files begin with a title or a note


@dataclass(frozen=True, slots=True)
class Layout:
    """One kind of file: `columns` says for each field which headings it may have, the usual one first.

    The fields are those of `ExportLine`; `created_date` and `paid_date` where a file has the day in a column of its
    own, `unit_price` or `goods_fen` (all pieces together, before vouchers and freight) for the price of a piece,
    `finished_at` for when it was received, where no status says so.
    `known_by`: groups of headings, each of which must have one in the file. `needed`: fields that no row may lack,
    besides the order's number.
    """

    kind: str
    platform: str
    columns: Mapping[str, tuple[str, ...]]
    known_by: Sequence[tuple[str, ...]]
    not_with: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    whole_orders: bool = False  # a row stands for an order, not for one of its lines
    live_only: bool = False  # every row was sold in a live room
    amounts_due: bool = False  # amounts are what is due, whether it was paid or not
    order_amounts_repeat: bool = False  # rows of one order all show the amount of the whole order
    by_hand: bool = False  # written by a person: what cannot be is refused instead of bent to what can

    def places(self, headings: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """Field → the columns it may stand in, the usual one first.

        What no field is called by is passed over, as all that tells who the buyer is.
        """
        there = _names(headings)
        found = {
            name: tuple(place for spelling in spellings for place, one in enumerate(there) if plain(spelling) in one)
            for name, spellings in self.columns.items()
        }
        return {name: places for name, places in found.items() if places}

    def knows(self, headings: Sequence[str]) -> bool:
        """Whether a file with these headings is of this kind."""
        there = set().union(*_names(headings))
        if there & {plain(heading) for heading in self.not_with}:
            return False
        return all(any(plain(heading) in there for heading in group) for group in self.known_by)


def told_apart(headings: Sequence[str]) -> list[str]:
    """The headings, each naming one column: `金额#1`, `金额#2` where two have the same, `#1` where one has none."""
    times, seen = Counter(map(plain, headings)), Counter[str]()
    names = []
    for heading in headings:
        bare = plain(heading)
        seen[bare] += 1
        names.append(heading.strip() if bare and times[bare] == 1 else f"{heading.strip()}#{seen[bare]}")
    return names


def _names(headings: Sequence[str]) -> list[set[str]]:
    """What each column may be called by: its heading, and what tells it apart from others of the same heading."""
    return [{plain(heading), plain(name)} for heading, name in zip(headings, told_apart(headings), strict=True)]


@lru_cache(maxsize=1000)
def plain(heading: str) -> str:
    """A heading as it is compared: without spaces, tabs, marks and differences of width."""
    return "".join(cells.clean(heading).split()).replace("（", "(").replace("）", ")").replace("_", "").lower()


def find_headings(rows: Sequence[Row], layouts: Sequence[Layout]) -> tuple[Layout, int] | None:
    """The layout that knows a file by its first rows, and which of them has the headings."""
    for index, (_line, row) in enumerate(rows):
        for layout in layouts:
            if layout.knows(row):
                return layout, index
    return None
