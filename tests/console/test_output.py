"""How the command line speaks."""

from datetime import datetime, timedelta, timezone

import pytest

from studio.console.output import print_json, shown_width, table_lines
from studio.errors import Problem
from studio.store.rows import WindowRow


@pytest.mark.parametrize(("text", "width"), [("P01", 3), ("红茶", 4), ("５kg", 4), ("e\u0301", 1), ("", 0)])
def test_chinese_characters_take_two_columns(text: str, width: int) -> None:
    assert shown_width(text) == width


def test_columns_stand_under_each_other_whatever_is_in_them() -> None:
    lines = table_lines(("品名", "Price"), [("红富士苹果", "¥39.90"), ("Tea", "¥8.00")], numbers=(1,))
    assert lines == [
        "品名         Price",
        "红富士苹果  ¥39.90",
        "Tea          ¥8.00",
    ]


def test_json_has_times_in_utc_and_problems_by_code(capsys: pytest.CaptureFixture[str]) -> None:
    at = datetime(2026, 5, 1, 20, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    print_json([WindowRow("红茶", at, None), Problem.of("output.lost", name="乡播")])
    printed = capsys.readouterr().out
    assert '"shown_at": "2026-05-01T12:00:00.123Z"' in printed
    assert '"code": "output.lost"' in printed
    assert "红茶" in printed
