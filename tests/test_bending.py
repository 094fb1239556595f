"""A show follows its network: the encoder is told, the change is logged, the seller hears of it once."""

from types import SimpleNamespace
from typing import Any

import pytest

from studio.bending import CALM_S, SILENT_S, STARVED, Bending
from studio.config import DestinationConfig, EncoderConfig, Secret
from studio.errors import Problem
from studio.events import Noticed
from studio.health.bitrate import EVERY_S
from studio.media.flow import FIRST_S, Flow
from studio.media.frames import NS
from studio.media.muxing import FlvTags
from studio.media.rtmp_output import RtmpOutput
from studio.quality import Motion, QualityChanged
from tests.media.told import Hand, Told

PAUSES = ("network.pausing", "network.silent")


class Scripted(RtmpOutput):
    """An output whose network takes what a test says."""

    def __init__(self, hand: Hand, told: Told) -> None:
        destination = DestinationConfig("快手", Secret("rtmp://host/live/key"))
        super().__init__(destination, FlvTags(SimpleNamespace(video=None, audio=None)), hand, told, lambda: None, 0)
        self.hand = hand
        self.age_s, self.delivered = 0.0, 0
        self.live, self.pausing, self.held, self.queued = True, False, 1.0, 0.0

    def flow(self) -> Flow | None:
        now_s = self.hand.now_ns() / NS
        if not self.live:
            return None
        return Flow(self.name, self.delivered, now_s, self.age_s, now_s, self.pausing, self.held, self.queued)


@pytest.fixture
def asked() -> dict[str, Any]:
    """What the broadcast was asked for last."""
    return {}


@pytest.fixture
def output() -> Scripted:
    return Scripted(Hand(), Told())


def bending_of(output: Scripted, told: Told, asked: dict[str, Any]) -> Bending:
    broadcast: Any = SimpleNamespace(
        show=SimpleNamespace(encoder=EncoderConfig(2500)),
        fanout=SimpleNamespace(flows=lambda: [flow for flow in (output.flow(),) if flow is not None]),
        set_bitrate_kbps=lambda kbps: asked.update(kbps=kbps),
        thin_frames=lambda whose, divisor: asked.update({whose: divisor}),
        hold_picture=lambda on: asked.update(still=on),
    )
    return Bending(broadcast, output.hand, told)


def run(bending: Bending, output: Scripted, seconds: float, kbps: float, age_s: float) -> None:
    output.age_s = age_s
    for _step in range(round(seconds / EVERY_S)):
        output.hand.at_ns += round(EVERY_S * NS)
        output.delivered += round(kbps * 125 * EVERY_S)
        bending.look()
        bending.look()  # asked too often it does nothing


def test_down_below_the_floor_and_up_again(asked: dict[str, Any], output: Scripted) -> None:
    told = Told()
    bending = bending_of(output, told, asked)
    run(bending, output, 5, 2600, 0.1)
    assert not told.all
    run(bending, output, 2, 1500, 1.0)
    assert asked == {"kbps": asked["kbps"], "network": 1, "still": False}
    assert 700 < asked["kbps"] < 1400
    run(bending, output, 6, 200, 3.0)
    assert asked == {"kbps": 50, "network": 2, "still": True}
    run(bending, output, 40, 2600, 0.05)
    assert asked == {"kbps": 2500, "network": 1, "still": False}
    changes = told.of(QualityChanged)
    assert changes[0].slowest == "快手"
    assert not changes[0].better
    assert changes[0].behind_s == 1.0, "what it was changed for"
    assert changes[0].taken_kbps == (2600 + 1500) / 2, "in the second before"
    assert (changes[-1].behind_s, changes[-1].taken_kbps) == (None, None), "nothing is slow any more"
    assert (changes[-1].kbps, changes[-1].motion, changes[-1].slowest, changes[-1].better) == (
        2500,
        Motion.WHOLE,
        None,
        True,
    )
    notices = [(event.problem.code, event.active) for event in told.of(Noticed)]
    assert notices[0] == ("network.slow", True)
    assert ("network.slowest", True) in notices
    assert notices[-1] == ("network.slow", False)
    assert len([1 for _code, active in notices if active]) == len([1 for _code, active in notices if not active])


