"""`nongbo devices`: names that can be copied into `--source` and `--audio` as they stand there."""

import shlex

import pytest

from studio.console import devices
from studio.console.show import source_from
from studio.equipment import Device
from tests.console.conftest import Nongbo

CAMERAS = [Device("/dev/video0", "Integrated Camera"), Device("USB Camera (HD)", "USB Camera (HD)")]


@pytest.fixture(autouse=True)
def plugged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "cameras", lambda: CAMERAS)
    monkeypatch.setattr(devices, "microphones", list)


def test_what_is_listed_can_be_copied_into_a_command(nongbo: Nongbo) -> None:
    said = nongbo("devices")
    lines = [line.strip() for line in said.out.splitlines() if "--source" in line]
    assert lines[0] == "--source camera:/dev/video0  (Integrated Camera)"
    chosen = [source_from(shlex.split(line.replace("(Integrated Camera)", ""))[1]).target for line in lines]
    assert chosen == [camera.name for camera in CAMERAS]
    assert "none found" in said.out


def test_scripts_get_one_document(nongbo: Nongbo) -> None:
    assert nongbo("devices", "--json").document == {
        "cameras": [{"name": camera.name, "description": camera.description} for camera in CAMERAS],
        "microphones": [],
    }
