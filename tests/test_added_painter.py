"""What cannot be drawn any more is taken off, never left with words that are wrong by now; on cards and beside them."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication

from overlays import OVERLAYS
from overlays.base import Covered, OverlayError, Patch
from overlays.card import Card, CardParams
from studio.adding import AddedConfig, OverlayChanged, added_from
from studio.media.frames import NS
from studio.run import RunOfShow, Step
from studio.shop.products import Product
from tests.test_added_desk import Table, apples
from tests.test_cards import SHOW, Broken
from tests.test_cards import Table as CardTable
from tests.test_run_desk import Table as RunTable

APPLE = Product("APPLE", "洛川苹果", 2990, 5900, "5 斤", "陕西洛川", link="https://example.com/a")
STRIP = "price:sku=APPLE,name=洛川苹果,price_yuan=39.90"


@pytest.fixture(autouse=True)
def _drawing(qapp: QCoreApplication) -> None:
    """Overlays are drawn with Qt."""


class WithoutPears:
    """Draws all cards but one."""

    def render(self, params: CardParams, width: int, height: int, covered: Covered | None = None) -> Patch:
        if params.sku == "PEAR":
            raise OverlayError("no pears")
        return Card().render(params, width, height, covered)


def test_a_price_strip_that_cannot_say_the_new_price_does_not_say_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(STRIP, "banner:title=丰收节")
    table.desk.begin()
    monkeypatch.setitem(OVERLAYS, "price", Broken(OverlayError("no")))
    apples(table, price_fen=2950)
    assert [one.kind for one in table.desk.added] == ["banner"]
    assert [one.kind for one in table.desk.wanted] == ["banner"], "it is shown anew by hand"
    assert table.notices == ["overlay.failed"]
    assert [(event.slot, event.added is None) for event in table.told.of(OverlayChanged)][2:] == [("price-1", True)]
    apples(table, price_fen=2850)
    assert table.notices == ["overlay.failed"], "told once"
    monkeypatch.undo()
    table.desk.show(added_from(STRIP, 1))
    assert len(table.desk.added) == 2


def test_what_cannot_be_drawn_in_the_place_of_another_takes_that_off(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table(STRIP)
    table.desk.begin()
    monkeypatch.setitem(OVERLAYS, "price", Broken(ZeroDivisionError()))
    table.desk.show(AddedConfig("price-1", "price", (("price_yuan", "29.90"),)))
    assert (table.desk.added, table.notices) == ((), ["overlay.failed"])
    assert (table.picture() == 16).all()


def test_a_countdown_that_cannot_be_drawn_any_more_does_not_stand_still(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table("coupon:minutes=5")
    table.desk.begin()
    monkeypatch.setitem(OVERLAYS, "coupon", Broken(OverlayError("no")))
    table.hand.at_ns += 2 * NS
    table.desk._draw_anew(next(iter(table.desk._overlays.values())), table.on("coupon-1"))
    assert (table.desk.added, table.notices) == ((), ["overlay.failed"])


def test_a_value_from_elsewhere_is_read_no_more_once_another_overlay_has_its_slot() -> None:
    table = Table("data:address=/nowhere/at/all,caption=果园")
    try:
        table.desk.begin()
        reader = table.desk._painter._reader
        assert reader is not None
        assert set(reader._followed) == {"data-1"}
        table.desk.show(AddedConfig("data-1", "text", (("words", "坏果包赔"),)))
        assert not reader._followed
    finally:
        table.desk.end()


def test_a_code_that_fits_no_platform_any_more_is_told_of() -> None:
    table = Table("code:sku=APPLE")
    apples(table, link="")
    table.desk.begin()
    assert (table.desk.added, table.notices) == ((), ["code.no_link"])
    apples(table, link="https://example.com/b")
    assert [dict(one.values)["link"] for one in table.desk.added] == ["https://example.com/b"]


def test_a_card_that_cannot_say_the_new_price_does_not_say_the_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    table = CardTable(replace(SHOW, first_card="APPLE"))
    table.desk.begin()
    monkeypatch.setitem(OVERLAYS, "card", Broken(OverlayError("no")))
    table.desk.change(APPLE)
    assert (table.shown, table.desk.current, table.desk.box) == (["APPLE", None], None, None)
    assert (table.covered(), table.expected(), table.notices) == (0, None, ["overlay.failed"])
    monkeypatch.undo()
    table.desk.change(replace(APPLE, price_fen=2890))
    assert table.shown == ["APPLE", None, "APPLE"], "what was mended comes back"


def test_cards_turn_past_one_that_cannot_be_drawn_and_tell_it_once_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OVERLAYS, "card", WithoutPears)
    table = CardTable(replace(SHOW, first_card="APPLE", rotate_s=10.0))
    table.desk.begin()
    for _ in range(24):
        table.hand.at_ns += NS
        table.desk.turn()
    assert table.shown == ["APPLE", None, "TEA"]
    assert table.notices == ["overlay.failed"]


def test_a_run_goes_on_after_a_step_whose_card_cannot_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OVERLAYS, "card", WithoutPears)
    run = RunOfShow((Step(1, "PEAR", 1), Step(2, "TEA", 1)), moves_on=True)
    table = RunTable(run)
    assert table.shown == []
    table.wait(61)
    assert table.shown == ["TEA"]
