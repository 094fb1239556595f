"""A camera that another program takes during the show: what viewers are told is in the picture they get."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from overlays import OVERLAYS
from overlays.slate import SlateParams
from studio.cards import SLATE_USUAL, SLATE_WORDS
from studio.config import CanvasConfig
from studio.events import HealthSampled, Noticed
from studio.media.compositor import SLATE_AFTER_S
from studio.media.frames import Plane, blank, planes
from studio.media.layers import Layer
from studio.paths import Home
from tests.media.films import decode_file
from tests.media.test_taken_devices import CAMERA, video4linux_busy
from tests.test_engine import Studio

CANVAS = CanvasConfig(640, 360, 25)


class SharedCamera:
    """What FFmpeg finds at the camera's place: pictures for a second, and from then on somebody else who has it."""

    def __init__(self) -> None:
        self.taken = False
        self._open = av.open

    def open(self, file: Any, *words: Any, **named: Any) -> Any:
        if file != "/dev/video7":
            return self._open(file, *words, **named)
        if self.taken:
            raise video4linux_busy()
        self.taken = True
        noise = "geq=lum='120+random(1)*10':cb=128:cr=128"
        return self._open(f"nullsrc=rate=25:size=320x180:duration=1,{noise},realtime", "r", format="lavfi")


def slate(words: str) -> Plane:
    """The luma of the slate with these words."""
    drawn = blank(CANVAS.width, CANVAS.height)
    params = SlateParams("Back in a moment", words)
    Layer(OVERLAYS["slate"]().render(params, CANVAS.width, CANVAS.height)).draw(planes(drawn), 1.0, 0, 0, 0)
    return planes(drawn)[0]


def test_the_slate_says_that_another_program_has_the_camera_until_it_is_back(
    own_home: Path, qapp: QCoreApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    camera = SharedCamera()
    monkeypatch.setattr(av, "open", camera.open)
    studio = Studio(Home(own_home).ensure())
    studio.engine.start()
    try:
        studio.show = replace(studio.show, source=CAMERA, canvas=CANVAS, cards=())
        studio.go()
        studio.told.wait_for(lambda: ("source.busy", True) in turns(studio))
        on_air_s = studio.told.wait_for_one(HealthSampled).on_air_s + SLATE_AFTER_S + 2
        studio.told.wait_for(lambda: studio.told.of(HealthSampled)[-1].on_air_s > on_air_s)
        camera.taken = False
        studio.told.wait_for(lambda: ("source.busy", False) in turns(studio))
        report = studio.end().report
    finally:
        studio.engine.stop()
    assert report.recording is not None
    film, _sound = decode_file(Path(report.recording))
    seen = [said_in(planes(frame)[0]) for frame in film]
    assert "source.busy" in seen
    assert seen[0] == "", "the camera, before it was taken"


def turns(studio: Studio) -> list[tuple[str, bool]]:
    return [(event.problem.code, event.active) for event in studio.told.of(Noticed)]


def said_in(luma: Plane) -> str:
    """Whose words are in the picture; empty where it is no slate."""
    known = {code: slate(words) for code, words in SLATE_WORDS.items()} | {"usual": slate(SLATE_USUAL)}
    off = {code: float(np.abs(luma.astype(int) - one).mean()) for code, one in known.items()}
    best = min(off, key=lambda code: off[code])
    return best if off[best] < 2 else ""
