"""The choice of an encoder: the best picture that leaves room, from trials that no broken driver can hold up."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from studio.config import CanvasConfig, EncoderConfig, ShowConfig, SourceConfig, SourceKind
from studio.events import EncodersTried, TriedEncoder
from studio.media import encoder_choice
from studio.media.codecs import CHIPS
from studio.media.encoder_choice import EncoderTrials, candidates, choose
from tests.media.told import Told

CANVAS = CanvasConfig(1280, 720, 30)
SHOW = ShowConfig(
    source=SourceConfig(SourceKind.PATTERN), canvas=CanvasConfig(160, 160, 10), encoder=EncoderConfig(300)
)
QUICK = TriedEncoder("libx264", "ultrafast", cpu_s=0.15, speed=6.5, quality_db=6.6)
USUAL = TriedEncoder("libx264", "veryfast", cpu_s=0.4, speed=2.5, quality_db=7.1)
CAREFUL = TriedEncoder("libx264", "faster", cpu_s=0.45, speed=2.2, quality_db=7.15)
SLOW = TriedEncoder("libx264", "medium", cpu_s=1.2, speed=0.8, quality_db=7.6)
CHIP = TriedEncoder("h264_qsv", "", cpu_s=0.05, speed=9.0, quality_db=7.05)


@pytest.mark.parametrize(
    ("tried", "cores", "chosen"),
    [
        pytest.param((QUICK, USUAL, SLOW), 2, USUAL, id="the best picture that leaves room"),
        pytest.param((QUICK, USUAL, CAREFUL), 2, USUAL, id="of two that look the same the cheaper one"),
        pytest.param((CHIP, QUICK, USUAL), 2, CHIP, id="a chip that is as good leaves the processor free"),
        pytest.param((replace(CHIP, quality_db=6.0), QUICK, USUAL), 2, USUAL, id="a chip whose picture is poor"),
        pytest.param((replace(CHIP, refused="it crashed"), QUICK), 2, QUICK, id="what was refused is never chosen"),
        pytest.param((QUICK, USUAL), 1, QUICK, id="one core has to do for the rest of the show too"),
        pytest.param((replace(QUICK, cpu_s=0.8, speed=1.2), SLOW), 1, replace(QUICK, cpu_s=0.8, speed=1.2), id="none"),
        pytest.param((replace(CHIP, refused="it crashed"),), 2, None, id="nothing works"),
        pytest.param((), 2, None, id="nothing was tried"),
    ],
)
def test_choice(tried: tuple[TriedEncoder, ...], cores: int, chosen: TriedEncoder | None) -> None:
    assert choose(tried, CANVAS, cores) == chosen


def trial(show: ShowConfig = SHOW) -> EncodersTried:
    """A whole trial."""
    told = Told()
    trials = EncoderTrials(show, told)
    trials.start()
    try:
        return told.wait_for_one(EncodersTried)
    finally:
        trials.stop()


def test_every_encoder_is_tried_and_what_is_not_there_is_refused_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_choice, "PRESETS", ("ultrafast", "veryfast"))
    found = trial()
    assert [(one.codec, one.preset) for one in found.tried] == candidates()
    assert found.pictures == "clip", "a drawn pattern is no measure"
    refused = {one.codec for one in found.tried if one.refused}
    assert refused <= set(CHIPS)
    assert all(len(one.refused) > 5 for one in found.tried if one.codec in refused)
    assert found.chosen is not None
    assert found.chosen.codec not in refused


def script(folder: Path, text: str) -> str:
    """A program in the place of Python's."""
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_a_driver_that_crashes_or_hangs_is_only_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trials = EncoderTrials(SHOW, Told())
    monkeypatch.setattr(sys, "executable", script(tmp_path, "kill -SEGV $$"))
    assert trials._ask({}, 60.0) == {"refused": "it crashed"}
    monkeypatch.setattr(sys, "executable", script(tmp_path, "exec sleep 60"))
    assert trials._ask({}, 0.2) == {"refused": "it did not answer in time"}
    assert trials._child is not None
    assert trials._child.returncode == -9


def test_a_trial_is_broken_off_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "begun"
    os.mkfifo(pipe)
    monkeypatch.setattr(sys, "executable", script(tmp_path, f"echo > {pipe}; exec sleep 60"))
    told = Told()
    trials = EncoderTrials(SHOW, told)
    trials.start()
    pipe.read_text()  # the first child is at work
    trials.stop()
    trials.stop()
    assert told.of(EncodersTried) == [EncodersTried(160, 160, 10, "", (), None)]
