"""`nongbo doctor --live`: every line says good, not good or not checked; exit 3 where something is not good."""

import io

import pytest

from studio.checks import Check, CheckResult, Line, Outcome
from studio.console import doctor_live
from studio.shop.demo import demo_clip
from tests.console.conftest import Nongbo
from tests.end2end.sockets import HOST, free_port

CLIP = ("doctor", "--live", "--source", f"clip:{demo_clip()}")


def test_all_that_can_be_checked_here_is_good_and_the_rest_is_said_not_to_be(nongbo: Nongbo) -> None:
    said = nongbo(*CLIP)
    assert said.code == 0, said.out
    lines = {line.strip() for line in said.out.splitlines()}
    assert any(line.startswith("[Good] Camera: Lit, moving and sharp: 1280×720") for line in lines)
    assert any(line.startswith("[Good] Microphone: ") for line in lines)
    assert any(line.startswith("[Not checked] Hear yourself: ") for line in lines)
    assert any(line.startswith("[Not checked] Platform answers: ") for line in lines)
    assert said.err == ""


def test_a_platform_that_cannot_be_reached_ends_with_3_and_four_lines(nongbo: Nongbo) -> None:
    said = nongbo(*CLIP, "--to", f"rtmp://{HOST}:{free_port()}/live/my-own-key", "--data-left", "0.5")
    assert said.code == 3
    assert f"[Not good] Platform answers ({HOST}:" in said.out
    assert "cannot be reached" in said.out
    assert "my-own-key" not in said.out
    assert "0.5 GB last for 0.4 hours" in said.out


def test_the_json_is_one_document_with_an_outcome_each(nongbo: Nongbo) -> None:
    results = nongbo(*CLIP, "--json", "--duration-min", "30").document
    assert {result["outcome"] for result in results} <= {"good", "bad", "not_checked"}
    assert {result["check"] for result in results} >= {"camera", "microphone", "disk", "clock", "key", "upload"}
    assert all(result["found"] and result["not_covered"] for result in results)


@pytest.mark.parametrize("options", [("--duration-min", "0"), ("--data-left", "-1"), ("--bitrate", "7")])
def test_values_that_will_not_do_are_wrong_usage(nongbo: Nongbo, options: tuple[str, str]) -> None:
    said = nongbo(*CLIP, *options)
    assert said.code == 2
    assert options[1] in said.err


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [
        *(
            (f"{word}\n", "good")
            for word in ("y", "听到", "听见了", "能听到。", "听得到", "好", "有", "嗯", "没问题", "OK!")
        ),
        *(
            (f"{word}\n", "good")
            for word in (
                "没有问题",
                "没问题的",
                "听到了，没问题",
                "不错的",
                "挺不错",
                "差不多",
                "没事",
                "没毛病",
                "ｙ",
                "当然",
                "很清楚",
                "清晰！",
                "没什么问题",
            )
        ),
        *(
            (f"{word}\n", "bad")
            for word in ("n", "ｎ", "没听到", "听不见", "没有", "否", "听不清楚", "有问题", "什么都没听到")
        ),
        *((f"{word}\nn\n", "not_checked") for word in ("不知道", "我不清楚", "不确定")),
        *((f"{word}\nn\n", "bad") for word in ("听见了吗", "听到了？", "听什么", "？")),
        ("什么？\n是\n", "good"),
        ("hm\n", "not_checked"),
        ("", "not_checked"),
    ],
)
def test_the_person_is_asked_whether_it_was_heard(
    typed: str, outcome: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    asked = CheckResult(
        Check.PLAYBACK,
        Outcome.NOT_CHECKED,
        Line.of("It was played back. Did you hear yourself?"),
        Line.of("Echo."),
        asks=True,
    )
    assert doctor_live.asked_of(asked).outcome.value == outcome
    assert "Did you hear yourself?" in capsys.readouterr().err


def test_an_option_of_the_go_live_check_is_not_passed_over(nongbo: Nongbo) -> None:
    for words in (("--to", "快手"), ("--source", "pattern"), ("--duration-min", "90")):
        said = nongbo("doctor", *words)
        assert said.code == 2
        assert said.err.startswith(f"{words[0]} will not do for doctor: it goes with --live.")
