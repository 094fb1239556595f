"""Products are found by parts of their texts and by the letters of their pinyin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.shop.products import Product
from studio.shop.search import initials, matching

APPLES = Product("P01", "红富士苹果", 3990, origin="甘肃静宁", platform_skus=(("jd", "JD77"),))
TEA = Product("P02", "普安红茶 A级", 6800, short_name="红茶")
EGGS = Product("P03", "土鸡蛋", 100, batch="B9")
SHOP = (APPLES, TEA, EGGS)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("红富士苹果", "hfspg"),
        ("普安红茶 A级", "pahcaj"),
        ("土鸡蛋", "tjd"),
        ("阿坝座", "abz"),
        ("", ""),
        ("🍎鲈鱼", "y"),
    ],
)
def test_the_letters_of_a_name(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", SHOP),
        ("苹果", (APPLES,)),
        ("PG", (APPLES,)),
        ("hc", (TEA,)),
        ("p0", SHOP),
        ("静宁 hfs", (APPLES,)),
        ("jd77", (APPLES,)),
        ("b9", (EGGS,)),
        ("苹果 茶", ()),
    ],
)
def test_every_word_must_be_found(typed: str, found: tuple[Product, ...]) -> None:
    assert matching(SHOP, typed) == found


@given(st.text())
def test_no_text_breaks_the_letters(text: str) -> None:
    assert initials(text).isascii()
