"""What a printed label says, and the sheets there are; needs no Qt."""

from dataclasses import dataclass
from enum import StrEnum


class Sheet(StrEnum):
    """What is printed: sheets of labels to cut or of bought labels, four signs to a page, or one poster."""

    SMALL = "40x30"
    MIDDLE = "70x37"
    A6 = "a6"
    POSTER = "poster"


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says; `lines` are small and may fall away, `link` is in the code, `picture` a file's path."""

    name: str
    price: str
    unit: str = ""
    lines: tuple[str, ...] = ()
    link: str = ""
    picture: str = ""
