"""What may be added to the picture is named in the reader's language, and made from words."""

import ast
from dataclasses import fields, replace
from pathlib import Path

import pytest

import overlays
from overlays import ADDED
from overlays.base import NO_ROOM
from overlays.card import CardParams
from overlays.coupon import CouponParams
from overlays.fields import MOTIONS, PLACES, Motion, Place
from overlays.painting import FLAWS
from studio import i18n
from studio.adding import (
    KINDS,
    LABELS,
    OF_PRODUCTS,
    REASONS,
    USUAL,
    AddedConfig,
    added_from,
    config_of,
    filled_in,
    left_open,
    params_of,
    usual,
    with_product,
)
from studio.errors import StudioError


def said() -> set[str]:
    """What forms and overlays say by themselves."""
    labels = {part.metadata["label"] for _drawn, params in ADDED.values() for part in fields(params) if part.metadata}
    return labels | {*PLACES.values(), *MOTIONS.values()}


def test_every_label_and_kind_has_a_place_in_the_catalogue() -> None:
    assert set(KINDS) == set(ADDED)
    assert said() <= {*LABELS, *KINDS.values()}
    defaults = {part.default for _drawn, params in ADDED.values() for part in fields(params) if part.metadata}
    words = {text for text in defaults if type(text) is str and any(char.isalpha() for char in text) and text[0] != "#"}
    assert words <= set(USUAL)


def test_every_reason_an_added_overlay_gives_has_a_place_in_the_catalogue() -> None:
    given: set[object] = {*FLAWS.values(), NO_ROOM}
    for path in Path(overlays.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "OverlayError":
                given |= {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
    assert set(REASONS) <= given


@pytest.mark.parametrize("kind", ADDED)
def test_what_was_filled_in_comes_back(kind: str) -> None:
    i18n.use("zh")
    params = usual(kind)
    assert params_of(config_of("a", kind, params)) == params


@pytest.mark.parametrize("kind", OF_PRODUCTS)
def test_what_a_card_says_is_left_open_until_the_day_and_what_was_cleared_stays_cleared(kind: str) -> None:
    i18n.use("zh")
    card = CardParams("P", "洛川苹果", 3990, 5900, "5 斤", link="https://n.example/p01", stock=40)
    on_the_day = replace(card, price_fen=4590, stock=7)
    params = with_product(usual(kind), card)
    planned = left_open(config_of("a", kind, params, "P"), card)
    assert params_of(filled_in(planned, card)) == params
    assert params_of(filled_in(planned, on_the_day)) == with_product(usual(kind), on_the_day)
    known = {part.name for part in fields(params)}
    own = {"old_price_yuan": "", "stock_left": 30, "stock": 100, "name": "大果"}
    typed = replace(params, **{name: value for name, value in own.items() if name in known})
    shown = params_of(filled_in(left_open(config_of("a", kind, typed, "P"), card), on_the_day))
    assert all(getattr(shown, name) == value for name, value in own.items() if name in known)


def test_the_usual_words_are_in_the_readers_language() -> None:
    i18n.use("zh")
    assert usual("soldout").heading == "卖完了"
    i18n.use("en")
    assert usual("soldout").heading == "Sold out"


def test_an_overlay_is_written_in_words() -> None:
    added = added_from(r"coupon:worth=20,rule=满99元\,新人可用,minutes=2.5,place=top_right,motion=fade", 1)
    assert added == AddedConfig(
        "coupon-1",
        "coupon",
        (
            ("worth", "20"),
            ("rule", "满99元,新人可用"),
            ("minutes", "2.5"),
            ("place", "top_right"),
            ("motion", "fade"),
        ),
    )
    params = params_of(added)
    assert isinstance(params, CouponParams)
    assert (params.minutes, params.place, params.motion) == (2.5, Place.TOP_RIGHT, Motion.FADE)
    assert params_of(added_from("clock", 1)).seconds is True
    assert params_of(added_from("clock:seconds=off", 1)).seconds is False


@pytest.mark.parametrize(
    "text",
    ["apples", "coupon:worth", "coupon:price=3", "coupon:minutes=never", "coupon:minutes=0", "coupon:minutes=nan",
     "coupon:place=outside", "clock:seconds=perhaps", "group:wanted=1.5", "coupon:left_s=3", ""],
)  # fmt: skip
def test_words_that_make_no_overlay_are_told(text: str) -> None:
    with pytest.raises(StudioError) as raised:
        added_from(text, 1)
    assert raised.value.problem.code == "value.bad"


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", " JavaScript://n.example/%0aalert(1)", "data:text/html;base64,PGI+", "ftp://n.example/1"],
)
def test_a_code_that_makes_a_phone_do_something_else_is_refused(link: str) -> None:
    with pytest.raises(StudioError) as raised:
        params_of(AddedConfig("code-1", "code", (("link", link),)))
    assert raised.value.problem.code == "value.bad"


@pytest.mark.parametrize("link", ["https://n.example/p01", "HTTP://n.example", "电话：13900000000", "QQ:12345", ""])
def test_a_code_holds_a_web_address_or_plain_words(link: str) -> None:
    assert params_of(AddedConfig("code-1", "code", (("link", link),))).link == link
