"""The shop goes into one file and comes back whole."""

import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from studio.errors import StudioError
from studio.paths import Home
from studio.shop.bundle import table_in, write_shop
from studio.shop.catalogue import read_products
from studio.shop.library import keep_files
from studio.shop.products import Product
from tests.shop.test_library_pictures import picture

APPLES = Product(
    "001",
    "=红富士, “大”",
    3990,
    5200,
    "5 kg",
    "甘肃",
    "",
    "https://n.example/p01",
    "合作社",
    0,
    short_name="红富士",
    net_weight_g=4500,
    batch="2026",
    harvested_on=date(2026, 10, 8),
    selling_points="脆\n甜",
    giving_percent=3,
    platform_skus=(("taobao", "612345678901234567"),),
    platform_links=(("taobao", "https://item.taobao.com/item.htm?id=612345678901"),),
)
TEA = Product("P02", "普安红茶", 6800)


@pytest.mark.parametrize("name", ["shop.csv", "shop.xlsx", "shop.zip"])
def test_what_is_written_is_read_back(tmp_path: Path, name: str) -> None:
    write_shop(tmp_path / name, [APPLES, TEA])
    with table_in(tmp_path / name) as table:
        assert read_products(table) == ([APPLES, TEA], [])
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_zip_takes_pictures_and_proofs_to_another_computer_unchanged(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.4 tested")
    files = {"picture": str(picture(tmp_path / "a.png")), "proof": str(tmp_path / "report.pdf")}
    (here, tea), missed = keep_files([replace(APPLES, **files), TEA], Home(tmp_path / "here").ensure())  # type: ignore[arg-type]
    assert missed == []
    write_shop(tmp_path / "shop.zip", [here, tea])
    with table_in(tmp_path / "shop.zip") as table:
        (there, _tea), missed = keep_files(read_products(table)[0], Home(tmp_path / "there").ensure())
    assert missed == []
    for field in ("picture", "proof"):
        before, after = Path(getattr(here, field)), Path(getattr(there, field))
        assert (before.name, before.read_bytes()) == (after.name, after.read_bytes())
        assert after.is_relative_to(tmp_path / "there")


def test_a_table_program_s_own_numbers_and_days_are_understood(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "own.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["编号", "名称", "价格", "库存", "采收日期"])
        sheet.write_row(1, 0, [7, "苹果", 39.9, 600])
        sheet.write_datetime(1, 4, date(2026, 10, 8), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(3, 0, ["P2", "梨", "便宜"])
    (apples,), rejected = read_products(tmp_path / "own.xlsx")
    assert (apples.sku, apples.price_fen, apples.stock) == ("7", 3990, 600)
    assert apples.harvested_on == date(2026, 10, 8)
    assert [row.line for row in rejected] == [4]


def test_broken_files_are_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "empty.zip", "w") as packed:
        packed.writestr("notes.txt", "no table")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 cut off")
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 cut off")
    for name in ("empty.zip", "broken.zip", "broken.xlsx"):
        with pytest.raises(StudioError) as refused, table_in(tmp_path / name) as table:
            read_products(table)
        assert refused.value.problem.code == "csv.unreadable"


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(StudioError) as refused:
        write_shop(tmp_path / "shop.doc", [TEA])
    assert refused.value.problem.code == "value.bad"
    with pytest.raises(StudioError) as refused:
        write_shop(tmp_path / "none" / "shop.csv", [TEA])
    assert refused.value.problem.code == "library.unwritable"
