"""The process that draws for the window: labels and posters on A4, their pages as pictures, and cards in their looks.

Drawing needs NumPy, and a thousand labels take seconds; the window has neither to spare. One order a line as JSON on
stdin, one answer a line on stdout, in turn. Started by `studio.ui.drawing`, and ends when its stdin does.
"""

import errno
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from overlays.base import OverlayError
from overlays.card import CardParams, Look
from overlays.card_scene import card_scene
from overlays.label import Label, Sheet
from overlays.label_sheet import check_link, labels_pdf, page_image, pages_of
from overlays.template import template_of

SEEN_DOTS_PER_INCH = 110
LOOK_SIDE_PX = 320  # the longer side of a picture of a look


def main() -> None:
    """Obeys orders until stdin ends. An order that cannot be obeyed is answered with `error`, and what it is about."""
    answer_to = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not stand among the answers
    with answer_to:
        for line in sys.stdin:
            order = json.loads(line)
            json.dump({"number": order["number"], **_obey(order)}, answer_to)
            answer_to.write("\n")
            answer_to.flush()


def _obey(order: dict[str, Any]) -> dict[str, Any]:
    try:
        return _looks(order) if order["do"] == "looks" else _labels(order)
    except OSError as error:
        return {"error": "unwritable", "reason": str(error.strerror or error), "to": order["to"]}


def _labels(order: dict[str, Any]) -> dict[str, Any]:
    """`pdf`: all labels into the file `to`; `page`: the page of that number, counted from 0, as a PNG."""
    sheet, to = Sheet(order["sheet"]), Path(order["to"])
    chosen = [Label(**{**one, "lines": tuple(one["lines"])}) for one in order["labels"]]
    labels = [label for label in chosen for _copy in range(order["copies"])]
    pages = len(pages_of(labels, sheet))
    number = min(order.get("page", 0), pages - 1)
    try:
        if order["do"] == "pdf":
            to.write_bytes(labels_pdf(labels, sheet))
        else:
            _check_written(page_image(labels, sheet, SEEN_DOTS_PER_INCH, number).save(str(to)))
    except OverlayError:
        return {"error": "undrawable", "index": _first_undrawable(chosen, sheet)}
    return {"to": str(to), "page": number, "pages": pages}


def _check_written(written: bool) -> None:
    """Qt only says that it could not."""
    if not written:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def _first_undrawable(labels: list[Label], sheet: Sheet) -> int:
    for index, label in enumerate(labels):
        try:
            check_link(label, sheet)
        except OverlayError:
            return index
    return 0


def _looks(order: dict[str, Any]) -> dict[str, Any]:
    """A card in every look on a canvas of that size, as small PNGs in the folder `to`."""
    width, height = order["width"], order["height"]
    card = _card(order["card"])
    files = {}
    for look in map(Look, order["looks"]):
        path = Path(order["to"], f"look-{look}-{width}x{height}.png")
        _check_written(card_scene(replace(card, look=look), width, height, LOOK_SIDE_PX).save(str(path)))
        files[look.value] = str(path)
    return {"looks": files}


def _card(given: dict[str, Any]) -> CardParams:
    """A card as `dataclasses.asdict` and JSON left it."""
    template = dict(given["template"])
    made = template_of(template.pop("name"), template)
    return CardParams(**{**given, "template": made, "links": tuple(map(tuple, given["links"]))})


if __name__ == "__main__":
    main()
