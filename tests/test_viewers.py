"""A count of viewers as people read it off a platform."""

import pytest

from studio.viewers import parse_viewers, viewers_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", (0, False)),
        ("1,312", (1312, False)),
        ("约300", (300, True)),
        ("~300", (300, True)),
        ("３００+", (300, True)),
        ("300多", (300, True)),
        ("1.2万", (12000, True)),
        ("1.25w", (12500, True)),
        ("3k", (3000, True)),
        ("1.5", None),
        ("-1", None),
        ("", None),
        ("many", None),
        ("9999999999", None),
    ],
)
def test_what_people_type(text: str, expected: tuple[int, bool] | None) -> None:
    assert parse_viewers(text) == expected


def test_about_so_many_is_shown_as_such() -> None:
    assert (viewers_text(1200, False), viewers_text(1200, True)) == ("1,200", "≈1,200")
