"""A code is read back from the encoded picture before viewers need it, and grows where it is not."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication

from overlays.base import Patch
from overlays.card import CardParams
from overlays.code_alone import CodeAloneParams
from studio.config import CanvasConfig
from studio.media.proof import GROWTHS, Proof, prove
from studio.media.prover import CodedOverlay, CodeProver
from tests.media.told import Told
from tests.provers import at

APPLES = CardParams("P01", "红富士苹果", 3990, link="https://n.example/p01")
WIDE = CanvasConfig(1280, 720, 25)
UPRIGHT = CanvasConfig(720, 1280, 25)


@pytest.fixture(autouse=True)
def _drawing(qapp: QCoreApplication) -> None:
    """Overlays are drawn with Qt."""


def tried(kind: str, params: CardParams | CodeAloneParams, canvas: CanvasConfig, kbps: int, *growths: float) -> Proof:
    coded = CodedOverlay(kind, params, canvas, at(kbps))
    return prove(coded.draw, params.link, canvas, at(kbps), growths=growths or GROWTHS)


def quick(told: Told) -> Callable[..., Proof]:
    """Finds every code good and says which one it was."""

    def prove_it(_draw: object, link: str, *_how: object) -> Proof:
        told(link)
        return Proof(1.0)

    return prove_it


@pytest.mark.parametrize("canvas", [WIDE, UPRIGHT])
@pytest.mark.parametrize(("kind", "params"), [("card", APPLES), ("code", CodeAloneParams(APPLES.link))])
def test_a_short_link_is_read_after_every_step_as_it_is(
    kind: str, params: CardParams | CodeAloneParams, canvas: CanvasConfig
) -> None:
    assert tried(kind, params, canvas, 1500) == Proof(1.0)


@pytest.mark.parametrize("kind", ["card", "code"])
def test_a_long_link_is_read_and_a_longer_one_is_to_be_shortened(kind: str) -> None:
    for letters in (130, 240):
        link = ("https://item.taobao.com/item.htm?id=" + "a1B2c3" * 50)[:letters]
        params = replace(APPLES, link=link) if kind == "card" else CodeAloneParams(link)
        proof = tried(kind, params, UPRIGHT, 500)
        assert not proof.unread
        assert bool(proof.refused) is (letters == 240)


def test_a_code_that_is_not_read_grows_until_it_is() -> None:
    def draw(growth: float) -> Patch:
        patch = CodedOverlay("code", CodeAloneParams(APPLES.link), UPRIGHT, at(1200)).draw(growth)
        if growth < 1.5:
            patch.rgba[:, :, :3] = 128
        return patch

    assert prove(draw, APPLES.link, UPRIGHT, at(1200), growths=(1.0,)).unread
    assert prove(draw, APPLES.link, UPRIGHT, at(1200)) == Proof(1.5)


def test_a_link_no_code_holds_is_refused_in_words() -> None:
    proof = tried("card", replace(APPLES, link="https://n.example/" + "x" * 3000), WIDE, 1500)
    assert "Use a short link" in proof.refused


def test_codes_are_tried_one_after_the_other_and_none_twice() -> None:
    told = Told()
    prover = CodeProver(quick(told))
    coded = [CodedOverlay("card", replace(APPLES, link=link), WIDE, at(1500)) for link in ("a", "b", "a")]
    try:
        for one in coded:
            prover.want(one, soon=True)
        told.wait_for(lambda: all(prover.proof(one) for one in coded))
        dearer = replace(coded[0], params=replace(coded[0].params, price_fen=1, name="x"))
        prover.want(dearer, soon=True)
        assert prover.proof(dearer) == Proof(1.0), "a price changes nothing about a code"
        assert prover.proof(replace(coded[0], compression=at(800))) is None
    finally:
        prover.stop()
        prover.stop()
    assert told.all == ["a", "b"]


def test_a_code_somebody_waits_for_overtakes_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.media.prover.PAUSE_S", 1e4)
    told = Told()
    prover = CodeProver(quick(told))
    coded = {link: CodedOverlay("card", replace(APPLES, link=link), WIDE, at(1500)) for link in "abcd"}
    try:
        for link in "abcd":
            prover.want(coded[link], soon=False)
        told.wait_for(lambda: bool(told.all))
        prover.want(coded["d"], soon=True)
        told.wait_for(lambda: "d" in told.all)
        assert told.all == ["a", "d"]
        prover.forget_wishes()
    finally:
        prover.stop()


def test_a_bug_in_an_overlay_is_a_code_that_cannot_be_drawn() -> None:
    def broken(*_what: object) -> Proof:
        raise ZeroDivisionError("division by zero")

    told = Told()
    prover = CodeProver(broken)
    coded = CodedOverlay("card", APPLES, WIDE, at(1500))
    try:
        prover.want(coded, soon=True)
        told.wait_for(lambda: prover.proof(coded) is not None)
    finally:
        prover.stop()
    assert prover.proof(coded) == Proof(1.0, refused="division by zero")
