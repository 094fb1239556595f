"""A phone that gives the picture, and is lost: with it goes the sound of the show where that is the phone's own."""

import os
from pathlib import Path

import pytest

from studio.config import AudioConfig, AudioKind, SourceConfig, SourceKind
from tests.media.films import write_clip
from tests.media.pipes import Writer
from tests.media.sources_on_air import SILENCE, Studio


@pytest.mark.parametrize(
    ("audio", "sound", "code"),
    [
        (AudioConfig(AudioKind.CLIP), True, "source.all_lost"),
        (AudioConfig(AudioKind.CLIP), False, "source.lost"),
        (SILENCE, True, "source.lost"),
    ],
    ids=["its own sound", "none", "not heard"],
)
def test_what_is_lost_with_a_phone_is_told(tmp_path: Path, audio: AudioConfig, sound: bool, code: str) -> None:
    phone = write_clip(tmp_path / "phone.nut", frames=50, sound=sound, container_format="nut")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    one = Studio(SourceConfig(SourceKind.PIPE, str(pipe)), audio)
    try:
        with Writer(pipe, phone.read_bytes()):
            one.begin()
            one.told.wait_for(one.look)
        one.told.wait_for(lambda: bool(one.codes()))
        assert one.codes()[0] == (code, True)
        assert one.camera.sound_lost is (code == "source.all_lost")
    finally:
        one.stop()
