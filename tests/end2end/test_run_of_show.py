"""A run of show on the air: a price that is changed meanwhile is read back from the video the server received."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from overlays.card import Card, CardParams
from overlays.text import painting_ready
from studio.commands import NextCard, Quit, SaveProduct, StartShow, StopShow, UndoProducts
from studio.config import (
    AudioConfig,
    AudioKind,
    CanvasConfig,
    DestinationConfig,
    EncoderConfig,
    Secret,
    ShowConfig,
    SourceConfig,
    SourceKind,
)
from studio.events import CardChanged, HealthSampled, ShowEnded
from studio.output_states import OutputChanged, OutputState
from studio.paths import home as home_of
from studio.run import ProductChanged, RunOfShow, Step
from studio.shop.products import Product
from studio.store.store import Store
from tests.end2end.attached import AttachedClient
from tests.end2end.nginx import RtmpServer
from tests.end2end.player import Seen, watch

pytestmark = pytest.mark.end2end

APPLES = Product("P01", "红富士苹果", 3990, 5200, "5 kg", "甘肃静川", stock=600)
TEA = Product("P02", "普安红茶", 6800)
CANVAS = CanvasConfig(640, 360, 25)
Luma = NDArray[np.float64]


class Faces:
    """The card as it was and as it became: which of the two is in a received picture?"""

    def __init__(self, before: CardParams, after: CardParams) -> None:
        patches = [Card().render(card, CANVAS.width, CANVAS.height) for card in (before, after)]
        height, width = patches[0].rgba.shape[:2]
        assert patches[1].rgba.shape == patches[0].rgba.shape
        self._window = slice(patches[0].y, patches[0].y + height), slice(patches[0].x, patches[0].x + width)
        self._old, self._new = (patch.rgba[:, :, :3].mean(axis=2) for patch in patches)
        opaque = (patches[0].rgba[:, :, 3] == 255) & (patches[1].rgba[:, :, 3] == 255)
        self._where = opaque & (np.abs(self._old - self._new) > 80)
        assert self._where.sum() > 300, "the two cards hardly differ"

    def of(self, seen: Seen) -> str:
        """`old` or `new`; fails where the picture is not clearly one of them."""
        luma = seen.picture()[self._window].mean(axis=2)
        old, new = (float(np.abs(luma - face)[self._where].mean()) for face in (self._old, self._new))
        assert max(old, new) > 3 * min(old, new), f"neither the one card nor the other: {old:.0f}, {new:.0f}"
        return "old" if old < new else "new"


def test_a_price_changed_on_the_air_is_in_the_received_picture_and_can_be_taken_back(
    own_home: Path, rtmp_server: RtmpServer
) -> None:
    painting_ready()
    home = home_of(own_home).ensure()
    with Store.of(home) as store:
        store.import_products([APPLES, TEA])
    show = ShowConfig(
        SourceConfig(SourceKind.PATTERN),
        AudioConfig(AudioKind.SILENCE),
        CANVAS,
        EncoderConfig(1500, "ultrafast"),
        (DestinationConfig("d1", Secret(rtmp_server.url())),),
        (APPLES.card(), TEA.card()),
        run=RunOfShow((Step(4, "P01"), Step(2, "P02", 1.5))),
    )
    cheaper = replace(APPLES, price_fen=2880, stock=7)
    with AttachedClient(own_home, start=True) as client:
        client.send(StartShow(show))
        client.wait_for(OutputChanged, lambda event: event.state is OutputState.LIVE)
        client.wait_for(HealthSampled, lambda event: event.on_air_s > 2)
        client.send(SaveProduct(cheaper))
        told = client.wait_for(ProductChanged)
        later_s = client.latest(HealthSampled).on_air_s + 2
        client.wait_for(HealthSampled, lambda event: event.on_air_s > later_s)
        client.send(UndoProducts())
        client.wait_for(ProductChanged, lambda event: event.card.price_fen == 3990)
        later_s = client.latest(HealthSampled).on_air_s + 2
        client.wait_for(HealthSampled, lambda event: event.on_air_s > later_s)
        client.send(NextCard())
        client.wait_for(CardChanged, lambda event: event.sku == "P02")
        client.send(StopShow())
        report = client.wait_for(ShowEnded).report
        client.send(Quit())
        assert client.lost.wait(60)

    assert (told.card.price_fen, told.stock, told.card.stock_words) == (2880, 7, "还剩 7 件")
    faces = Faces(APPLES.card(), told.card)
    arrived = watch(rtmp_server.recording()).video
    # Until the first card has slid in it is neither; from the tenth of a second before the end the next one comes.
    seen = [faces.of(one) for one in arrived[CANVAS.fps : -CANVAS.fps // 2]]
    changes = [place for place in range(1, len(seen)) if seen[place] != seen[place - 1]]
    assert [seen[0], *(seen[place] for place in changes)] == ["old", "new", "old"], "it changed at one frame, and back"
    with Store.of(home) as store:
        detail = store.session_detail(report.session_id)
        assert store.product("P01") == APPLES
    assert [(change.price_fen, change.stock) for change in detail.product_changes] == [(2880, 7), (3990, 600)]
    assert [(step.step_id, step.left_at is not None) for step in detail.steps] == [(4, True), (2, True)]
    assert detail.steps[0].left_at == detail.steps[1].came_at
