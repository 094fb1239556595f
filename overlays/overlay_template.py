"""The templates of all overlays but the card: colours, sizes and place, as plain values that a file can hold.

What an overlay looks like stands in the file of its name in `assets/templates`, and nowhere else: that file has every
field the overlay has. Another template changes some of them. Importing this costs next to nothing.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from overlays.contrast import LARGE_TEXT
from overlays.fields import Motion, Place
from overlays.template import (
    CARD_FIELDS,
    CardTemplate,
    TemplateError,
    check_bounds,
    check_colour,
    check_contrast,
    like_usual,
    template_of,
)

CARD = "card"
NOT_FOR = "it is for {overlays}, not for this one"
NO_OVERLAY = "there is no such overlay, only {overlays}"
ONE_OF = "it is one of these: {names}"
INKS = ("ink", "price_ink", "quiet_ink", "origin_ink")
_COLOURS = (*INKS, "ground", "ground_end", "tag", "tag_ink", "bar", "rim")
_BOUNDS = {
    "opacity": (30, 100),
    "rim_px": (1, 8),
    "radius": (0, 40),
    "picture_radius": (0, 60),
    "padding": (4, 40),
    "width": (160, 1232),
    "picture_side": (40, 320),
    "speed": (20, 300),
}
_LETTERS = (12, 120)


@dataclass(frozen=True, slots=True)
class OverlayTemplate:
    """Colours as #rrggbb; sizes in pixels of a canvas whose shorter side is 720. An overlay has some of these fields.

    `letters` are the heights of its texts, from the first to the last.
    """

    name: str = ""
    place: str = ""  # where it lies, unless somebody says another place; empty: where its form says
    motion: str = ""  # how it comes in, in the same way
    ground: str = "#ffffff"  # empty where it is a picture
    ground_end: str = ""  # where the ground changes from top to bottom, what it ends in
    opacity: int = 100  # per cent
    ink: str = "#1d1f1c"
    price_ink: str = "#d5210f"
    quiet_ink: str = "#70756c"
    origin_ink: str = "#2c7a34"
    tag: str = "#d5210f"
    tag_ink: str = "#ffffff"
    bar: str = "#d5210f"  # of what is left, or of who is in
    rim: str = ""  # a line around it, none where empty
    rim_px: int = 3
    radius: int = 14
    picture_radius: int = 10
    padding: int = 16
    width: int = 460  # the most it takes
    letters: tuple[int, ...] = ()
    picture_side: int = 120
    middled: bool = False  # its texts, else they begin at the left
    speed: int = 90  # of running text, in pixels a second


@cache
def usual_values(overlay: str) -> Mapping[str, Any]:
    """What stands in the file of an overlay that the program brings."""
    path = files("assets").joinpath("templates", f"{overlay}.toml")
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


@cache
def usual_template(overlay: str) -> OverlayTemplate:
    """How an overlay looks where nobody chose another template for it."""
    values = usual_values(overlay)
    return OverlayTemplate(overlay, **{name: value for name, value in values.items() if name != "overlay"})


def overlays_of(values: Mapping[str, object]) -> tuple[str, ...]:
    """Whose template a file is: the line `overlay`, a name or a list of them; the card's where it has none."""
    named = values.get("overlay", CARD)
    listed = tuple(named) if isinstance(named, list) else (named,)
    known = (CARD, *_with_file())
    if not listed or any(one not in known for one in listed):
        raise TemplateError("overlay", NO_OVERLAY, overlays=", ".join(known))
    return listed


@cache
def _with_file() -> tuple[str, ...]:
    """The overlays that have a file of their name."""
    found = files("assets").joinpath("templates").iterdir()
    names = sorted(one.name.removesuffix(".toml") for one in found if one.name.endswith(".toml"))
    return tuple(name for name in names if usual_values(name).get("overlay") == name)


def template_in(overlay: str, name: str, values: Mapping[str, object]) -> CardTemplate | OverlayTemplate:
    """The template a file describes for one of the overlays it is for; what it leaves out is as usual.

    Raises `TemplateError` for another overlay, for a field none of its overlays has, and for what could not be read.
    """
    listed = overlays_of(values)
    if overlay not in listed:
        raise TemplateError("overlay", NOT_FOR, overlays=", ".join(listed))
    others = {field for one in listed if one != overlay for field in _fields_of(one)}
    own = {
        field: value
        for field, value in values.items()
        if field != "overlay" and (field in _fields_of(overlay) or field not in others)
    }
    return template_of(name, own) if overlay == CARD else _overlay_template(overlay, name, own)


def _fields_of(overlay: str) -> tuple[str, ...]:
    return CARD_FIELDS if overlay == CARD else tuple(field for field in usual_values(overlay) if field != "overlay")


def _overlay_template(overlay: str, name: str, values: Mapping[str, object]) -> OverlayTemplate:
    usual = usual_template(overlay)
    known = {field: getattr(usual, field) for field in _fields_of(overlay)}
    made = replace(usual, name=name, **like_usual(known, values))
    check_template(overlay, made)
    return made


def check_template(overlay: str, template: OverlayTemplate) -> None:
    """Raises `TemplateError` for what could not be read, or lies outside what fits a picture."""
    known = set(_fields_of(overlay))
    for field in known.intersection(_COLOURS):
        if getattr(template, field) or getattr(usual_template(overlay), field):
            check_colour(field, getattr(template, field))
    for field in known.intersection(_BOUNDS):
        check_bounds(field, getattr(template, field), *_BOUNDS[field])
    if len(template.letters) != len(usual_template(overlay).letters):
        raise TemplateError("letters", "it is written like {example}", example=list(usual_template(overlay).letters))
    for size in template.letters:
        check_bounds("letters", size, *_LETTERS)
    for field, kind in (("place", Place), ("motion", Motion)):
        if getattr(template, field) not in ("", *kind):
            raise TemplateError(field, ONE_OF, names=", ".join(kind))
    for ground in (template.ground, template.ground_end or template.ground):
        for field in known.intersection(INKS) if ground and "ground" in known else ():
            check_contrast(field, getattr(template, field), ground, LARGE_TEXT, template.opacity / 100)
    if "tag_ink" in known:
        check_contrast("tag_ink", template.tag_ink, template.tag, LARGE_TEXT)