def test_a_relay_that_waits_for_a_processor_is_no_fault_of_the_network(asked: dict[str, Any], output: Scripted) -> None:
    """It is told as the computer's for as long as it lasts, however the blame would fall later."""
    told = Told()
    bending = bending_of(output, told, asked)
    output.queued = STARVED
    run(bending, output, 5, 1000, 1.2)
    output.queued = 0.0
    run(bending, output, 5, 1000, 1.2)
    assert asked["kbps"] < 2500
    run(bending, output, 60, 2600, 0.1)
    codes = [(event.problem.code, event.active) for event in told.of(Noticed)]
    assert codes == [("slow.coarse", True), ("slow.coarse", False)]


@pytest.mark.parametrize(
    ("held", "queued", "code"),
    [(1.0, 0.1, "network.pausing"), (0.25, 0.0, "slow.pausing"), (1.0, STARVED, "slow.pausing")],
)
def test_pictures_that_one_destination_loses_are_told_once_and_taken_back(
    asked: dict[str, Any], output: Scripted, held: float, queued: float, code: str
) -> None:
    """With who is to blame: its network, or this computer, which has no time to send."""
    told = Told()
    bending = bending_of(output, told, asked)
    output.held, output.queued = held, queued
    run(bending, output, 5, 2600, 0.1)
    for pausing in (True, False, True, False):
        output.pausing = pausing
        run(bending, output, CALM_S - 2 * EVERY_S, 2600, 0.1)
    assert [(event.problem, event.active) for event in told.of(Noticed)] == [(Problem.of(code, name="快手"), True)]
    run(bending, output, CALM_S, 2600, 0.1)
    assert [event.active for event in told.of(Noticed)] == [True, False]


def test_a_voice_that_does_not_get_through_in_time_is_told(asked: dict[str, Any], output: Scripted) -> None:
    told = Told()
    bending = bending_of(output, told, asked)
    output.pausing = True
    run(bending, output, 6, 100, 1.0)
    run(bending, output, 2, 100, SILENT_S + 1)
    run(bending, output, 2, 100, 3.0)
    pauses = [(event.problem.code, event.active) for event in told.of(Noticed) if event.problem.code in PAUSES]
    assert pauses == [("network.pausing", True), ("network.pausing", False), ("network.silent", True)]


def test_a_line_that_broke_tells_of_itself(asked: dict[str, Any], output: Scripted) -> None:
    told = Told()
    bending = bending_of(output, told, asked)
    output.pausing = True
    run(bending, output, FIRST_S - EVERY_S, 2600, 0.1)
    assert not told.all, "what waits at the beginning is seen by nobody"
    run(bending, output, 2, 2600, 0.1)
    output.live = False
    run(bending, output, 1, 0, 0.1)
    assert [event.active for event in told.of(Noticed)] == [True, False]


def test_a_picture_that_stood_still_for_a_network_moves_again_once_no_line_is_left(
    asked: dict[str, Any], output: Scripted
) -> None:
    """In the recording and in a virtual camera; and what was told of the network is taken back."""
    told = Told()
    bending = bending_of(output, told, asked)
    run(bending, output, 5, 2600, 0.1)
    run(bending, output, 8, 100, 3.0)
    assert asked == {"kbps": 50, "network": 2, "still": True}
    output.live = False
    run(bending, output, 4, 0, 0.0)
    assert asked == {"kbps": 2500, "network": 1, "still": False}
    told_of = [event.problem for event in told.of(Noticed) if event.active]
    assert told_of == [event.problem for event in told.of(Noticed) if not event.active]
