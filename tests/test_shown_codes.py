"""Codes are tried before anybody needs them: with the go-live check, ahead of the show."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from studio.cards import CardDesk
from studio.checks import Check, ChecksEnded
from studio.commands import RunChecks
from studio.config import DestinationConfig, Secret
from studio.engine import Engine
from studio.media.prover import CodedOverlay, CodeProver
from studio.paths import Home
from tests.media.told import Told
from tests.test_cards import CARDS, SHOW, Table


@pytest.fixture(autouse=True)
def _drawing(qapp: QCoreApplication) -> None:
    """Cards are drawn with Qt."""


def test_the_codes_of_a_show_that_is_checked_are_tried_before_it_begins(own_home: Path) -> None:
    told = Told()
    engine = Engine(Home(own_home).ensure(), told)
    engine.start()
    try:
        engine.execute(RunChecks(SHOW, (Check.CLOCK,)))
        told.wait_for_one(ChecksEnded)
        coded = CodedOverlay("card", CARDS[0], SHOW.canvas, SHOW.encoder.bitrate_kbps)
        assert engine._prover.wait_for(coded, 20.0) is not None
    finally:
        engine.stop()


def test_a_link_too_long_for_a_code_leaves_the_card_on_without_it_and_is_told_in_words() -> None:
    long = replace(CARDS[0], link="https://example.com/" + "x" * 4000)
    table = Table(replace(SHOW, cards=(long,)))
    prover = CodeProver()

    def turned() -> bool:
        table.desk.turn()
        return table.desk.current == "APPLE"

    table.desk = CardDesk(table.broadcast, table.hand, table.told, prover)
    try:
        table.desk.show("APPLE")
        table.told.wait_for(turned)
    finally:
        prover.stop()
    assert table.notices == ["code.too_long"]


def test_the_first_cards_code_is_tried_before_the_show_begins() -> None:
    table = Table(replace(SHOW, first_card="APPLE"))
    prover = CodeProver()
    table.desk = CardDesk(table.broadcast, table.hand, table.told, prover)
    try:
        table.desk.prepare()
        table.desk.begin()
    finally:
        prover.stop()
    assert (table.shown, table.notices) == (["APPLE"], [])


def test_a_code_leads_to_the_platform_the_show_goes_to_and_nowhere_where_two_want_different_ones() -> None:
    links = (("kuaishou", "https://k.example/1"), ("taobao", "https://t.example/1"))
    both = tuple(
        DestinationConfig(name, Secret(f"rtmp://127.0.0.1:9/live/{name}"), name, codes=True)
        for name in ("kuaishou", "taobao")
    )
    card = replace(CARDS[0], link="", links=links)
    table = Table(replace(SHOW, cards=(card,), destinations=both[:1]))
    table.desk.show("APPLE")
    assert table.desk._shown == replace(card, link="https://k.example/1")
    table.broadcast.seen_on.add(both[1])
    table.desk.follow_destinations()
    assert table.desk._shown == card
    assert table.notices == ["code.no_link"]
    table.broadcast.seen_on.remove("kuaishou")
    table.desk.follow_destinations()
    assert table.desk._shown == replace(card, link="https://t.example/1")
