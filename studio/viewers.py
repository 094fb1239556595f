"""A count of viewers as people read it off a platform and type it: 312, 约300, 300+, 1.2万."""

import re
import unicodedata

MOST_VIEWERS = 1_000_000_000
TYPED = r"[约~]?\d{1,10}(?:\.\d{1,2})?[万wWkK千]?[+~多]?"
_TYPED = re.compile(r"(?P<before>[约~]?)(?P<digits>\d{1,10}(?:\.\d{1,2})?)(?P<times>[万wk千]?)(?P<after>[+~多]?)")
_TIMES = {"": 1, "万": 10_000, "w": 10_000, "k": 1000, "千": 1000}


def parse_viewers(text: str) -> tuple[int, bool] | None:
    """The count, and whether it is only about so many; None where it is none.

    What a platform shows in tens of thousands is rounded, so it is about so many too.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace(",", "").lower()
    match = _TYPED.fullmatch(plain)
    if match is None:
        return None
    count = float(match["digits"]) * _TIMES[match["times"]]
    if not count.is_integer() or count > MOST_VIEWERS:
        return None
    return int(count), bool(match["before"] or match["times"] or match["after"])


def viewers_text(count: int, about: bool) -> str:
    """The count as it is shown; what is only about so many says so without a word."""
    return f"≈{count:,}" if about else f"{count:,}"
