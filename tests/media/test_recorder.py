"""The sound server's microphone, with stand-ins for the programs that record it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from studio.config import AudioConfig, AudioKind, SourceConfig, SourceKind
from studio.media import feed
from studio.media.frames import NS
from studio.media.recorder import recording_programs
from studio.media.sources import microphone_openings
from tests.media.sources_on_air import Studio, begun

PATTERN = SourceConfig(SourceKind.PATTERN)
MICROPHONE = AudioConfig(AudioKind.MIC)
GIVES_SOUND = f"""#!{sys.executable} -sE
import sys, time
began_s, block = time.monotonic(), 0
while True:
    sys.stdout.buffer.write(b"\\x00\\x40" * 2 * 960)
    sys.stdout.buffer.flush()
    block += 1
    time.sleep(max(0.0, began_s + block * 0.02 - time.monotonic()))
"""
REFUSES = "#!/bin/sh\necho Connection refused >&2\nexit 1\n"


class Desktop:
    """A desktop with a sound server, and with the programs that are put there."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "bin"
        self.runtime = folder / "runtime"
        self.programs.mkdir()
        (self.runtime / "pulse").mkdir(parents=True)
        (self.runtime / "pulse" / "native").touch()

    def put(self, name: str, text: str) -> None:
        """In one step: a program that is being started cannot be written to."""
        new = self.programs / f"{name}.new"
        new.write_text(text)
        new.chmod(0o755)
        new.replace(self.programs / name)


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desktop:
    desktop = Desktop(tmp_path)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(desktop.runtime))
    monkeypatch.setenv("PATH", str(desktop.programs))
    monkeypatch.delenv("PULSE_SERVER", raising=False)
    monkeypatch.delenv("ALSA_CONFIG_PATH", raising=False)
    monkeypatch.setattr(feed, "RETRY_NS", NS // 10)
    return desktop


@pytest.fixture
def studios() -> Iterator[list[Studio]]:
    made: list[Studio] = []
    yield made
    for one in made:
        one.stop()


def wait_for_sound(one: Studio) -> None:
    before = len(one.sound)
    one.told.wait_for(lambda: bool(one.look() and one.sound[before:] and np.abs(one.sound[-1]).mean() > 0.4))


@pytest.mark.parametrize("refuses", [False, True])
def test_the_computer_s_own_choice_is_what_the_sound_server_says(
    desktop: Desktop, studios: list[Studio], refuses: bool
) -> None:
    desktop.put("parec", REFUSES if refuses else GIVES_SOUND)
    desktop.put("arecord", GIVES_SOUND if refuses else REFUSES)
    wait_for_sound(begun(studios, PATTERN, MICROPHONE))


def test_a_sound_server_that_dies_is_told_and_asked_again(desktop: Desktop, studios: list[Studio]) -> None:
    desktop.put("parec", GIVES_SOUND)
    one = begun(studios, PATTERN, MICROPHONE)
    wait_for_sound(one)
    desktop.put("parec", REFUSES)
    for child in psutil.Process().children():
        if "parec" in " ".join(child.cmdline()):
            child.kill()
    one.wait_for_notice("audio.lost", active=True)
    desktop.put("parec", GIVES_SOUND)
    one.wait_for_notice("audio.lost", active=False)
    wait_for_sound(one)


def test_who_names_a_microphone_or_has_no_sound_server_gets_alsa_s(
    desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop.put("parec", GIVES_SOUND)
    assert microphone_openings("")[0].recorder[0] == "parec"
    assert not any(way.recorder for way in microphone_openings("alsa@hw:7"))
    monkeypatch.setenv("ALSA_CONFIG_PATH", "/my/asound.conf")
    assert not any(way.recorder for way in microphone_openings("", []))
    monkeypatch.delenv("ALSA_CONFIG_PATH")
    (desktop.runtime / "pulse" / "native").unlink()
    assert not any(way.recorder for way in microphone_openings("", []))
    monkeypatch.setenv("PULSE_SERVER", "unix:/mnt/wslg/PulseServer")
    assert [program[0] for program in recording_programs()] == ["parec"]
