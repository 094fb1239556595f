"""The judging of a fault's figures: what is beyond its bound is said so, and what never came is not passed over."""

import pytest

from tests.bench.fault import HEADS, Row, out_of_bounds, print_heads, print_row

BOUNDS = {"noticed_s": ("≤", 1.0), "back_s": ("≤", 3.0), "used": ("≥", 0.85)}


def test_what_is_on_its_bound_is_within() -> None:
    assert out_of_bounds(Row("killed", noticed_s=1.0, back_s=0.4, used=0.85), BOUNDS) == ()


def test_too_late_too_little_and_never_are_out_of_bounds() -> None:
    row = Row("killed", noticed_s=None, back_s=3.01, used=0.84)
    assert out_of_bounds(row, BOUNDS) == ("noticed_s", "back_s", "used")


def test_the_table_says_each_bound_and_what_is_out_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_heads()
    print_row(Row("killed", back_s=3.01, video_lost_s=5.5, remark="so", bounds=BOUNDS, out=("noticed_s", "back_s")))
    heads, line, row = capsys.readouterr().out.splitlines()
    assert heads.count("|") == line.count("|") == row.count("|") == len(HEADS) + 3
    assert row.startswith("| killed | never (≤ 1) OUT OF BOUNDS | 3.01 (≤ 3) OUT OF BOUNDS | 5.5 | ")
    assert row.endswith("| so |")
