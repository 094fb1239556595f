"""Comments, pasted, saved or sent by a platform: read for their times, and the words in them counted. Pure functions.

Nothing is fetched from a platform here, and the comments themselves are kept nowhere: they hold names and numbers.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from studio.i18n import N_

LONGEST_NAME = 20  # of whoever wrote it; what is longer before a colon is the comment itself
ALL = ""  # counts the comments themselves
SKU = "sku:"  # begins the topic of a product

# what people ask for -> the words by which it is known
TOPICS: Mapping[str, tuple[str, ...]] = {
    "price": ("多少钱", "价格", "什么价", "几块", "贵", "便宜", "优惠", "多钱", "啥价"),
    "buy": ("怎么买", "怎么拍", "哪里买", "在哪买", "链接", "下单", "小黄车", "购物车", "想要", "拍了", "买了", "已拍"),
    "sending": ("发货", "快递", "包邮", "运费", "几天到", "多久到", "邮费", "能发", "发不发"),
    "size": ("几斤", "多重", "多少斤", "净重", "多大", "大小", "几个", "果径"),
    "taste": ("甜", "酸", "好吃", "口感", "味道", "脆"),
    "fresh": ("新鲜", "现摘", "保质期", "能放多久", "坏果", "坏了", "烂", "包赔", "售后", "退"),
    "origin": ("哪里的", "产地", "哪的", "正宗", "打药", "农药", "有机", "绿色"),
}
TOPIC_WORDS = {
    ALL: N_("All comments"),
    "price": N_("the price"),
    "buy": N_("how to buy"),
    "sending": N_("sending and freight"),
    "size": N_("weight and size"),
    "taste": N_("the taste"),
    "fresh": N_("freshness, and what if it is bad"),
    "origin": N_("where it is from"),
}

_HEADINGS = ("评论内容", "弹幕内容", "发送时间", "评论时间", "用户昵称")
_DATE = r"(?:(?P<date>\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2})日?[ T]*)?"
_TIME = re.compile(rf"^[\s\[(（【]*{_DATE}(?P<time>\d{{1,2}}:\d{{2}}(?::\d{{2}})?)[\])）】\s,，]*")


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment without whoever wrote it; `at` is None where it has no time."""

    text: str
    at: datetime | None


def read_comments(lines: Iterable[str], began: datetime) -> list[Comment]:
    """The comments in lines of text: perhaps a time, perhaps a name and a colon, then the comment.

    A time without a day is of the session that `began` then, on its clock, and of the day after where it is earlier.
    """
    comments = []
    for line in lines:
        if any(heading in line for heading in _HEADINGS):
            continue
        rest, at = line.strip(), None
        if (match := _TIME.match(rest)) is not None:
            at = _moment(match["date"], match["time"], began)
            rest = rest[match.end() :]
        text = _without_name(rest.strip())
        if text:
            comments.append(Comment(text, at))
    return comments


def count_words(
    comments: Sequence[Comment], products: Mapping[str, Sequence[str]]
) -> dict[tuple[str, datetime | None], int]:
    """How many comments speak of each topic, and of each product by one of its names, in each minute."""
    counts: Counter[tuple[str, datetime | None]] = Counter()
    known = {**TOPICS, **{f"{SKU}{sku}": names for sku, names in products.items()}}
    topics = {topic: [word.lower() for word in words if word] for topic, words in known.items()}
    for comment in comments:
        minute = comment.at.replace(second=0, microsecond=0) if comment.at else None
        text = comment.text.lower()
        counts[ALL, minute] += 1
        for topic, words in topics.items():
            if any(word in text for word in words):
                counts[topic, minute] += 1
    return dict(counts)


def _moment(day: str | None, time: str, began: datetime) -> datetime | None:
    local = began.astimezone()
    parts = [int(part) for part in time.split(":")]
    try:
        at = local.replace(hour=parts[0], minute=parts[1], second=parts[2] if len(parts) > 2 else 0, microsecond=0)
        if day is not None:
            year, month, date = (int(part) for part in re.findall(r"\d+", day))
            at = at.replace(year=year, month=month, day=date)
        elif at < local - timedelta(hours=1):
            at += timedelta(days=1)
    except ValueError:
        return None
    return at.astimezone(UTC)


def _without_name(text: str) -> str:
    """What was said, without who said it: a name ends in a colon, or in a tab."""
    for mark in ("\t", "：", ":"):
        name, found, said = text.partition(mark)
        if found and said.strip() and len(name.strip()) <= LONGEST_NAME:
            return said.strip()
    return text
