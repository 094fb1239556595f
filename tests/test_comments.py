"""Comments that were pasted: their times, and what they speak of; who wrote them is left out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.comments import ALL, Comment, count_words, read_comments
from tests.store.samples import APPLES, START

DAY = START.astimezone()
LONG = "这个苹果和上次的一样吗，我上次买的是五斤装的那种：就是那种"
NAMES = {"P01": [APPLES.name, "红富士"]}


def at(time: str, days: int = 0) -> datetime:
    hour, minute, second = map(int, time.split(":"))
    local = DAY.replace(hour=hour, minute=minute, second=second, microsecond=0) + timedelta(days=days)
    return local.astimezone(UTC)


@pytest.mark.parametrize(
    ("line", "text", "time"),
    [
        ("多少钱", "多少钱", None),
        ("小红：多少钱", "多少钱", None),
        ("23:05:06 小红: 多少钱", "多少钱", "23:05:06"),
        ("[23:05] 多少钱", "多少钱", "23:05:00"),
        ("23:05:06\t小红\t多少钱", "多少钱", "23:05:06"),
        ("23:05:06,多少钱", "多少钱", "23:05:06"),
        ("99:05 多少钱", "多少钱", None),
        (LONG, LONG, None),
    ],
)
def test_a_line_is_a_time_a_name_and_a_comment(line: str, text: str, time: str | None) -> None:
    assert read_comments([line], START) == [Comment(text, at(time) if time else None)]


def test_after_midnight_is_the_next_day_and_a_date_says_it_itself() -> None:
    early = f"{DAY - timedelta(hours=2):%H:%M:%S}"
    first, second = read_comments([f"{early} 甜吗", f"2026-05-03 {early} 甜吗"], START)
    assert first.at == at(early, days=1)
    assert second.at is not None
    assert second.at.astimezone().day == 3


def test_a_comment_counts_once_for_each_thing_it_asks() -> None:
    comments = read_comments(
        ["发送时间\t用户昵称\t评论内容", "红富士多少钱，多少钱", "怎么买", "666", "红富士苹果发货吗"], START
    )
    counts = {topic: count for (topic, _minute), count in count_words(comments, NAMES).items()}
    assert counts == {ALL: 4, "price": 1, "buy": 1, "sku:P01": 2, "sending": 1}


@given(st.lists(st.text(max_size=40), max_size=20))
def test_whatever_is_pasted_is_read_and_no_comment_is_lost(lines: list[str]) -> None:
    comments = read_comments(lines, START)
    assert len(comments) <= len(lines)
    assert sum(count for (topic, _at), count in count_words(comments, NAMES).items() if topic == ALL) == len(comments)
