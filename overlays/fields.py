"""The fields of an overlay's parameters: each knows its label, so that a form can be made of them.

Importing this costs next to nothing: the window reads it and draws no overlay.
"""

from dataclasses import field
from enum import StrEnum
from typing import Any


class Place(StrEnum):
    """Where on the picture an overlay lies."""

    TOP_LEFT = "top_left"
    TOP = "top"
    TOP_RIGHT = "top_right"
    LEFT = "left"
    MIDDLE = "middle"
    RIGHT = "right"
    BOTTOM_LEFT = "bottom_left"
    BOTTOM = "bottom"
    BOTTOM_RIGHT = "bottom_right"


class Motion(StrEnum):
    """How a patch comes in and leaves: it slides from that edge of the canvas, fades, pops up, or is just there."""

    NONE = "none"
    FADE = "fade"
    POP = "pop"
    FROM_LEFT = "from_left"
    FROM_RIGHT = "from_right"
    FROM_TOP = "from_top"
    FROM_BOTTOM = "from_bottom"


PLACES = {
    Place.TOP_LEFT: "top left",
    Place.TOP: "top",
    Place.TOP_RIGHT: "top right",
    Place.LEFT: "left",
    Place.MIDDLE: "middle",
    Place.RIGHT: "right",
    Place.BOTTOM_LEFT: "bottom left",
    Place.BOTTOM: "bottom",
    Place.BOTTOM_RIGHT: "bottom right",
}
MOTIONS = {
    Motion.NONE: "at once",
    Motion.FADE: "fades in",
    Motion.POP: "pops up",
    Motion.FROM_LEFT: "slides in from the left",
    Motion.FROM_RIGHT: "slides in from the right",
    Motion.FROM_TOP: "slides in from above",
    Motion.FROM_BOTTOM: "slides in from below",
}


def text(label: str, usual: str = "", *, file: bool = False, hint: str = "") -> Any:
    """A text; `usual` is what it says where nothing is typed, and is translated before it is shown."""
    beside = ({"file": True} if file else {}) | ({"hint": hint} if hint else {})
    return field(default=usual, metadata={"label": label, **beside})


def number(label: str, usual: float, low: float, high: float) -> Any:
    """A number from `low` to `high`, whole where `usual` is."""
    return field(default=usual, metadata={"label": label, "low": low, "high": high})


def switch(label: str, *, usual: bool) -> Any:
    return field(default=usual, metadata={"label": label})


def place(usual: Place) -> Any:
    return field(default=usual, metadata={"label": "Where", "words": PLACES})


def motion(usual: Motion) -> Any:
    return field(default=usual, metadata={"label": "How it comes in", "words": MOTIONS})
