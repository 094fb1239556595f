"""Words that do not fit are told in the reader's language, without anybody's key in them."""

import argparse
from pathlib import Path

import pytest

from studio import i18n
from studio.cli import build_parser
from studio.config import ShowConfig
from studio.console import show
from studio.console.parser import SAYINGS, what_is_wrong
from studio.paths import home
from tests.console.conftest import Nongbo

KEY = "stream-93ab10ff_key"
ADDRESS = f"rtmp://push.example/live/{KEY}?sign=0b44{KEY}"
DURATIONS = ("0", "-3", "nan", "inf", "soon")


@pytest.mark.parametrize(
    "words",
    [
        ("live", ADDRESS),
        ("live", "--too", ADDRESS),
        ("live", f"--too={ADDRESS}"),
        ("live", f"--t={ADDRESS}"),
        ("live", "--to", "rtmp://push.example/live", KEY),
        ("live", "--to", "rtmp://push.example/live", "--key", "short1"),
        ("live", "--bitrate", ADDRESS),
        ("live", "--duration", ADDRESS),
        ("live", "--preset", KEY),
        ("live", f"--json={KEY}"),
        ("demo", "--to", ADDRESS),
        ("destinations", "add", "mine", "--server", "rtmp://push.example/live", "--key", KEY),
        ("destinations", "add", "mine", "--platform", ADDRESS),
        ("destinations", KEY),
        (KEY,),
    ],
)
def test_a_key_in_a_wrong_place_is_told_to_nobody(words: tuple[str, ...], nongbo: Nongbo) -> None:
    for language in i18n.LANGUAGES:
        i18n.use(language)
        said = nongbo(*words)
        assert said.code == 2
        assert KEY not in said.err
        assert "short1" not in said.err
        assert "push.example" not in said.err
        assert " nongbo " in said.err, "how it is used"


@pytest.mark.parametrize(
    ("name", "shown"), [("Auntie Wang", "Auntie Wang"), ("阿姨的直播间", "阿姨的直播间"), (KEY, "•••")]
)
def test_a_name_that_nobody_knows_is_told_unless_it_may_be_a_key(nongbo: Nongbo, name: str, shown: str) -> None:
    for words in (("live", "--source", "pattern", "--card", "none", "--to", name), ("destinations", "remove", name)):
        said = nongbo(*words)
        assert said.code in (1, 2)
        assert said.err.startswith(f"No destination is saved under the name {shown}.")


def test_what_argparse_says_is_said_in_our_own_words() -> None:
    parser = argparse.ArgumentParser(exit_on_error=False)
    parser.add_argument("--fps", type=int)
    parser.add_argument("--lang", choices=("zh", "en"))
    for words in (["--fps", "many"], ["--lang", "fr"], ["--fps"]):
        with pytest.raises(argparse.ArgumentError) as caught:
            parser.parse_args(words)
        said = what_is_wrong(str(caught.value))
        assert said != str(caught.value)
        assert "argument" not in said
    assert what_is_wrong("argument --fps: invalid int value: 'many'") == "--fps takes a whole number, not 'many'"
    assert what_is_wrong(f"something new in Python: {KEY}") == "something new in Python: •••"
    assert len(SAYINGS) == len({words for _pattern, words in SAYINGS})


@pytest.mark.parametrize("command", ["live", "rehearse", "demo"])
@pytest.mark.parametrize("length", DURATIONS)
def test_a_length_that_is_none_is_refused_before_anything_begins(nongbo: Nongbo, command: str, length: str) -> None:
    said = nongbo(command, "--duration", length)
    assert said.code == 2
    assert said.err.startswith(f"The command does not fit: --duration takes seconds above 0, not '{length}'")


def test_a_rehearsal_knows_where_the_show_will_go_and_stays_here(
    nongbo: Nongbo, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[ShowConfig] = []
    monkeypatch.setattr(show, "show_to_the_end", lambda _home, one, *_more, **_named: begun.append(one) or 0)  # type: ignore[func-returns-value]
    kuaishou = f"rtmp://open-push.voip.yximgs.com/gifshow/{KEY}"
    rehearse = ("rehearse", "--source", "pattern", "--card", "none")
    assert nongbo(*rehearse, "--to", kuaishou).code == 0
    monkeypatch.setenv("NONGBO_STREAM_URL", f"{kuaishou}\r\n")
    assert nongbo(*rehearse).code == 0
    for one in begun:
        assert one.rehearsal
        (to,) = one.destinations
        assert (to.platform, to.url.reveal()) == ("kuaishou", kuaishou)


def test_a_folder_may_be_called_like_a_command_and_named_before_or_after_it(
    nongbo: Nongbo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in (
        ("--home", tmp_path / "demo", "products", "list"),
        ("products", "--home", tmp_path / "orders", "list"),
        ("products", "list", "--home", tmp_path / "live", "--lang", "en"),
    ):
        assert nongbo(*words).code == 0
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir() and path.name != "home") == [
        "demo",
        "live",
        "orders",
    ]
    monkeypatch.chdir(tmp_path)
    assert nongbo("--home", "demo", "products", "list").code == 0


def test_files_are_kept_by_their_whole_names(nongbo: Nongbo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "farmer"))
    (tmp_path / "song.mp3").write_bytes(b"")
    words = ["live", "--card", "none", "--record=~/films", "--music", "song.mp3", "--source", "clip:~/a.mp4"]
    args = build_parser(words).parse_args(words)
    made = show.show_from(args, home())
    assert made.record_dir == tmp_path / "farmer" / "films"
    assert made.sound.music == str(tmp_path / "song.mp3")
    assert made.source.target == str(tmp_path / "farmer" / "a.mp4")
    assert show.source_from("pipe:film.y4m").target == str(tmp_path / "film.y4m")
    assert show.source_from("url:http://phone/video").target == "http://phone/video"
    assert show.audio_from("clip:a.wav", made.source).target == str(tmp_path / "a.wav")
    assert show.audio_from("clip", made.source).target == ""
    assert show.source_from("clip:~nobody-of-that-name/a.mp4").target.endswith("~nobody-of-that-name/a.mp4")


@pytest.mark.parametrize("words", [("--help",), ("live", "--help"), ("orders", "import", "-h")])
def test_help_is_in_the_reader_s_language(nongbo: Nongbo, words: tuple[str, ...]) -> None:
    for language in i18n.LANGUAGES:
        i18n.use(language)
        said = nongbo(*words)
        assert said.code == 0
        headings = [line for line in said.out.splitlines() if line and not line.startswith(" ")]
        assert len(headings) >= 3
        assert all(("\u4e00" <= line[0] <= "\u9fff") is (language == "zh") for line in headings), headings
