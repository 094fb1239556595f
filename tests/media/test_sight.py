"""Cameras that are covered or stand still: what viewers see meanwhile, and what is told."""

from collections.abc import Iterator
from typing import Any

import av
import pytest

from studio.config import SourceConfig, SourceKind
from studio.media import capture, feed, sight
from studio.media.frames import NS, planes
from tests.end2end.cameras import WebCamera
from tests.media.sources_on_air import Studio, begun


@pytest.fixture
def studios(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Studio]]:
    """Whatever is put in is stopped; what is lost is tried again soon."""
    monkeypatch.setattr(feed, "RETRY_NS", NS // 5)
    made: list[Studio] = []
    yield made
    for one in made:
        one.stop()


def test_a_picture_that_never_trembled_is_opened_anew_once_and_then_believed(
    studios: list[Studio], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another program's picture, or a slide that comes over a capture card."""
    monkeypatch.setattr(sight, "STILL_AFTER_NS", NS // 2)
    still = SourceConfig(SourceKind.CAMERA, "lavfi@color=white:rate=25:size=320x180,realtime")
    one = begun(studios, still)
    one.wait_for_notice("source.still", active=True)
    before = len(one.pictures)
    one.told.wait_for(lambda: one.look() and len(one.pictures) > before + 20)
    assert one.told_of("source.still") == [True]


class HangingCamera:
    """What FFmpeg finds at `/dev/video7`: a camera with a sensor's noise, whose driver hangs after a second.

    Opened anew it goes on hanging, until `mended`.
    """

    def __init__(self) -> None:
        self.openings = 0
        self.mended = False
        self._open = av.open

    def open(self, file: Any, *words: Any, **named: Any) -> Any:
        if file != "/dev/video7":
            return self._open(file, *words, **named)
        self.openings += 1
        living_s = 1 if self.openings == 1 else 1000 if self.mended else 0
        shades = f"geq=lum='120+if(lt(T,{living_s}),random(1)*10)':cb=128:cr=128"
        return self._open(f"nullsrc=rate=25:size=320x180,{shades},realtime", "r", format="lavfi")


@pytest.fixture
def hanging(studios: list[Studio], monkeypatch: pytest.MonkeyPatch) -> tuple[HangingCamera, Studio]:
    """A show whose camera has just been told to stand still."""
    monkeypatch.setattr(sight, "STILL_AFTER_NS", NS // 2)
    monkeypatch.setattr(sight, "LOOK_EVERY_NS", NS // 25)
    monkeypatch.setattr(sight, "LIVED_LOOKS", 5)
    monkeypatch.setattr(capture, "STILL_AGAIN_NS", NS // 2)
    camera = HangingCamera()
    monkeypatch.setattr(av, "open", camera.open)
    one = begun(studios, SourceConfig(SourceKind.CAMERA, "v4l2@/dev/video7"))
    one.wait_for_luma(125)
    one.wait_for_notice("source.still", active=True)
    one.look()
    return camera, one


def test_a_camera_whose_driver_hangs_is_not_shown_until_it_moves(hanging: tuple[HangingCamera, Studio]) -> None:
    """It has a sensor, whose noise was seen; so the slate stays, and it is opened anew until it is mended."""
    camera, one = hanging
    before = len(one.pictures)
    one.told.wait_for(lambda: camera.openings >= 3 or one.look())
    assert len(one.pictures) <= before + 1, "viewers were shown the picture that stands still"
    assert one.told_of("source.still") == [True]
    camera.mended = True
    one.wait_for_notice("source.still", active=False)
    one.wait_for_luma(125)


def test_who_chooses_a_camera_that_stands_still_is_shown_it(hanging: tuple[HangingCamera, Studio]) -> None:
    _camera, one = hanging
    before = len(one.pictures)
    one.camera.switch(SourceConfig(SourceKind.CAMERA, "v4l2@/dev/video7"))
    one.told.wait_for(lambda: one.look() and len(one.pictures) > before + 20)
    assert one.told_of("source.still") == [True], "and told that it does"


def test_a_covered_camera_makes_room_for_the_slate_until_it_sees_again(
    studios: list[Studio], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Black between the second and the fifth second."""
    monkeypatch.setattr(sight, "COVERED_AFTER_NS", NS // 4)
    noise = "nullsrc=rate=25:size=320x180,geq=lum='if(between(T,1,4.5),16+random(1)*10,120+random(1)*10)':cb=128:cr=128"
    one = begun(studios, SourceConfig(SourceKind.CAMERA, f"lavfi@{noise},realtime"))
    one.wait_for_notice("source.covered", active=True)
    one.wait_for_notice("source.covered", active=False)
    one.wait_for_luma(125)
    dark_s = [picture.due_ns for picture in one.pictures if planes(picture.frame)[0].mean() < 40]
    assert (dark_s[-1] - dark_s[0]) / NS < 1.2, "black pictures went on to the viewers"


def test_a_phone_that_is_covered_makes_room_for_the_slate_and_one_that_stands_still_is_shown(
    studios: list[Studio], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was compressed may repeat for seconds and be alive."""
    monkeypatch.setattr(sight, "COVERED_AFTER_NS", NS // 4)
    monkeypatch.setattr(sight, "STILL_AFTER_NS", NS // 4)
    monkeypatch.setattr(sight, "LIVED_LOOKS", 1)
    with WebCamera((200, 190, 180), 320, 180) as phone:
        one = begun(studios, SourceConfig(SourceKind.URL, phone.url))
        one.told.wait_for(lambda: one.look() and len(one.pictures) > 20)
        phone.covered = True
        one.wait_for_notice("source.covered", active=True)
        phone.covered = False
        one.wait_for_notice("source.covered", active=False)
        before = len(one.pictures)
        one.told.wait_for(lambda: one.look() and len(one.pictures) > before + 10)
    assert one.told_of("source.still") == []
