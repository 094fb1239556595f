"""`nongbo run` and `--run`: the run of the next show as a table."""

import argparse
from pathlib import Path

import pytest

from studio.console.run import KEPT, run_in
from studio.console.show import add_parser, show_from
from studio.errors import StudioError
from studio.paths import Home
from studio.run import RunOfShow, Step
from studio.run_file import load_run, save_run
from studio.store.store import Store
from tests.console.conftest import Nongbo
from tests.store.samples import APPLES, TEA

TABLE = "编号,分钟,优惠,提词\nP01,3,flash:price_yuan=29.9,先试吃\nP09,5,,\nP02,,,\n"


@pytest.fixture
def home(own_home: Path) -> Home:
    home = Home(own_home).ensure()
    with Store.of(home) as store:
        store.import_products([APPLES, TEA])
    return home


def test_a_table_becomes_the_run_and_the_run_a_table(nongbo: Nongbo, home: Home, tmp_path: Path) -> None:
    table, copy = tmp_path / "流程.csv", tmp_path / "copy.csv"
    table.write_text(TABLE, encoding="utf-8")
    said = nongbo("run", "import", table)
    assert (said.code, said.out.strip()) == (0, "2 steps")
    assert "P09" in said.err
    run = load_run(home)
    assert [(step.sku, step.minutes, step.prompter) for step in run.steps] == [("P01", 3, "先试吃"), ("P02", 5, "")]
    assert nongbo("run", "export", copy).out == f"2 steps are in {copy}.\n"
    assert nongbo("run", "export", copy, "--json").document == {"file": str(copy), "steps": 2}
    nongbo("run", "import", copy)
    assert load_run(home) == run
    listed = nongbo("run", "list").out
    assert "红富士苹果" in listed
    assert "flash" in listed
    assert nongbo("run", "list", "--json").document["steps"][0]["sku"] == "P01"


def test_a_table_without_one_good_row_leaves_the_run_as_it_is(nongbo: Nongbo, home: Home, tmp_path: Path) -> None:
    save_run(home, RunOfShow((Step(1, "P01"),)))
    table = tmp_path / "bad.csv"
    table.write_text("sku\nP09\n", encoding="utf-8")
    said = nongbo("run", "import", table)
    assert said.code == 1
    assert "No step" in said.err
    assert load_run(home).steps == (Step(1, "P01"),)


def test_where_nothing_is_planned_that_is_said(nongbo: Nongbo, home: Home, tmp_path: Path) -> None:
    assert "page" in nongbo("run", "list").out
    said = nongbo("run", "export", tmp_path / "run.csv")
    assert said.code == 1
    assert "No step" in said.err
    assert not (tmp_path / "run.csv").exists()


def test_a_show_goes_through_the_kept_run_or_through_a_table(home: Home, tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--home", default=str(home.root))
    add_parser(parser.add_subparsers())
    with pytest.raises(StudioError, match="No step"):
        show_from(parser.parse_args(["live", "--source", "pattern", "--run"]), home)
    save_run(home, RunOfShow((Step(4, "P02"),), moves_on=True))
    kept = show_from(parser.parse_args(["live", "--source", "pattern", "--run"]), home)
    assert (kept.run.steps, kept.run.moves_on) == ((Step(4, "P02"),), True)
    table = tmp_path / "run.csv"
    table.write_text("sku\nP01\n", encoding="utf-8")
    other = parser.parse_args(["live", "--source", "pattern", "--run", str(table)])
    assert [step.sku for step in show_from(other, home).run.steps] == ["P01"]
    assert show_from(parser.parse_args(["live", "--source", "pattern"]), home).run == RunOfShow()
    assert run_in(other, home, KEPT).steps == (Step(4, "P02"),)
