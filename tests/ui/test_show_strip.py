"""A running show is not out of sight while another page is open: its warnings, and the voice on its key."""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from studio.commands import SetMuted
from studio.errors import Problem
from studio.events import Noticed, SoundChanged
from tests.ui.conftest import Stage

DARK = Problem.of("watch.dark")


WITHOUT_BOOKS = (1, 2, 3, 4)  # pages that ask no process of their own


@pytest.mark.parametrize("page", WITHOUT_BOOKS)
def test_a_warning_is_as_large_on_every_other_page(stage: Stage, page: int) -> None:
    stage.open().go_live()
    strip, stack = stage.window.strip, stage.window.stack
    assert not strip.isVisible(), "its own page has all that"
    stack.setCurrentIndex(page)
    assert strip.isVisible()
    assert not strip.banner.isVisible()
    assert strip.badge.text() == "On air"
    stage.engine.tell(Noticed(DARK, True, datetime.now(UTC)))
    stage.until(strip.banner.instruction.isVisible)
    assert strip.banner.instruction.what.font() == stage.live.banner.instruction.what.font()
    assert strip.banner.accessibleName() == stage.live.banner.accessibleName()
    assert stage.window.minimumSizeHint().width() <= 1366
    strip.banner._read.click()
    stage.until(lambda: not strip.banner.isVisible() and not stage.desk.state.problems)
    strip.back.click()
    assert stack.currentWidget() is stage.live
    assert not strip.isVisible()


def test_where_no_show_runs_there_is_no_strip(stage: Stage) -> None:
    stage.open()
    stage.window.stack.setCurrentIndex(3)
    assert not stage.window.strip.isVisible()
    stage.desk.stop()
    stage.go_live()
    stage.window.stack.setCurrentIndex(3)
    stage.desk.stop()
    stage.until(lambda: not stage.window.strip.isVisible())


def test_the_voice_is_on_its_key_on_every_page_but_not_while_one_types(stage: Stage) -> None:
    stage.open().go_live()
    stack, strip, asked = stage.window.stack, stage.window.strip, 0
    for page in (0, *WITHOUT_BOOKS):
        stack.setCurrentIndex(page)
        for muted in (True, False):
            stage.window.setFocus()
            QTest.keyClick(stage.window, Qt.Key.Key_M)
            asked += 1
            assert stage.engine.wait_for(SetMuted, asked) == SetMuted(muted)
            stage.engine.tell(SoundChanged(muted, stage.desk.show.sound, datetime.now(UTC)))
            stage.until(lambda muted=muted: stage.desk.state.muted is muted)  # type: ignore[misc]
            assert strip.mute.property("muted") is muted
    products = stack.widget(3)
    assert products is not None
    stack.setCurrentWidget(products)
    box = next(box for box in products.findChildren(QLineEdit) if box.isVisible())
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_M)
    assert box.text() == "m"
    strip.mute.click()
    assert stage.engine.wait_for(SetMuted, asked + 1) == SetMuted(True), "and nothing was asked for by typing"
    assert [type(command) for command in stage.engine.heard].count(SetMuted) == asked + 1
