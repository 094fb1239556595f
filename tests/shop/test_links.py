"""Links to a product on the platforms: digits only, known shapes only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import StudioError
from studio.shop.links import LINK_PLATFORMS, code_link, product_link


@pytest.mark.parametrize("platform", LINK_PLATFORMS)
def test_a_number_becomes_a_link_that_is_recognised_as_it_is(platform: str) -> None:
    link = product_link(platform, " 612345678901 ")
    assert "612345678901" in link
    assert product_link(platform, link) == link


@pytest.mark.parametrize(
    ("platform", "link"),
    [
        ("taobao", "https://detail.tmall.com/item.htm?id=612345678901&spm=a1z10"),
        ("douyin", "https://haohuo.jinritemai.com/ecommerce/trade/detail/index.html?id=3456789012&pick_source=abc"),
        ("kuaishou", "https://app.kwaixiaodian.com/page/kwaishop-buyer-goods-detail-outside?id=123456789"),
        ("jd", "https://item.m.jd.com/product/100012043978.html"),
    ],
)
def test_the_other_shapes_are_kept_as_they_are(platform: str, link: str) -> None:
    assert product_link(platform, link) == link


@pytest.mark.parametrize(
    ("platform", "text"),
    [
        ("taobao", ""),
        ("taobao", "12345"),
        ("taobao", "1" * 21),
        ("taobao", "６１２３４５６７８"),
        ("taobao", "12345678a"),
        ("taobao", "javascript:alert(1)"),
        ("taobao", "https://item.taobao.com/item.htm?id=123 456789"),
        ("taobao", "https://item.taobao.com/item.htm?id=123456789&id=987654321"),
        ("taobao", "https://item.taobao.com.evil.example/item.htm?id=123456789"),
        ("taobao", "https://me@item.taobao.com/item.htm?id=123456789"),
        ("taobao", "https://item.jd.com/100012043978.html"),
        ("taobao", "ftp://item.taobao.com/item.htm?id=123456789"),
        ("taobao", "https://item.taobao.com/item.htm?id=123456789&x=" + "y" * 300),
        ("jd", "https://item.jd.com/abc.html"),
        ("jd", "https://[broken"),
        ("nowhere", "123456789"),
    ],
)
def test_anything_else_is_refused_with_an_example(platform: str, text: str) -> None:
    with pytest.raises(StudioError) as refused:
        product_link(platform, text)
    assert refused.value.problem.code == "value.bad"


@given(st.sampled_from(LINK_PLATFORMS), st.text(max_size=60))
def test_no_text_breaks_it(platform: str, text: str) -> None:
    try:
        link = product_link(platform, text)
    except StudioError as error:
        refused = error.problem.code
    else:
        refused = ""
        assert link.isascii()
    assert refused in ("", "value.bad")


@pytest.mark.parametrize(
    ("own", "platforms", "link"),
    [
        ("", {"taobao"}, "T"),
        ("own", {"taobao"}, "T"),
        ("", {"taobao", "kuaishou"}, ""),
        ("own", {"taobao", "kuaishou"}, "own"),
        ("own", {"bilibili"}, "own"),
        ("", {"bilibili"}, ""),
        ("own", set(), "own"),
        ("", set(), ""),
        ("own", {"taobao", "custom"}, "own"),
    ],
)
def test_one_code_leads_to_where_all_who_see_it_may_buy(own: str, platforms: set[str], link: str) -> None:
    assert code_link(own, (("taobao", "T"), ("kuaishou", "K")), platforms) == link


def test_a_server_of_ones_own_takes_the_only_link_there_is() -> None:
    assert code_link("", (("taobao", "T"),), set()) == "T"
    assert code_link("", (("taobao", "T"),), {"custom", "taobao"}) == "T"
    assert code_link("", (("taobao", "T"),), {"custom", "jd"}) == ""
