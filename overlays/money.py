"""Prices on overlays: typed by hand in yuan, checked, and written the way prices are read."""

import re

from overlays.base import OverlayError

_PRICE = re.compile(r"\d{1,9}(\.\d{1,2})?")


def price_text(typed: str) -> str:
    """`39.90` as ¥39.90; empty where nothing was typed. Raises `OverlayError` for what is no price."""
    text = typed.strip().removeprefix("¥").strip()
    if not text:
        return ""
    if not _PRICE.fullmatch(text):
        raise OverlayError("A price is a number with at most two decimals, like 39.90")
    return f"¥{text}"


def with_unit(shown: str, unit: str) -> str:
    """A price and what it buys: ¥39.90 / 5 kg."""
    return f"{shown} / {unit.strip()}" if shown and unit.strip() else shown
