"""Choosing another camera or microphone from under the picture: asked of the engine, and kept for the next show."""

from datetime import UTC, datetime

from PySide6.QtGui import QAction

from studio.commands import ListDevices, SetAudio, SetSource
from studio.config import AudioConfig, AudioKind, SourceConfig, SourceKind
from studio.equipment import AudioChanged, Device, DevicesFound, SourceChanged
from studio.ui.source_chooser import DeviceButton, audio_words, source_words
from tests.ui.conftest import Stage

FOUND = DevicesFound(
    (Device("/dev/video0", "Laptop camera"), Device("/dev/video2", "HD USB & Pro")),
    (Device("default", "Default"), Device("hw:1", "USB microphone")),
)
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def entries(button: DeviceButton) -> list[QAction]:
    """The menu as it is when it has been opened and the engine has answered."""
    return button.devices.actions()


def open_menu(stage: Stage) -> None:
    stage.live.sources.camera.devices.aboutToShow.emit()
    stage.engine.wait_for(ListDevices)
    stage.engine.tell(FOUND)
    stage.until(lambda: len(entries(stage.live.sources.camera)) == 3)


def test_another_camera_is_asked_of_the_engine_and_kept_once_it_delivers(stage: Stage) -> None:
    stage.open().go_live()
    open_menu(stage)
    assert [entry.text() for entry in entries(stage.live.sources.camera)][1:] == ["Laptop camera", "HD USB && Pro"]
    entries(stage.live.sources.camera)[2].trigger()
    chosen = SourceConfig(SourceKind.CAMERA, "/dev/video2")
    assert stage.engine.wait_for(SetSource).source == chosen
    assert stage.desk.show.source != chosen, "it may not open"
    stage.engine.tell(SourceChanged(chosen, "HD USB & Pro", NOW))
    stage.until(lambda: stage.desk.show.source == chosen)
    assert stage.saved[-1].source == chosen
    assert "HD USB & Pro" in stage.live.sources.camera.text()
    assert [entry.isChecked() for entry in entries(stage.live.sources.camera)] == [False, False, True]


def test_where_nothing_is_plugged_in_the_menu_says_so(stage: Stage) -> None:
    stage.open()
    menu = entries(stage.live.sources.camera)
    assert [entry.isEnabled() for entry in menu] == [True, False]
    open_menu(stage)
    assert all(entry.isEnabled() for entry in entries(stage.live.sources.camera))


def test_another_microphone_is_asked_of_the_engine(stage: Stage) -> None:
    stage.open().go_live()
    open_menu(stage)
    entries(stage.live.sources.microphone)[2].trigger()
    chosen = AudioConfig(AudioKind.MIC, "hw:1")
    assert stage.engine.wait_for(SetAudio).audio == chosen
    stage.engine.tell(AudioChanged(chosen, "hw:1", NOW))
    stage.until(lambda: "USB microphone" in stage.live.sources.microphone.text())
    assert stage.desk.show.audio == chosen


def test_before_the_show_a_choice_goes_into_the_plan(stage: Stage) -> None:
    stage.open()
    open_menu(stage)
    entries(stage.live.sources.camera)[1].trigger()
    assert stage.desk.show.source.target == "/dev/video0"
    entries(stage.live.sources.camera)[0].trigger()
    assert stage.desk.show.source.target == ""
    assert not stage.engine.of_kind(SetSource)


def test_without_a_name_the_camera_that_was_opened_is_named(stage: Stage) -> None:
    stage.open().go_live()
    stage.engine.tell(FOUND)
    stage.engine.tell(SourceChanged(SourceConfig(), "Laptop camera", NOW))
    stage.until(lambda: "Laptop camera" in stage.live.sources.camera.text())
    assert stage.live.sources.camera.accessibleName() == "Camera: Laptop camera"


def test_sources_without_a_device_are_named_without_their_secrets() -> None:
    password = SourceConfig(SourceKind.URL, "rtsp://farmer:secret@192.168.1.9/live")
    assert source_words(password, "", ()) == "Phone or network camera"
    assert source_words(SourceConfig(SourceKind.CLIP, "/films/spring harvest.mp4"), "", ()) == "spring harvest.mp4"
    assert audio_words(AudioConfig(AudioKind.SILENCE), "", ()) == "No sound"
    assert audio_words(AudioConfig(AudioKind.CLIP, "/songs/song.mp3"), "", ()) == "song.mp3"
    assert audio_words(AudioConfig(AudioKind.MIC), "default", ()) == "Microphone"
