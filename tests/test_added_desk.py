"""What is added beside the card: shown, counted down, kept off each other, and never able to end the show."""

import random
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from overlays import OVERLAYS
from overlays.base import OverlayError
from overlays.places import Box
from studio.added_desk import MOST_ADDED, AddedDesk, _Drawn
from studio.adding import AddedConfig, OverlayChanged, added_from
from studio.broadcast import Broadcast
from studio.config import DestinationConfig, Secret
from studio.errors import StudioError, fault
from studio.events import Noticed
from studio.health.code import ExpectedCode
from studio.media.frames import NS, Plane, blank, planes
from studio.media.proof import Proof
from studio.shown_codes import ShownCodes
from tests.media.told import Hand, Told
from tests.provers import AlreadyTried
from tests.test_cards import SHOW, Broken


class Table:
    """A desk over a broadcast that is not on the air."""

    def __init__(self, *texts: str, card: tuple[int, int, int, int] | None = None, refusing: bool = False) -> None:
        forbids = DestinationConfig("快手", Secret("rtmp://127.0.0.1:9/live/1"), "kuaishou")
        added = tuple(added_from(text, number) for number, text in enumerate(texts, 1))
        show = replace(SHOW, added=added, destinations=(forbids,) if refusing else ())
        self.told, self.hand = Told(), Hand(NS)
        self.broadcast = Broadcast(show, self.hand, self.told)
        self.prover = AlreadyTried()
        codes = ShownCodes(show, self.broadcast.seen_on, self.hand, self.told, self.prover)
        self.card = card
        self.desk = AddedDesk(self.broadcast, self.hand, self.told, codes, lambda: self.card)

    def assert_nothing_meets(self) -> None:
        boxes = [on.box for _overlay, on in self.desk._on_picture()]
        if self.card is not None:
            x, y, width, height = self.card
            boxes.append(Box(x, y, x + width, y + height))
        for index, box in enumerate(boxes):
            assert not any(box.meets(other) for other in boxes[index + 1 :])

    def on(self, slot: str) -> _Drawn:
        """What lies on the picture in that slot."""
        return next(on for overlay, on in self.desk._on_picture() if overlay.slot == slot)

    @property
    def notices(self) -> list[str]:
        return [event.problem.code for event in self.told.of(Noticed) if event.active]

    def picture(self, after_s: float = 2.0) -> Plane:
        luma = planes(blank(640, 360))[0]
        for _ in range(2):
            self.hand.at_ns += round(after_s / 2 * NS)
            frame = planes(blank(640, 360))
            self.broadcast.layers.draw(frame, self.hand.at_ns)
            luma = frame[0]
        return luma.copy()


@pytest.fixture(autouse=True)
def _drawing(qapp: QCoreApplication) -> None:
    """Overlays are drawn with Qt."""


def test_a_show_begins_with_what_was_added_and_ends_without() -> None:
    table = Table("banner:title=丰收节", "clock")
    table.desk.begin()
    assert [one.kind for one in table.desk.added] == ["banner", "clock"]
    assert float((table.picture() != 16).mean()) > 0.02
    table.desk.end()
    table.desk.end()
    assert float((table.picture() != 16).mean()) == 0
    assert [(event.slot, event.added is None) for event in table.told.of(OverlayChanged)] == [
        ("banner-1", False),
        ("clock-2", False),
        ("banner-1", True),
        ("clock-2", True),
    ]


def test_a_countdown_is_drawn_anew_when_its_second_has_changed_and_does_not_move() -> None:
    table = Table("coupon:minutes=5")
    table.desk.begin()
    first = table.picture()
    table.desk.turn()
    second = table.picture()
    assert not np.array_equal(first, second)
    assert ((first != 16) == (second != 16)).mean() > 0.999
    drawn = table.on("coupon-1").drawn
    table.desk.turn()
    table.hand.at_ns += NS // 3
    assert table.on("coupon-1").drawn is not drawn


def test_two_overlays_of_the_same_place_lie_beside_each_other_and_off_the_card() -> None:
    card = (24, 150, 300, 150)
    table = Table("coupon", "group:name=苹果", "text:words=坏果包赔", card=card)
    table.desk.begin()
    boxes = [on.box for _overlay, on in table.desk._on_picture()]
    assert len(boxes) == 3
    for index, box in enumerate(boxes):
        assert not any(box.meets(other) for other in boxes[index + 1 :])
        assert box.right <= card[0] or box.left >= card[0] + card[2] or box.bottom <= card[1] or box.top >= 300


