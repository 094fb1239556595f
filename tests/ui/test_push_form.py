"""Kuaishou gives an address in the dialog of a destination: the real process asks a stand-in."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from integrations.base import Tokens
from integrations.kuaishou_push import Settings
from studio.accounts import Account, keep_account
from studio.paths import Home
from studio.ui.destination_dialog import DestinationDialog
from studio.ui.new_address_dialog import NewAddressDialog
from studio.ui.process_bridge import AccountsBridge
from studio.ui.push_form import COVER, PushForm, jpeg_of, kept_choice, upright_picture
from tests.integrations.stand_ins import kuaishou_push as stand_in
from tests.integrations.stand_ins.server import serving

KEY_OF_STAND_IN = "kwai_1?sign=Geheim5"
pytestmark = pytest.mark.usefixtures("key_store")


@pytest.fixture
def platform() -> Iterator[stand_in.KuaishouPush]:
    platform = stand_in.KuaishouPush()
    with serving(platform):
        yield platform


@pytest.fixture
def dialog(qtbot: QtBot, home: Home) -> Iterator[DestinationDialog]:
    accounts = AccountsBridge(home)
    dialog = DestinationDialog([], accounts)
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    accounts.close()


@pytest.fixture
def cover(tmp_path: Path) -> str:
    """A wide photograph, as a phone that was held the wrong way takes it."""
    image = QImage(2000, 900, QImage.Format.Format_RGB32)
    image.fill(QColor("darkred"))
    path = tmp_path / "cover.png"
    assert image.save(str(path))
    return str(path)


def push_of(dialog: DestinationDialog) -> PushForm:
    assert dialog.push is not None
    return dialog.push


def until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=40_000)


def keep(home: Home, platform: stand_in.KuaishouPush) -> None:
    settings = Settings(stand_in.APP_ID, stand_in.APP_SECRET, host=platform.url)
    keep_account(home, Account("果园开播", "kuaishou_live", settings, Tokens(platform.access)))


def test_the_address_that_is_given_fills_in_the_boxes(
    dialog: DestinationDialog, qtbot: QtBot, home: Home, platform: stand_in.KuaishouPush, cover: str
) -> None:
    keep(home, platform)
    dialog.tiles.tiles["kuaishou"].click()
    dialog.push_button.click()
    push = push_of(dialog)
    until(qtbot, push.caption.isVisible)
    assert not push.ask_button.isEnabled()
    push.take_cover(cover)
    push.caption.setText("今晚苹果开播")
    platform.may_sell = False
    push.ask_button.click()
    assert not push.ask_button.isEnabled()
    until(qtbot, push.trouble.isVisible)
    assert "果园开播 gives no push address: this account may not sell" in push.trouble_lines.words()
    platform.may_sell = True
    push.ask_button.click()
    until(qtbot, dialog.take_button.isVisible)
    assert dialog.editor.server.text() == "rtmp://txyun-push.voip.yximgs.com/gifshow"
    assert dialog.editor.key.text() == KEY_OF_STAND_IN
    assert "good for one show" in dialog.editor.hint.text()
    with qtbot.waitSignal(dialog.done_with) as done:
        dialog.take_button.click()
    (made,) = done.args
    assert (made.platform, made.url.reveal().partition("?")[2]) == ("kuaishou", "sign=Geheim5")
    assert platform.given == [{"caption": "今晚苹果开播", "panoramic": "0", "shopLive": "true"}]
    assert "Geheim" not in "".join(path.read_text("utf-8") for path in home.logs.iterdir())


def test_without_an_account_the_way_is_told(dialog: DestinationDialog, qtbot: QtBot) -> None:
    dialog.tiles.tiles["bilibili"].click()
    assert not dialog.push_button.isVisible()
    dialog.back_button.click()
    dialog.tiles.tiles["kuaishou"].click()
    dialog.push_button.click()
    push = push_of(dialog)
    until(qtbot, lambda: "must have admitted you as a company" in push.told.text())
    assert not push.ask_button.isVisible()
    dialog.back_button.click()
    assert dialog.take_button.isVisible()


def test_kuaishou_that_is_silent_holds_nothing_up(
    dialog: DestinationDialog, qtbot: QtBot, home: Home, platform: stand_in.KuaishouPush, cover: str
) -> None:
    keep(home, platform)
    dialog.tiles.tiles["kuaishou"].click()
    dialog.push_button.click()
    push = push_of(dialog)
    until(qtbot, push.caption.isVisible)
    push.take_cover(cover)
    push.caption.setText("今晚苹果")
    platform.answering.clear()
    push.ask_button.click()
    platform.wait_until(lambda: bool(platform.asked))
    dialog.back_button.click()
    platform.answering.set()
    dialog.editor.server.setText("rtmp://a.example/live")
    dialog.editor.key.setText("mine")
    dialog.push_button.click()
    until(qtbot, push.ask_button.isEnabled)
    assert dialog.editor.key.text() == "mine", "what came too late changes nothing"


def test_a_new_address_during_a_show_is_given_with_what_was_chosen_before(
    dialog: DestinationDialog, qtbot: QtBot, home: Home, platform: stand_in.KuaishouPush, cover: str
) -> None:
    keep(home, platform)
    dialog.tiles.tiles["kuaishou"].click()
    dialog.push_button.click()
    push = push_of(dialog)
    until(qtbot, push.caption.isVisible)
    push.take_cover(cover)
    push.caption.setText("今晚苹果")
    push.sells.setChecked(False)
    with qtbot.waitSignal(push.given, timeout=40_000):
        push.ask_button.click()
    accounts = AccountsBridge(home)
    rescue = NewAddressDialog("快手", accounts=accounts)
    qtbot.addWidget(rescue)
    try:
        rescue.show()
        rescue.push_button.click()
        assert rescue.push_dialog is not None
        form = rescue.push_dialog.form
        until(qtbot, form.ask_button.isEnabled)
        assert (form.caption.text(), form.sells.isChecked()) == ("今晚苹果", False)
        form.ask_button.click()
        until(qtbot, lambda: rescue.key.text() == KEY_OF_STAND_IN)
        with qtbot.waitSignal(rescue.given) as given:
            rescue.send.click()
    finally:
        accounts.close()
    assert given.args[0] == "快手"
    assert [one["caption"] for one in platform.given] == ["今晚苹果"] * 2
    assert "Geheim" not in kept_choice(home).read_text("utf-8")


def test_any_picture_becomes_a_cover(cover: str, tmp_path: Path) -> None:
    image = upright_picture(cover)
    assert image is not None
    assert image.size() == COVER
    made = jpeg_of(image)
    assert made.startswith(b"\xff\xd8\xff")
    assert len(made) < 2_000_000
    (tmp_path / "no.jpg").write_bytes(b"no picture")
    assert upright_picture(str(tmp_path / "no.jpg")) is None
