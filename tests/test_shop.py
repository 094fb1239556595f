"""The shop, kept by the engine for its clients."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from studio import commands as ask
from studio.commands import Command
from studio.engine import Engine
from studio.paths import Home
from studio.shop.products import Product
from studio.shop.told import ProductsListed, ProductsRefused
from tests.media.told import Told
from tests.store.samples import APPLES, TEA


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def engine(own_home: Path, qapp: QCoreApplication, told: Told) -> Iterator[Engine]:
    engine = Engine(Home(own_home).ensure(), told)
    engine.start()
    yield engine
    engine.stop()


def test_products_are_listed_saved_removed_and_taken_back(engine: Engine, told: Told) -> None:
    steps: list[tuple[Command, tuple[Product, ...]]] = [
        (ask.ListProducts(), ()),
        (ask.SaveProduct(APPLES), (APPLES,)),
        (ask.SaveProduct(TEA), (APPLES, TEA)),
        (ask.RemoveProduct("P01"), (TEA,)),
        (ask.UndoProducts(), (APPLES, TEA)),
    ]
    for count, (command, products) in enumerate(steps, 1):
        engine.execute(command)
        listed = told.wait_for_one(ProductsListed, count)
        assert listed == ProductsListed(products, changed=count > 1)
    assert engine.snapshot().cards == (APPLES.card(), TEA.card())


def test_what_cannot_be_done_is_told(engine: Engine, told: Told) -> None:
    engine.execute(ask.UndoProducts())
    assert told.wait_for_one(ProductsRefused).problem.code == "products.no_undo"
    engine.execute(ask.RemoveProduct("P99"))
    assert told.wait_for_one(ProductsRefused, 2).problem.code == "card.unknown"
