"""Values as the interfaces of platforms write them: numbers of orders, money, times; exact or refused."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from integrations.base import N_, IntegrationError
from integrations.exports.base import BadRow
from integrations.exports.cells import CHINA_TIME, HIGHEST_FEN

_LATEST_S = 4_102_444_800  # 2100


def number_of(value: object) -> str:
    """The number of an order or a product as text; empty where there is none. A rounded one is refused."""
    if value is None or value == "":
        return ""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return str(value) if value else ""
    if isinstance(value, str) and value.isprintable() and len(value) <= 64:
        return value.strip()
    raise IntegrationError(N_("{value} is not a number of an order"), value=repr(value))


def whole(value: object) -> int:
    """A whole number that may be written as text; 0 where there is none."""
    if value is None or value == "":
        return 0
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    try:
        exact = Decimal(str(value))
        if exact == exact.to_integral_value() and abs(exact) < 10**18:
            return int(exact)
    except InvalidOperation:
        pass
    raise IntegrationError(N_("{value} is not a whole number"), value=repr(value))


def fen(value: object) -> int:
    """An amount in fen; not below nothing."""
    amount = whole(value)
    if not 0 <= amount <= HIGHEST_FEN:
        raise IntegrationError(N_("{value} is not an amount of money"), value=repr(value))
    return amount


def fen_of_yuan(value: object) -> int:
    """Fen from yuan, which platforms write as text or as a number."""
    if value is None or value == "":
        return 0
    try:
        amount = Decimal(str(value)) * 100
    except InvalidOperation:
        raise IntegrationError(N_("{value} is not an amount of money"), value=repr(value)) from None
    if not amount.is_finite() or amount != amount.to_integral_value():
        raise IntegrationError(N_("{value} is not an amount of money"), value=repr(value))
    return fen(int(amount))


def time_of_s(value: object) -> datetime | None:
    """A time from seconds since 1970, 0 where there is none."""
    seconds = whole(value)
    if not 0 <= seconds <= _LATEST_S:
        raise IntegrationError(N_("{value} is not a time"), value=repr(value))
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def time_of_ms(value: object) -> datetime | None:
    """A time from milliseconds since 1970, 0 where there is none."""
    at = time_of_s(whole(value) // 1000)
    return at and at.replace(microsecond=whole(value) % 1000 * 1000)


def seconds_of(at: datetime) -> int:
    return int(at.timestamp())


def milliseconds_of(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def china_text(at: datetime) -> str:
    """A time as Chinese platforms take it: `2026-01-31 20:05:00`, in China's zone."""
    return at.astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S")


def part(document: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The object under these names, one inside the other; empty where there is none."""
    found: Any = document
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def answered(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object that an answer has under this name, even where it tells of nothing: without it, it is none."""
    found = document.get(name)
    if not isinstance(found, dict):
        raise IntegrationError(N_("what it answers cannot be read"))
    return found


def needed(found: Mapping[str, Any], name: str) -> object:
    """What an answer says whenever it is one."""
    if found.get(name) is None:
        raise IntegrationError(N_("what it answers cannot be read"))
    return found[name]


def total_of(found: Mapping[str, Any], name: str, orders: object) -> int:
    """How many orders there are in all; an answer that has `orders` and does not say is none."""
    total = whole(found.get(name))
    if total < len(listed(orders)):
        raise IntegrationError(N_("what it answers cannot be read"))
    return total


def listed(value: object) -> list[dict[str, Any]]:
    """The objects of a list; empty where there is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text_of(value: object) -> str:
    """A text, on one line; empty where there is none."""
    return " ".join(str(value).split()) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def bad_row(place: int, error: IntegrationError) -> BadRow:
    """An order of a page that cannot be read: the `place`th."""
    return BadRow(place, error.message, tuple((name, str(value)) for name, value in error.values.items()))