def test_another_overlay_in_a_slot_takes_the_place_of_the_one_before() -> None:
    table = Table("text:words=苹果")
    table.desk.begin()
    table.desk.show(AddedConfig("text-1", "text", (("words", "香梨"),)))
    assert [one.values for one in table.desk.added] == [(("words", "香梨"),)]
    table.desk.hide("text-1")
    table.desk.hide("text-1")
    assert not table.desk.added


@pytest.mark.parametrize("bad", [OverlayError("no"), ZeroDivisionError()])
def test_one_that_cannot_be_drawn_is_told_and_the_others_stay(bad: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table("clock")
    table.desk.begin()
    monkeypatch.setitem(OVERLAYS, "banner", Broken(bad))
    table.desk.show(AddedConfig("b", "banner"))
    assert table.notices == ["overlay.failed"]
    assert [one.kind for one in table.desk.added] == ["clock"]


def test_what_cannot_be_filled_in_and_one_too_many_are_told() -> None:
    table = Table()
    with pytest.raises(StudioError):
        table.desk.show(AddedConfig("x", "apples"))
    for number in range(MOST_ADDED + 1):
        table.desk.show(AddedConfig(f"t{number}", "text", (("words", str(number)),)))
    assert len(table.desk.added) == MOST_ADDED
    assert table.notices == ["overlay.too_many"]


def test_a_code_is_not_shown_where_a_destination_forbids_codes() -> None:
    table = Table("code:link=https://n.example/p01", refusing=True)
    table.desk.begin()
    assert table.notices == ["overlay.code_refused"]
    table.broadcast.remove_output("快手")
    table.desk.begin()
    assert len(table.desk.added) == 1
    table.broadcast.seen_on.add(DestinationConfig("快手", Secret("rtmp://127.0.0.1:9/live/1"), codes=True))
    table.desk.follow_destinations()
    assert len(table.desk.added) == 1
    table.broadcast.seen_on.allow_codes("快手", False)
    table.desk.follow_destinations()
    assert [one.slot for one in table.desk.added] == []
    table.broadcast.remove_output("快手")
    table.desk.follow_destinations()
    assert [one.kind for one in table.desk.added] == ["code"], "it comes back when nobody forbids it any more"
    assert table.notices == ["overlay.code_refused"] * 2


def test_a_code_taken_off_while_it_was_forbidden_does_not_come_back() -> None:
    table = Table("code:link=https://n.example/p01", refusing=True)
    table.desk.begin()
    assert [one.kind for one in table.desk.wanted] == ["code"]
    table.desk.hide("code-1")
    table.broadcast.remove_output("快手")
    table.desk.follow_destinations()
    assert not table.desk.wanted


def test_a_card_that_comes_later_pushes_what_lies_in_its_place_aside() -> None:
    table = Table("story:name=老王,village=静川,story=种了二十年苹果")
    table.desk.begin()
    before = table.on("story-1").box
    table.card = (before.left, before.top, 200, 120)
    table.desk.turn()
    table.assert_nothing_meets()
    assert table.on("story-1").box != before
    x, y, width, height = table.card
    assert (table.picture()[y : y + height, x : x + width] == 16).all(), "on the picture, too"
    table.card = None
    table.desk.turn()
    assert table.on("story-1").box == before


def test_what_has_no_room_is_left_out_told_once_and_comes_back() -> None:
    table = Table("coupon:minutes=5", card=(0, 0, 640, 360))
    table.desk.begin()
    table.desk.turn()
    table.card = (0, 0, 640, 358)
    table.desk.turn()
    assert not table.desk.added
    assert table.notices == ["overlay.no_room"]
    since_ns = table.hand.at_ns
    table.hand.at_ns += 60 * NS
    table.card = None
    table.desk.turn()
    assert [one.kind for one in table.desk.added] == ["coupon"]
    assert table.on("coupon-1").since_ns == since_ns, "its time has gone on"


@pytest.mark.parametrize("seed", range(3))
def test_whatever_comes_and_goes_in_any_order_nothing_meets(seed: int) -> None:
    chance, table = random.Random(seed), Table()
    kinds = ("text:words=坏果包赔", "clock", "banner:title=丰收节", "coupon", "story:name=老王,story=苹果", "soldout")
    for _step in range(14):
        slot = f"slot{chance.randrange(4)}"
        match chance.randrange(3):
            case 0:
                table.desk.show(replace(added_from(chance.choice(kinds), 1), slot=slot))
            case 1:
                table.desk.hide(slot)
            case _:
                x, y = 2 * chance.randrange(160), 2 * chance.randrange(90)
                table.card = chance.choice((None, (x, y, 300, 150)))
        table.hand.at_ns += NS
        table.desk.turn()
        table.assert_nothing_meets()


def test_a_code_comes_when_it_was_tried_as_large_as_it_has_to_be() -> None:
    link = "https://n.example/p01"
    table = Table(f"code:link={link}")
    table.prover.found[link] = None
    table.desk.begin()
    table.hand.at_ns += NS
    table.desk.turn()
    assert not table.desk.added
    table.prover.found[link] = Proof(1.25)
    table.hand.at_ns += NS
    table.desk.turn()
    assert [one.kind for one in table.desk.added] == ["code"]
    assert table.on("code-1").drawn.code_growth == 1.25
    table.desk.hide("code-1")
    table.hand.at_ns += NS
    table.desk.turn()
    assert not table.desk.added


def test_a_code_no_phone_reads_is_not_shown_and_told() -> None:
    table = Table("code:link=https://n.example/p01")
    table.prover.found["https://n.example/p01"] = Proof(2.0, ("360p", "other"))
    table.desk.begin()
    assert table.notices == ["code.unread"]
    assert not table.desk.added


def test_letters_without_a_font_are_told() -> None:
    table = Table("text:words=苹果\U0010fffd")
    table.desk.begin()
    assert table.notices == ["overlay.no_font"]
    assert len(table.desk.added) == 1


def test_a_code_that_was_added_is_watched_while_it_is_on_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table("code:link=https://n.example/p1")
    expected: dict[str, ExpectedCode | None] = {}
    monkeypatch.setattr(table.broadcast, "expect_code", expected.__setitem__)
    table.desk.begin()
    (code,) = expected.values()
    assert code is not None
    assert code.link == "https://n.example/p1"
    x, y, width, height = code.box
    dark = (table.picture()[y : y + height, x : x + width] < 60).mean()
    assert 0.2 < dark < 0.7, "the code lies there"
    table.desk.end()
    assert list(expected.values()) == [None]


def apples(table: Table, **what: object) -> None:
    """The apples are changed during the show."""
    card = table.desk.products.now("APPLE")
    assert card is not None
    table.desk.change(replace(card, **what))  # type: ignore[arg-type]


def values(table: Table) -> dict[str, str]:
    return dict(table.desk.added[0].values)


def test_a_flash_sale_follows_the_stock_of_its_product_and_keeps_its_own_price() -> None:
    table = Table("flash:sku=APPLE,name=洛川苹果,price_yuan=19.90,stock=40,stock_left=40,minutes=5")
    table.desk.begin()
    before = table.picture()
    table.hand.at_ns += 60 * NS
    table.desk.turn()
    left_s = table.on("flash-1").drawn.left_s
    apples(table, stock=7, price_fen=2990)
    assert (values(table)["stock_left"], values(table)["stock"], values(table)["price_yuan"]) == ("7", "40", "19.90")
    assert table.on("flash-1").drawn.left_s == left_s < 300, "the countdown goes on"
    after = table.picture()
    assert not np.array_equal(before, after)
    assert np.array_equal(before == 16, after == 16), "it is changed where it lies"
    apples(table, stock=0)
    over = table.on("flash-1").layer.height
    apples(table, stock=900)
    assert (values(table)["stock_left"], values(table)["stock"]) == ("900", "900")
    assert table.on("flash-1").layer.height != over, "there are pieces again"
    assert [event.added is None for event in table.told.of(OverlayChanged)] == [False] * 4


def test_pieces_that_were_set_aside_are_left_as_long_as_there_are_so_many() -> None:
    table = Table()
    apples(table, stock=500)
    table.desk.show(added_from("flash:sku=APPLE,name=洛川苹果,stock_left=30", 1))
    for stock, left in ((400, "30"), (12, "12"), (400, "30")):
        apples(table, stock=stock)
        assert values(table)["stock_left"] == left


def test_a_price_strip_says_the_new_price_of_its_product_and_another_products_does_not() -> None:
    table = Table("price:sku=APPLE,name=洛川苹果,price_yuan=39.90,old_price_yuan=59", "price:sku=PEAR,price_yuan=39.90")
    table.desk.begin()
    apples(table, price_fen=2950, old_price_fen=None)
    apples_strip, pear_strip = (dict(one.values) for one in table.desk.added)
    assert (apples_strip["price_yuan"], apples_strip["old_price_yuan"]) == ("29.50", "")
    assert pear_strip["price_yuan"] == "39.90"


def test_a_code_leads_to_its_product_where_the_show_is_seen() -> None:
    table = Table("code:sku=APPLE", "code:sku=APPLE,link=https://example.com/own")
    apples(table, link="", links=(("taobao", "https://item.taobao.com/item.htm?id=1"),))
    table.desk.begin()
    links = [on.params.link for _overlay, on in table.desk._on_picture()]
    assert links == ["https://item.taobao.com/item.htm?id=1", "https://example.com/own"]
    table.broadcast.seen_on.add(DestinationConfig("京东", Secret("rtmp://127.0.0.1:9/live/2"), "jd", codes=True))
    table.desk.follow_destinations()
    links = [on.params.link for _overlay, on in table.desk._on_picture()]
    assert links == ["https://example.com/own"], "a code that leads from one platform to another is punished"


def test_what_is_on_sale_again_is_not_called_sold_out() -> None:
    table = Table("soldout:sku=APPLE,name=洛川苹果", "soldout:name=洛川苹果")
    table.desk.begin()
    apples(table, stock=0)
    assert len(table.desk.added) == 2
    apples(table, stock=20)
    assert [one.sku for one in table.desk.added] == [""], "the other one speaks of nothing that is counted"


def test_what_a_person_called_sold_out_stays_so_when_its_price_is_corrected() -> None:
    table = Table("soldout:sku=APPLE,name=洛川苹果")
    table.desk.begin()
    apples(table, price_fen=2990)
    assert len(table.desk.added) == 1


def test_more_pieces_than_an_overlay_can_say_are_as_many_as_it_can() -> None:
    table = Table("flash:sku=APPLE,name=洛川苹果")
    table.desk.begin()
    apples(table, stock=2_000_000)
    assert values(table)["stock_left"] == "1000000"


def test_a_preorder_counts_what_the_harvest_still_gives() -> None:
    table = Table("preorder:sku=APPLE,name=洛川苹果,cap=500,promised=20")
    table.desk.begin()
    apples(table, stock=120)
    assert values(table)["promised"] == "380"


def test_the_code_of_another_link_comes_when_it_was_tried_and_the_one_before_stays_until_then() -> None:
    table = Table("code:sku=APPLE,link=https://example.com/a")
    table.desk.begin()
    table.prover.found["https://example.com/b"] = None
    apples(table, link="https://example.com/b")
    assert values(table)["link"] == "https://example.com/a"
    table.prover.found["https://example.com/b"] = Proof(1.0)
    table.hand.at_ns += NS
    table.desk.turn()
    assert values(table)["link"] == "https://example.com/b"
    table.prover.found["https://example.com/c"] = Proof(1.0, refused="too long")
    apples(table, link="https://example.com/c")
    assert not table.desk.added, "the old address is wrong by now"
    apples(table, link="https://example.com/b")
    assert values(table)["link"] == "https://example.com/b"
    assert table.notices == ["code.too_long"]
    apples(table, link="")
    assert not table.desk.added, "a code that leads nowhere any more"
    table.card = (0, 0, 10, 10)
    table.desk.turn()
    assert table.notices == ["code.too_long", "code.no_link"], "nothing is tried that can only fail"


def test_a_template_that_cannot_be_used_is_told_and_the_overlay_looks_as_usual() -> None:
    def refuse(_added: AddedConfig) -> object:
        raise fault("template.unknown", name="neon", names="night")

    table = Table("banner:title=丰收节,template=neon")
    table.desk._painter._dress = refuse
    table.desk.begin()
    assert table.notices == ["template.unknown"]
    assert [one.template for one in table.desk.added] == ["neon"]
