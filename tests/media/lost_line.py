"""An output whose line broke, moved by hand."""

from types import SimpleNamespace
from typing import Any, cast

from studio.config import DestinationConfig, Secret
from studio.errors import Problem
from studio.media.frames import NS
from studio.media.muxing import FlvTags
from studio.media.rtmp_output import RtmpOutput
from tests.media.sending import CONNECTING, KEY, RECONNECTING
from tests.media.told import Hand, Told


def lost_by_hand(told: Told, platform: str = "kuaishou") -> tuple[RtmpOutput, Hand]:
    """An output that was on the air and broke, whose lines and clock are moved by the test."""
    hand, encoder = Hand(NS), SimpleNamespace(video=None, audio=None)
    destination = DestinationConfig("platform", Secret(f"rtmp://host/live/{KEY}"), platform)
    output = RtmpOutput(destination, FlvTags(cast(Any, encoder)), hand, told, lambda: None, 0)
    output._become(CONNECTING)
    output._back_on_air()
    output._become(RECONNECTING, output._lose(Problem.of("output.lost", name="platform", reason="it broke")))
    return output, hand
