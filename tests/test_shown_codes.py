"""Codes are tried before anybody needs them: with the go-live check, ahead of the show."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from overlays.base import NO_ROOM
from studio.cards import WAIT_NS, CardDesk
from studio.checks import Check, ChecksEnded
from studio.commands import RunChecks
from studio.config import CanvasConfig, DestinationConfig, Secret, ShowConfig
from studio.engine import Engine
from studio.errors import explain
from studio.events import Noticed
from studio.media.codecs import Compression
from studio.media.frames import NS, Frame, blank
from studio.media.proof import Ground, Proof
from studio.media.prover import CodedOverlay, CodeProver
from studio.paths import Home
from tests.media.told import Told
from tests.test_added_desk import Table as AddedTable
from tests.test_added_desk import apples
from tests.test_cards import CARDS, LINK, SHOW, Table


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
        coded = CodedOverlay("card", CARDS[0], SHOW.canvas, Compression(SHOW.encoder.bitrate_kbps, SHOW.encoder))
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


KUAISHOU, TAOBAO = (
    DestinationConfig(name, Secret(f"rtmp://127.0.0.1:9/live/{name}"), name, codes=True)
    for name in ("kuaishou", "taobao")
)
LINKED = replace(
    CARDS[0],
    link="https://n.example/own",
    links=(("kuaishou", "https://k.example/1"), ("taobao", "https://t.example/1")),
)


def test_the_code_of_one_platform_is_gone_before_that_of_all_was_tried() -> None:
    """A card without a code for a moment costs nothing; one that leads to another platform's shop may cost the room."""
    table = Table(replace(SHOW, cards=(LINKED,), destinations=(KUAISHOU,)))
    table.desk.show("APPLE")
    assert table.expected() == "https://k.example/1"
    table.prover.found[LINKED.link] = None
    table.broadcast.seen_on.add(TAOBAO)
    table.desk.follow_destinations()
    assert (table.expected(), table.desk.current) == (None, "APPLE")
    without = table.covered()
    table.desk.turn()
    assert table.expected() is None
    table.prover.found[LINKED.link] = Proof(1.0)
    table.desk.turn()
    assert table.expected() == LINKED.link
    assert abs(table.covered() - without) > 0.01
    assert (table.shown, table.notices) == (["APPLE"], [])


def test_a_code_beside_the_card_is_gone_before_that_of_all_platforms_was_tried() -> None:
    table = AddedTable("code:sku=APPLE")
    apples(table, link=LINKED.link, links=LINKED.links)
    table.broadcast.seen_on.add(KUAISHOU)
    table.desk.begin()
    assert table.on("code-1").params.link == "https://k.example/1"
    table.prover.found[LINKED.link] = None
    table.broadcast.seen_on.add(TAOBAO)
    table.desk.follow_destinations()
    assert not table.desk.added
    assert [one.kind for one in table.desk.wanted] == ["code"]
    table.prover.found[LINKED.link] = Proof(1.0)
    table.hand.at_ns += NS
    table.desk.turn()
    assert table.on("code-1").params.link == LINKED.link
    assert table.notices == []


class Seen(Table):
    """A desk whose camera shows something once `camera` is a picture, at the rate of `kbps`."""

    def __init__(self, show: ShowConfig = SHOW) -> None:
        super().__init__(show)
        self.camera: Frame | None = None
        self.kbps = show.encoder.bitrate_kbps
        self.broadcast.scene = replace(
            self.broadcast.scene, camera=lambda: self.camera, compression=lambda: Compression(self.kbps, show.encoder)
        )
        self.desk = CardDesk(self.broadcast, self.hand, self.told, self.prover)


def test_the_codes_of_all_cards_are_tried_ahead_in_their_order_once_there_is_a_picture() -> None:
    other = replace(CARDS[1], link="https://example.com/b")
    table = Seen(replace(SHOW, cards=(*CARDS, other), first_card="APPLE"))
    table.desk.begin()
    table.desk.turn()
    table.prover.wanted.clear()
    table.camera = blank(640, 360)
    for _ in range(2):
        table.desk.turn()
    assert table.prover.wanted == [(other.link, False), (LINK, False)], "the one that is on last, for its next time"


