"""What is typed while a show runs becomes commands, and a key is never shown."""

from datetime import UTC, datetime

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
from studio.errors import Problem
from studio.i18n import use
from studio.output_states import OutputChanged, OutputState

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


def test_a_key_typed_after_a_refused_address_belongs_to_the_one_that_stays() -> None:
    """Of three addresses the first two are taken; the keys typed alone go to whichever is on the air."""
    answers = iter(["rtmp://wrong.example/app/old", KEY, "rtmp://new.example/app/one", "rtmp://bad.example/app/x", KEY])
    done: list[Command] = []
    hand = Hand(PLACES[:1], done.append, lambda _question: next(answers))

    def told(address: str, state: OutputState, code: str = "") -> None:
        problem = Problem.of(code, name="快手", reason="no") if code else None
        hand.hear(
            OutputChanged("快手", DestinationConfig("快手", Secret(address)).shown, state, datetime.now(UTC), problem)
        )

    hand.take("address")
    told("rtmp://wrong.example/app/old", OutputState.CONNECTING)
    told("rtmp://快手.example/live/old", OutputState.RECONNECTING, "output.new_refused")
    hand.take("address")
    told(f"rtmp://快手.example/live/{KEY}", OutputState.LIVE)
    hand.take("address")
    told("rtmp://new.example/app/one", OutputState.LIVE)
    hand.take("address")
    told("rtmp://new.example/app/one", OutputState.RECONNECTING, "output.new_refused")
    hand.take("address")
    addresses = [command.url.reveal() for command in done if isinstance(command, ReplaceAddress)]
    assert addresses[1::3] == [f"rtmp://快手.example/live/{KEY}", f"rtmp://new.example/app/{KEY}"]


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
