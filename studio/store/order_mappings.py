"""Mappings: which column of a table nobody knows means what, as a person said once; kept in the home folder.

A file with the headings of a mapping is recognised by itself from then on. What a mapping reads counts as orders of a
platform that is called like the mapping.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from integrations.exports import LAYOUTS
from integrations.exports.base import Export
from integrations.exports.guess import SYNONYMS, guess_columns, head_of, likely_headings
from integrations.exports.layout import Layout, plain, told_apart
from studio.destinations import read_json, write_private
from studio.errors import fault
from studio.i18n import _
from studio.paths import Home
from studio.store.order_files import shown_headings, translated
from studio.store.orders import TYPED

NEEDED = (("order_id",), ("title", "sku", "product_id"), ("paid_fen", "unit_price"))
LONGEST_NAME = 40
_TAKEN = {layout.platform for layout in LAYOUTS} | {TYPED}


@dataclass(frozen=True, slots=True)
class OrderMapping:
    """`columns` says under which heading each field of an order line stands; headings as `told_apart` has them."""

    name: str
    columns: Mapping[str, str]
    order_amounts_repeat: bool = False  # rows of one order all show the amount of the whole order

    def layout(self) -> Layout:
        """The layout of the files it was made for."""
        return Layout(
            kind=self.name,
            platform=self.name,
            columns={field: (heading,) for field, heading in self.columns.items()},
            known_by=tuple((heading,) for heading in self.columns.values()),
            order_amounts_repeat=self.order_amounts_repeat,
        )


def propose(name: str, path: Path, given: Mapping[str, str], order_amounts_repeat: bool = False) -> OrderMapping:
    """A mapping for the file: `given` fields stand under the headings that are said, the others are guessed.

    A field that is given without a heading is left out. Raises `csv.missing`, `orders.unreadable`, `value.bad`,
    `mapping.incomplete`.
    """
    check_name(name)
    with translated(path):
        headings = likely_headings(head_of(path))
    names = told_apart(headings)
    there = {plain(name): name for name in names}
    said: dict[str, str] = {}
    for field, heading in given.items():
        if field not in SYNONYMS:
            raise fault("value.bad", field="--column", value=field, reason=", ".join(SYNONYMS))
        if heading and plain(heading) not in there:
            raise fault("value.bad", field=field, value=heading, reason=shown_headings(names))
        said[field] = there[plain(heading)] if heading else ""
    guessed = guess_columns(headings, taken=said.values())
    columns = {field: heading for field, heading in (guessed | said).items() if heading}
    missing = ["/".join(fields) for fields in NEEDED if not any(field in columns for field in fields)]
    if missing:
        raise fault("mapping.incomplete", path=path, missing=", ".join(missing), headings=shown_headings(headings))
    return OrderMapping(name, columns, order_amounts_repeat)


Head = tuple[tuple[str, ...], tuple[tuple[str, ...], ...], dict[str, str]]


def look_at(path: Path, rows: int) -> Head:
    """The headings of a file, told apart, its first rows below them, and which field each heading may be.

    Raises `csv.missing`, `orders.unreadable`.
    """
    with translated(path):
        head = head_of(path)
    headings = likely_headings(head)
    top = next((index for index, (_line, row) in enumerate(head) if row == headings), 0)
    shown = tuple(tuple(row) for _line, row in head[top + 1 : top + 1 + rows])
    return tuple(told_apart(headings)), shown, guess_columns(headings)


def mapping_with(name: str, columns: Mapping[str, str], order_amounts_repeat: bool) -> OrderMapping:
    """A mapping of what a person said of the columns; what cannot be done without is asked of the reading."""
    return OrderMapping(
        name,
        {field: heading for field, heading in columns.items() if field in SYNONYMS and heading},
        order_amounts_repeat,
    )


def fitting(export: Export) -> bool:
    """Whether a mapping reads a file well enough to be remembered."""
    return len(export.lines) > len(export.bad)


def load_mappings(home: Home) -> tuple[OrderMapping, ...]:
    """The mappings that are kept; one that is damaged is passed over."""
    kept = read_json(home.order_mappings).get("mappings", [])
    found = []
    for one in kept if isinstance(kept, list) else []:
        try:
            columns = {str(field): str(heading) for field, heading in one["columns"].items() if field in SYNONYMS}
            found.append(OrderMapping(str(one["name"]), columns, bool(one["order_amounts_repeat"])))
        except (KeyError, TypeError, AttributeError):
            continue
    return tuple(found)


def keep_mapping(home: Home, mapping: OrderMapping) -> None:
    """Remembers it, in place of one of the same name; raises `home.unwritable`."""
    _write(home, [*(one for one in load_mappings(home) if one.name != mapping.name), mapping])


def remove_mapping(home: Home, name: str) -> None:
    """Forgets it; orders it has read stay. Raises `mapping.unknown`."""
    mapping_of(home, name)
    _write(home, [one for one in load_mappings(home) if one.name != name])


def mapping_of(home: Home, name: str) -> OrderMapping:
    """The mapping called `name`; raises `mapping.unknown`."""
    found = next((one for one in load_mappings(home) if one.name == name), None)
    if found is None:
        raise fault("mapping.unknown", name=name)
    return found


def layouts_of(home: Home, name: str | None = None) -> tuple[Layout, ...]:
    """By what files are recognised: the platforms' kinds and the mappings, or the one mapping that is named."""
    if name is not None:
        return (mapping_of(home, name).layout(),)
    mapped = sorted(load_mappings(home), key=lambda one: -len(one.columns))  # the one that asks for most knows best
    return (*LAYOUTS, *(one.layout() for one in mapped))


def check_name(name: str) -> None:
    """Raises `value.bad` where no mapping can be called so."""
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise fault("value.bad", field=_("name"), value=name or "-", reason=_("a short name, like 832"))
    if name in _TAKEN:
        raise fault("value.bad", field=_("name"), value=name, reason=_("a platform is called so"))


def _write(home: Home, mappings: Sequence[OrderMapping]) -> None:
    write_private(home.order_mappings, {"mappings": [asdict(one) for one in mappings]}, home)
