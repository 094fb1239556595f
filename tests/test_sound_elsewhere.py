"""A virtual camera among the destinations: the platform's own program has its own microphone, and is told of so."""

import pytest

from studio.broadcast import Broadcast
from studio.config import DestinationConfig, Secret, ShowConfig
from studio.errors import Problem, explain
from studio.events import Noticed
from studio.i18n import use
from tests.media.told import Hand, Told

CAMERA = DestinationConfig("直播伴侣", Secret("virtualcam"), "douyin")
SERVER = DestinationConfig("快手", Secret("rtmp://a.example/live/key"), "kuaishou")
MUTED, DARK = Problem.of("watch.muted"), Problem.of("watch.dark")


def told_of(broadcast: Broadcast, told: Told, problem: Problem, active: bool) -> Problem:
    """As it is told of a problem that the watchdogs noticed."""
    broadcast._warn(problem, active, 0)
    last: Problem = told.of(Noticed)[-1].problem
    return last


@pytest.mark.parametrize("places", [(CAMERA,), (SERVER, CAMERA)], ids=["alone", "beside a server"])
def test_a_fault_of_the_sound_says_nothing_of_what_is_not_known_here(places: tuple[DestinationConfig, ...]) -> None:
    use("en")
    told = Told()
    broadcast = Broadcast(ShowConfig(destinations=places), Hand(), told)
    muted = told_of(broadcast, told, MUTED, active=True)
    assert explain(muted).what == "You are muted here only."
    assert "Viewers may hear you" in explain(muted).viewers
    assert explain(told_of(broadcast, told, DARK, active=True)) == explain(DARK), "they see what the camera shows"
    broadcast.seen_on.remove(CAMERA.name)
    assert told_of(broadcast, told, MUTED, active=False) == muted, "it is taken back as it was told"
    assert told_of(broadcast, told, MUTED, active=True) == MUTED


def test_without_a_virtual_camera_viewers_hear_what_is_sent_from_here() -> None:
    told = Told()
    broadcast = Broadcast(ShowConfig(destinations=(SERVER,)), Hand(), told)
    assert told_of(broadcast, told, MUTED, active=True) == MUTED