def test_once_the_camera_shows_something_codes_are_tried_on_it_at_the_rate_of_now() -> None:
    pears = replace(CARDS[1], link="https://example.com/b")
    table, tried = Seen(replace(SHOW, cards=(CARDS[0], pears), first_card="APPLE")), Told()

    def prove_it(_draw: object, link: str, _canvas: object, how: Compression, ground: Ground | None) -> Proof:
        tried((link, how.kbps, ground is not None))
        return Proof(1.0)

    prover = CodeProver(prove_it)
    table.desk = CardDesk(table.broadcast, table.hand, table.told, prover)

    def turned_to(sku: str) -> bool:
        table.desk.turn()
        return table.desk.current == sku

    try:
        table.desk.begin()
        assert (tried.all, table.shown) == ([(LINK, 2500, False)], ["APPLE"])
        table.camera = blank(640, 360)
        table.desk.turn()
        tried.wait_for(lambda: len(tried.all) == 3)
        assert tried.all[1:] == [(pears.link, 2500, True), (LINK, 2500, True)]
        prover.wait_for(table.desk.codes._coded("card", pears), 20.0)
        table.desk.show("PEAR")
        assert table.shown == ["APPLE", "PEAR"], "it need not wait any more"
        table.kbps = 1200
        table.desk.show("APPLE")
        assert table.desk.current == "PEAR", "at another rate it may have to be larger"
        table.told.wait_for(lambda: turned_to("APPLE"))
        assert tried.all[3:] == [(LINK, 1024, True)], "the step below: what is read there is read above it"
        table.kbps = 1100
        table.desk.show("APPLE")
        assert len(tried.all) == 4
    finally:
        prover.stop()
    assert table.notices == []


def test_a_card_that_waits_too_long_for_the_camera_comes_with_its_code_as_it_was_found_before() -> None:
    table = Seen()
    table.prover.found[LINK] = Proof(1.25)
    table.prover.on_picture[LINK] = None
    table.camera = blank(640, 360)
    table.desk.show("APPLE")
    assert table.shown == []
    table.hand.at_ns += WAIT_NS
    table.desk.turn()
    assert (table.shown, table.expected(), table.notices) == (["APPLE"], LINK, [])
    table.prover.on_picture[LINK] = Proof(1.5)
    table.desk.turn()
    assert table.desk._shown == replace(CARDS[0], code_growth=1.5)


def test_a_code_that_is_unread_while_the_network_is_weak_stays_and_its_warning_ends_with_that() -> None:
    table = Seen(replace(SHOW, first_card="APPLE"))
    table.kbps = 300
    table.prover.found[LINK] = Proof(2.0, ("360p",))
    table.desk.begin()
    assert (table.expected(), table.notices) == (LINK, ["code.weak"])
    table.kbps = 2500
    table.prover.found[LINK] = Proof(1.0)
    table.desk.show("APPLE")
    told = [(event.problem.code, event.active) for event in table.told.of(Noticed)]
    assert told == [("code.weak", True), ("code.weak", False)]


def test_a_code_that_small_pictures_lose_says_what_their_viewers_meet() -> None:
    table = Table(replace(SHOW, canvas=CanvasConfig(1280, 720, 25)))
    table.prover.found[LINK] = Proof(2.0, ("540p", "480p"))
    table.desk.show("APPLE")
    (problem,) = (event.problem for event in table.told.of(Noticed))
    told = explain(problem)
    assert "as large as it can be" in told.what
    assert "540p, 480p" in told.viewers
    assert table.expected() == LINK, "all others can scan it"


def test_a_picture_without_room_for_a_code_says_so() -> None:
    table = Table()
    table.prover.found[LINK] = Proof(1.0, refused=NO_ROOM)
    table.desk.show("APPLE")
    assert (table.expected(), table.notices) == (None, ["code.no_room"])
