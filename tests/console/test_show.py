"""From words on the command line to the show they mean."""

import argparse
from pathlib import Path

import pytest

from studio.adding import params_of
from studio.config import ShowConfig, WatchConfig
from studio.console.show import add_parser, show_from, watch_from
from studio.errors import StudioError
from studio.paths import Home
from studio.shop.products import Product
from studio.store.store import Store


def test_warnings_are_chosen_by_their_names() -> None:
    assert watch_from([]) == WatchConfig()
    chosen = watch_from(["silent=30", "blurred=off", "nobody=on", "frozen=on"])
    assert chosen == WatchConfig(silent_s=30, blurred_s=None, nobody_s=30, frozen_s=5)


@pytest.mark.parametrize("text", ["black", "black=", "white=3", "black=soon", "tone=1", "black=0", "dark=nan", "=5"])
def test_what_is_no_warning_or_no_time_is_refused_in_words(text: str) -> None:
    with pytest.raises(StudioError) as refused:
        watch_from([text])
    assert refused.value.problem.code == "value.bad"


def live(home: Home, *overlays: str) -> ShowConfig:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    words = [word for overlay in overlays for word in ("--overlay", overlay)]
    return show_from(parser.parse_args(["live", "--source", "pattern", *words]), home)


def test_an_overlay_of_a_product_says_what_its_card_says(own_home: Path) -> None:
    home = Home(own_home).ensure()
    with Store.of(home) as store:
        store.save_product(Product("P01", "洛川苹果", 3990, 5900, stock=7))
    flash, clock = live(home, "flash:sku=P01,price_yuan=29,template=night", "clock").added
    said = params_of(flash)
    assert (said.name, said.price_yuan, said.old_price_yuan, said.stock_left) == ("洛川苹果", "29", "59", 7)
    assert (flash.sku, flash.template) == ("P01", "night")
    assert clock.values == ()


@pytest.mark.parametrize(
    ("overlay", "code"),
    [("flash:sku=P99", "card.unknown"), ("clock:template=neon", "template.unknown"), ("clock:hands=2", "value.bad")],
)
def test_an_overlay_that_cannot_be_is_refused_before_the_show(overlay: str, code: str, own_home: Path) -> None:
    with pytest.raises(StudioError) as refused:
        live(Home(own_home).ensure(), overlay)
    assert refused.value.problem.code == code


def test_where_a_show_is_held_is_part_of_it(own_home: Path) -> None:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    words = ["live", "--source", "pattern", "--card", "none"]
    home = Home(own_home)
    assert show_from(parser.parse_args([*words, "--station", " 红旗村电商服务站 "]), home).station == "红旗村电商服务站"
    assert show_from(parser.parse_args(words), home).station == ""
