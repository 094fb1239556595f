"""What a trial found is kept for this computer and canvas, and used by shows that leave the choice open."""

import platform
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studio import commands as ask
from studio.config import AudioConfig, AudioKind, CanvasConfig, EncoderConfig, ShowConfig, SourceConfig, SourceKind
from studio.encoder_memory import chosen_encoder, name_of, remember, remembered
from studio.engine import Engine
from studio.events import EncodersTried, ShowEnded, ShowStarted, TriedEncoder
from studio.paths import Home
from tests.media.told import Told

SUPER = TriedEncoder("libx264", "superfast", 0.2, 4.0, 7.0, 2500.0)
CHIP = TriedEncoder("h264_nvenc", "", 0.02, 9.0, 7.2, 2500.0)
GONE = TriedEncoder("h264_qsv", "", refused="it crashed")
FOUND = EncodersTried(320, 180, 25, "camera", (GONE, CHIP, SUPER), SUPER)
SHOW = ShowConfig(
    source=SourceConfig(SourceKind.PATTERN),
    audio=AudioConfig(AudioKind.SILENCE),
    canvas=CanvasConfig(320, 180, 25),
    encoder=EncoderConfig(400),
)


@pytest.fixture
def home(own_home: Path) -> Home:
    return Home(own_home).ensure()


def test_what_was_found_is_found_again_for_its_canvas_only(home: Home) -> None:
    assert remembered(home, SHOW.canvas) is None
    remember(home, FOUND)
    remember(home, replace(FOUND, width=180, height=320, chosen=CHIP))
    assert remembered(home, SHOW.canvas) == FOUND
    assert remembered(home, CanvasConfig(320, 180, 30)) is None


def test_a_show_that_leaves_the_choice_open_gets_what_was_chosen(home: Home) -> None:
    assert chosen_encoder(home, SHOW) == SHOW.encoder
    remember(home, FOUND)
    assert chosen_encoder(home, SHOW) == EncoderConfig(400, "superfast")
    remember(home, replace(FOUND, chosen=CHIP))
    assert chosen_encoder(home, SHOW) == EncoderConfig(400, codec="h264_nvenc")
    careful = replace(SHOW, encoder=EncoderConfig(400, "medium"))
    assert chosen_encoder(home, careful) == careful.encoder


def test_a_trial_that_chose_nothing_forgets_nothing(home: Home) -> None:
    remember(home, FOUND)
    remember(home, replace(FOUND, tried=(), chosen=None))
    assert remembered(home, SHOW.canvas) == FOUND


def test_another_computer_begins_anew(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(home, FOUND)
    monkeypatch.setattr(platform, "node", lambda: "the-other-laptop")
    assert remembered(home, SHOW.canvas) is None
    remember(home, replace(FOUND, chosen=CHIP))
    assert remembered(home, SHOW.canvas) == replace(FOUND, chosen=CHIP)


@pytest.mark.parametrize("text", ["", "[]", '{"trials": 3}', '{"computer": "x", "trials": {}}', "{"])
def test_a_damaged_memory_is_no_memory(home: Home, text: str) -> None:
    home.encoders.write_text(text)
    assert remembered(home, SHOW.canvas) is None
    assert chosen_encoder(home, SHOW) == SHOW.encoder


def test_encoders_have_names_people_know() -> None:
    assert [name_of(one) for one in (SUPER, CHIP, GONE)] == ["x264 superfast", "NVIDIA NVENC", "Intel Quick Sync"]


@pytest.fixture
def engine(home: Home) -> Iterator[tuple[Engine, Told]]:
    told = Told()
    engine = Engine(home, told)
    engine.start()
    yield engine, told
    engine.stop()


def test_a_chip_that_is_gone_by_the_time_of_the_show_does_not_stop_it(engine: tuple[Engine, Told], home: Home) -> None:
    """The trial chose it; the driver was removed since. x264 takes its place."""
    running, told = engine
    remember(home, replace(FOUND, chosen=CHIP))
    running.execute(ask.StartShow(replace(SHOW, record_dir=home.recordings, duration_s=1.0)))
    report = told.wait_for_one(ShowEnded).report
    assert report.video.encoded_frames >= 20


def test_no_encoder_is_tried_beside_a_show_and_a_show_breaks_a_trial_off(engine: tuple[Engine, Told]) -> None:
    running, told = engine
    running.execute(ask.TryEncoders(SHOW))
    running.execute(ask.StartShow(SHOW))
    told.wait_for_one(ShowStarted)
    assert [found.chosen for found in told.of(EncodersTried)] == [None]
    running.execute(ask.TryEncoders(SHOW))
    told.wait_for_one(EncodersTried, 2)
    running.execute(ask.StopShow())
    told.wait_for_one(ShowEnded)
    assert [found.chosen for found in told.of(EncodersTried)] == [None, None]
