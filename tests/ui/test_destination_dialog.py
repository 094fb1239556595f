"""Adding a destination in the window: the platform, where its address is found, the boxes, and the guide."""

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from studio.errors import Problem
from studio.presets import PLATFORMS, Preset
from studio.ui.destination_dialog import DestinationDialog
from tests.ui.conftest import Stage

KEY = "planted-key-5512"


@pytest.fixture
def dialog(qtbot: QtBot) -> DestinationDialog:
    dialog = DestinationDialog(["快手"])
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


@pytest.mark.parametrize("preset", PLATFORMS, ids=lambda preset: preset.platform)
def test_every_platform_has_its_tile_its_steps_and_its_rule_for_codes(
    dialog: DestinationDialog, preset: Preset
) -> None:
    dialog.tiles.tiles[preset.platform].click()
    assert dialog.facts.isVisible()
    assert len(dialog.facts.words) >= 3
    assert not any("{" in words for words in dialog.facts.words)
    assert preset.doubt in ("", *dialog.facts.words)
    assert dialog.editor.codes.isChecked() is preset.codes
    assert dialog.editor.why.text().startswith(preset.codes_why)
    assert "where an order came from" in dialog.editor.why.text()


def test_a_key_and_the_platforms_usual_server_become_an_address(dialog: DestinationDialog, qtbot: QtBot) -> None:
    dialog.tiles.tiles["kuaishou"].click()
    assert "The key lives 2 days and is good for one broadcast." in dialog.facts.words
    assert dialog.editor.name.text() == "Kuaishou"
    dialog.editor.key.setText(f"{KEY}?sign=1")
    assert dialog.editor.server.placeholderText() == "rtmp://open-push.voip.yximgs.com/gifshow/"
    dialog.editor.codes.setChecked(True)
    with qtbot.waitSignal(dialog.done_with) as done:
        dialog.take_button.click()
    made = done.args[0]
    assert made.url.reveal() == f"rtmp://open-push.voip.yximgs.com/gifshow/{KEY}?sign=1"
    assert (made.platform, made.codes) == ("kuaishou", True)
    assert not dialog.isVisible()


def test_a_pasted_address_is_taken_apart_and_its_platform_recognised(dialog: DestinationDialog) -> None:
    dialog.tiles.tiles["custom"].click()
    dialog.editor.server.setText(f"rtmp://open-push.voip.yximgs.com/gifshow/{KEY}?sign=1")
    assert KEY not in dialog.editor.server.text()
    assert dialog.editor.key.text() == f"{KEY}?sign=1"
    assert dialog.editor.key.echoMode() is QLineEdit.EchoMode.Password
    assert KEY not in dialog.editor.key.displayText()
    assert dialog.editor.hint.text() == "This is an address of Kuaishou."
    made = dialog.editor.value()
    assert (made.name, made.platform, made.takes_codes) == ("Kuaishou", "kuaishou", False)
    dialog.editor.key.setText("rtmp://a.alivecdn.com/live/whole-address?x=1")
    assert dialog.editor.value().url.reveal() == "rtmp://a.alivecdn.com/live/whole-address?x=1"


@pytest.mark.parametrize(
    ("name", "server", "told"),
    [
        ("", "rtmp://a.example/live", "a destination needs a name"),
        (f"{KEY}?sign=1", "rtmp://a.example/live", "a name is a short word"),
        ("快手", "rtmp://a.example/live", "Two destinations"),
        ("new", "", "it must be there"),
        ("new", f"{KEY}?sign=1", "is not an RTMP address"),
    ],
)
def test_what_will_not_do_is_told_without_the_key(dialog: DestinationDialog, name: str, server: str, told: str) -> None:
    dialog.tiles.tiles["custom"].click()
    dialog.editor.name.setText(name)
    dialog.editor.server.setText(server)
    dialog.take_button.click()
    assert dialog.isVisible()
    assert told in dialog.trouble_lines.words()
    assert KEY not in dialog.trouble_lines.words()


