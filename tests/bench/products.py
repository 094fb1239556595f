"""A shop of 5,000 products: what listing, finding, saving and taking back take, beside what a person calls quick.

`make bench BENCH=products`; ends with 1 where a figure is over its limit. The numbers belong to one machine.
"""

import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from studio import commands as ask
from studio.events import Event
from studio.paths import Home
from studio.shop.products import Product
from studio.shop.search import matching, texts_of
from studio.shop.told import ProductsListed
from studio.shop_desk import ShopDesk
from studio.store.store import Store
from studio.ui.product_list import ProductList
from tests.bench.limits import Limits

MANY = 5000
SORTS = (
    "红富士",
    "嘎啦",
    "香梨",
    "雪花梨",
    "冬枣",
    "核桃",
    "板栗",
    "木耳",
    "香菇",
    "小米",
    "土蜂蜜",
    "花椒",
    "绿茶",
    "柿饼",
)
PLACES = (
    "洛川",
    "静川",
    "库尔勒",
    "若羌",
    "安吉",
    "普安",
    "五常",
    "沁县",
    "韩城",
    "丹凤",
    "文山",
    "遂昌",
    "平和",
    "赣南",
    "眉县",
)
KINDS = ("特级", "一级", "礼盒", "家庭装", "散装", "有机", "老树", "头茬", "手工", "试吃装")
TYPED = {
    "letters of a code": "p049",
    "Chinese": "红富士",
    "two words": "香梨 礼盒",
    "letters of pinyin": "hfs",
    "nothing": "qqq",
}

QUICK_MS = 50  # between a key and what is found, nobody notices it
PRESSED_MS = 500  # between a button and its effect, nobody presses it again
OPENED_MS = 1000  # a page that opens


def shop() -> tuple[Product, ...]:
    dice = random.Random(4)
    return tuple(
        Product(
            f"P{number:05d}",
            f"{dice.choice(PLACES)}{dice.choice(SORTS)}{dice.choice(KINDS)} {number}",
            dice.randrange(500, 50_000),
            unit="5 斤",
            origin=dice.choice(PLACES),
            stock=dice.randrange(900),
            link=f"https://item.example.com/item.htm?id={number:012d}",
            platform_skus=(("douyin", f"{number:015d}"),),
        )
        for number in range(MANY)
    )


def took_ms(what: Callable[[], object], times: int = 5) -> float:
    """The longest of a few calls, for a person remembers the slow one; computing time, so that others do not count."""
    took = []
    for _ in range(times):
        begun_s = time.process_time()
        what()
        took.append((time.process_time() - begun_s) * 1000)
    return max(took)


def searching(products: tuple[Product, ...], limits: Limits) -> None:
    """As it is typed: the first letter finds most, and reads the texts of all."""
    texts_of.cache_clear()
    limits.most("the first search of a program", took_ms(lambda: matching(products, "h"), 1), 4 * QUICK_MS)
    for name, typed in TYPED.items():
        limits.most(f"a search for {name} ({typed})", took_ms(lambda typed=typed: matching(products, typed)), QUICK_MS)  # type: ignore[misc]


def shown(products: tuple[Product, ...], limits: Limits) -> None:
    """The window's list, drawn."""
    app = QApplication.instance() or QApplication([])
    rows = ProductList()
    rows.resize(420, 700)
    limits.most(
        "the window's list with all of them", took_ms(lambda: rows.show_products(products, "P04000", ()), 3), PRESSED_MS
    )

    def typed(text: str) -> None:
        rows.search.setText(text)
        app.processEvents()

    for text in ("h", "hf", "hfs", "hfs2", ""):
        limits.most(f"the window's list after typing “{text}”", took_ms(lambda text=text: typed(text), 1), 2 * QUICK_MS)  # type: ignore[misc]


def kept(products: tuple[Product, ...], folder: Path, limits: Limits) -> None:
    """The log of the shop, as the engine asks it."""
    told: list[Event] = []
    with Store.of(Home(folder).ensure()) as store:
        store.import_products(products)
        desk = ShopDesk(store, told.append)

        def do(command: ask.ShopCommand) -> None:
            desk.obey(command)
            assert any(isinstance(event, ProductsListed) for event in told)
            told.clear()

        prices = iter(range(1000, 2000))
        limits.most("listing all of them", took_ms(lambda: do(ask.ListProducts())), OPENED_MS)
        limits.most(
            "saving one, and the list after it",
            took_ms(lambda: do(ask.SaveProduct(replace(products[2500], price_fen=next(prices))))),
            PRESSED_MS,
        )
        limits.most("taking that back, and the list after it", took_ms(lambda: do(ask.UndoProducts())), PRESSED_MS)


def main() -> int:
    limits = Limits()
    products = shop()
    searching(products, limits)
    shown(products, limits)
    with TemporaryDirectory() as folder:
        kept(products, Path(folder), limits)
    return limits.exit_code()


if __name__ == "__main__":
    sys.exit(main())
