"""The run on the disk: kept between shows, written as a table, and read from tables people made."""

from pathlib import Path

import pytest

from overlays.card import Look
from studio.adding import AddedConfig
from studio.errors import StudioError
from studio.paths import Home
from studio.run import RunOfShow, Step
from studio.run_file import load_run, read_run, save_run, write_run

FLASH = AddedConfig("flash", "flash", (("price_yuan", "29.9"), ("heading", "秒杀, 只限今晚")))
RUN = RunOfShow(
    (
        Step(1, "P01", 5, Look.RIGHT, (FLASH, AddedConfig("coupon", "coupon")), "脆甜多汁\n今早刚摘"),
        Step(2, "P02", 2.5),
    ),
    moves_on=True,
    repeats=False,
)


@pytest.fixture
def home(own_home: Path) -> Home:
    return Home(own_home).ensure()


def test_a_run_comes_back_as_it_was_kept(home: Home) -> None:
    save_run(home, RUN)
    assert load_run(home) == RUN


@pytest.mark.parametrize("text", ["", "[]", "{", '{"steps": 5}', '{"steps": [{"id": 1}]}', '{"moves_on": "yes"}'])
def test_a_damaged_run_is_an_empty_one(home: Home, text: str) -> None:
    home.run.write_text(text, encoding="utf-8")
    assert load_run(home) == RunOfShow()


def test_a_run_goes_through_a_table_and_back(tmp_path: Path) -> None:
    path = tmp_path / "流程.csv"
    write_run(path, RUN)
    assert path.read_text(encoding="utf-8-sig").startswith("编号,分钟,样式,优惠,提词")
    assert read_run(path, {"P01", "P02"}, RUN) == (RUN, [])


def test_rows_that_will_not_do_are_told_with_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    rows = [
        "sku,minutes,look,offer",
        "P01,,左,",
        "P09,5,,",
        "P01,soon,,",
        "P01,5,upside,",
        "P01,5,,flash:size=9",
        "P01,0",
    ]
    path.write_text("\n".join(rows), encoding="utf-8")
    run, rejected = read_run(path, {"P01"})
    assert run.steps == (Step(1, "P01", look=Look.LEFT),)
    assert [row.line for row in rejected] == [3, 4, 5, 6, 7]
    assert "P09" in rejected[0].reason
    assert "soon" in rejected[1].reason


def test_a_table_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="cannot be written"):
        write_run(tmp_path / "not there" / "run.csv", RUN)
