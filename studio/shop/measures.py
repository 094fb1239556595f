"""Weights and days as people write them, read and written."""

import re
import unicodedata
from datetime import date
from fractions import Fraction

from studio.errors import fault
from studio.i18n import _

# unit -> grams; 斤 and 两 are the market's pound and ounce, GB 3100 has them as 500 g and 50 g
_GRAMS = {"g": 1, "克": 1, "kg": 1000, "公斤": 1000, "千克": 1000, "斤": 500, "两": 50, "t": 1_000_000, "吨": 1_000_000}
_WEIGHT = re.compile(r"(\d{1,7}(?:\.\d{1,3})?)\s*(" + "|".join(sorted(_GRAMS, key=len, reverse=True)) + ")")
_DAY = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?(?: 0?0:00(?::00)?)?")


def parse_weight_g(text: str) -> int:
    """Whole grams from a weight with its unit: `2.5 kg`, `500克`, `5斤`. Raises `value.bad`."""
    found = _WEIGHT.fullmatch(unicodedata.normalize("NFKC", text).strip().lower())
    grams = Fraction(found[1]) * _GRAMS[found[2]] if found else Fraction(0)
    if not grams or grams.denominator != 1:
        reason = _("write a weight with its unit, like 2.5 kg or 5斤")
        raise fault("value.bad", field=_("net weight"), value=text[:20] or "-", reason=reason)
    return int(grams)


def format_weight(grams: int) -> str:
    """`2.5 kg` from a kilogram on, else `500 g`."""
    return f"{grams / 1000:.3f}".rstrip("0").rstrip(".") + " kg" if grams >= 1000 else f"{grams} g"


def parse_day(text: str) -> date:
    """A day as people and table programs write it: `2026-10-08`, `2026/10/8`, `2026年10月8日`. Raises `value.bad`."""
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else date.fromisoformat("")
    except ValueError:
        reason = _("write year, month and day, like 2026-10-08")
        raise fault("value.bad", field=_("harvest date"), value=text[:20] or "-", reason=reason) from None
