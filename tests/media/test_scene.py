"""What is on the air now, for those who try something on it: the camera's pictures with all that lies on them."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication

from overlays.base import Patch
from overlays.card import CardParams
from studio.config import CanvasConfig, EncoderConfig
from studio.media.codecs import CHIPS, USUAL_CHANGES, Compression, x264_options
from studio.media.frames import NS, Frame, Planes, blank, planes
from studio.media.layers import Layer, LayerStack
from studio.media.proof import FRAMES, Box, Proof, busy, prove
from studio.media.prover import CodedOverlay, CodeProver
from studio.media.scene import Scene
from tests.provers import at

WIDE = CanvasConfig(1280, 720, 25)
APPLES = CardParams("P01", "红富士苹果", 3990, link="https://n.example/p01")


def bright(width: int, height: int, luma: int) -> Layer:
    rgba: NDArray[np.uint8] = np.full((height, width, 4), (luma, luma, luma, 255), np.uint8)
    return Layer(Patch(rgba, 100, 60))


def scene(*pictures: Frame | None) -> Scene:
    """A camera that gives these, the last of them again and again."""
    row = list(pictures)
    return Scene(1, 50, lambda: row.pop(0) if len(row) > 1 else row[0], LayerStack(WIDE), lambda: at(2500))


def test_the_ground_is_the_camera_with_what_lies_on_it_but_for_the_slot_that_is_tried() -> None:
    camera = [blank(1280, 720, (40 + number, 100, 150)) for number in range(FRAMES)]
    there = scene(*camera)
    there.layers.show("ticker", bright(40, 20, 255))
    there.layers.show("card", bright(200, 100, 0))
    ground = there.ground("card")
    assert ground is not None
    composed = ground((90, 50, 100, 60))
    assert [int(y[0, 0]) for y, _u, _v in composed] == [40, 41, 42, 43, 44], "one after the other"
    for y, u, v in composed:
        assert (y.shape, u.shape, v.shape) == ((60, 100), (30, 50), (30, 50))
        assert (y[10:30, 10:50] == 235).all(), "the ticker"
        assert (y >= 235).sum() == 20 * 40, "and no card"
        assert (u[20, 40], v[20, 40]) == (100, 150)
    assert all((planes(frame)[0] == 40 + number).all() for number, frame in enumerate(camera)), "nothing is written to"


def test_without_a_camera_there_is_no_ground() -> None:
    assert scene(None).ground("card") is None
    assert not scene(None).is_there
    assert scene(blank(1280, 720), blank(1280, 720), None).ground("card") is None, "it went away meanwhile"


def test_a_layer_that_leaves_is_not_tried_on() -> None:
    there = scene(blank(1280, 720))
    there.layers.show("ticker", bright(40, 20, 255))
    there.layers.draw(planes(blank(1280, 720)), NS)
    there.layers.show("ticker", None)
    assert there.layers.resting("card") == ()


def test_what_is_tried_is_compressed_like_the_show() -> None:
    usual = EncoderConfig(2500)
    assert USUAL_CHANGES in x264_options(Compression(900, usual), WIDE)["x264-params"]
    assert x264_options(Compression(900, replace(usual, preset="fast")), WIDE)["preset"] == "fast"
    assert x264_options(Compression(900, usual, quick=True), WIDE)["preset"] == "superfast"
    for codec in CHIPS:
        assert x264_options(Compression(900, replace(usual, codec=codec), quick=True), WIDE)["preset"] == "superfast"


@pytest.mark.parametrize(("kbps", "preset"), [(2500, "auto"), (1500, "superfast"), (1000, "medium")])
def test_a_code_is_read_from_the_picture_that_is_on_the_air(kbps: int, preset: str, qapp: QCoreApplication) -> None:
    orchard = []
    for luma in busy(1280, 720):
        orchard.append(blank(1280, 720, (128, 110, 120)))
        np.copyto(planes(orchard[-1])[0], luma)
    there = scene(*orchard)
    coded = CodedOverlay("card", APPLES, WIDE, Compression(kbps, EncoderConfig(2500, preset)), scene=there)
    ground = there.ground("card")
    assert ground is not None
    assert prove(coded.draw, APPLES.link, WIDE, coded.compression, ground) == Proof(1.0)


def test_a_code_that_has_no_room_to_grow_is_not_tried_again() -> None:
    tried: list[float] = []

    def draw(growth: float) -> Patch:
        tried.append(growth)
        grey: NDArray[np.uint8] = np.full((264, 264, 4), (128, 128, 128, 255), np.uint8)
        return Patch(grey, 100, 100, code=(0, 0, 264, 264))

    there = scene(blank(1280, 720))
    ground = there.ground("card")
    assert ground is not None
    parts: list[Box] = []

    def counted(part: Box) -> list[Planes]:
        parts.append(part)
        return ground(part)

    proof = prove(draw, APPLES.link, WIDE, at(2500), counted)
    assert proof == Proof(1.0, ("720p", "540p", "480p"))
    assert (tried, len(parts)) == ([1.0, 1.25, 1.5, 2.0], 1)


def test_a_fault_in_the_picture_that_is_on_the_air_costs_no_code(qapp: QCoreApplication) -> None:
    """It is tried on a drawn one, as before the show."""
    small = scene(blank(320, 180))
    coded = CodedOverlay("card", APPLES, WIDE, at(2500), scene=small)
    prover = CodeProver()
    try:
        prover.want(coded, soon=True)
        assert prover.wait_for(coded, 60.0) == Proof(1.0)
    finally:
        prover.stop()


def test_of_thousands_of_wishes_each_is_tried_once_and_those_somebody_waits_for_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("studio.media.prover.PAUSE_S", 1e4)
    tried: list[str] = []

    def prove_it(_draw: object, link: str, *_how: object) -> Proof:
        tried.append(link)
        return Proof(1.0)

    prover = CodeProver(prove_it)
    coded = [CodedOverlay("card", replace(APPLES, link=f"https://n.example/{n}"), WIDE, at(2500)) for n in range(3000)]
    try:
        for _ in range(2):
            for one in coded:
                prover.want(one, soon=False)
        for one in coded[2990:]:
            prover.want(one, soon=True)
        assert prover.wait_for(coded[2999], 60.0) == Proof(1.0)
    finally:
        prover.stop()
    wanted_soon = [one.params.link for one in coded[2990:]]
    assert [link for link in tried if link in wanted_soon] == wanted_soon
    assert len(tried) <= 11, "the others come one after the other, with a pause"
