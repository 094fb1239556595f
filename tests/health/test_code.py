"""The code on the card, read in the very picture that the encoder made of it."""

from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from overlays.card import Card, CardParams
from studio.config import CanvasConfig, EncoderConfig
from studio.health.code import CodeReader, ExpectedCode
from studio.health.outgoing import decoded
from studio.media.encoder import Encoder
from studio.media.frames import EncodedPacket, PacketKind, Plane, blank, planes
from studio.media.layers import Layer
from tests.health.scenes import blurred, noisy, scene
from tests.media.told import Told

CANVAS = CanvasConfig(1280, 720, 10)
CARD = CardParams("P03", "周至翠香猕猴桃", 4500, None, "24 个", "陕西周至", link="https://n.example/p03")


@pytest.fixture(autouse=True)
def _drawing(qapp: QCoreApplication) -> None:
    """Cards are drawn by Qt."""


@cache
def layer() -> Layer:
    return Layer(Card().render(CARD, CANVAS.width, CANVAS.height))


def code() -> ExpectedCode:
    place = layer().code
    assert place is not None
    return ExpectedCode(place, CARD.link)


def encoded(bitrate_kbps: int, code_sigma: float = 0.0) -> tuple[EncodedPacket, bytes]:
    """A keyframe of a busy picture with the card on it, and the encoder's header."""
    told = Told()
    encoder = Encoder(CANVAS, EncoderConfig(bitrate_kbps, "ultrafast", 0.5), told, told)
    encoder.open()
    encoder.start()
    for tick in range(12):
        frame = blank(CANVAS.width, CANVAS.height)
        target = planes(frame)
        np.copyto(target[0], noisy(scene(), tick, 3))
        layer().draw(target, 1.0, 0, 0, 0)
        if code_sigma:
            x, y, width, height = code().box
            target[0][y : y + height, x : x + width] = blurred(target[0][y : y + height, x : x + width], code_sigma)
        frame.pts = tick
        encoder.put_video(frame)
        told.wait_for(lambda tick=tick: encoder.encoded_frames > tick)  # type: ignore[misc]
    header = encoder.video.codec_context.extradata
    encoder.stop()
    assert not told.of(Exception)
    assert header
    keyframes = [packet for packet in told.of(EncodedPacket) if packet.keyframe and packet.kind is PacketKind.VIDEO]
    return keyframes[-1], header


def test_a_card_at_the_usual_bit_rate_can_be_read() -> None:
    keyframe, header = encoded(2500)
    luma = decoded(keyframe, header)
    assert luma is not None
    assert luma.shape == (720, 1280)
    assert CodeReader().readable(luma, code())


def test_a_code_that_says_something_else_is_not_the_one_on_the_card() -> None:
    """A poster behind the host, or a card that was left on the picture."""
    luma = decoded(*encoded(2500))
    assert luma is not None
    assert not CodeReader().readable(luma, ExpectedCode(code().box, "https://n.example/p04"))


def test_after_a_failure_the_next_look_is_from_another_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a phone is moved; one look takes no longer for it."""
    widths: list[int] = []

    class Detector:
        def detectAndDecode(self, picture: Plane) -> tuple[str, None, None]:  # noqa: N802 - OpenCV's
            widths.append(picture.shape[1])
            return ("" if len(widths) == 1 else CARD.link), None, None

    reader = CodeReader()
    monkeypatch.setattr(reader, "_detector", Detector())
    assert [reader.readable(scene(), code()) for _look in range(3)] == [False, True, True]
    assert widths[1] == widths[2] == pytest.approx(1.6 * widths[0], abs=2)


def test_a_code_whose_squares_have_run_together_cannot() -> None:
    luma = decoded(*encoded(2500, code_sigma=6))
    assert luma is not None
    assert not CodeReader().readable(luma, code())


def test_a_code_that_only_the_sharpest_picture_shows_is_lost_to_a_weak_line() -> None:
    """Two pixels a square: read on a canvas of 480 lines, and not where a larger one has to be shrunk to that."""
    small = Layer(Card().render(CARD, 320, 180))
    luma = scene().copy()
    target = (luma, np.full((360, 640), 128, np.uint8), np.full((360, 640), 128, np.uint8))
    small.draw(target, 1.0, 400, 300, 0)
    place = ExpectedCode((small.x + 400, small.y + 300, small.width, small.height), CARD.link)
    assert CodeReader().readable(luma[:480], place)
    assert not CodeReader().readable(luma, place)


def test_a_card_at_the_edge_and_a_small_canvas_are_no_trouble() -> None:
    luma = np.full((180, 320), 120, np.uint8)
    assert not CodeReader().readable(luma, ExpectedCode((300, 160, 200, 200), CARD.link))


def test_a_damaged_keyframe_is_passed_over() -> None:
    keyframe, header = encoded(600)
    broken = EncodedPacket(PacketKind.VIDEO, b"\x00" * 50, 0, 0, 1, True, keyframe.time_base)
    assert decoded(broken, header) is None
