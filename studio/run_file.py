"""The run of the next show, kept between shows in `run.json`, and as a table for other programs and computers."""

import csv
import io
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from overlays.card import Look
from studio.adding import AddedConfig, added_from, added_text
from studio.destinations import read_json, write_private
from studio.errors import StudioError, fault, reason_of
from studio.frozen import built, plain
from studio.i18n import _
from studio.paths import Home
from studio.run import NO_RUN, USUAL_MINUTES, RunOfShow, Step
from studio.shop.table import RejectedRow, TableRow, read_table

HEADINGS = {
    "sku": ("编号", "sku"),
    "minutes": ("分钟", "minutes"),
    "look": ("样式", "look"),
    "offer": ("优惠", "offer"),
    "prompter": ("提词", "prompter"),
}
_LOOKS = {"默认": Look.USUAL, "左": Look.LEFT, "右": Look.RIGHT, "下": Look.BOTTOM, "": Look.USUAL}


def save_run(home: Home, run: RunOfShow) -> None:
    """Keeps the run for the next show; raises `home.unwritable`."""
    write_private(home.run, plain(run), home)


def load_run(home: Home) -> RunOfShow:
    """The run that was kept; an empty one where there is none, or the file is damaged."""
    data = read_json(home.run)
    try:
        run = built(RunOfShow, data) if data else NO_RUN
    except (KeyError, TypeError, ValueError, StudioError):
        return NO_RUN
    return run if isinstance(run, RunOfShow) else NO_RUN


def read_run(path: Path, skus: Collection[str], keep: RunOfShow = NO_RUN) -> tuple[RunOfShow, list[RejectedRow]]:
    """The run in a table (CSV or XLSX) and the rows that will not do; how it moves on is as in `keep`.

    A step's offers stand in one cell, one a line, as `--overlay` takes them. Raises as `read_table` does.
    """
    steps: list[Step] = []
    rejected: list[RejectedRow] = []
    for row in read_table(path, HEADINGS, ("sku",)):
        try:
            row.check()
            steps.append(_step(row, len(steps) + 1, skus))
        except StudioError as error:
            rejected.append(RejectedRow(row.line, str(error)))
    return replace(keep, steps=tuple(steps)), rejected


def write_run(path: Path, run: RunOfShow) -> None:
    """Writes the run as a table, whole or not at all; raises `library.unwritable`."""
    text = io.StringIO(newline="")
    rows = [[spellings[0] for spellings in HEADINGS.values()]]
    for step in run.steps:
        offer = "\n".join(added_text(one) for one in step.offer)
        rows.append([step.sku, f"{step.minutes:g}", _look_text(step.look), offer, step.prompter])
    csv.writer(text).writerows(rows)
    fresh = path.with_name(path.name + ".new")
    try:
        fresh.write_bytes(text.getvalue().encode("utf-8-sig"))  # the mark tells table programs that it is UTF-8
        fresh.replace(path)
    except (OSError, ValueError) as error:
        with suppress(OSError, ValueError):  # where one may not even look
            fresh.unlink(missing_ok=True)
        reason = reason_of(error) if isinstance(error, OSError) else str(error)
        raise fault("library.unwritable", path=path, reason=reason) from error


def _step(row: TableRow, number: int, skus: Collection[str]) -> Step:
    cells = row.cells
    sku = cells.get("sku", "")
    if sku not in skus:
        raise fault("card.unknown", sku=sku or "-")
    return Step(
        number,
        sku,
        _minutes(cells.get("minutes", "")),
        _look(cells.get("look", "")),
        _offer(cells.get("offer", "")),
        cells.get("prompter", ""),
    )


def _minutes(cell: str) -> float:
    if not cell:
        return USUAL_MINUTES
    try:
        return float(cell)
    except ValueError:
        raise fault("value.bad", field=_("Minutes"), value=cell, reason=_("write a number, like 5")) from None


def _look(cell: str) -> Look:
    try:
        return _LOOKS[cell] if cell in _LOOKS else Look(cell.lower())
    except ValueError:
        raise fault("value.bad", field=_("Look"), value=cell, reason=", ".join(Look)) from None


def _look_text(look: Look) -> str:
    return "" if look is Look.USUAL else look.value


def _offer(cell: str) -> tuple[AddedConfig, ...]:
    """Each overlay has the slot of its kind; a second one of a kind has a slot of its own."""
    found: list[AddedConfig] = []
    for number, text in enumerate(filter(None, map(str.strip, cell.splitlines())), 1):
        added = added_from(text, number)
        if all(one.slot != added.kind for one in found):
            added = replace(added, slot=added.kind)
        found.append(added)
    return tuple(found)