def test_the_guide_leads_to_the_virtual_camera(dialog: DestinationDialog) -> None:
    dialog.tiles.guide_button.click()
    dialog.guide.buttons["douyin"].click()
    dialog.guide.buttons["yes"].click()
    dialog.back_button.click()
    assert dialog.guide.place.text() == "Question 2 of at most 5"
    for answer in ("no", "no", "yes"):
        dialog.guide.buttons[answer].click()
    assert dialog.facts.words[0].startswith("First get the permission")
    assert dialog.editor.device.isVisible()
    assert not dialog.editor.server.isVisible()
    made = dialog.editor.value()
    assert (made.camera, made.platform) == ("", "douyin")
    dialog.editor.by_address.click()
    assert dialog.editor.server.isVisible()


def test_a_destination_that_is_added_is_saved_with_the_plan(stage: Stage) -> None:
    stage.open()
    stage.window.stack.setCurrentIndex(1)
    form = stage.setup.destinations
    form.add_button.click()
    form.add_button.click()
    dialog = form.dialog
    assert dialog is not None
    dialog.tiles.tiles["douyin"].click()
    dialog.take_button.click()
    assert not dialog.isVisible()
    assert [one.name for one in stage.saved[-1].destinations] == ["淘宝", "快手", "Douyin"]
    form.lines[1].change.click()
    again = form.dialog
    assert again is not None
    assert again is not dialog
    assert again.editor.server.text() == "rtmp://live.example.org/app"
    again.editor.name.setText("快手二号")
    again.take_button.click()
    assert [one.name for one in stage.saved[-1].destinations] == ["淘宝", "快手二号", "Douyin"]
    assert stage.saved[-1].destinations[1].url.reveal() == "rtmp://live.example.org/app/key-two?sign=1"
    form.lines[2].remove.click()
    stage.setup.save_button.click()
    assert [one.name for one in stage.saved[-1].destinations] == ["淘宝", "快手二号"]
    assert not any("key" in line.words.text() for line in form.lines)


def test_what_is_to_be_known_about_keys_is_shown_until_it_is_read(stage: Stage) -> None:
    stage.open()
    stage.desk.alarm(Problem.of("keys.in_file", path="/home/destinations.json"))
    assert [problem.code for problem in stage.desk.state.alarms] == ["keys.in_file"]
    assert stage.live.banner.isVisible()


def test_codes_go_off_with_a_way_that_leads_to_a_platform_and_stay_as_they_were_chosen(
    dialog: DestinationDialog,
) -> None:
    editor = dialog.editor
    dialog.tiles.tiles["custom"].click()
    editor.name.setText("直播伴侣")
    assert editor.codes.isChecked()
    editor.by_camera.click()
    assert not editor.codes.isChecked()
    assert not editor.value().takes_codes
    editor.codes.setChecked(True)
    chosen = editor.value()
    assert chosen.takes_codes
    editor.by_address.click()
    editor.server.setText("rtmp://live-push.xhscdn.com/live/long-enough-key")
    assert not editor.codes.isChecked()
    editor.show_value(chosen)
    assert editor.codes.isChecked()
    assert editor.value() == chosen


def test_codes_stay_off_for_a_server_that_punishes_them_whatever_is_pressed(dialog: DestinationDialog) -> None:
    editor = dialog.editor
    dialog.tiles.tiles["custom"].click()
    for letter in "rtmp://live-push.xhscdn.com/live/":
        editor.server.insert(letter)
    assert not editor.codes.isChecked()
    for button in (editor.by_address, editor.by_camera, editor.by_address):
        button.click()
        assert not editor.codes.isChecked()
    editor.show_preset(editor.preset)
    assert not editor.codes.isChecked()
    editor.codes.setChecked(True)
    editor.by_address.click()
    assert editor.codes.isChecked(), "who knows better is not overruled by the way that is chosen already"
