"""A running show, tick by tick: what a command changes is seen within two frames, and nothing lies on anything else.

The real desks and the real compositor, with a clock that the test moves on by one frame after the other.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication

from overlays.base import Covered
from overlays.card import Look
from overlays.fields import Place
from overlays.places import Box
from studio import commands as ask
from studio.adding import AddedConfig
from studio.broadcast import Broadcast
from studio.cards import CardDesk
from studio.commands import Command
from studio.config import CanvasConfig, DestinationConfig, Secret, ShowConfig
from studio.events import Noticed
from studio.media.compositor import Compositor, Watchers
from studio.media.frames import NS, Plane, Timeline, planes
from studio.media.layers import MOVE_S
from studio.media.queues import Mailbox
from studio.on_air import OnAir
from studio.paths import Home
from studio.run import RunOfShow, RunPlace, Step, moved
from studio.safe_areas import MOST_UPRIGHT, MOST_WIDE, NOTHING_KNOWN, SafeArea, SafeAreas
from studio.shop.products import Product
from tests.media.told import Hand, Told
from tests.provers import AlreadyTried
from tests.test_cards import LINK, SHOW

FPS = SHOW.canvas.fps
SETTLED = round(MOVE_S * FPS) + 2  # ticks after which nothing slides any more
APPLE = Product("APPLE", "洛川苹果", 3990, 5900, "5 斤", "陕西洛川", link=LINK)


class Stepped:
    """A show whose next frame is composed when the test says so."""

    def __init__(self, home: Path, show: ShowConfig = SHOW, areas: SafeAreas = NOTHING_KNOWN) -> None:
        self.told, self.hand, self.tick = Told(), Hand(NS), 0
        self.line = Timeline(NS, show.canvas.fps)
        self.broadcast = Broadcast(show, self.hand, self.told, areas=areas)
        desk = CardDesk(self.broadcast, self.hand, self.told, AlreadyTried())
        self.show = OnAir(self.broadcast, desk, 1, self.hand.utc(), None, self.hand, self.told, Home(home))
        watchers = Watchers(lambda _frame: None, lambda _planes: None)
        layers = self.broadcast.layers
        self.compositor = Compositor(show.canvas, self.line, self.hand, Mailbox(), layers, watchers)
        self.show.begin()

    def frame(self) -> Plane:
        """The brightness of the next frame that goes to the encoder."""
        self.tick += 1
        self.hand.at_ns = self.line.tick_ns(self.tick)
        return planes(self.compositor.compose(self.tick, self.hand.at_ns))[0].copy()

    def settled(self) -> Plane:
        """The picture once nothing moves."""
        for _ in range(SETTLED):
            self.frame()
        return self.frame()

    def frames_until_seen(self, change: Callable[[], None]) -> int:
        """How many frames it takes until one differs from those before the change."""
        before = self.settled()
        change()
        for count in range(1, SETTLED):
            if not np.array_equal(self.frame(), before):
                return count
        raise AssertionError("the change was never seen")

    def turn(self) -> None:
        for turn in (self.show.desk.turn, self.show.run.turn, self.show.added.turn):
            turn()

    def boxes(self) -> list[Box]:
        """Where the card, the running text and all overlays lie."""
        boxes = [on.box for _overlay, on in self.show.added._on_picture()]
        for shown in self.broadcast.layers._slots["ticker"]:
            if not shown.leaving:
                layer = shown.layer
                boxes.append(Box(layer.x, layer.y, layer.x + layer.width, layer.y + layer.height))
        card = self.show.desk.box
        if card is not None:
            boxes.append(Box(card[0], card[1], card[0] + card[2], card[1] + card[3]))
        return boxes


@pytest.fixture(autouse=True)
def _drawing(qapp: QCoreApplication) -> None:
    """Overlays are drawn with Qt."""


CHANGES = {
    "a price": replace(APPLE, price_fen=2880),
    "a stock": replace(APPLE, stock=7),
    "sold out": replace(APPLE, stock=0),
    "a link": replace(APPLE, link="https://example.com/b"),
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES)
def test_a_changed_product_is_whole_on_the_next_frame(changed: Product, tmp_path: Path) -> None:
    show = Stepped(tmp_path, replace(SHOW, first_card="APPLE"))
    show.settled()
    show.show.change(changed)
    seen = show.frame()
    assert np.array_equal(seen, show.settled()), "nothing slides for it"
    show.show.change(APPLE)
    assert not np.array_equal(show.frame(), seen)


FLASH = AddedConfig("flash", "flash", (("name", "苹果"), ("stock_left", "40")), "APPLE")
COMMANDS: dict[str, tuple[Command, ...]] = {
    "another look": (ask.SetLook(Look.RIGHT),),
    "hide": (ask.ShowCard(None),),
    "another card": (ask.ShowCard("PEAR"),),
    "the next card": (ask.NextCard(),),
    "an overlay": (ask.ShowOverlay(FLASH),),
    "an overlay is hidden": (ask.ShowOverlay(FLASH), ask.HideOverlay("flash")),
    "another running text": (ask.SetTicker("坏果包赔"),),
    "codes are forbidden": (ask.AllowCodes("快手", False),),
}


@pytest.mark.parametrize("commands", COMMANDS.values(), ids=COMMANDS)
def test_what_is_asked_for_is_seen_within_two_frames_and_done_when_it_has_slid_in(
    commands: tuple[Command, ...], tmp_path: Path
) -> None:
    to = DestinationConfig("快手", Secret("rtmp://127.0.0.1:9/live/1"), codes=True)
    calm = Stepped(tmp_path, replace(SHOW, first_card="APPLE", destinations=(to,), calm=True))
    moving = Stepped(tmp_path, replace(SHOW, first_card="APPLE", destinations=(to,)))
    for show in (calm, moving):
        for command in commands[:-1]:
            show.show.obey(command)
    last = commands[-1]
    assert calm.frames_until_seen(lambda: calm.show.obey(last)) == 1
    assert moving.frames_until_seen(lambda: moving.show.obey(last)) <= 2
    if not isinstance(last, ask.SetTicker):
        assert np.array_equal(moving.settled(), calm.settled())


def test_the_stock_of_a_flash_sale_is_seen_on_the_next_frame(tmp_path: Path) -> None:
    show = Stepped(tmp_path)
    show.show.obey(ask.ShowOverlay(FLASH))
    assert show.frames_until_seen(lambda: show.show.change(replace(APPLE, stock=6))) == 1


KINDS = ("coupon", "flash", "group", "text", "banner", "clock", "code", "soldout", "price")
VALUES = {
    "code": (("link", LINK),),
    "text": (("words", "坏果包赔，今天下单明天发货"), ("size", "60")),
    "banner": (("title", "丰收节"),),
    "flash": (("name", "苹果"),),
    "group": (("name", "苹果"),),
    "price": (("price_yuan", "39.90"),),
}
OVERLAYS = st.builds(
    lambda kind, place, slot: ask.ShowOverlay(
        AddedConfig(f"s{slot}", kind, (*VALUES.get(kind, ()), ("place", place.value)), "APPLE")
    ),
    st.sampled_from(KINDS),
    st.sampled_from(Place),
    st.integers(0, 5),
)
DONE = st.one_of(
    OVERLAYS,
    OVERLAYS,
    st.builds(ask.HideOverlay, st.integers(0, 5).map(lambda slot: f"s{slot}")),
    st.builds(ask.ShowCard, st.sampled_from(["APPLE", "PEAR", "MANGO", None])),
    st.sampled_from([ask.NextCard(), ask.PreviousCard(), ask.ShowStep(2), ask.SetTicker("苹果"), ask.SetTicker("")]),
    st.builds(ask.SetLook, st.sampled_from(Look)),
    st.builds(ask.AllowCodes, st.just("快手"), st.booleans()),
    st.builds(lambda fen, stock: replace(APPLE, price_fen=fen, stock=stock), st.integers(1, 5900), st.integers(0, 3)),
    st.sampled_from([0.5, 70.0]),
)
STEPS = RunOfShow((Step(1, "APPLE", 1, offer=(FLASH,)), Step(2, "PEAR", 1, Look.RIGHT)), moves_on=True)


# As they are usual, and at the edge of what can be chosen: nearly square, and covered as far as a table may say.
CANVASES = ((640, 360), (360, 640), (450, 360), (360, 450))
COVERED = SafeAreas({"custom": SafeArea(Covered(*MOST_UPRIGHT), Covered(*MOST_WIDE))})


@given(
    done=st.lists(DONE, min_size=8, max_size=14),
    size=st.sampled_from(CANVASES),
    areas=st.sampled_from([NOTHING_KNOWN, COVERED]),
    run=st.booleans(),
)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_whatever_order_things_come_and_go_none_lies_on_another_or_outside(
    done: list[Any], size: tuple[int, int], areas: SafeAreas, run: bool, tmp_path: Path
) -> None:
    width, height = size
    to = DestinationConfig("快手", Secret("rtmp://127.0.0.1:9/live/1"), codes=True)
    canvas = CanvasConfig(width, height, FPS)
    steps = STEPS if run else RunOfShow()
    begun = replace(SHOW, canvas=canvas, first_card="APPLE", destinations=(to,), run=steps, ticker="坏果包赔")
    show = Stepped(tmp_path, begun, areas)
    for one in done:
        if isinstance(one, Product):
            show.show.change(one)
        elif isinstance(one, float):
            show.hand.at_ns += round(one * NS)
        else:
            show.show.obey(one)
        show.turn()
        boxes = show.boxes()
        for index, box in enumerate(boxes):
            assert (min(box.left, box.top) >= 0, box.right <= width, box.bottom <= height) == (True, True, True)
            assert not any(box.meets(other) for other in boxes[index + 1 :])
    codes = {event.problem.code for event in show.told.of(Noticed) if event.active}
    assert codes <= {"card.unknown", "overlay.no_room", "overlay.code_refused", "codes.off", "code.no_link"}
    show.show.run.end()
    show.show.added.end()
    show.show.desk.end()
    show.show.desk.set_ticker("")
    assert show.boxes() == []


def test_a_show_that_is_gone_on_with_offers_its_products_at_the_prices_they_have_now(tmp_path: Path) -> None:
    strip = AddedConfig("strip", "price", (("name", "洛川苹果"), ("price_yuan", "39.90")))
    own = AddedConfig("own", "flash", (("name", "洛川苹果"), ("price_yuan", "29.90"), ("stock_left", "40")))
    unknown = AddedConfig("hologram", "hologram", (), "APPLE")
    run = RunOfShow((Step(1, "PEAR"), Step(2, "APPLE", offer=(strip, own, unknown))))
    before = Stepped(tmp_path, replace(SHOW, run=run))
    assert before.show.show.run == run
    assert before.show.show.run is before.show.show.run, "it is asked for every second"
    before.show.change(replace(APPLE, price_fen=3550, stock=6))
    before.show.obey(ask.ShowStep(2))
    after = Stepped(tmp_path, replace(before.show.show, run_from=RunPlace(2)))

    def offered(show: Stepped) -> list[dict[str, str]]:
        return [dict(one.values) for one in show.show.added.added]

    assert offered(after) == offered(before)
    assert [said["price_yuan"] for said in offered(after)] == ["35.50", "29.90"]
    assert offered(after)[1]["stock_left"] == "6"
    after.show.change(replace(APPLE, price_fen=3350, stock=5))
    assert [said["price_yuan"] for said in offered(after)] == ["33.50", "29.90"], "it goes on following its product"
    assert offered(after)[1]["stock_left"] == "5"
    changed = moved(before.show.show.run, 2, 0)
    before.show.obey(ask.SetRun(changed))
    assert before.show.show.run == changed
