"""The rehearsal's receiver: what it counts as a code that viewers can read."""

from functools import cache

import cv2
import pytest
from PySide6.QtCore import QCoreApplication

from overlays.card import Card, CardParams
from studio.media.frames import Plane, blank, planes
from studio.media.layers import Layer
from studio.media.proof import Box
from studio.media.receiver import ARRIVES_S, CODE_EVERY_FRAMES, Figures
from studio.media.rehearsal import RehearsalReceiver

CARD = CardParams("P03", "周至翠香猕猴桃", 4500, None, "24 个", "陕西周至", link="https://n.example/p03")
WIDTH, HEIGHT = 1280, 720


@pytest.fixture(autouse=True)
def _drawing(qapp: QCoreApplication) -> None:
    """Cards are drawn by Qt."""


@cache
def layer() -> Layer:
    return Layer(Card().render(CARD, WIDTH, HEIGHT))


def code() -> Box:
    place = layer().code
    assert place is not None
    return place


class Audience:
    """Figures, the pictures they are given, and the moments at which those arrive."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.figures = Figures(lambda: self.now_s)
        frame = blank(WIDTH, HEIGHT)
        layer().draw(planes(frame), 1.0, 0, 0, 0)
        self.with_card, self.without_card = frame, blank(WIDTH, HEIGHT)

    def sees(self, looks: int, card: bool = True) -> tuple[int, int]:
        """How many of so many looks at the picture were tries, and how many of them read the code."""
        before = self.figures.snapshot()
        for _frame in range(looks * CODE_EVERY_FRAMES):
            self.now_s += 0.04
            self.figures.take(self.with_card if card else self.without_card)
        after = self.figures.snapshot()
        return after["codes_tried"] - before["codes_tried"], after["codes_read"] - before["codes_read"]


@pytest.fixture
def audience() -> Audience:
    return Audience()


def test_a_show_without_codes_is_not_accused_of_one_that_cannot_be_read(audience: Audience) -> None:
    """Nor is a code on the farmer's own wall one of the show's."""
    assert audience.sees(3) == (0, 0)
    assert audience.sees(3, card=False) == (0, 0)


def test_a_code_is_looked_for_as_long_as_it_is_to_be_there(audience: Audience) -> None:
    audience.figures.expect("card", code(), CARD.link)
    assert audience.sees(1, card=False) == (0, 0), "it is still sliding in"
    assert audience.sees(1) == (1, 1), "and here already"
    audience.now_s += ARRIVES_S
    assert audience.sees(3) == (3, 3)
    assert audience.sees(2, card=False) == (2, 0)
    audience.figures.expect("card", None, "")
    assert audience.sees(2) == (0, 0)


def test_a_code_that_says_something_else_is_not_the_one_on_the_card(audience: Audience) -> None:
    audience.figures.expect("card", code(), "https://n.example/p04")
    audience.now_s += ARRIVES_S
    assert audience.sees(2) == (2, 0)


def test_of_two_codes_each_has_its_turn(audience: Audience) -> None:
    audience.figures.expect("card", code(), CARD.link)
    audience.figures.expect("added:code-1", (40, 40, 120, 120), "https://n.example/poster")
    audience.now_s += ARRIVES_S
    assert audience.sees(4) == (4, 2)


def test_a_blot_that_looks_like_a_code_ends_no_rehearsal(audience: Audience, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stumbling:
        def detectAndDecode(self, _picture: Plane) -> tuple[str, None, None]:  # noqa: N802 - OpenCV's
            raise cv2.error("perspectiveTransform")

    monkeypatch.setattr(cv2, "QRCodeDetector", Stumbling)
    audience.figures.expect("card", code(), CARD.link)
    audience.now_s += ARRIVES_S
    assert audience.sees(2) == (2, 0)


def test_codes_come_and_go_while_the_process_listens_and_after_it_has_ended() -> None:
    process = RehearsalReceiver()
    process.start()
    process.expect_code("card", code(), CARD.link)
    process.expect_code("card", code(), CARD.link)
    process.expect_code("card", None, "")
    process.expect_code("card", None, "")
    assert process.destination().url.reveal().startswith("rtmp://127.0.0.1:")
    assert process.pid is not None, "it has understood"
    process.stop()
    process.expect_code("card", code(), CARD.link)
    assert process.report().qr_decoded_ratio is None
