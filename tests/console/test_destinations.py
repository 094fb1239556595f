"""Saved destinations on the command line: keys are typed and never shown, and the guide leads somewhere."""

import io
from pathlib import Path

import pytest

from studio.destinations import load_destinations
from studio.paths import Home
from tests import key_stores
from tests.console.conftest import Nongbo

KEY = "planted-key-4471"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What comes in on stdin."""
    lines = io.StringIO()
    monkeypatch.setattr("sys.stdin", lines)
    return lines


def write(lines: io.StringIO, *words: str) -> None:
    lines.seek(0)
    lines.truncate()
    lines.write("".join(f"{word}\n" for word in words))
    lines.seek(0)


def test_a_destination_is_saved_listed_and_forgotten(
    nongbo: Nongbo, own_home: Path, typed: io.StringIO, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key_stores.use(monkeypatch, tmp_path / "keys")
    write(typed, f"?streamname=live_1&key={KEY}")
    said = nongbo("destinations", "add", "B站", "--platform", "bilibili")
    assert (said.code, said.err) == (0, "")
    write(typed, f"rtmp://open-push.voip.yximgs.com/gifshow/{KEY}?sign=1")
    assert nongbo("destinations", "add", "快手", "--codes").code == 0
    listed = nongbo("destinations", "list", "--json")
    assert [(one["name"], one["platform"], one["codes"]) for one in listed.document] == [
        ("B站", "bilibili", False),
        ("快手", "kuaishou", True),
    ]
    shown = nongbo("destinations", "show", "快手")
    assert "may close the room after 60 s" in shown.out
    assert "studio.kuaishou.com" in shown.out
    saved = {one.name: one.url.reveal() for one in load_destinations(Home(own_home)).destinations}
    assert saved["B站"] == f"rtmp://live-push.bilivideo.com/live-bvc/?streamname=live_1&key={KEY}"
    assert nongbo("destinations", "remove", "B站").code == 0
    assert [one["name"] for one in nongbo("destinations", "list", "--json").document] == ["快手"]
    assert nongbo("destinations", "remove", "B站").code == 1
    assert KEY not in said.out + listed.out + shown.out
    assert KEY not in (own_home / "destinations.json").read_text(encoding="utf-8")
    assert (tmp_path / "keys").read_text().count(KEY) == 1


def test_without_a_key_store_that_is_told_once(
    nongbo: Nongbo, own_home: Path, typed: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NONGBO_STREAM_KEY", KEY)
    first = nongbo("destinations", "add", "自家", "--server", "rtmp://127.0.0.1/live")
    monkeypatch.setenv("NONGBO_STREAM_KEY", KEY)
    second = nongbo("destinations", "add", "自家", "--server", "rtmp://127.0.0.1/live")
    assert "has no key store" in first.err
    assert second.err == ""
    assert KEY not in first.out + first.err + second.out
    assert len(load_destinations(Home(own_home)).destinations) == 1


def test_a_virtual_camera_is_a_destination(nongbo: Nongbo, own_home: Path) -> None:
    said = nongbo("destinations", "add", "直播伴侣", "--platform", "douyin", "--virtualcam", "--json")
    assert (said.code, said.document["address"], said.document["codes"]) == (0, "virtualcam", False)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "x", "--server", f"rtmp://a.example/live/{KEY}"), 2),
        (("add", f"rtmp://a.example/live/{KEY}"), 2),
        (("add", "x", "--server", "http://a.example/live"), 1),
        (("show", f"{KEY}?sign=1"), 1),
        (("show", "nobody"), 1),
        (("remove", "nobody"), 1),
    ],
)
def test_what_will_not_do_is_told_without_the_key(
    nongbo: Nongbo, typed: io.StringIO, words: tuple[str, ...], code: int
) -> None:
    write(typed, KEY)
    said = nongbo("destinations", *words)
    assert said.code == code
    assert said.err
    assert KEY not in said.out + said.err


def test_the_guide_asks_until_it_has_an_answer(nongbo: Nongbo, typed: io.StringIO) -> None:
    write(typed, "perhaps", "9", "2", "yes", "no", "2")
    said = nongbo("destinations", "guide")
    assert said.code == 0
    assert "virtual camera" in said.out
    assert "Douyin's 直播伴侣" in said.out
    assert said.err.count("Type a number from 1 to 8.") == 2
    write(typed, "kuaishou", "yes", "yes")
    document = nongbo("destinations", "guide", "--json").document
    assert (document["way"], document["platform"]) == ("rtmp", "kuaishou")
    write(typed, "1")
    assert nongbo("destinations", "guide").code == 2
