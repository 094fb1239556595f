"""Products hold only what can be sold and shown; prices are read as people write them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import StudioError
from studio.shop.products import HIGHEST_PRICE_FEN, Product, format_price, parse_price

GOOD: dict[str, Any] = {"sku": "P01", "name": "红富士苹果", "price_fen": 3990}


@pytest.mark.parametrize(
    ("text", "price_fen"),
    [
        ("39.90", 3990),
        ("39.9", 3990),
        ("39", 3900),
        ("0", 0),
        ("0.01", 1),
        ("¥39.90", 3990),
        ("￥ 39.90", 3990),
        ("39.9元", 3990),
        ("1,299", 129900),
        ("¥1,234,567.80 元", 123456780),
        (" ３９．９０ ", 3990),
    ],
)
def test_a_price_is_read_as_people_write_it(text: str, price_fen: int) -> None:
    assert parse_price(text) == price_fen


@pytest.mark.parametrize(
    "text",
    ["", "-1", "1.234", "1,23", "12,3456", "abc", "1.2.3", "¥", "1e3", "99999999.99", "9" * 4000, "½", "٣", "+5"],
)
def test_what_is_no_price_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(StudioError) as refused:
        parse_price(text)
    assert refused.value.problem.code == "value.bad"
    assert "will not do for price" in str(refused.value)


@given(st.integers(0, HIGHEST_PRICE_FEN))
def test_a_price_that_is_written_is_read_back(price_fen: int) -> None:
    assert parse_price(format_price(price_fen)) == price_fen


def test_prices_are_written_with_two_decimals() -> None:
    assert format_price(3990) == "¥39.90"
    assert format_price(5) == "¥0.05"
    assert format_price(123456) == "¥1,234.56"
    assert format_price(-250) == "-¥2.50"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sku", ""),
        ("sku", "a b"),
        ("sku", "all"),
        ("sku", "None"),
        ("sku", "x" * 41),
        ("name", "  "),
        ("name", "x" * 201),
        ("price_fen", -1),
        ("price_fen", HIGHEST_PRICE_FEN + 1),
        ("old_price_fen", 3989),
        ("old_price_fen", -5),
        ("link", "n.example/p01"),
        ("link", "https://"),
        ("link", "https://n.example/a b"),
        ("link", "https://n.example/" + "a" * 300),
        ("link", "javascript://n.example/%0aalert(1)"),
        ("link", "data://text"),
        ("link", "ftp://n.example/1"),
        ("link", "https://user:word@n.example/1"),
        ("link", "https://[broken"),
        ("link", "https://n.example:port/"),
        ("stock", -1),
        ("stock", 10**20),
        ("origin", "x" * 81),
    ],
)
def test_what_cannot_be_is_refused(field: str, value: object) -> None:
    with pytest.raises(StudioError) as refused:
        Product(**(GOOD | {field: value}))
    assert refused.value.problem.code == "value.bad"


def test_a_product_gives_its_card_everything_the_card_shows() -> None:
    product = Product(
        **GOOD, old_price_fen=5200, unit="5 kg", origin="甘肃", picture="/a.png", link="https://n.example/1"
    )
    card = product.card()
    for field in ("sku", "name", "price_fen", "old_price_fen", "unit", "origin", "picture", "link"):
        assert getattr(card, field) == getattr(product, field)
