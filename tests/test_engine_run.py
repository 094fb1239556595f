"""The engine with a run of show: commands in, steps and changed products out, and all of it in the log."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from integrations.exports.base import Export
from studio import commands as ask
from studio.adding import AddedConfig, OverlayChanged
from studio.config import CanvasConfig
from studio.events import CardChanged, ShowStarted
from studio.paths import Home
from studio.recovery import as_it_was
from studio.run import PricesDiffer, ProductChanged, RunChanged, RunOfShow, RunPlace, Step, StepChanged, moved
from studio.shop.products import Product
from studio.shop.told import ProductsListed
from studio.store.rows import StepRow
from studio.store.store import Store
from tests.media.told import Told
from tests.store.samples import order
from tests.test_engine import Studio

APPLE = Product("APPLE", "洛川苹果", 3990, 5900, "5 斤", "陕西洛川", link="https://example.com/a")
RUN = RunOfShow((Step(1, "APPLE", 5), Step(2, "PEAR", 3), Step(3, "TEA", 4)))


@pytest.fixture
def studio(own_home: Path, qapp: QCoreApplication) -> Iterator[Studio]:
    studio = Studio(Home(own_home).ensure())
    with Store.of(studio.home) as store:
        store.save_product(APPLE)
        store.import_export(None, Export("nongbo", "淘宝", (order("1", sku="APPLE", paid_fen=3600),), ()))
    studio.engine.start()
    yield studio
    studio.engine.stop()


def steps(told: Told) -> list[int | None]:
    return [event.step.id if event.step else None for event in told.of(StepChanged)]


def test_a_run_is_led_changed_logged_and_known_to_a_window_that_comes_later(studio: Studio) -> None:
    studio.go(run=RUN, first_card="TEA")
    studio.do(ask.NextCard(), ask.NextCard(), ask.PreviousCard(), ask.ShowStep(1), ask.ShowStep(9))
    studio.do(ask.SetRun(moved(RUN, 1, 2)))
    studio.told.wait_for(lambda: len(studio.told.of(RunChanged)) == 1 and len(steps(studio.told)) == 6)
    assert steps(studio.told) == [1, 2, 3, 2, 1, 1]
    skus = ["APPLE", "PEAR", "TEA", "PEAR", "APPLE"]
    studio.told.wait_for(lambda: [event.sku for event in studio.told.of(CardChanged)] == skus)
    snapshot = studio.engine.snapshot()
    assert snapshot.run == moved(RUN, 1, 2)
    assert snapshot.step is not None
    assert (snapshot.step.step, snapshot.step.place) == (RUN.steps[0], 2)
    report = studio.end().report
    detail = studio.detail(report.session_id)
    assert [step.step_id for step in detail.steps] == [1, 2, 3, 2, 1, 1]
    assert all(step.left_at is not None for step in detail.steps)
    going_on = as_it_was(replace(studio.show, run=RUN), detail)
    assert going_on.run_from.step_id == 1


def test_a_step_that_was_on_in_several_parts_goes_on_with_all_its_time(studio: Studio) -> None:
    studio.go()
    detail = studio.detail(studio.end().report.session_id)
    at = detail.session.started_at
    parts = [
        StepRow(1, 0, "APPLE", 300.0, "", at, at.replace(microsecond=0)),
        StepRow(2, 1, "PEAR", 180.0, "", at, at),
        StepRow(2, 1, "PEAR", 180.0, "", at.replace(second=0), at.replace(second=20)),
        StepRow(2, 1, "PEAR", 180.0, "", at.replace(second=30), at.replace(second=45)),
    ]
    assert as_it_was(studio.show, replace(detail, steps=tuple(parts))).run_from == RunPlace(2, 35.0)


def test_a_price_changed_on_the_air_is_on_the_card_in_the_shop_and_taken_back(studio: Studio) -> None:
    studio.go(first_card="APPLE")
    cheaper = replace(APPLE, price_fen=2990, stock=12)
    studio.do(ask.SaveProduct(cheaper))
    told = studio.told.wait_for_one(ProductChanged)
    assert (told.card.price_fen, told.stock, told.card.stock_words) == (2990, 12, "12 left")
    assert studio.told.wait_for_one(ProductsListed).products == (cheaper,)
    assert next(card for card in studio.engine.snapshot().cards if card.sku == "APPLE").price_fen == 2990
    studio.do(ask.UndoProducts())
    assert studio.told.wait_for_one(ProductChanged, 2).card.price_fen == 3990
    detail = studio.detail(studio.end().report.session_id)
    assert [(change.sku, change.price_fen) for change in detail.product_changes] == [("APPLE", 2990), ("APPLE", 3990)]


def test_a_doubtful_price_is_told_at_the_start_until_somebody_confirms_it(studio: Studio) -> None:
    studio.go()
    doubt = studio.told.wait_for_one(PricesDiffer).differences
    assert [(one.sku, one.price_fen, one.platform, one.platform_fen) for one in doubt] == [("APPLE", 3990, "csv", 3600)]
    studio.do(ask.ConfirmPrice("APPLE", 3990, 3600))
    assert studio.told.wait_for_one(PricesDiffer, 2).differences == ()
    studio.end()
    assert len(studio.told.of(ShowStarted)) == 1


def test_a_link_and_a_stock_changed_on_the_air_reach_the_code_and_the_flash_sale(studio: Studio) -> None:
    """The code is really tried; the one before stays until it was."""
    flash = AddedConfig("flash", "flash", (("name", "洛川苹果"), ("stock_left", "40")), "APPLE")
    canvas = CanvasConfig(1280, 720, 10)
    studio.go(first_card="APPLE", canvas=canvas, cards=(replace(APPLE, stock=40).card(),), record_dir=None)
    links: list[str | None] = []

    def link() -> str | None:
        on_air = studio.engine._on_air
        code = on_air.broadcast.watchdogs._codes.get("card") if on_air is not None else None
        links.append(code.link if code is not None else None)
        return links[-1]

    studio.told.wait_for(lambda: link() == APPLE.link)
    links.clear()
    other = replace(APPLE, link="https://example.com/b", stock=3)
    studio.do(ask.ShowOverlay(flash), ask.SaveProduct(other))
    studio.told.wait_for(lambda: link() == other.link)
    assert set(links) == {APPLE.link, other.link}, "at no time it is without a code"
    shown = studio.told.wait_for_one(OverlayChanged, 2).added
    assert shown is not None
    assert dict(shown.values)["stock_left"] == "3"
    assert studio.engine.snapshot().added == (shown,)
    studio.end()


def test_a_product_that_comes_into_the_shop_during_a_show_can_be_shown_and_sold_in_it(studio: Studio) -> None:
    studio.go(first_card="APPLE", run=RunOfShow((Step(1, "APPLE"),)))
    honey = Product("HONEY", "槐花蜜", 4500, 5200, "500 克", stock=300)
    strip = AddedConfig("price", "price", (), "HONEY")
    studio.do(ask.SaveProduct(honey))
    told = studio.told.wait_for_one(ProductChanged)
    assert (told.card.sku, told.card.stock_words) == ("HONEY", "")
    studio.do(ask.SetRun(RunOfShow((Step(1, "APPLE"), Step(2, "HONEY", offer=(strip,))))), ask.NextCard())
    studio.told.wait_for(lambda: [event.sku for event in studio.told.of(CardChanged)] == ["APPLE", "HONEY"])
    studio.do(ask.TypeOrder("HONEY", 2), ask.SaveProduct(replace(honey, price_fen=3990)))
    studio.told.wait_for_one(ProductChanged, 2)

    def prices() -> list[str]:
        shown = [event.added for event in studio.told.of(OverlayChanged) if event.added is not None]
        return [dict(one.values)["price_yuan"] for one in shown]

    studio.told.wait_for(lambda: prices() == ["45", "39.90"])
    snapshot = studio.engine.snapshot()
    assert [(card.sku, card.price_fen) for card in snapshot.cards][-1] == ("HONEY", 3990)
    many = tuple(Product(f"N{number}", "x", 100) for number in range(3))
    studio.do(ask.ImportProducts(many))
    studio.told.wait_for(lambda: any(many[0] in told.products for told in studio.told.of(ProductsListed)))
    assert studio.engine.snapshot().cards == snapshot.cards, "what a table brings is in the next show"
    detail = studio.detail(studio.end().report.session_id)
    results = {result.sku: result for result in detail.products}
    assert (results["HONEY"].name, results["HONEY"].pieces, results["HONEY"].paid_fen) == ("槐花蜜", 2, 9000)
    assert [result.sku for result in detail.products][-1] == "HONEY"
