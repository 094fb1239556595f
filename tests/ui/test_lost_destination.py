"""A destination that is lost: the seconds that are left, the steps when they are over, and the way to a new address."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QLabel

from studio.commands import ReplaceAddress
from studio.config import DestinationConfig, Secret, ShowConfig
from studio.errors import Problem, StudioError
from studio.output_states import OutputChanged, OutputState
from studio.presets import KUAISHOU, PLATFORMS, Preset
from studio.ui.live_page import preview_words
from studio.ui.push_form import kept_choice
from studio.ui.show_form import commands_between
from tests.ui.conftest import Stage

RECONNECTING = OutputState.RECONNECTING
CLOSING = Problem.of("output.closing", name="快手", reason="no answer came in time", seconds=60)
CLOSED = Problem.of("output.room_closed", name="快手", reason="no route")
ADDRESS = "rtmp://b.example/•••"


def lose(stage: Stage, problem: Problem, left_s: float) -> None:
    closes_ns = time.monotonic_ns() + int(left_s * 1e9)
    stage.engine.tell(OutputChanged("快手", ADDRESS, RECONNECTING, datetime.now(UTC), problem, closes_ns))
    stage.until(lambda: any(output.problem == problem for output in stage.desk.state.outputs))


def test_the_seconds_left_are_counted_down_large(stage: Stage) -> None:
    stage.open().go_live()
    lose(stage, CLOSING, 47.5)
    row = stage.live.destinations.rows[0]
    assert row.seconds is not None
    assert row.seconds.text() in ("48", "47")
    row.show_time(time.monotonic_ns() + 10_000_000_000)
    assert row.seconds.text() in ("38", "37")
    row.show_time(time.monotonic_ns() + 90_000_000_000)
    assert row.seconds.text() == "0"
    assert not row.again.isVisible(), "it is tried again by itself"


def test_whose_seconds_run_stands_first(stage: Stage) -> None:
    """Where the window is low the others are scrolled away."""
    stage.open().go_live()
    problem = Problem.of("output.refused", name="淘宝", reason="expired")
    stage.engine.tell(OutputChanged("淘宝", ADDRESS, OutputState.FAILED, datetime.now(UTC), problem))
    lose(stage, CLOSING, 47.5)
    assert [row.seconds is not None for row in stage.live.destinations.rows] == [True, False]


def test_while_no_destination_is_sent_to_the_picture_is_not_called_what_viewers_see(stage: Stage) -> None:
    stage.open().go_live()

    def become(state: OutputState, name: str) -> None:
        stage.engine.tell(OutputChanged(name, ADDRESS, state, datetime.now(UTC)))
        stage.until(lambda: any(one.name == name and one.state is state for one in stage.desk.state.outputs))

    become(OutputState.LIVE, "快手")
    become(OutputState.LIVE, "淘宝")
    assert preview_words(stage.desk.state)[0] == "This is what viewers see"
    become(RECONNECTING, "快手")
    assert preview_words(stage.desk.state)[0] == "This is what viewers see", "on the other one"
    become(RECONNECTING, "淘宝")
    assert preview_words(stage.desk.state)[0] == "Nobody sees it now"
    assert preview_words(replace(stage.desk.state, outputs=()))[0] == "Only recorded: nobody sees it"


def test_the_server_s_words_stand_beside_the_seconds_left(stage: Stage) -> None:
    stage.open().go_live()
    lose(stage, Problem.of("output.not_taken_back", name="快手", reason="expired"), 47.5)
    row = stage.live.destinations.rows[0]
    assert row.seconds is not None
    words = " ".join(label.text() for label in row.findChildren(QLabel))
    assert "does not take the show back: expired" in words
    assert "press “New address”" in words


def test_at_zero_the_steps_to_a_new_address_are_told(stage: Stage) -> None:
    stage.open().go_live()
    lose(stage, CLOSED, -1)
    row = stage.live.destinations.rows[0]
    assert row.lines is not None
    for words in ("may have closed the room", "if not, open a new one", "Press “New address”"):
        assert words in row.lines.words()


def test_a_new_address_is_asked_for_and_sent_with_its_key_out_of_sight(stage: Stage) -> None:
    stage.open().go_live()
    lose(stage, CLOSED, -1)
    stage.live.destinations.rows[0].new.click()
    dialog = stage.live.address_dialog
    assert dialog is not None
    dialog.server.setText("what is this")
    dialog.send.click()
    assert "not an RTMP address" in dialog.told.text()
    assert dialog.isVisible(), "it can be mended"
    dialog.server.clear()
    dialog.server.setText("rtmp://new.example/app/fresh-key-of-today?sign=1")
    assert dialog.server.text() == "rtmp://new.example/app"
    dialog.send.click()
    wanted = ReplaceAddress("快手", Secret("rtmp://new.example/app/fresh-key-of-today?sign=1"))
    assert stage.engine.wait_for(ReplaceAddress) == wanted
    assert not dialog.isVisible()


def test_a_line_that_is_back_is_not_taken_off_without_asking(stage: Stage) -> None:
    """A platform that grants two minutes is back after 65 seconds, while the person pastes a new address."""
    stage.open().go_live()
    lose(stage, CLOSED, -1)
    stage.live.destinations.rows[0].new.click()
    dialog = stage.live.address_dialog
    assert dialog is not None
    assert not dialog.back.isVisible()
    dialog.server.setText("rtmp://new.example/app/fresh-key-of-today")
    become(stage, OutputState.LIVE, ADDRESS)
    assert "快手 is on the air again" in dialog.back.text()
    assert dialog.back.isVisible()
    lose(stage, CLOSED, -1)
    assert not dialog.back.isVisible(), "it broke again"
    become(stage, OutputState.LIVE, ADDRESS)
    dialog.send.click()
    assert not stage.engine.of_kind(ReplaceAddress)
    assert dialog.question is not None
    send = next(one for one in dialog.question.buttons() if one is not dialog.question.defaultButton())
    send.click()
    stage.until(lambda: not dialog.isVisible())
    assert stage.engine.wait_for(ReplaceAddress).name == "快手"


def test_who_sees_that_the_line_is_back_can_leave_it_as_it_is(stage: Stage) -> None:
    stage.open().go_live()
    become(stage, OutputState.LIVE, ADDRESS)
    stage.live.ask_for_address("快手")
    dialog = stage.live.address_dialog
    assert dialog is not None
    dialog.server.setText("rtmp://new.example/app/fresh-key-of-today")
    dialog.send.click()
    assert dialog.question is not None
    stay = dialog.question.defaultButton()
    assert stay is not None
    stay.click()
    stage.until(lambda: not dialog.isVisible())
    assert not stage.engine.of_kind(ReplaceAddress)


NEW = Secret("rtmp://b.example/app/fresh-key")
NEW_SHOWN = DestinationConfig("快手", NEW).shown


def become(stage: Stage, state: OutputState, address: str) -> None:
    stage.engine.tell(OutputChanged("快手", address, state, datetime.now(UTC)))
    stage.until(
        lambda: any((one.state, one.address) == (state, address) for one in stage.desk.state.outputs),
    )


def test_a_new_address_is_the_next_show_s_once_it_works(stage: Stage) -> None:
    stage.open().go_live()
    before = stage.desk.show
    stage.desk.send_to("快手", NEW)
    become(stage, OutputState.LIVE, ADDRESS)
    become(stage, OutputState.CONNECTING, NEW_SHOWN)
    become(stage, OutputState.FAILED, NEW_SHOWN)
    assert stage.saved == [], "an address that is refused takes nobody's place"
    become(stage, OutputState.CONNECTING, NEW_SHOWN)
    become(stage, OutputState.LIVE, NEW_SHOWN)
    stage.until(lambda: len(stage.saved) == 1)
    assert stage.saved[0].destinations == (
        before.destinations[0],
        replace(before.destinations[1], url=NEW),
    )
    assert stage.desk.show == stage.saved[0]
    assert "fresh-key" not in repr(stage.saved[0])
    become(stage, OutputState.RECONNECTING, NEW_SHOWN)
    become(stage, OutputState.LIVE, NEW_SHOWN)
    assert len(stage.saved) == 1


def test_a_new_address_of_a_destination_nobody_planned_is_kept_nowhere(stage: Stage) -> None:
    stage.open().go_live()
    stage.desk.send_to("抖音", NEW)
    stage.engine.wait_for(ReplaceAddress)
    stage.engine.tell(OutputChanged("抖音", NEW_SHOWN, OutputState.LIVE, datetime.now(UTC)))
    stage.until(lambda: any(one.name == "抖音" for one in stage.desk.state.outputs))
    assert stage.saved == []


def test_where_the_new_address_cannot_be_kept_the_person_is_told(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Problem.of("home.unwritable", path="/home", reason="the disk is full")

    def unwritable(_show: ShowConfig) -> None:
        raise StudioError(full)

    monkeypatch.setattr(stage.desk, "_save", unwritable)
    stage.open().go_live()
    stage.desk.send_to("快手", NEW)
    become(stage, OutputState.LIVE, NEW_SHOWN)
    stage.until(lambda: full in stage.desk.state.alarms)


def test_who_had_an_address_given_before_may_have_a_new_one_given(stage: Stage) -> None:
    stage.open().go_live()
    stage.desk.show = replace(
        stage.desk.show, destinations=tuple(replace(to, platform="kuaishou") for to in stage.desk.show.destinations)
    )
    for offered in (False, True):
        stage.live.ask_for_address("快手")
        assert stage.live.address_dialog is not None
        assert stage.live.address_dialog.push_button.isVisible() is offered
        stage.live.address_dialog.reject()
        kept_choice(stage.home).write_text("{}")


def test_an_address_that_was_refused_is_not_kept_when_the_old_one_is_back_on_the_same_server(stage: Stage) -> None:
    stage.open().go_live()
    stage.desk.send_to("快手", NEW)
    become(stage, OutputState.CONNECTING, NEW_SHOWN)
    refused = Problem.of("output.new_refused", name="快手", reason="no such room")
    lose(stage, refused, 40)
    row = stage.live.destinations.rows[0]
    assert row.seconds is not None, "they run on"
    assert any("no such room" in label.text() for label in row.findChildren(QLabel))
    row.show_time(time.monotonic_ns() + 90_000_000_000)
    assert not row.seconds.isVisible(), "they are over"
    assert any(label.text().startswith("The old address is tried") for label in row.findChildren(QLabel))
    become(stage, OutputState.LIVE, NEW_SHOWN)
    assert stage.saved == []


def test_an_address_that_is_refused_at_its_first_picture_does_not_stay_in_the_plan(stage: Stage) -> None:
    """Some servers take any call."""
    stage.open().go_live()
    before = stage.desk.show.destinations
    stage.desk.send_to("快手", NEW)
    become(stage, OutputState.CONNECTING, NEW_SHOWN)
    become(stage, OutputState.LIVE, NEW_SHOWN)
    assert NEW in [one.url for one in stage.desk.show.destinations]
    lose(stage, Problem.of("output.new_refused", name="快手", reason="no such room"), 40)
    assert stage.desk.show.destinations == before
    assert stage.saved[-1].destinations == before


@pytest.mark.parametrize(
    ("preset", "address"),
    [(preset, "rtmp://b.example/app/old-key") for preset in PLATFORMS]
    + [(KUAISHOU, "rtmp://open-push.voip.yximgs.com/gifshow/old-key")],
    ids=lambda one: one.platform if isinstance(one, Preset) else one.split("/")[2],
)
def test_who_needs_a_new_address_is_told_where_that_platform_shows_it(
    stage: Stage, preset: Preset, address: str
) -> None:
    """Also where the destination was saved as any other server."""
    platform = preset.platform if "example" in address else "custom"
    named = (DestinationConfig("快手", Secret(address), platform),)
    stage.desk.show = replace(stage.desk.show, destinations=named)
    stage.open()
    stage.live.ask_for_address("快手")
    dialog = stage.live.address_dialog
    assert dialog is not None
    assert dialog.steps.isVisible()
    for words in (*preset.steps, preset.key_life):
        assert words in dialog.steps.text()
    assert dialog.height() < 640, "it fits a small screen"
    dialog.reject()


def test_an_address_that_is_filled_in_and_refused_does_not_stay_in_the_plan(stage: Stage) -> None:
    """On the page of the show it is planned at once."""
    stage.open().go_live()
    before = stage.desk.show
    become(stage, OutputState.LIVE, ADDRESS)
    filled_in = replace(before, destinations=(before.destinations[0], replace(before.destinations[1], url=NEW)))
    stage.desk.send_changes(commands_between(before, filled_in))
    stage.desk.plan(filled_in)
    assert stage.engine.wait_for(ReplaceAddress).url == NEW
    lose(stage, Problem.of("output.new_refused", name="快手", reason="no such room"), 40)
    stage.until(lambda: stage.desk.show.destinations == before.destinations)
