"""Weights and days as people write them."""

from datetime import date

import pytest

from studio.errors import StudioError
from studio.shop.measures import format_weight, parse_day, parse_weight_g


@pytest.mark.parametrize(
    ("text", "grams"),
    [("2.5 kg", 2500), ("500克", 500), ("5斤", 2500), ("３ 公斤", 3000), ("2两", 100), ("0.1t", 100_000)],
)
def test_a_weight_is_read_with_its_unit_and_written_back(text: str, grams: int) -> None:
    assert parse_weight_g(text) == grams
    assert parse_weight_g(format_weight(grams)) == grams


@pytest.mark.parametrize("text", ["", "5", "kg", "0 g", "-1 kg", "1.5 g", "5 pounds", "1e3 g"])
def test_what_is_no_weight_is_refused(text: str) -> None:
    with pytest.raises(StudioError, match="net weight"):
        parse_weight_g(text)


@pytest.mark.parametrize("text", ["2026-10-08", "2026/10/8", "2026.10.8", "2026年10月8日", "2026-10-08 00:00:00"])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert parse_day(text) == date(2026, 10, 8)


@pytest.mark.parametrize("text", ["", "10-08", "2026-13-01", "2026-02-30", "yesterday", "08.10.2026"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(StudioError, match="harvest date"):
        parse_day(text)
