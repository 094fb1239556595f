"""Whether a window can be opened, which is tried and not guessed: Qt would end the program."""

import struct
from pathlib import Path

import pytest

from studio.console.screen import screen_there
from tests.end2end.sockets import HOST, free_port
from tests.end2end.xvfb import VirtualScreen

X_PORT = 6000  # of screen 0
ANY_FAMILY = 0xFFFF
COOKIE = "MIT-MAGIC-COOKIE-1"


@pytest.fixture(autouse=True)
def no_wayland(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("XAUTHORITY", raising=False)


def cookies(path: Path) -> Path:
    """A file of one cookie that is good for every screen, as `Xau(3)` describes it."""
    parts = (b"", b"", COOKIE.encode(), bytes(range(16)))
    path.write_bytes(struct.pack(">H", ANY_FAMILY) + b"".join(struct.pack(">H", len(one)) + one for one in parts))
    return path


def test_where_no_screen_is_named_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    assert not screen_there()
    monkeypatch.setenv("DISPLAY", "")
    assert not screen_there()


def test_a_screen_that_is_gone_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second is what is left of `ssh -X` in a terminal that was kept and entered again."""
    monkeypatch.setenv("DISPLAY", ":59000")
    assert not screen_there()
    monkeypatch.setenv("DISPLAY", f"{HOST}:{free_port() - X_PORT}.0")
    assert not screen_there()


def test_a_screen_that_answers_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with VirtualScreen() as screen:
        monkeypatch.setenv("DISPLAY", screen.display)
        assert screen_there()


def test_a_screen_that_belongs_to_somebody_else_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`su` keeps the name of the screen and not what opens it."""
    ours, theirs = cookies(tmp_path / "ours"), tmp_path / "theirs"
    theirs.write_bytes(b"")
    with VirtualScreen(cookies=ours) as screen:
        monkeypatch.setenv("DISPLAY", screen.display)
        monkeypatch.setenv("XAUTHORITY", str(theirs))
        assert not screen_there()
        monkeypatch.setenv("XAUTHORITY", str(ours))
        assert screen_there()
