"""`nongbo encoders`: tries, tells in a table or in JSON, and keeps what was found."""

import pytest
from filelock import FileLock

from studio.config import CanvasConfig
from studio.encoder_memory import remembered
from studio.media import encoder_choice
from studio.paths import home
from studio.shop.demo import demo_clip
from tests.console.conftest import Nongbo

WORDS = ("encoders", "--source", f"clip:{demo_clip()}", "--size", "160x160", "--fps", "10", "--bitrate", "300")


def test_a_trial_is_told_and_kept(nongbo: Nongbo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder_choice, "PRESETS", ("ultrafast",))
    monkeypatch.setattr(encoder_choice, "CHIPS", {"h264_qsv": None, "h264_none": None})
    nothing = nongbo(*WORDS, "--kept")
    assert (nothing.code, "Nothing was tried" in nothing.out) == (3, True)
    said = nongbo(*WORDS)
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "Tried without the camera, on a clip, 160 × 160, 10 frames a second."
    assert any(line.startswith("Intel Quick Sync") and "does not work here: " in line for line in lines)
    assert any("built without it" in line for line in lines)
    assert lines[-1].startswith("x264 ultrafast")
    assert lines[-1].endswith("chosen")
    found = remembered(home(), CanvasConfig(160, 160, 10))
    assert found is not None
    assert found.chosen is not None
    assert nongbo(*WORDS, "--kept").out == said.out


@pytest.mark.parametrize(
    "words", [("--size", "big"), ("--fps", "500"), ("--bitrate", "1"), ("--source", "clip:"), ("--source", "moon")]
)
def test_what_cannot_be_tried_is_said_in_a_sentence(nongbo: Nongbo, words: tuple[str, str]) -> None:
    said = nongbo("encoders", *words)
    assert said.code == 2
    assert said.err.endswith("\n")
    assert "Traceback" not in said.err
    assert not said.out


def test_nothing_is_tried_beside_an_open_studio(nongbo: Nongbo) -> None:
    with FileLock(home().ensure().lock):
        said = nongbo(*WORDS)
    assert said.code == 3
    assert "already running" in said.err
