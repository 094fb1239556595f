"""The sound in the window: its loudness in words, the music's button, and its settings."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from studio.commands import SetSound
from studio.config import SoundConfig
from studio.events import AudioLevel, SoundChanged
from studio.output_states import OutputChanged, OutputState
from studio.ui.live_page import preview_words
from tests.ui.conftest import Stage

SONG = SoundConfig(music="/somewhere/song.mp3")


@pytest.mark.parametrize(("lufs", "word"), [(-35.0, "Too quiet"), (-17.0, "Good"), (-8.0, "Too loud")])
def test_loudness_decides_what_the_meter_says_where_it_is_known(stage: Stage, lufs: float, word: str) -> None:
    stage.open().go_live()
    stage.engine.tell(AudioLevel(-1.4, -1.4, lufs))
    stage.until(lambda: stage.live.meter.text.startswith(word))


def test_music_that_was_chosen_has_a_button_that_pauses_it(stage: Stage) -> None:
    stage.open().go_live()
    assert not stage.live.music.isVisible()
    stage.engine.tell(SoundChanged(False, SONG, datetime.now(UTC)))
    stage.until(stage.live.music.isVisible)
    assert stage.live.music.button.text() == "40%"
    stage.live.music.button.click()
    paused = replace(SONG, music_on=False)
    assert stage.engine.wait_for(SetSound) == SetSound(paused)
    stage.engine.tell(SoundChanged(False, paused, datetime.now(UTC)))
    stage.until(lambda: stage.live.music.button.text() == "paused")
    assert not stage.live.music.louder.isEnabled()


def test_music_is_made_louder_and_quieter_while_it_plays(stage: Stage) -> None:
    stage.open().go_live()
    stage.engine.tell(SoundChanged(False, replace(SONG, music_percent=95), datetime.now(UTC)))
    stage.until(stage.live.music.isVisible)
    stage.live.music.louder.click()
    assert stage.engine.wait_for(SetSound) == SetSound(replace(SONG, music_percent=100))
    stage.engine.tell(SoundChanged(False, replace(SONG, music_percent=100), datetime.now(UTC)))
    stage.until(lambda: not stage.live.music.louder.isEnabled())
    stage.live.music.quieter.click()
    stage.until(lambda: SetSound(replace(SONG, music_percent=90)) in stage.engine.heard)


def test_beside_a_virtual_camera_nothing_is_claimed_of_what_its_viewers_hear(stage: Stage) -> None:
    """The platform's own program takes the microphone itself."""
    stage.open().go_live()
    now = datetime.now(UTC)
    stage.engine.tell(SoundChanged(True, SONG, now))
    stage.until(lambda: stage.desk.state.muted)
    strip, voice, music = stage.live.preview, stage.live.mute, stage.live.music.button
    assert strip.muted == "Muted: viewers do not hear you"
    assert music.text() == "40%"
    stage.engine.tell(OutputChanged("直播伴侣", "virtualcam:OBS", OutputState.LIVE, now))
    stage.until(lambda: strip.muted.startswith("Muted here only"))
    assert voice.accessibleDescription() == strip.muted
    assert music.text() == "40%\nNot all viewers hear it"
    for name in ("淘宝", "快手"):
        stage.engine.tell(OutputChanged(name, "rtmp://a/•••", OutputState.OFFLINE, now))
    stage.until(lambda: music.text() == "40%\nViewers do not hear it")
    assert preview_words(stage.desk.state)[0] == "This goes to the platform's own program"
    stage.engine.tell(SoundChanged(False, replace(SONG, music_on=False), now))
    stage.until(lambda: strip.muted == "")
    assert music.text() == "paused"


def test_settings_of_the_sound_are_kept_and_reach_the_running_show(stage: Stage, tmp_path: Path) -> None:
    stage.open().go_live()
    (tmp_path / "song.mp3").write_bytes(b"")
    wanted = SoundConfig(noise_suppression=False, music=str(tmp_path / "song.mp3"), offset_ms=-80)
    stage.setup.sound.show_value(wanted)
    stage.setup.save_button.click()
    assert stage.engine.wait_for(SetSound) == SetSound(wanted)
    assert stage.saved[-1].sound == wanted


def test_music_that_is_not_there_is_explained_and_nothing_is_saved(stage: Stage, tmp_path: Path) -> None:
    stage.open()
    stage.setup.sound.show_value(SoundConfig(music=str(tmp_path / "gone.mp3")))
    stage.setup.save()
    assert not stage.setup.fault.isHidden()
    assert any("gone.mp3" in label.text() for label in stage.setup.fault_lines.findChildren(QLabel))
    assert not stage.saved
