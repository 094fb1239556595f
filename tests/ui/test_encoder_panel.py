"""The panel on compressing: what is known of this computer, one button, and a first trial by itself."""

from dataclasses import replace

import pytest

from studio.checks import Check, CheckDone, CheckResult, ChecksEnded, Line, Outcome
from studio.commands import TryEncoders
from studio.config import CanvasConfig, EncoderConfig, SourceKind
from studio.errors import Problem
from studio.events import EncodersTried, TriedEncoder
from studio.ui.encoder_panel import EncoderPanel
from tests.ui.conftest import Stage
from tests.ui.samples import SHOW

BEST = TriedEncoder("libx264", "superfast", 0.2, 4.0, 7.0, 2500.0)
GONE = TriedEncoder("h264_qsv", "", refused="it crashed")
FOUND = EncodersTried(1280, 720, 30, "camera", (GONE, BEST), BEST)


@pytest.fixture
def panel(stage: Stage) -> EncoderPanel:
    stage.open()
    return stage.setup.findChildren(EncoderPanel)[0]


def test_the_button_tries_with_the_planned_picture_and_shows_what_was_found(stage: Stage, panel: EncoderPanel) -> None:
    assert "Not tried" in panel.sentence.text()
    panel.button.click()
    asked = stage.engine.wait_for(TryEncoders).show
    assert (asked.source, asked.canvas, asked.destinations) == (SHOW.source, SHOW.canvas, ())
    assert not panel.button.isEnabled()
    stage.desk.encoders = lambda _canvas: FOUND
    stage.engine.tell(FOUND)
    stage.until(panel.button.isEnabled)
    assert "x264 superfast" in panel.sentence.text()
    assert "camera's picture" in panel.details.text()
    assert "1 way does not work" in panel.details.text()
    assert panel.button.text() == "Try again"


def test_nothing_is_tried_during_a_show(stage: Stage, panel: EncoderPanel) -> None:
    stage.go_live()
    assert not panel.button.isEnabled()
    stage.desk.try_encoders()
    assert not stage.engine.of_kind(TryEncoders)


def test_trying_again_gives_up_what_was_chosen_by_hand(stage: Stage, panel: EncoderPanel) -> None:
    stage.desk.plan(replace(SHOW, encoder=EncoderConfig(preset="medium")))
    assert "medium" in panel.sentence.text()
    panel.button.click()
    assert stage.engine.wait_for(TryEncoders).show.encoder.preset == "auto"


def test_an_engine_that_ends_in_a_trial_leaves_the_button_usable(stage: Stage, panel: EncoderPanel) -> None:
    panel.button.click()
    stage.engine.wait_for(TryEncoders)
    stage.engine.hang_up()
    stage.until(lambda: not stage.desk.trying)


def test_a_computer_nothing_is_known_of_is_tried_by_itself_without_its_camera(
    stage: Stage, panel: EncoderPanel
) -> None:
    stage.desk._first_trial.setInterval(1)
    stage.desk._first_trial.start()
    stage.until(lambda: stage.desk.trying)
    assert stage.engine.wait_for(TryEncoders).show.source.kind is SourceKind.PATTERN


def test_what_is_known_is_not_tried_again_by_itself(stage: Stage, panel: EncoderPanel) -> None:
    known: list[CanvasConfig] = []

    def encoders(canvas: CanvasConfig) -> EncodersTried:
        known.append(canvas)
        return FOUND

    stage.desk.encoders = encoders
    known.clear()
    stage.desk._try_first()
    assert known == [SHOW.canvas]
    assert not stage.engine.of_kind(TryEncoders)


@pytest.mark.parametrize(
    ("outcome", "pictures", "tries"),
    [
        (Outcome.GOOD, "clip", 1),
        (Outcome.GOOD, "camera", 0),
        (Outcome.BAD, "clip", 0),
    ],
)
def test_a_trial_without_the_camera_is_done_again_with_it_once_a_check_has_seen_it(
    stage: Stage, panel: EncoderPanel, outcome: Outcome, pictures: str, tries: int
) -> None:
    assert SHOW.source.kind is SourceKind.CAMERA
    stage.desk.encoders = lambda _canvas: replace(FOUND, pictures=pictures)
    line = Line.of("Everything about it.")
    problem = Problem.of("check.camera_dark") if outcome is Outcome.BAD else None
    stage.engine.tell(CheckDone(CheckResult(Check.CAMERA, outcome, line, line, problem)))
    stage.engine.tell(ChecksEnded())
    done = CheckResult(Check.CLOCK, Outcome.GOOD, line, line)
    stage.engine.tell(CheckDone(done))
    stage.until(lambda: done in stage.desk.checks.list.results)
    assert stage.desk.trying is bool(tries)
    if tries:
        assert stage.engine.wait_for(TryEncoders).show.source == SHOW.source
