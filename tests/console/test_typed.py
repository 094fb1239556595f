"""What is typed while a show runs becomes commands, and a key is never shown."""

import pytest

from studio.commands import (
    Command,
    NextCard,
    ReplaceAddress,
    RetryDestination,
    SetAudio,
    SetAudioOffset,
    SetMuted,
    SetSource,
    ShowCard,
    StopShow,
)
from studio.config import AudioConfig, AudioKind, DestinationConfig, Fit, Secret, SourceConfig, SourceKind
from studio.console.typed import WORDS, Hand
from studio.i18n import use

KEY = "k3y-of-a-farmer"
PLACES = tuple(DestinationConfig(name, Secret(f"rtmp://{name}.example/live/old")) for name in ("快手", "my place"))


def after(line: str, answer: str = "", places: tuple[DestinationConfig, ...] = PLACES) -> list[Command]:
    done: list[Command] = []
    Hand(places, done.append, lambda _question: answer).take(line)
    return done


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("retry 快手\n", RetryDestination("快手")),
        ("retry my place", RetryDestination("my place")),
        ("MUTE", SetMuted(True)),
        ("unmute", SetMuted(False)),
        ("next", NextCard()),
        ("card P01", ShowCard("P01")),
        ("hide", ShowCard(None)),
        ("camera USB 摄像头", SetSource(SourceConfig(SourceKind.CAMERA, "USB 摄像头"))),
        ("mic", SetAudio(AudioConfig(AudioKind.MIC, ""))),
        ("offset -40", SetAudioOffset(-40)),
        ("stop", StopShow()),
    ],
)
def test_a_line_is_a_command(line: str, command: Command) -> None:
    assert after(line) == [command]


def test_another_camera_meets_the_canvas_as_the_first_one_did() -> None:
    done: list[Command] = []
    Hand(PLACES, done.append, fit=Fit.COVER).take("camera USB")
    assert done == [SetSource(SourceConfig(SourceKind.CAMERA, "USB", Fit.COVER))]


@pytest.mark.parametrize(
    ("answer", "address"),
    [(f"rtmp://new.example/app/{KEY}\n", f"rtmp://new.example/app/{KEY}"), (KEY, f"rtmp://快手.example/live/{KEY}")],
)
def test_a_new_address_or_only_its_key_is_asked_for(
    answer: str, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert after("address 快手", answer) == [ReplaceAddress("快手", Secret(address))]
    assert after("address", answer, PLACES[:1]) == [ReplaceAddress("快手", Secret(address))]
    assert KEY not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", ""),
        ("offset loud", "offset"),
        ("offset 501", "offset"),
        ("retry nobody", "nobody"),
        ("address", "is not sent to"),
        (f"address rtmp://a.example/live/{KEY}?sign", "•••"),
        (f"address 快手 {KEY}", "•••"),
        ("address 快手", "not an RTMP address"),
    ],
)
def test_what_cannot_be_done_is_told_and_nothing_happens(
    line: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    use("en")
    assert after(line, "http://a.example/x") == []
    told = capsys.readouterr().err
    assert said in told
    assert KEY not in told


def test_help_lists_every_word(capsys: pytest.CaptureFixture[str]) -> None:
    assert after("help") == []
    told = capsys.readouterr().err
    assert all(f"  {one.word} " in told for one in WORDS)
