"""What the desktop was asked for decides how calm the first picture is; a desktop that hangs or is silent does not."""

import argparse
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from studio import less_motion
from studio.config import ShowConfig
from studio.console import window
from studio.less_motion import wants_less_motion
from studio.paths import Home


@pytest.mark.parametrize(
    ("platform", "program", "asked", "does", "calm"),
    [
        ("linux", "gsettings", "get org.gnome.desktop.interface enable-animations", "echo false", True),
        ("linux", "gsettings", "get org.gnome.desktop.interface enable-animations", "echo true", False),
        (
            "linux",
            "gsettings",
            "get org.gnome.desktop.interface enable-animations",
            "echo No schemas >&2; exit 1",
            False,
        ),
        ("linux", "gsettings", "get org.gnome.desktop.interface enable-animations", "exec sleep 60", False),
        ("darwin", "defaults", "read com.apple.universalaccess reduceMotion", "echo 1", True),
        ("darwin", "defaults", "read com.apple.universalaccess reduceMotion", "echo 0", False),
    ],
)
def test_the_desktop_is_asked_in_its_own_words(
    platform: str, program: str, asked: str, does: str, calm: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop = tmp_path / program
    desktop.write_text(f'#!/bin/sh\n[ "$*" = "{asked}" ] || exit 9\n{does}\n')
    desktop.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(less_motion, "_PATIENCE_S", 0.2 if "sleep" in does else 20.0)
    assert wants_less_motion(platform) is calm


def test_a_desktop_nobody_knows_asks_for_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not wants_less_motion("linux")
    assert not wants_less_motion("haiku")


@pytest.mark.parametrize("wanted", [True, False])
def test_the_first_picture_is_as_calm_as_the_desktop_and_then_as_it_was_left(
    wanted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shows: list[ShowConfig] = []

    def opened(_home: Home, show: ShowConfig, save_show: Callable[[ShowConfig], object], **_: object) -> int:
        shows.append(show)
        save_show(replace(show, calm=not wanted))
        return 0

    monkeypatch.setattr(window, "screen_there", lambda: True)
    monkeypatch.setattr(window, "wants_less_motion", lambda: wanted)
    monkeypatch.setattr("studio.app.run_window", opened)
    for _ in range(2):
        assert window.run(argparse.Namespace(home=tmp_path)) == 0
    assert [show.calm for show in shows] == [wanted, not wanted]
