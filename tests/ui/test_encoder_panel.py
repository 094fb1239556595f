"""The panel on compressing: what is known of this computer, one button, and a first trial by itself."""

from dataclasses import replace

import pytest

from studio.checks import Check, CheckBegun, CheckDone, CheckResult, ChecksEnded, Line, Outcome
from studio.commands import RunChecks, TryEncoders
from studio.config import CanvasConfig, EncoderConfig, SourceConfig, SourceKind
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
    stage.desk.trials.known = lambda _canvas: FOUND
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
    stage.until(lambda: not stage.desk.trials.running)


def test_a_computer_nothing_is_known_of_is_tried_by_itself_without_its_camera(
    stage: Stage, panel: EncoderPanel
) -> None:
    stage.desk.trials.first.setInterval(1)
    stage.desk.trials.first.start()
    stage.until(lambda: stage.desk.trials.running)
    assert stage.engine.wait_for(TryEncoders).show.source.kind is SourceKind.PATTERN


def test_what_is_known_is_not_tried_again_by_itself(stage: Stage, panel: EncoderPanel) -> None:
    known: list[CanvasConfig] = []

    def encoders(canvas: CanvasConfig) -> EncodersTried:
        known.append(canvas)
        return FOUND

    stage.desk.trials.known = encoders
    known.clear()
    stage.desk.trials.try_first()
    assert known == [SHOW.canvas]
    assert not stage.engine.of_kind(TryEncoders)


@pytest.mark.parametrize(
    ("outcome", "pictures", "tries"),
    [
        (Outcome.GOOD, "clip", 1),
        (Outcome.GOOD, "camera", 0),
        (Outcome.GOOD, "", 1),
        (Outcome.BAD, "clip", 0),
    ],
)
@pytest.mark.parametrize("kind", [SourceKind.CAMERA, SourceKind.URL])
def test_a_trial_without_the_camera_is_done_again_with_it_once_a_check_has_seen_it(
    stage: Stage, panel: EncoderPanel, kind: SourceKind, outcome: Outcome, pictures: str, tries: int
) -> None:
    source = SourceConfig(kind, "rtsp://phone.example/" if kind is SourceKind.URL else "")
    stage.desk.plan(replace(SHOW, source=source))
    stage.desk.trials.known = lambda _canvas: replace(FOUND, pictures=pictures) if pictures else None
    line = Line.of("Everything about it.")
    problem = Problem.of("check.camera_dark") if outcome is Outcome.BAD else None
    stage.engine.tell(CheckDone(CheckResult(Check.CAMERA, outcome, line, line, problem)))
    stage.engine.tell(ChecksEnded())
    done = CheckResult(Check.CLOCK, Outcome.GOOD, line, line)
    stage.engine.tell(CheckDone(done))
    stage.until(lambda: done in stage.desk.checks.list.results)
    assert stage.desk.trials.running is bool(tries)
    if tries:
        assert stage.engine.wait_for(TryEncoders).show.source == source


def end_check(stage: Stage, camera: Outcome) -> None:
    """All that was waited for is made, and the camera's outcome is told."""
    line = Line.of("Everything about it.")
    for check in stage.desk.checks.list.waiting:
        stage.engine.tell(CheckBegun(check))
    problem = Problem.of("check.camera_dark") if camera is Outcome.BAD else None
    stage.engine.tell(CheckDone(CheckResult(Check.CAMERA, camera, line, line, problem)))
    stage.engine.tell(ChecksEnded())


def test_a_first_trial_that_a_check_broke_off_is_made_after_it_with_the_camera(
    stage: Stage, panel: EncoderPanel
) -> None:
    stage.desk.trials.try_first()
    assert stage.engine.wait_for(TryEncoders).show.source.kind is SourceKind.PATTERN
    stage.desk.checks.check(SHOW)
    stage.engine.wait_for(RunChecks)
    stage.engine.tell(EncodersTried(1280, 720, 30, "", (), None))
    stage.until(lambda: not stage.desk.trials.running)
    assert not panel.button.isEnabled(), "the check may have the camera"
    end_check(stage, Outcome.GOOD)
    stage.until(lambda: stage.desk.trials.running)
    stage.until(lambda: len(stage.engine.of_kind(TryEncoders)) == 2)
    assert stage.engine.of_kind(TryEncoders)[-1].show.source == SHOW.source


def test_no_first_trial_breaks_a_check_off(stage: Stage, panel: EncoderPanel) -> None:
    stage.desk.checks.check(SHOW)
    stage.desk.trials.first.stop()
    stage.desk.trials.try_first()
    assert stage.desk.trials.first.isActive(), "it is put off"
    assert not stage.desk.trials.running
    stage.desk.trials.first.stop()
    end_check(stage, Outcome.BAD)
    stage.until(stage.desk.trials.first.isActive)
    assert panel.button.isEnabled()
    stage.desk.trials.try_first()
    assert stage.engine.wait_for(TryEncoders).show.source.kind is SourceKind.PATTERN
