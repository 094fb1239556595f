"""Which microphone the system has chosen, and a tone for one output alone: a real PortAudio, and one as on Windows."""

import json
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import av
import pytest

from studio.equipment import Device
from studio.media import devices
from studio.media.devices import chosen_first, chosen_microphone, microphones
from studio.paths import asset

TONE = asset("sounds", "warning.wav")
WINDOWS = Path(__file__).parent / "windows_sound"
ARRAY = Device(r"@device_cm_{33D9A762}\wave_{1}", "麦克风阵列 (Realtek High Definition Audio)")
HEADSET = Device(r"@device_cm_{33D9A762}\wave_{2}", "Headset Microphone (USB Audio Device)")
CARDS = """
pcm.null {{ type null }}
pcm.headphones {{ type file slave.pcm null file {folder}/headphones.raw format raw }}
pcm.loudspeakers {{ type file slave.pcm null file {folder}/loudspeakers.raw format raw }}
pcm.!default {{ type file slave.pcm null file {folder}/loudspeakers.raw infile /dev/zero format raw }}
"""


@pytest.fixture
def cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Outputs of ALSA that write down what is played on them."""
    (tmp_path / "asound.conf").write_text(CARDS.format(folder=tmp_path))
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(tmp_path / "asound.conf"))
    return tmp_path


@pytest.fixture
def windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A computer whose FFmpeg lists two microphones; the one that is called is the system's choice."""
    monkeypatch.setenv("PYTHONPATH", str(WINDOWS))
    monkeypatch.setenv("NONGBO_TEST_HEARD", str(tmp_path / "heard"))
    monkeypatch.setattr(devices, "LINUX", False)
    monkeypatch.setattr(devices, "AUDIO_FORMAT", "dshow")

    def listed(container_format: str) -> list[SimpleNamespace]:
        assert container_format == "dshow"
        return [
            SimpleNamespace(name=one.name, description=one.description, is_default=False, media_types=["audio"])
            for one in (ARRAY, HEADSET)
        ]

    monkeypatch.setattr(av, "enumerate_input_devices", listed)
    return lambda chosen: monkeypatch.setenv("NONGBO_TEST_CHOSEN", str(chosen))


def said(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "studio.media.portaudio", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_tone_is_heard_on_the_output_it_is_for_and_on_no_other(cards: Path) -> None:
    assert {"headphones", "loudspeakers"} <= {*json.loads(said("outputs").stdout)}
    done = said("play", str(TONE), "headphones")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with wave.open(str(TONE)) as tone:
        assert (cards / "headphones.raw").read_bytes() == tone.readframes(tone.getnframes()), "to its end"
    assert not (cards / "loudspeakers.raw").exists()


def test_headphones_that_were_pulled_out_leave_it_unheard(cards: Path) -> None:
    assert said("play", str(TONE), "other headphones").returncode == 1
    assert [*cards.glob("*.raw")] == []


def test_the_system_s_choice_is_learnt_from_a_process_of_its_own(
    cards: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert chosen_microphone() == "default"
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert chosen_microphone() is None
    crashing = tmp_path / "python"
    crashing.write_text("#!/bin/sh\nprintf null; kill -SEGV $$\n")
    crashing.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(crashing))
    assert chosen_microphone() is None
    crashing.write_text("#!/bin/sh\nexec sleep 300\n")
    monkeypatch.setattr(devices, "CHOICE_DEADLINE_S", 0.2)
    assert chosen_microphone() is None


def test_windows_choice_of_microphone_comes_first(windows: Callable[[int], None]) -> None:
    for chosen, wanted in ((0, [ARRAY, HEADSET]), (1, [HEADSET, ARRAY]), (0, [ARRAY, HEADSET])):
        windows(chosen)
        assert microphones() == wanted


def test_where_windows_has_chosen_none_they_stay_as_they_are_listed(windows: Callable[[int], None]) -> None:
    assert microphones() == [ARRAY, HEADSET]


def test_a_name_that_an_older_windows_cut_off_is_the_same_microphone() -> None:
    cut = Device("2", "Microphone (Realtek High Defini")
    found = [ARRAY, cut, HEADSET]
    assert chosen_first(found, "Microphone (Realtek High Definition Audio)") == ([cut, ARRAY, HEADSET], True)
    assert chosen_first(found, "Microphone (Realtek)") == (found, False)
    assert chosen_first([ARRAY, Device("3", "Micro")], "Microphone")[0][0] == ARRAY, "only a name of 31 letters was cut"


def test_windows_plays_at_its_own_rate_by_the_output_s_whole_name(
    windows: Callable[[int], None], tmp_path: Path
) -> None:
    outputs = json.loads(said("outputs").stdout)
    assert outputs == ["扬声器 (Realtek High Definition Audio)", "耳机 (USB Audio Device)"]
    assert said("play", str(TONE), outputs[1]).returncode == 0
    name, _newline, samples = (tmp_path / "heard").read_bytes().partition(b"\n")
    with wave.open(str(TONE)) as tone:
        assert (name.decode(), samples) == (outputs[1], tone.readframes(tone.getnframes()))


def test_what_nobody_asks_is_told_how_to_ask() -> None:
    done = said("sing")
    assert done.returncode == 1
    assert "outputs" in done.stderr
