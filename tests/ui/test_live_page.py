"""The live page: what the engine says is what is shown, and every key becomes one command."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.commands import (
    NextCard,
    RetryDestination,
    SetMuted,
    ShowCard,
    StartShow,
    StopShow,
    TypeOrder,
    TypeViewers,
    UndoOrder,
    UndoViewers,
    WatchPreview,
)
from studio.errors import Problem
from studio.events import AudioLevel, HealthSampled, Noticed, OrderTyped, PreviewReady, SoundChanged, StartFailed
from studio.media.preview import PreviewWriter
from studio.output_states import OutputChanged, OutputState
from studio.snapshot import OutputSnapshot, Snapshot
from studio.sold import OrdersArrived, ViewersSampled
from studio.ui.show_state import Phase
from tests.ui.conftest import Stage
from tests.ui.samples import CARDS, SHOW, health
from tests.ui.scripted_engine import ScriptedEngine

REFUSED = Problem.of("output.refused", name="快手", reason="key expired")


def now() -> datetime:
    return datetime.now(UTC)


def press(stage: Stage, key: Qt.Key, shift: bool = False) -> None:
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(stage.live, key, modifier)


def test_one_press_goes_on_air_with_the_planned_show(stage: Stage) -> None:
    stage.open().go_live()
    assert stage.engine.wait_for(StartShow).show == SHOW
    assert "On air" in stage.live.bar.badge.text()
    assert [row.property("shown") for row in stage.live.cards.rows][:2] == [True, False]
    assert stage.live.bar.stack.currentWidget() is stage.live.bar.stop_button


def test_a_rehearsal_is_asked_for_as_such_and_framed(stage: Stage) -> None:
    stage.open()
    stage.live.bar.rehearse_button.click()
    assert stage.engine.wait_for(StartShow).show.rehearsal
    stage.until(lambda: stage.desk.state.phase is Phase.ON_AIR)
    assert stage.window.ground.property("rehearsal") is True
    assert stage.live.bar.badge.text() == "Rehearsal"


def test_a_new_window_shows_the_running_show(stage: Stage) -> None:
    outputs = (OutputSnapshot("淘宝", "rtmp://a/•••", OutputState.LIVE, None),)
    stage.engine.snapshot = Snapshot(
        True, 7, now() - timedelta(seconds=65), False, CARDS, "KIWI", None, "", outputs, 88, (("KIWI", 3),), None
    )
    stage.open()
    live = stage.live
    assert live.bar.time.text().startswith("0:01:0")
    assert live.bar.viewers.text() == "88"
    assert live.cards.rows[1].property("shown") is True
    assert live.cards.rows[1].pieces.text() == "3 sold"
    assert stage.engine.of_kind(StartShow) == []


@pytest.mark.parametrize(
    ("key", "shift", "command"),
    [
        (Qt.Key.Key_N, False, NextCard()),
        (Qt.Key.Key_PageDown, False, NextCard()),
        (Qt.Key.Key_H, False, ShowCard(None)),
        (Qt.Key.Key_3, False, ShowCard("ORANGE")),
        (Qt.Key.Key_W, False, TypeOrder("KIWI")),
    ],
)
def test_a_key_sends_its_command(stage: Stage, key: Qt.Key, shift: bool, command: object) -> None:
    stage.open().go_live()
    press(stage, key, shift)
    assert stage.engine.wait_for(type(command)) == command


def test_shift_and_the_letter_take_an_order_back(stage: Stage) -> None:
    stage.open().go_live()
    press(stage, Qt.Key.Key_Q)
    stage.until(lambda: stage.desk.state.pieces("APPLE") == 1)
    press(stage, Qt.Key.Key_Q, shift=True)
    assert stage.engine.wait_for(UndoOrder) == UndoOrder("APPLE")
    stage.until(lambda: stage.desk.state.pieces("APPLE") == 0)
    assert not stage.live.cards.rows[0].undo.isEnabled()


def test_keys_do_nothing_while_off_air(stage: Stage) -> None:
    stage.open()
    for key in (Qt.Key.Key_N, Qt.Key.Key_1, Qt.Key.Key_Q, Qt.Key.Key_H):
        press(stage, key)
    stage.go_live()
    kinds = {type(command) for command in stage.engine.heard}
    assert kinds.isdisjoint({NextCard, ShowCard, TypeOrder})


def test_a_click_on_a_row_puts_its_card_on_and_marks_it(stage: Stage) -> None:
    stage.open().go_live()
    row = stage.live.cards.rows[4]
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, row.rect().center())
    assert stage.engine.wait_for(ShowCard) == ShowCard("TEA")
    stage.until(lambda: bool(row.property("shown")))
    assert "Shown" in row.mark.text()
    assert not stage.live.cards.rows[0].property("shown")


def test_what_platforms_tell_is_shown_with_their_names(stage: Stage) -> None:
    stage.open().go_live()
    bar = stage.live.bar
    stage.engine.tell(ViewersSampled(1500, "kuaishou:一店", now()))
    stage.engine.tell(ViewersSampled(20, "kuaishou:二店", now()))
    stage.engine.tell(ViewersSampled(3, "nginx-rtmp", now()))
    for account in ("一店", "二店"):
        stage.engine.tell(OrdersArrived("kuaishou", account, 3, 4, 11970, now()))
    stage.until(lambda: bar.orders.text() == "3 orders · ¥119.70")
    assert (bar.orders_from.text(), bar.viewers.text()) == ("Orders · Kuaishou Shop", "1,500")
    assert bar.viewers_from.text() == "Viewers · Kuaishou Shop 一店"
    assert bar.viewers.toolTip() == "Kuaishou Shop 一店: 1,500\nKuaishou Shop 二店: 20\nnginx-rtmp: 3"
    stage.engine.tell(OrderTyped("KIWI", 1, 3990, now()))
    stage.until(lambda: "typed in 1 piece" in bar.orders_from.text())


def test_about_so_many_viewers_are_typed_and_shown_as_that(stage: Stage) -> None:
    stage.open().go_live()
    stage.live.bar.box.setText("1.2万")
    QTest.keyClick(stage.live.bar.box, Qt.Key.Key_Return)
    assert stage.engine.wait_for(TypeViewers) == TypeViewers(12000, about=True)
    stage.until(lambda: stage.live.bar.viewers.text() == "≈12,000")
    stage.live.bar.box.setText("")
    QTest.keyClicks(stage.live.bar.box, "3x+")
    assert stage.live.bar.box.text() == "3+"


def test_viewers_are_typed_with_a_key_digits_and_enter(stage: Stage) -> None:
    stage.open().go_live()
    stage.window.activateWindow()
    press(stage, Qt.Key.Key_V)
    stage.until(stage.live.bar.box.hasFocus)
    QTest.keyClicks(stage.live.bar.box, "258")
    QTest.keyClick(stage.live.bar.box, Qt.Key.Key_Return)
    assert stage.engine.wait_for(TypeViewers) == TypeViewers(258)
    stage.until(lambda: stage.live.bar.viewers.text() == "258")
    assert not stage.live.bar.box.hasFocus()
    assert stage.engine.of_kind(ShowCard) == []
    assert stage.live.bar.undo.isVisible()
    QTest.keyClick(stage.window, Qt.Key.Key_V, Qt.KeyboardModifier.ShiftModifier)
    assert stage.engine.wait_for(UndoViewers) == UndoViewers()
    stage.until(lambda: stage.live.bar.viewers.text() == "—")
    assert not stage.live.bar.undo.isVisible()


def test_stray_keys_cannot_stop_the_show(stage: Stage) -> None:
    stage.open().go_live()
    button = stage.live.bar.stop_button
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
        QTest.keyClick(button, key)
        dialog = stage.live.stop_dialog
        assert dialog is not None
        default = dialog.defaultButton()
        assert default is not None
        assert default.text() == "Go on with the show"
        QTest.keyClick(default, key)
        stage.until(lambda: stage.live.stop_dialog is None)
    assert stage.engine.of_kind(StopShow) == []
    assert stage.desk.state.phase is Phase.ON_AIR


def test_no_viewers_are_said_to_leave_a_rehearsal(stage: Stage) -> None:
    stage.open()
    stage.desk.start(rehearsal=True)
    stage.until(lambda: stage.desk.state.phase is Phase.ON_AIR)
    stage.live.ask_to_stop()
    dialog = stage.live.stop_dialog
    assert dialog is not None
    assert dialog.text() == "Really end the rehearsal?"
    next(button for button in dialog.buttons() if button.text() == "End the rehearsal").click()
    stage.engine.wait_for(StopShow)


def test_a_short_press_only_asks_and_a_second_of_holding_stops(stage: Stage) -> None:
    stage.open().go_live()
    button = stage.live.bar.stop_button
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert stage.live.stop_dialog is not None
    stage.live.stop_dialog.reject()
    assert stage.engine.of_kind(StopShow) == []
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    stage.until(lambda: button.progress > 0.2)
    assert stage.desk.state.phase is Phase.ON_AIR
    stage.until(lambda: stage.desk.state.phase is Phase.OFF_AIR)
    assert len(stage.engine.of_kind(StopShow)) == 1


def test_a_failed_destination_tells_its_four_lines_and_can_be_tried_again(stage: Stage) -> None:
    stage.open().go_live()
    stage.engine.tell(OutputChanged("快手", "rtmp://b/•••", OutputState.FAILED, now(), REFUSED))
    stage.until(lambda: stage.desk.state.outputs[1].state is OutputState.FAILED)
    row = stage.live.destinations.rows[0]
    assert row.accessibleName() == "快手: Failed"
    assert row.lines is not None
    for words in ("refuses the stream", "key expired", "see nothing", "Get a new one", "service desk"):
        assert words in row.lines.words()
    row.again.click()
    assert stage.engine.wait_for(RetryDestination) == RetryDestination("快手")


def test_a_notice_fills_the_banner_and_leaves_it_when_all_is_well(stage: Stage) -> None:
    stage.open().go_live()
    lost = Problem.of("source.lost", name="Front camera")
    stage.engine.tell(Noticed(lost, True, now()))
    stage.until(stage.live.banner.isVisible)
    assert "The picture from Front camera has stopped." in stage.live.banner.lines.words()
    stage.engine.tell(Noticed(lost, False, now()))
    stage.until(lambda: not stage.live.banner.isVisible())


def test_a_start_that_fails_says_why_and_can_be_tried_again(stage: Stage) -> None:
    stage.engine.obedient = False
    stage.open()
    stage.live.bar.start_button.click()
    assert not stage.live.bar.start_button.isEnabled()
    stage.engine.wait_for(StartShow)
    stage.engine.tell(StartFailed(Problem.of("camera.none")))
    stage.until(stage.live.banner.isVisible)
    assert "No camera was found." in stage.live.banner.lines.words()
    assert stage.live.bar.start_button.isEnabled()


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        (health(), "All is smooth, sending 5,240 kb/s."),
        (health(sent_kbps=0.0), "The picture runs smoothly."),
        (health(dropped_packets=4), "network is too slow"),
        (health(skipped_frames=2), "keep up with compressing"),
        (health(late_ticks=9), "late now and then"),
        (health(composed_fps=12.0), "slower than it should"),
    ],
)
def test_health_is_a_sentence_a_seller_understands(stage: Stage, sample: HealthSampled, words: str) -> None:
    stage.open().go_live()
    stage.engine.tell(health(750.0))
    stage.engine.tell(sample)
    stage.until(lambda: words in stage.live.health.sentence.text())


def test_the_meter_says_what_the_level_means(stage: Stage) -> None:
    stage.open().go_live()
    for peak, word in ((-1.0, "Too loud"), (-15.0, "Good"), (-45.0, "Too quiet"), (-96.0, "No sound")):
        stage.until(lambda peak=peak, word=word: told_level(stage, peak, word))  # type: ignore[misc]


def told_level(stage: Stage, peak: float, word: str) -> bool:
    """Tells the level again, since the bar falls slowly."""
    stage.engine.tell(AudioLevel(peak, peak))
    return stage.live.meter.text.startswith(word)


def test_one_key_mutes_and_the_state_is_told_in_words_until_it_is_over(stage: Stage) -> None:
    stage.open().go_live()
    press(stage, Qt.Key.Key_M)
    assert stage.engine.wait_for(SetMuted) == SetMuted(True)
    assert stage.live.mute.text().split() == ["Mute", "M"], "nothing is claimed before the engine says so"
    stage.engine.tell(SoundChanged(True, SHOW.sound, now()))
    stage.until(lambda: "Muted" in stage.live.mute.text())
    stage.engine.tell(AudioLevel(-96.0, -15.0))
    stage.until(lambda: stage.live.meter.peak_dbfs == -15.0)
    assert stage.live.meter.text.startswith("Muted")
    stage.live.mute.click()
    assert stage.engine.wait_for(SetMuted, 2) == SetMuted(False)
    stage.engine.tell(SoundChanged(False, SHOW.sound, now()))
    stage.until(lambda: stage.live.mute.text().split() == ["Mute", "M"])


def test_a_new_window_knows_that_the_microphone_is_muted(stage: Stage) -> None:
    stage.engine.snapshot = Snapshot(
        True, 7, now(), False, CARDS, None, None, "", (), None, (), None, muted=True, sound=SHOW.sound
    )
    stage.open()
    assert "Muted" in stage.live.mute.text()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (720, 1280)])
def test_the_preview_shows_the_shared_picture(stage: Stage, width: int, height: int) -> None:
    stage.open().go_live()
    writer = PreviewWriter(width, height)
    writer.start()
    try:
        luma = np.full((height, width), 200, np.uint8)
        chroma = np.full((height // 2, width // 2), 128, np.uint8)
        writer.write((luma, chroma, chroma))
        stage.engine.tell(PreviewReady(writer.path))
        stage.until(lambda: stage.live.preview.picture is not None)
        picture = stage.live.preview.picture
        assert picture is not None
        assert (picture.width() > picture.height()) == (width > height)
        assert picture.pixelColor(picture.width() // 2, picture.height() // 2).red() > 190
    finally:
        writer.stop()


def test_a_hidden_window_asks_for_no_preview(stage: Stage) -> None:
    stage.open()
    stage.engine.wait_for(WatchPreview)
    stage.window.hide()
    stage.engine.wait_until(lambda: stage.engine.of_kind(WatchPreview)[-1] == WatchPreview(False))


def test_the_end_is_told_in_the_place_of_the_picture(stage: Stage) -> None:
    stage.open().go_live()
    stage.desk.stop()
    stage.until(lambda: stage.desk.state.report is not None)
    assert stage.desk.state.phase is Phase.OFF_AIR
    assert stage.live.bar.start_button.isEnabled()
    assert all(output.state is OutputState.OFFLINE for output in stage.desk.state.outputs)


def test_everything_live_fits_a_small_screen_without_scrolling(stage: Stage) -> None:
    stage.window.resize(1366, 688)
    stage.open().go_live()
    stage.engine.tell(OutputChanged("快手", "rtmp://b/•••", OutputState.FAILED, now(), REFUSED))
    stage.engine.tell(Noticed(Problem.of("audio.lost", name="Mic"), True, now()))
    stage.until(stage.live.banner.isVisible)
    assert stage.window.minimumSizeHint().height() <= 688
    controls = [stage.live.bar.stop_button, stage.live.cards.next_button, stage.live.cards.hide_button]
    controls += [row.plus for row in stage.live.cards.rows]
    again = stage.live.destinations.rows[0].again
    for control in (*controls, again):
        assert control.height() >= (48 if control is again else 56)
        stage.until(lambda control=control: control.visibleRegion().boundingRect().size() == control.size())  # type: ignore[misc]


def test_more_cards_than_fit_are_drawn_smaller(stage: Stage, engine: ScriptedEngine) -> None:
    cards = tuple(replace(CARDS[0], sku=f"P{number}") for number in range(9))
    stage.desk.plan(replace(SHOW, cards=cards, first_card="P0"))
    stage.open().go_live()
    assert len(stage.live.cards.rows) == 9
    press(stage, Qt.Key.Key_9)
    assert engine.wait_for(ShowCard) == ShowCard("P8")


def test_a_slow_computer_is_told_in_one_line_and_in_place_of_the_preview(stage: Stage) -> None:
    stage.open().go_live()
    writer = PreviewWriter(320, 180)
    writer.start()
    stage.engine.tell(PreviewReady(writer.path))
    stage.until(lambda: stage.desk.state.preview_path == writer.path)
    steps = [Problem.of(code, reason="pictures come too late") for code in ("slow.preview", "slow.rate")]
    for step in reversed(steps):
        stage.engine.tell(Noticed(step, True, now()))
    stage.engine.tell(health())
    stage.until(lambda: "half as many pictures" in stage.live.health.sentence.text())
    assert not stage.live.banner.isVisible(), "nothing has to be read and put away"
    assert "hidden" in stage.live.preview._heading
    assert stage.live.preview._path != writer.path
    for step in steps:
        stage.engine.tell(Noticed(step, False, now()))
    stage.until(lambda: "smooth" in stage.live.health.sentence.text())
    assert stage.live.preview._path == writer.path
    writer.stop()
