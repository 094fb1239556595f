"""What is drawn over the picture: cards in their turn, the ticker, and nothing that cannot be drawn."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from overlays import OVERLAYS
from overlays.base import Covered, OverlayError, Patch
from overlays.card import CardParams, Look
from overlays.slate import Slate, SlateParams
from studio.broadcast import Broadcast
from studio.cards import WAIT_NS, CardDesk
from studio.config import (
    AudioConfig,
    AudioKind,
    CanvasConfig,
    DestinationConfig,
    Secret,
    ShowConfig,
    SourceConfig,
    SourceKind,
)
from studio.errors import explain
from studio.events import CardChanged, Noticed
from studio.media.frames import NS, Plane, blank, planes
from studio.media.proof import Proof
from studio.shop.products import Product
from tests.media.told import Hand, Told
from tests.provers import AlreadyTried

CARDS = (
    CardParams("APPLE", "洛川苹果", 3990, 5900, "5 斤", "陕西洛川", link="https://example.com/a"),
    CardParams("PEAR", "库尔勒香梨", 4500, None, "6 斤", "新疆库尔勒"),
    CardParams("TEA", "安吉白茶", 16800, None, "250 克", "浙江安吉"),
)
LINK = "https://example.com/a"
FORBIDS = DestinationConfig("快手", Secret("rtmp://127.0.0.1:9/live/1"), "kuaishou")
SHOW = ShowConfig(
    source=SourceConfig(SourceKind.PATTERN),
    audio=AudioConfig(AudioKind.SILENCE),
    canvas=CanvasConfig(640, 360, 25),
    cards=CARDS,
)


class Table:
    """A desk over a broadcast that is not on the air: what would be seen can be looked at."""

    def __init__(self, show: ShowConfig = SHOW) -> None:
        self.told, self.hand = Told(), Hand(NS)
        self.broadcast = Broadcast(show, self.hand, self.told)
        self.prover = AlreadyTried()
        self.desk = CardDesk(self.broadcast, self.hand, self.told, self.prover)

    @property
    def shown(self) -> list[str | None]:
        return [event.sku for event in self.told.of(CardChanged)]

    @property
    def notices(self) -> list[str]:
        return [event.problem.code for event in self.told.of(Noticed) if event.active]

    def expected(self) -> str | None:
        """The link that the watchdogs look for on the card."""
        expected = self.broadcast.watchdogs._codes.get("card")
        return expected.link if expected is not None else None

    def picture(self) -> Plane:
        """What is seen once overlays have stopped moving."""
        picture = planes(blank(640, 360))
        for _ in range(2):
            self.hand.at_ns += 2 * NS
            picture = planes(blank(640, 360))
            self.broadcast.layers.draw(picture, self.hand.at_ns)
        return picture[0].copy()

    def covered(self) -> float:
        """The share of the picture that overlays cover."""
        return float((self.picture() != 16).mean())


@pytest.fixture(autouse=True)
def _drawing(qapp: QCoreApplication) -> None:
    """Cards are drawn with Qt."""


def test_a_show_begins_with_its_slate_its_ticker_and_its_first_card() -> None:
    table = Table(replace(SHOW, first_card="PEAR", ticker="今天下单，明天发货"))
    table.desk.begin()
    assert table.shown == ["PEAR"]
    assert table.desk.ticker == "今天下单，明天发货"
    assert table.broadcast.layers.slate is not None
    assert table.covered() > 0.15
    assert not table.notices


def test_the_next_card_follows_and_after_the_last_comes_the_first() -> None:
    table = Table()
    for _ in range(4):
        table.desk.next()
    assert table.shown == ["APPLE", "PEAR", "TEA", "APPLE"]
    table.desk.show(None)
    assert table.desk.current is None
    table.desk.next()
    assert table.shown[-2:] == [None, "APPLE"]


def test_showing_the_card_that_is_on_draws_it_anew_without_telling_again() -> None:
    table = Table()
    table.desk.show("APPLE")
    table.desk.show("APPLE")
    assert table.shown == ["APPLE"]


def test_a_card_covers_the_picture_until_it_is_taken_off() -> None:
    table = Table()
    table.desk.show("APPLE")
    assert table.covered() > 0.05
    table.desk.show(None)
    assert table.covered() == 0
    assert table.shown == ["APPLE", None]


def test_an_unknown_card_changes_nothing_and_is_told() -> None:
    table = Table()
    table.desk.show("APPLE")
    table.desk.show("MANGO")
    assert table.desk.current == "APPLE"
    assert table.notices == ["card.unknown"]
    assert "MANGO" in explain(table.told.of(Noticed)[0].problem).what


def test_cards_turn_by_themselves_from_the_last_change_on() -> None:
    table = Table(replace(SHOW, rotate_s=10.0))
    table.desk.turn()
    assert table.shown == [], "no card is on: nothing turns"
    table.desk.show("APPLE")
    for seconds, wanted in ((9, ["APPLE"]), (1, ["APPLE", "PEAR"]), (9, ["APPLE", "PEAR"])):
        table.hand.at_ns += seconds * NS
        table.desk.turn()
        assert table.shown == wanted
    table.desk.show("APPLE")  # by hand: its ten seconds begin now
    table.hand.at_ns += 5 * NS
    table.desk.turn()
    assert table.shown[-1] == "APPLE"
    table.desk.rotate(None)
    table.hand.at_ns += 100 * NS
    table.desk.turn()
    assert table.shown[-1] == "APPLE"


@pytest.mark.parametrize("every_s", [0.0, -5.0])
def test_a_rotation_without_a_time_is_none(every_s: float) -> None:
    table = Table()
    table.desk.show("APPLE")
    table.desk.rotate(every_s)
    table.hand.at_ns += NS
    table.desk.turn()
    assert table.shown == ["APPLE"]
    assert table.desk.rotate_s is None


def test_a_show_without_cards_has_no_next() -> None:
    table = Table(replace(SHOW, cards=()))
    table.desk.next()
    assert table.told.all == []


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_ticker_is_taken_off(text: str) -> None:
    table = Table()
    table.desk.set_ticker("苹果")
    assert table.covered() > 0.05
    table.desk.set_ticker(text)
    assert (table.desk.ticker, table.covered()) == ("", 0)
    assert not table.notices


class Broken:
    """An overlay of somebody who did not test it."""

    def __init__(self, patch: Patch | Exception) -> None:
        self._patch = patch

    def __call__(self) -> "Broken":
        return self

    def render(self, _params: object, _width: int, _height: int, _covered: Covered | None = None) -> Patch:
        if isinstance(self._patch, Exception):
            raise self._patch
        return self._patch


BAD_PATCHES = {
    "it says why": OverlayError("The link is too long."),
    "a bug": ZeroDivisionError("division by zero"),
    "odd sides": Patch(np.zeros((11, 13, 4), np.uint8), 0, 0),
    "nothing in it": Patch(np.zeros((0, 0, 4), np.uint8), 0, 0),
    "no alpha": Patch(np.zeros((10, 10, 3), np.uint8), 0, 0),
}


@pytest.mark.parametrize("patch", BAD_PATCHES.values(), ids=BAD_PATCHES)
def test_an_overlay_that_cannot_be_drawn_is_told_and_the_show_goes_on(
    patch: Patch | Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Table(replace(SHOW, first_card="APPLE"))
    monkeypatch.setitem(OVERLAYS, "card", Broken(patch))
    table.desk.begin()
    assert table.notices == ["overlay.failed"]
    assert table.shown == []
    monkeypatch.undo()
    table.desk.show("APPLE")
    assert table.shown == ["APPLE"]


def test_a_card_waits_until_its_code_was_tried_and_comes_as_large_as_it_has_to_be() -> None:
    table = Table()
    table.prover.found[LINK] = None
    table.desk.show("APPLE")
    assert table.shown == []
    assert table.prover.wanted == [(LINK, True)]
    table.desk.turn()
    assert table.shown == []
    table.prover.found[LINK] = Proof(1.5)
    table.desk.turn()
    assert table.shown == ["APPLE"]
    assert table.desk._shown is not None
    assert table.desk._shown.code_growth == 1.5
    assert not table.notices


def test_a_card_whose_code_takes_too_long_comes_without_it_and_gets_it_later() -> None:
    table = Table()
    table.prover.found[LINK] = None
    table.desk.show("APPLE")
    table.hand.at_ns += WAIT_NS
    table.desk.turn()
    assert table.shown == ["APPLE"]
    assert table.notices == ["code.late"]
    without = table.covered()
    table.desk.turn()
    table.prover.found[LINK] = Proof(1.0)
    table.desk.turn()
    assert abs(table.covered() - without) > 0.01
    assert (table.shown, table.notices) == (["APPLE"], ["code.late"])


def test_the_code_of_another_link_is_tried_before_it_takes_the_place_of_the_one_on_the_card() -> None:
    table = Table(replace(SHOW, first_card="APPLE"))
    table.desk.begin()
    before = table.picture()
    other = Product("APPLE", "洛川苹果", 2990, 5900, "5 斤", "陕西洛川", link="https://example.com/b")
    table.prover.found[other.link] = None
    table.desk.change(other)
    assert (table.expected(), table.desk._shown) == (LINK, replace(other.card(), link=LINK, look=CARDS[0].look))
    assert not np.array_equal(table.picture(), before), "the price does not wait for the code"
    table.desk.turn()
    assert table.expected() == LINK
    table.prover.found[other.link] = Proof(1.0)
    table.desk.turn()
    assert table.expected() == other.link
    assert table.shown == ["APPLE"]
    unread = replace(other, link="https://example.com/c")
    table.prover.found[unread.link] = Proof(2.0, ("360p",))
    table.desk.change(unread)
    assert (table.expected(), table.notices) == (None, ["code.unread"])


def test_the_new_link_of_a_card_that_is_not_on_is_tried_ahead() -> None:
    table = Table()
    table.desk.change(Product("PEAR", "库尔勒香梨", 4500, link="https://example.com/b"))
    assert table.prover.wanted == [("https://example.com/b", False)]
    table.desk.change(Product("PEAR", "库尔勒香梨", 4400, link="https://example.com/b"))
    assert len(table.prover.wanted) == 1


def test_a_card_that_is_asked_for_while_another_waits_comes_in_its_place() -> None:
    table = Table(replace(SHOW, rotate_s=10.0))
    table.prover.found[LINK] = None
    table.desk.show("TEA")
    table.hand.at_ns += 10 * NS
    table.desk.turn()
    table.desk.turn()
    assert table.shown == ["TEA"], "the apples wait, and nobody overtakes them"
    table.desk.next()
    table.prover.found[LINK] = Proof(1.0)
    table.desk.turn()
    assert table.shown == ["TEA", "PEAR"]


def test_a_picture_that_cannot_be_read_is_told_once_and_the_card_is_shown(tmp_path: Path) -> None:
    broken = tmp_path / "a.jpg"
    broken.write_bytes(b"no picture")
    table = Table(replace(SHOW, cards=(replace(CARDS[1], picture=str(broken)),)))
    for sku in ("PEAR", None, "PEAR"):
        table.desk.show(sku)
    assert (table.shown, table.notices) == (["PEAR", None, "PEAR"], ["overlay.no_picture"])


@pytest.mark.parametrize(
    ("proof", "told"),
    [
        (Proof(2.0, ("360p",)), "code.unread"),
        (Proof(1.0, refused="too long"), "code.too_long"),
    ],
)
def test_a_code_that_cannot_be_read_is_left_off_and_told_once(proof: Proof, told: str) -> None:
    table = Table()
    table.prover.found[LINK] = proof
    for sku in ("APPLE", None, "APPLE"):
        table.desk.show(sku)
    assert table.shown == ["APPLE", None, "APPLE"]
    assert table.notices == [told]
    assert table.desk._shown == replace(CARDS[0], link="")


def test_a_code_that_only_good_lines_can_read_is_shown_and_told() -> None:
    table = Table()
    table.prover.found[LINK] = Proof(2.0, ("480p",))
    table.desk.show("APPLE")
    assert table.notices == ["code.unproven"]
    assert table.desk._shown == replace(CARDS[0], code_growth=2.0)


def test_a_destination_that_forbids_codes_takes_them_off_the_cards_while_it_is_there() -> None:
    table = Table(replace(SHOW, first_card="APPLE", destinations=(FORBIDS,), rehearsal=True))
    table.desk.begin()
    assert table.notices == ["codes.off"]
    without = table.covered()
    table.broadcast.remove_output("快手")
    table.desk.follow_destinations()
    assert [(event.problem.code, event.active) for event in table.told.of(Noticed)][1:] == [("codes.off", False)]
    assert abs(table.covered() - without) > 0.01


def test_codes_are_no_matter_where_no_card_has_one() -> None:
    table = Table(replace(SHOW, cards=CARDS[1:], first_card="PEAR", destinations=(FORBIDS,)))
    table.desk.begin()
    assert not table.notices


def test_the_slate_says_what_happened_in_words_for_viewers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn once for each reason, and not ten times a second."""
    drawn: list[SlateParams] = []

    draw = Slate.render

    def seen(slate: Slate, params: SlateParams, wide: int, high: int, covered: Covered | None = None) -> Patch:
        drawn.append(params)
        return draw(slate, params, wide, high, covered)

    monkeypatch.setattr(Slate, "render", seen)
    table = Table()
    table.desk.begin()
    for codes, heard in (
        ({"source.lost"}, True),
        ({"source.lost"}, True),
        ({"source.covered", "audio.lost"}, True),
        ({"source.still"}, False),
        ({"source.busy"}, True),
        ({"source.busy", "audio.busy"}, True),
        ({"source.all_lost"}, True),
        ({"source.lost", "audio.lost"}, None),
        (set(), True),
    ):
        table.desk.explain_slate(codes, heard)
    assert [(params.line, params.last_line) for params in drawn] == [
        ("The camera is being looked after.", "You can still hear us."),
        ("The camera has lost its connection.", "You can still hear us."),
        ("The camera is covered for a moment.", "The sound will be back soon, too."),
        ("The picture got stuck. The camera is being started again.", ""),
        ("Another program has taken the camera.", "You can still hear us."),
        ("Another program has taken the camera.", "The sound will be back soon, too."),
        ("The camera has lost its connection.", "The sound will be back soon, too."),
        ("The camera has lost its connection.", ""),
        ("The camera is being looked after.", "You can still hear us."),
    ]


def test_another_look_moves_the_card_that_is_on_and_is_kept_for_the_next_ones() -> None:
    table = Table(replace(SHOW, first_card="PEAR", card_look=Look.RIGHT))
    table.desk.begin()
    assert table.desk.box is not None
    right = table.desk.box[0]
    table.desk.set_look(Look.LEFT)
    left = table.desk.box[0]
    assert left < 320 < right + table.desk.box[2]
    assert right > left
    table.desk.set_look(Look.BOTTOM)
    assert table.desk.box[2] > 500
    table.desk.show("TEA")
    assert table.desk.box[2] > 500
    assert table.shown == ["PEAR", "TEA"], "a card that moves is not shown anew"
