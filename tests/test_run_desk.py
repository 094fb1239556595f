"""Going through a run: cards and offers come and go with their steps, by hand, by the clock, and never by accident."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from overlays.card import Look
from studio.added_desk import AddedDesk
from studio.adding import AddedConfig, OverlayChanged
from studio.broadcast import Broadcast
from studio.cards import CardDesk
from studio.events import CardChanged, Noticed
from studio.media.frames import NS, Plane, blank, planes
from studio.run import ProductChanged, RunOfShow, RunPlace, Step, StepChanged, changed, moved, with_product, without
from studio.run_desk import RunDesk
from studio.shop.products import Product
from tests.media.told import Hand, Told
from tests.provers import AlreadyTried
from tests.test_cards import SHOW

COUPON = AddedConfig("coupon", "coupon", (("minutes", "9"),))
RUN = RunOfShow((Step(1, "APPLE", 2), Step(2, "PEAR", 1, Look.RIGHT, (COUPON,)), Step(3, "TEA", 1)), moves_on=True)


class Table:
    """The three desks over a broadcast that is not on the air."""

    def __init__(self, run: RunOfShow = RUN, where: RunPlace | None = None) -> None:
        self.told, self.hand = Told(), Hand(NS)
        self.broadcast = Broadcast(replace(SHOW, run=run, rotate_s=5.0), self.hand, self.told)
        self.cards = CardDesk(self.broadcast, self.hand, self.told, AlreadyTried())
        self.added = AddedDesk(self.broadcast, self.hand, self.told, self.cards.codes)
        self.run = RunDesk(run, self.cards, self.added, self.hand, self.told)
        self.cards.begin()
        self.run.begin(where or RunPlace())

    @property
    def steps(self) -> list[int | None]:
        return [event.step.id if event.step else None for event in self.told.of(StepChanged)]

    @property
    def shown(self) -> list[str | None]:
        return [event.sku for event in self.told.of(CardChanged)]

    def wait(self, seconds: float) -> None:
        """Time goes by, and all turns are taken."""
        for _ in range(round(seconds)):
            self.hand.at_ns += NS
            self.cards.turn()
            self.run.turn()

    def picture(self) -> Plane:
        luma = planes(blank(640, 360))[0]
        for _ in range(2):
            self.hand.at_ns += NS
            frame = planes(blank(640, 360))
            self.broadcast.layers.draw(frame, self.hand.at_ns)
            luma = frame[0]
        return luma.copy()


@pytest.fixture(autouse=True)
def _drawing(qapp: QCoreApplication) -> None:
    """Cards are drawn with Qt."""


def test_steps_come_by_themselves_when_their_time_is_over_and_begin_again() -> None:
    table = Table()
    table.wait(119)
    assert table.steps == [1], "the rotation of cards does not count where there is a run"
    table.wait(1)
    assert (table.steps, table.shown) == ([1, 2], ["APPLE", "PEAR"])
    table.wait(121)
    assert table.shown == ["APPLE", "PEAR", "TEA", "APPLE"]


def test_a_run_that_only_reminds_stays_and_shows_how_long_it_is_over() -> None:
    table = Table(replace(RUN, moves_on=False))
    table.wait(150)
    assert table.steps == [1]
    assert table.run.now is not None
    assert table.run.now.left_s(table.hand.now_ns()) == -30


def test_a_run_that_does_not_repeat_stays_with_its_last_step() -> None:
    table = Table(replace(RUN, repeats=False))
    table.wait(600)
    table.run.next()
    assert table.steps == [1, 2, 3]
    assert table.cards.current == "TEA"


def test_what_is_sold_out_comes_by_hand_only() -> None:
    table = Table()
    table.cards.change(Product("PEAR", "库尔勒香梨", 4500, stock=0))
    table.wait(120)
    assert table.shown == ["APPLE", "TEA"]
    table.run.back()
    assert table.shown[-1] == "PEAR"
    for sku in ("APPLE", "TEA"):
        table.cards.change(Product(sku, sku, 100, stock=0))
    table.wait(600)
    assert table.shown[-1] == "PEAR", "where nothing is left the step stays"


def test_an_offer_and_a_look_come_and_go_with_their_step() -> None:
    table = Table()
    left = table.picture()
    table.run.next()
    assert [one.slot for one in table.added.added] == ["step:coupon"]
    right = table.picture()
    assert (left[:, :100] != 16).mean() > 0.1
    assert (right[200:, -200:] != 16).mean() > 0.3
    table.run.next()
    assert table.added.added == ()
    kinds = [event.added.kind if event.added else None for event in table.told.of(OverlayChanged)]
    assert kinds == ["coupon", None]


def test_the_same_offer_in_two_steps_running_goes_on_without_a_break() -> None:
    table = Table(RunOfShow((Step(1, "APPLE", offer=(COUPON,)), Step(2, "PEAR", offer=(COUPON,)))))
    table.run.next()
    assert len(table.told.of(OverlayChanged)) == 1


def test_what_a_person_added_stays_when_steps_change() -> None:
    table = Table()
    table.added.show(AddedConfig("coupon", "coupon"))
    for _ in range(3):
        table.run.next()
    assert [one.slot for one in table.added.added] == ["coupon"]


def test_another_card_by_hand_holds_the_run_and_back_returns_to_the_step() -> None:
    table = Table()
    table.run.show_card("TEA")
    table.wait(300)
    assert table.steps == [1], "who shows something by hand is not interrupted"
    table.run.back()
    assert (table.cards.current, table.steps) == ("APPLE", [1])
    table.run.show_card(None)
    table.wait(5)
    assert table.cards.current is None
    table.run.next()
    table.run.back()
    assert table.steps == [1, 2, 1]
    table.run.back()
    assert table.steps[-1] == 3, "before the first comes the last where the run repeats"


def test_a_run_that_is_changed_on_the_air_keeps_its_step_and_its_time() -> None:
    table = Table()
    table.wait(30)
    table.run.change(moved(RUN, 1, 2))
    now = table.run.now
    assert now is not None
    assert (now.place, now.spent_s(table.hand.now_ns()), table.shown) == (2, 30, ["APPLE"])
    table.run.change(changed(table.run.run, Step(1, "APPLE", 2, offer=(COUPON,))))
    assert [one.kind for one in table.added.added] == ["coupon"]
    table.run.change(without(table.run.run, 1))
    assert table.run.step == Step(3, "TEA", 1), "the one in its place comes"
    table.run.change(RunOfShow())
    assert table.steps[-1] is None
    table.wait(6)
    assert table.shown[-1] == "APPLE", "without a run cards turn as they are"
    table.run.change(with_product(RunOfShow(), "PEAR"))
    assert table.cards.current == "PEAR"


def test_a_product_that_is_gone_takes_the_card_before_it_off() -> None:
    table = Table(RunOfShow((Step(1, "APPLE"), Step(2, "MANGO"))))
    table.run.next()
    assert table.cards.current is None
    assert [event.problem.code for event in table.told.of(Noticed)] == ["card.unknown"]
    table.run.next()
    assert table.cards.current == "APPLE"


def test_an_offer_of_another_version_is_told_and_the_step_comes() -> None:
    table = Table(RunOfShow((Step(1, "APPLE", offer=(AddedConfig("hologram", "hologram"),)),)))
    assert [event.problem.code for event in table.told.of(Noticed)] == ["value.bad"]
    assert table.cards.current == "APPLE"


def test_a_show_that_was_cut_off_goes_on_with_its_step_and_the_rest_of_its_time() -> None:
    table = Table(where=RunPlace(2, 40.0))
    assert table.shown == ["PEAR"]
    table.wait(19)
    assert table.steps == [2]
    table.wait(1)
    assert table.steps == [2, 3]
    assert Table(where=RunPlace(9, 40.0)).steps == [1]


def test_a_step_whose_card_was_taken_off_goes_on_without_it() -> None:
    table = Table(where=RunPlace(2, 40.0, card_off=True))
    assert (table.steps, table.shown) == ([2], [])
    table.run.back()
    assert len(table.shown) == 1, "it comes when it is asked for"


def test_the_end_of_the_show_ends_the_step_once() -> None:
    table = Table()
    table.run.end()
    table.run.end()
    assert table.steps == [1, None]


def test_a_price_changed_on_the_air_is_drawn_at_the_next_tick_where_the_card_lies() -> None:
    table = Table()
    before = table.picture()
    cheaper = Product("APPLE", "洛川苹果", 2990, 5900, "5 斤", "陕西洛川", link="https://example.com/a", stock=7)
    table.cards.change(cheaper)
    frame = planes(blank(640, 360))
    table.broadcast.layers.draw(frame, table.hand.at_ns + 1)
    after = frame[0]
    assert not np.array_equal(before, after)
    assert np.array_equal(before == 16, after == 16), "the card neither moves nor changes its size"
    changes = table.told.of(ProductChanged)
    assert [(event.card.price_fen, event.stock, event.card.stock_words) for event in changes] == [(2990, 7, "7 left")]
    assert changes[0].card.link == "https://example.com/a"
    table.cards.change(cheaper)
    table.cards.change(Product("MANGO", "芒果", 100))
    assert len(table.told.of(ProductChanged)) == 1
    assert table.shown == ["APPLE"]


def test_sold_out_is_said_on_the_card_and_a_large_stock_only_once_it_is_changed() -> None:
    table = Table()
    table.cards.change(Product("PEAR", "库尔勒香梨", 4500, stock=0))
    table.cards.change(Product("TEA", "安吉白茶", 16800, stock=600))
    words = [event.card.stock_words for event in table.told.of(ProductChanged)]
    assert words == ["Sold out", "600 left"]
    assert Product("TEA", "安吉白茶", 16800, stock=600).card().stock_words == ""


def test_what_is_said_to_come_next_is_not_the_product_of_its_step() -> None:
    coming = AddedConfig("next", "next", (("name", "枸杞"), ("price_yuan", "45")))
    table = Table(RunOfShow((Step(1, "APPLE"), Step(2, "PEAR", offer=(coming,)))))
    table.run.next()
    product = Product("PEAR", "库尔勒香梨", 2990, unit="6 斤", origin="新疆库尔勒")
    table.cards.change(product)
    table.added.change(product.card())
    assert [dict(one.values)["price_yuan"] for one in table.added.added] == ["45"]


def test_the_offer_of_a_step_follows_its_product_also_when_it_comes_again() -> None:
    flash = AddedConfig("flash", "flash", (("price_yuan", "29"),))
    table = Table(RunOfShow((Step(1, "APPLE"), Step(2, "PEAR", offer=(flash,)))))

    def sell_to(stock: int) -> None:
        product = Product("PEAR", "库尔勒香梨", 4500, unit="6 斤", origin="新疆库尔勒", stock=stock)
        table.cards.change(product)
        table.added.change(product.card())

    sell_to(30)
    for stock in (30, 4):
        sell_to(stock)
        table.run.next()
        assert [dict(one.values)["stock_left"] for one in table.added.added] == [str(stock)]
        table.run.next()
        assert not table.added.added
