"""Tables of products: the good rows come in, the bad ones are listed, and nothing else goes wrong."""

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import StudioError
from studio.shop.catalogue import read_products

TABLE = """编号,名称,价格,原价,规格,产地,图片,链接,生产者,库存
P01,红富士苹果,39.90,52,5 kg,甘肃,apple.png,https://n.example/p01,果农合作社,600
P02,枸杞,便宜,,500 g,青海,,,,
,没有编号,1,,,,,,,

P03,"雪莲果
大果",¥19.9,,2.5 kg,云南,,,,
P01,又一个苹果,5,,,,,,,
P04,人参果,29.90,19.90,,,,,,
P05,红米,36.00,,,,,,,很多
P06,蜂蜜,48元,,,,,,,8,多余
P07,鸭肉,"1,049.90",,1.2 kg,贵州,,,,0
"""


def write(folder: Path, data: bytes) -> Path:
    path = folder / "products.csv"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    "data",
    [
        TABLE.encode(),
        codecs.BOM_UTF8 + TABLE.encode(),
        TABLE.encode("gb18030"),
        TABLE.encode("utf-16"),
        TABLE.replace("\n", "\r\n").encode(),
    ],
)
def test_good_rows_come_in_and_bad_ones_are_listed_with_their_lines(tmp_path: Path, data: bytes) -> None:
    products, rejected = read_products(write(tmp_path, data))
    assert [(product.sku, product.price_fen) for product in products] == [("P01", 3990), ("P03", 1990), ("P07", 104990)]
    assert [row.line for row in rejected] == [3, 4, 8, 9, 10, 11]
    assert "便宜" in rejected[0].reason
    assert "P01" in rejected[2].reason
    apples = products[0]
    assert (apples.name, apples.old_price_fen, apples.stock) == ("红富士苹果", 5200, 600)
    assert apples.picture == str(tmp_path / "apple.png")
    assert products[2].stock == 0


def test_english_headings_other_columns_and_other_separators_are_understood(tmp_path: Path) -> None:
    text = " SKU ;colour;Price;NAME\nA1;red;3.50;Apple\n"
    products, rejected = read_products(write(tmp_path, text.encode()))
    assert [(product.sku, product.name, product.price_fen) for product in products] == [("A1", "Apple", 350)]
    assert rejected == []


def test_the_library_columns_are_read_and_wrong_ones_told(tmp_path: Path) -> None:
    text = "编号,名称,价格,简称,净重,批次,采收日期,证明,卖点,捐赠比例,淘宝链接,京东编码\n"
    text += 'A1,苹果,5,果,5斤,B1,2026/10/8,p.pdf,"脆\n甜",3%,612345678901,JD7\n'
    text += "A2,梨,5,,很重,,,,,,,\nA3,桃,5,,,,,,,,javascript:alert(1),\n"
    (product,), rejected = read_products(write(tmp_path, text.encode()))
    assert (product.short_name, product.net_weight_g, product.batch) == ("果", 2500, "B1")
    assert (str(product.harvested_on), product.proof) == ("2026-10-08", str(tmp_path / "p.pdf"))
    assert (product.selling_points, product.giving_percent) == ("脆\n甜", 3)
    assert product.platform_links == (("taobao", "https://item.taobao.com/item.htm?id=612345678901"),)
    assert product.platform_skus == (("jd", "JD7"),)
    assert ["很重" in rejected[0].reason, "javascript" in rejected[1].reason] == [True, True]


def test_wrong_headings_are_told_with_the_right_ones(tmp_path: Path) -> None:
    for data in (b"", b"\n", "编号,商品,价格\nP01,苹果,1\n".encode()):
        with pytest.raises(StudioError) as refused:
            read_products(write(tmp_path, data))
        assert refused.value.problem.code == "csv.headings"
        assert "名称/name" in dict(refused.value.problem.values)["missing"]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StudioError) as refused:
        read_products(tmp_path / "none.csv")
    assert refused.value.problem.code == "csv.missing"


def test_a_folder_or_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    picture = write(tmp_path, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)))
    for path in (tmp_path, picture):
        with pytest.raises(StudioError) as refused:
            read_products(path)
        assert refused.value.problem.code == "csv.unreadable"


def test_a_quote_that_never_ends_is_told(tmp_path: Path) -> None:
    endless = '编号,名称,价格\nP01,"' + "苹果" * 100_000
    with pytest.raises(StudioError) as refused:
        read_products(write(tmp_path, endless.encode()))
    assert refused.value.problem.code == "csv.unreadable"


@pytest.mark.parametrize(
    ("rows", "good", "bad"),
    [
        ('P01,苹果,5\nP02,"枸杞,45\nP03,梨,3\nP04,桃,4\n', "P01 P03 P04", [3]),  # to the end of the file
        ('P01,苹果,5\nP02,"枸杞,45\nP03,"梨",3\nP04,桃,4\n', "P01 P03 P04", [3]),  # to the next mark
        ('P01,苹果,5\nP02,"枸杞,45\n', "P01", [3]),  # nothing but its own line
        ('P01,"枸杞,45\nP02,"杞,45\nP03,"脆\n甜",3\nP04,"梨,4\n', "P03", [2, 3, 6]),  # again and again
    ],
)
def test_a_quotation_mark_that_never_closes_swallows_nothing(
    tmp_path: Path, rows: str, good: str, bad: list[int]
) -> None:
    products, rejected = read_products(write(tmp_path, f"编号,名称,价格\n{rows}".encode()))
    assert [product.sku for product in products] == good.split()
    assert [row.line for row in rejected] == bad
    assert all("never closed" in row.reason for row in rejected)


def test_headings_with_a_quotation_mark_that_never_closes_are_none(tmp_path: Path) -> None:
    with pytest.raises(StudioError) as refused:
        read_products(write(tmp_path, '"编号,名称,价格\nP01,苹果,5\n'.encode()))
    assert refused.value.problem.code == "csv.headings"


def test_marks_that_do_close_keep_their_rows(tmp_path: Path) -> None:
    rows = 'P01,"脆,甜",5\nP02,"两\n行"\t,6\nP03,5"盘,7\nP04,"大"盘,"8"\n'
    products, rejected = read_products(write(tmp_path, f"编号,名称,价格\n{rows}".encode()))
    assert [product.name for product in products] == ["脆,甜", "两\n行", '5"盘', "大盘"]
    assert rejected == []


def test_an_empty_price_is_told_as_such(tmp_path: Path) -> None:
    _products, rejected = read_products(write(tmp_path, "编号,名称,价格\nP01,苹果,\n".encode()))
    assert rejected[0].reason.startswith("- will not do for price")


@given(st.binary(max_size=300))
def test_no_file_whatever_is_in_it_breaks_the_reading(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("tables") / "any.csv"
    path.write_bytes("编号,名称,价格\n".encode() + data)
    try:
        products, rejected = read_products(path)
    except StudioError as error:
        refused = error.problem.code
    else:
        refused = ""
        assert len(products) + len(rejected) <= data.count(b"\n") + data.count(b"\r") + 1
    assert refused in ("", "csv.unreadable", "csv.headings")
