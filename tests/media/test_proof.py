"""A card's code is read back from the encoded picture before viewers need it, and grows where it is not."""

import pytest
from PySide6.QtCore import QCoreApplication

from overlays.base import OverlayError
from overlays.card import CardParams
from studio.config import CanvasConfig
from studio.media.proof import CodeProver, Proof, prove
from tests.media.told import Told

APPLES = CardParams("P01", "红富士苹果", 3990, link="https://n.example/p01")


@pytest.fixture(autouse=True)
def _drawing(qapp: QCoreApplication) -> None:
    """Cards are drawn with Qt."""


@pytest.mark.parametrize("size", [(1280, 720), (720, 1280)])
def test_a_short_link_is_read_after_every_step_as_it_is(size: tuple[int, int]) -> None:
    assert prove(APPLES, CanvasConfig(*size, 25), 1500) == Proof(1.0, ())


def test_a_long_link_grows_until_it_is_read() -> None:
    link = ("https://item.taobao.com/item.htm?id=" + "a1B2c3" * 50)[:240]
    canvas = CanvasConfig(720, 1280, 25)
    long = CardParams("P02", "香梨", 4500, link=link)
    assert prove(long, canvas, 1200, (1.0,)).unread
    grown = prove(long, canvas, 1200)
    assert grown.growth > 1.0
    assert not grown.unread


def test_a_link_no_code_holds_is_refused() -> None:
    with pytest.raises(OverlayError):
        prove(CardParams("P", "x", 1, link="https://n.example/" + "x" * 3000), CanvasConfig(1280, 720, 25), 1500)


def test_all_cards_with_a_link_are_proven_in_their_order() -> None:
    told = Told()
    prover = CodeProver(CanvasConfig(640, 360, 25), 800, lambda card, proof: told((card.sku, proof)))
    prover.start((CardParams("A", "a", 1), CardParams("B", "b", 1, link="x" * 3000), APPLES))
    try:
        told.wait_for(lambda: bool(told.all))
    finally:
        prover.stop()
        prover.stop()
    assert [sku for sku, _proof in told.all] == ["P01"]
