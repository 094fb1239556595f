"""Cells of platform files as values: what sellers' consoles and table programs put around them comes off.

Raises `IntegrationError` with the reason where a cell will not do.
"""

import re
import unicodedata
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache

from integrations.base import N_, IntegrationError
from integrations.exports.base import Carrier, Status

CHINA_TIME = timezone(timedelta(hours=8))  # what a time without a zone means: the whole country keeps it
HIGHEST_FEN = 1_000_000_000_00  # a billion yuan
MOST_PIECES = 100_000
_NOTHING = frozenset({"", "-", "--", "—", "——", "无", "null", "none"})
_LONGEST_NOTHING = max(map(len, _NOTHING))
_AROUND = "\ufeff\u200b\u3000 \t\r\n\xa0"
_WRAPPING = "='"
_REPEATED = 20_000  # cells of a column that are worth remembering: prices, times of the same second
_SHORTENED = re.compile(r"\d(?:\.\d+)?[eE]\+\d+")
_AMOUNT = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,12})?", re.ASCII)
_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?"
    r"(?:[ T]*(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_USUAL_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)  # in China's time
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?", re.ASCII)  # a table program's time without its format
_SERIAL_ZERO = datetime(1899, 12, 30, tzinfo=CHINA_TIME)

# The first rule that holds decides: several texts contain the words of another.
_STATUS_RULES: tuple[tuple[Status, tuple[str, ...]], ...] = (
    (Status.PAID, ("部分发货", "unshipped")),
    (Status.REFUNDED, ("退款成功", "已退款", "全额退款", "refunded")),
    (Status.CANCELLED, ("关闭", "取消", "拼团失败", "未成团", "cancel", "closed")),
    (Status.UNPAID, ("待付款", "待支付", "等待买家付款", "等待付款", "未付款", "未支付", "unpaid", "notpaid")),
    (Status.SHIPPED, ("已发货", "待收货", "待签收", "待验收", "等待确认收货", "运输中", "配送中", "已出库", "shipped")),
    (Status.FINISHED, ("完成", "交易成功", "已收货", "已签收", "已验收", "评价", "妥投", "finished", "complete")),
    (
        Status.PAID,
        (
            "待发货",
            "等待卖家发货",
            "锁定",
            "已付款",
            "已支付",
            "备货",
            "未发货",
            "出库",
            "成团",
            "拼团",
            "售后",
            "退款",
            "paid",
        ),
    ),
)
# What brings buyers without a live room; another word is not known to name one of these.
_NOT_LIVE = ("视频", "图文", "商品卡", "橱窗", "店铺", "商城", "搜索", "推荐", "其他", "其它")


def clean(text: str) -> str:
    """A cell without what is around it: spaces of all widths, tabs, marks, `="…"`, a leading apostrophe."""
    text = text.strip(_AROUND)
    if not text:
        return text  # as half of a file's cells
    if text[0] in _WRAPPING:
        if text.startswith('="') and text.endswith('"') and len(text) > 2:
            text = text[2:-1].strip()
        text = text.removeprefix("'").strip(_AROUND)
    return "" if len(text) <= _LONGEST_NOTHING and text.lower() in _NOTHING else text


def number(text: str) -> str:
    """An order's or a product's number, as text; refuses what a table program has shortened."""
    if text.isdecimal():
        return text
    if _SHORTENED.fullmatch(text):
        raise shortened(text)
    if not text.isprintable():
        raise IntegrationError(N_("{value} is not a number of an order"), value=repr(text))
    return text


def shortened(text: str) -> IntegrationError:
    """What to say of a number that lost its last digits."""
    return IntegrationError(
        N_("{value}: the table program has shortened this number; export the file again and do not save it there"),
        value=text,
    )


@lru_cache(maxsize=_REPEATED)
def money_fen(text: str) -> int:
    """Fen from an amount in yuan: `¥1,299.00`, `39.9元`, also in full-width characters; nothing is 0."""
    if not text:
        return 0
    plain = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元").replace(",", "").strip()
    if not _AMOUNT.fullmatch(plain):
        raise IntegrationError(N_("{value} is not an amount of money"), value=text)
    fen = Decimal(plain) * 100
    if abs(fen) > HIGHEST_FEN or fen != fen.to_integral_value():
        raise IntegrationError(N_("{value} is not an amount of money"), value=text)
    return int(fen)


@lru_cache(maxsize=1000)
def pieces(text: str) -> int:
    """A whole number of pieces; 0 where the file does not say."""
    plain = unicodedata.normalize("NFKC", text).replace(",", "").removesuffix("件").removesuffix(".0")
    if not plain:
        return 0
    if not re.fullmatch(r"\d{1,6}", plain, re.ASCII) or not 0 < int(plain) <= MOST_PIECES:
        raise IntegrationError(N_("{value} is not a number of pieces"), value=text)
    return int(plain)


@lru_cache(maxsize=_REPEATED)
def moment(text: str) -> datetime | None:
    """A time in China as consoles and table programs write it, as UTC; None where there is none."""
    if not text:
        return None
    if _USUAL_TIME.fullmatch(text):
        with suppress(ValueError):
            return datetime.fromisoformat(text + "+08:00").astimezone(UTC)
    plain = unicodedata.normalize("NFKC", text)
    if _SERIAL.fullmatch(plain):
        return (_SERIAL_ZERO + timedelta(seconds=round(float(plain) * 86400))).astimezone(UTC)
    match = _TIME.fullmatch(plain)
    try:
        if match is None:
            raise ValueError(text)
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
        at = datetime(year, month, day, hour, minute, second, tzinfo=_zone(match[7]))
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise IntegrationError(N_("{value} is not a time; it should be like 2026-01-31 20:05:00"), value=text) from None


def _zone(text: str | None) -> timezone:
    if text is None:
        return CHINA_TIME
    if text == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


@lru_cache(maxsize=1000)  # a file has a handful of them
def status(text: str) -> Status:
    """Where the line stands; an empty cell means that the file lists paid orders only.

    JD marks what the buyer took off the list; unless it was finished before, nothing comes of it.
    """
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").lower()
    if plain.startswith("(删除)"):
        before = status(plain.removeprefix("(删除)"))
        return before if before in (Status.FINISHED, Status.REFUNDED) else Status.CANCELLED
    if not plain:
        return Status.PAID
    for found, words in _STATUS_RULES:
        if any(word in plain for word in words):
            return found
    raise IntegrationError(N_("the status {value} is not known"), value=text)


def carrier(text: str) -> Carrier:
    """What brought the buyer: `直播`, `短视频`, `商品卡`, or the promise to say so tomorrow.

    Not every platform's words are known. One that says nothing to us leaves it to the time of the order.
    """
    if not text:
        return Carrier.UNKNOWN
    if "更新" in text:
        return Carrier.TOMORROW
    if "直播" in text or text.lower().startswith("live"):
        return Carrier.LIVE
    return Carrier.OTHER if any(word in text for word in _NOT_LIVE) else Carrier.UNKNOWN
