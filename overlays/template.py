"""The template of a product card: its colours and sizes, as plain values that a file can hold.

Importing this costs next to nothing. What a template may be is checked when it is made, so that one that was written
by hand leaves no card unreadable: text on its ground, the size of the code's squares, room for the words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from overlays.contrast import LARGE_TEXT, SMALL_TEXT, least_contrast, rgb_of

_SHAPES = {"wide": (544, 264, 8), "upright": (672, 264, 8), "strip": (1232, 150, 8), "column": (320, 232, 8)}
_BOUNDS = {"wide": (360, 900), "upright": (480, 672), "strip": (720, 1232), "column": (280, 480)}
_HEIGHTS = (140, 420)
_MODULES = (8, 14)  # less does not survive a platform's second compression


class TemplateError(ValueError):
    """A template that would make an unreadable card; `field` and `reason` (a source text) say what is wrong."""

    def __init__(self, field: str, reason: str, **values: object) -> None:
        super().__init__(f"{field}: {reason.format(**values)}")
        self.field, self.reason, self.values = field, reason, values


NO_COLOUR = "a colour is written like #2c7a34"
TOO_FAINT = "on its ground it has a contrast of {found}, and needs {least}"
OUT_OF_BOUNDS = "it lies between {low} and {high}"
TOO_ROUND = "with this rim the corners would cut into the white around the code: at most {most}"
NO_SHAPE = "it has a width, a height and the size of a code's square"


@dataclass(frozen=True, slots=True)
class CardTemplate:
    """Colours as #rrggbb; sizes in pixels of a canvas whose shorter side is 720.

    Shapes are (width, height, side of one square of the code). Raises `TemplateError` for what could not be read.
    """

    name: str = ""
    ground: str = "#ffffff"  # of the card; the code always lies on white
    ground_end: str = ""  # where the ground changes from top to bottom, what it ends in
    ink: str = "#1d1f1c"  # of the product's name
    price_ink: str = "#d5210f"
    quiet_ink: str = "#666b62"  # of the unit and the former price
    origin_ink: str = "#2c7a34"
    tag: str = "#d5210f"  # behind the saving, on the picture's corner
    tag_ink: str = "#ffffff"
    rim: str = ""  # a line around the card, none where empty
    rim_px: int = 3
    radius: int = 18
    picture_radius: int = 10
    shadow: bool = True
    wide: tuple[int, int, int] = _SHAPES["wide"]  # on a wide picture, at the left or the right
    upright: tuple[int, int, int] = _SHAPES["upright"]  # on an upright picture, all across
    strip: tuple[int, int, int] = _SHAPES["strip"]  # along the bottom of a wide picture
    column: tuple[int, int, int] = _SHAPES["column"]  # at the side of an upright picture, its code beneath

    def __post_init__(self) -> None:
        for name in ("ground", "ink", "price_ink", "quiet_ink", "origin_ink", "tag", "tag_ink"):
            check_colour(name, getattr(self, name))
        for name in ("ground_end", "rim"):
            if getattr(self, name):
                check_colour(name, getattr(self, name))
        for ground in (self.ground, self.ground_end or self.ground):
            for name, least in (
                ("ink", LARGE_TEXT),
                ("price_ink", LARGE_TEXT),
                ("quiet_ink", SMALL_TEXT),
                ("origin_ink", SMALL_TEXT),
            ):
                check_contrast(name, getattr(self, name), ground, least)
        check_contrast("tag_ink", self.tag_ink, self.tag, LARGE_TEXT)
        for name, low, high in (("rim_px", 1, 12), ("radius", 0, 60), ("picture_radius", 0, 60)):
            check_bounds(name, getattr(self, name), low, high)
        for name, (low, high) in _BOUNDS.items():
            shape = getattr(self, name)
            if len(shape) != 3:
                raise TemplateError(name, NO_SHAPE)
            for value, bounds in zip(shape, ((low, high), _HEIGHTS, _MODULES), strict=True):
                check_bounds(name, value, *bounds)
        _check_corners(self)


def template_of(name: str, values: Mapping[str, object]) -> CardTemplate:
    """The card's template a file describes; what it leaves out is as in the plain one.

    Raises `TemplateError` for a field there is not, a value of another kind, and what could not be read.
    """
    usual = {name: getattr(PLAIN, name) for name in CARD_FIELDS}
    return CardTemplate(name=name, **like_usual(usual, values))


def like_usual(usual: Mapping[str, object], values: Mapping[str, object]) -> dict[str, Any]:
    """What a file says, each value of the kind that is usual for its field; raises `TemplateError`."""
    given: dict[str, Any] = {}
    for key, value in values.items():
        if key not in usual:
            raise TemplateError(key, "there is no such field, only {fields}", fields=", ".join(usual))
        kind = type(usual[key])
        made: object = tuple(value) if kind is tuple and isinstance(value, list) else value
        right = isinstance(made, kind) and isinstance(made, bool) is (kind is bool)
        if not right or (isinstance(made, tuple) and not all(type(part) is int for part in made)):
            raise TemplateError(key, "it is written like {example}", example=_written(usual[key]))
        given[key] = made
    return given


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true"
    return f'"{value}"' if isinstance(value, str) else str(list(value) if isinstance(value, tuple) else value)


def check_colour(name: str, colour: str) -> None:
    try:
        rgb_of(colour)
    except ValueError:
        raise TemplateError(name, NO_COLOUR) from None


def check_contrast(name: str, ink: str, ground: str, least: float, opacity: float = 1.0) -> None:
    found = least_contrast(ink, ground, opacity)
    if found < least:
        raise TemplateError(name, TOO_FAINT, found=f"{found:.1f}", least=f"{least:.1f}")


def check_bounds(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise TemplateError(name, OUT_OF_BOUNDS, low=low, high=high)


def _check_corners(template: CardTemplate) -> None:
    """Of the four white squares around the code a corner may take the outermost: it reaches in by r − r / √2."""
    finest = min(getattr(template, name)[2] for name in _SHAPES)
    most = int((finest - (template.rim_px * 0.71 if template.rim else 0.0)) / 0.293)
    if template.radius > most:
        raise TemplateError("radius", TOO_ROUND, most=max(0, most))


PLAIN = CardTemplate()
CARD_FIELDS = tuple(part.name for part in fields(CardTemplate) if part.name != "name")
