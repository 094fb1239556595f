"""Set-up on a machine that lacks something: looks first, installs only that, and says clearly what it may not do."""

import ctypes
import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / ".setup" / "prepare.py"


@pytest.fixture
def prepare() -> ModuleType:
    spec = importlib.util.spec_from_file_location("prepare", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_machine_that_runs_these_tests_lacks_nothing(prepare: ModuleType) -> None:
    assert prepare.missing_packages("test") == []
    assert prepare.nginx_with_rtmp()


def test_only_the_package_of_a_missing_library_is_asked_for(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = ctypes.CDLL

    def without_cursor(library: str) -> ctypes.CDLL:
        if library == "libxcb-cursor.so.0":
            raise OSError(library)
        return load(library)

    monkeypatch.setattr(ctypes, "CDLL", without_cursor)
    assert prepare.missing_packages("run") == ["libxcb-cursor0"]


def test_the_fonts_of_the_reference_pictures_are_asked_for_by_the_tests_alone(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert prepare.has_font("Loma")
    assert not prepare.has_font("No Such Family")
    monkeypatch.setattr(prepare, "has_font", lambda pattern: pattern not in ("Loma", "DDC Uchen"))
    assert prepare.missing_packages("run") == []
    assert prepare.missing_packages("test") == ["fonts-tlwg-loma-otf", "fonts-ddc-uchen"]


def test_a_thai_font_that_cannot_be_installed_stops_the_tests_with_the_command(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(prepare, "has_font", lambda pattern: pattern != "Loma")
    monkeypatch.setattr(prepare, "rights", lambda: None)
    assert prepare.main(["test"]) == 1
    assert "apt-get install -y --no-install-recommends fonts-tlwg-loma-otf'" in capsys.readouterr().err


def test_without_rights_the_exact_command_is_told(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(prepare, "missing_packages", lambda purpose: ["libegl1", "xvfb"])
    monkeypatch.setattr(prepare, "rights", lambda: None)
    monkeypatch.setattr(prepare.shutil, "which", lambda name: f"/usr/bin/{name}")
    assert prepare.main(["test"]) == 1
    told = capsys.readouterr().err
    assert "sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends libegl1 xvfb'" in told
    assert "make test" in told


def test_a_failed_step_is_named(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise subprocess.CalledProcessError(1, ["pip", "install", "some thing"])

    monkeypatch.setattr(prepare, "missing_packages", lambda purpose: [])
    monkeypatch.setattr(prepare, "make_environment", fail)
    assert prepare.main(["run"]) == 1
    assert "pip install 'some thing'" in capsys.readouterr().err


def test_packages_are_fetched_again_only_when_the_requirements_change(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[object] = []
    monkeypatch.setattr(prepare, "VENV", tmp_path)
    monkeypatch.setattr(prepare, "call", lambda command, **_: calls.append(command))
    prepare.install_python_packages("dev")
    prepare.install_python_packages("dev")
    prepare.install_python_packages("")
    assert len(calls) == 1, "what the tests need includes what the program needs"

    (tmp_path / ".prepared-dev").write_text("older requirements")
    prepare.install_python_packages("dev")
    assert len(calls) == 2


@pytest.mark.parametrize(("purpose", "wanted"), [("run", []), ("test", ["xvfb", "ffmpeg"])])
def test_the_programs_that_tests_start_are_asked_for_by_the_tests_alone(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, purpose: str, wanted: list[str]
) -> None:
    monkeypatch.setattr(prepare.shutil, "which", lambda name: None)
    assert prepare.missing_packages(purpose) == wanted


@pytest.mark.parametrize("has_venv", [False, True])
def test_a_python_without_the_half_of_venv_that_brings_pip_gets_it(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, has_venv: bool
) -> None:
    """As Debian ships it; where an environment is there already, nothing is asked for."""
    package = f"python3.{sys.version_info.minor}-venv"
    monkeypatch.setattr(prepare, "can_make_environments", lambda: has_venv)
    assert prepare.missing_packages("run") == []
    monkeypatch.setattr(prepare, "PYTHON", tmp_path / "python")
    assert prepare.missing_packages("run") == ([] if has_venv else [package])


def test_what_is_missing_is_told_in_chinese_too_and_on_a_terminal_without_chinese_letters() -> None:
    """Whoever types the first command may read little English."""
    told = {}
    for coding in ("utf-8", "latin-1"):
        program = (
            f"import importlib.util as i, sys; s = i.spec_from_file_location('prepare', {str(SCRIPT)!r});"
            "p = i.module_from_spec(s); s.loader.exec_module(p);"
            "p.missing_packages = lambda purpose: ['libegl1']; p.rights = lambda: None; sys.exit(p.main(['run']))"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONIOENCODING": coding, "PYTHONUTF8": "0"},
            capture_output=True,
            check=False,
        )
        assert done.returncode == 1
        told[coding] = done.stderr.decode(coding)
    assert "没有权限" in told["utf-8"]
    assert all("apt-get install -y --no-install-recommends libegl1" in words for words in told.values())


def test_a_computer_without_a_python_that_is_new_enough_is_told_which_to_install() -> None:
    command = ["make", "--silent", "--directory", str(SCRIPT.parent.parent), "python", "PYTHON="]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "Nongbo needs Python 3.11 or newer. Install it: sudo apt-get install python3" in done.stderr
    assert "农播需要" in done.stderr


def test_an_environment_that_one_may_not_use_is_none(
    prepare: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Root made it, with a Python in a folder of its own: it is made anew, or the step that fails is named."""
    python = tmp_path / "python"
    python.write_text("not to be run")
    python.chmod(0o600)
    monkeypatch.setattr(prepare, "PYTHON", python)
    assert not prepare.environment_works()
