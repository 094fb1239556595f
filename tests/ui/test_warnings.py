"""Warnings of the watchdogs in the window: told large, sounded only where wanted, chosen on the set-up page."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication, QCheckBox
from pytestqt.qtbot import QtBot

from assets.sounds.warning import write_tone
from studio.config import WARNINGS, WatchConfig
from studio.equipment import Device
from studio.errors import Problem, explain
from studio.events import Noticed
from studio.i18n import _, use
from studio.output_states import OutputChanged, OutputState
from studio.paths import asset
from studio.sentences.watching import SENTENCES
from studio.ui import tone
from studio.ui.tone import WarningTone, alsa_outputs, play, portaudio_outputs
from studio.ui.tone_row import ToneRow
from studio.ui.warnings_form import WarningsForm, warnings_of, watch_of
from studio.ui.words import SHORT_WORDS, WARNING_DRAWINGS
from tests.ui.conftest import Stage

BLACK, DARK, SILENT = Problem.of("watch.black"), Problem.of("watch.dark"), Problem.of("watch.silent")
LOST, MIC_LOST = Problem.of("source.lost", name="camera"), Problem.of("audio.lost", name="USB microphone")
SMALL = Problem.of("stats.unreadable", address="http://a", reason="it does not answer")
LONGEST_WORDS = 12  # Chinese characters that fit the width of the page in one line


def tell(stage: Stage, problem: Problem, active: bool = True) -> None:
    stage.engine.tell(Noticed(problem, active, datetime.now(UTC)))


def test_a_warning_is_told_large_and_goes_by_itself(stage: Stage) -> None:
    stage.open().go_live()
    banner = stage.live.banner
    tell(stage, BLACK)
    stage.until(banner.isVisible)
    assert banner.instruction.what.text() == "The picture is black."
    assert "lens" in banner.instruction.fix.text()
    assert banner.instruction.what.font().pointSizeF() > 2 * banner.instruction.font().pointSizeF()
    assert not banner.lines.isVisible()
    assert "Platforms close rooms" in banner.accessibleName(), "a screen reader is told everything"
    tell(stage, BLACK, active=False)
    stage.until(lambda: not banner.isVisible())


def test_other_faults_keep_their_four_lines(stage: Stage) -> None:
    stage.open().go_live()
    tell(stage, SMALL)
    banner = stage.live.banner
    stage.until(banner.lines.isVisible)
    assert not banner.instruction.isVisible()
    assert not banner.more.isVisible(), "all is said"


def test_no_newer_notice_covers_what_viewers_see_wrong_now(stage: Stage) -> None:
    stage.open().go_live()
    banner = stage.live.banner
    for problem, large in ((SMALL, ""), (DARK, "too dark"), (SMALL, "too dark"), (MIC_LOST, "sound has stopped")):
        tell(stage, problem)
        stage.until(lambda large=large: large in banner.instruction.what.text())  # type: ignore[misc]
    tell(stage, Problem.of("card.unknown", sku="X"))
    stage.until(lambda: banner.other.text() == "Next 1/4")
    assert "sound has stopped" in banner.instruction.what.text()
    banner.other.click()
    assert "too dark" in banner.instruction.what.text()
    banner.other.click()
    assert banner.lines.isVisible()
    tell(stage, MIC_LOST, active=False)
    stage.until(lambda: "too dark" in banner.instruction.what.text())


def test_an_instruction_can_be_read_in_all_its_four_lines(stage: Stage) -> None:
    stage.open().go_live()
    tell(stage, MIC_LOST)
    banner = stage.live.banner
    stage.until(banner.instruction.isVisible)
    banner.more.click()
    assert banner.lines.isVisible()
    assert not banner.instruction.isVisible()
    told = explain(MIC_LOST)
    for line in (told.what, told.viewers, told.fix, told.who):
        assert line in banner.lines.words()
    tell(stage, SMALL)
    stage.until(banner.other.isVisible)
    assert banner.lines.isVisible(), "it is not folded while somebody reads it"
    banner.more.click()
    assert banner.instruction.isVisible()
    banner.more.click()
    tell(stage, LOST)
    stage.until(lambda: "picture has stopped" in banner.instruction.what.text())
    assert banner.instruction.isVisible(), "another one is large at first"


def test_that_nobody_sees_the_show_is_told_before_that_it_is_dark_until_it_is_read(
    stage: Stage, played: list[Path]
) -> None:
    stage.desk.show = replace(stage.desk.show, watch=WatchConfig(tone=True))
    stage.open().go_live()
    tell(stage, DARK)
    banner = stage.live.banner
    stage.until(banner.instruction.isVisible)
    lost = Problem.of("output.lost", name="a", reason="it does not answer")

    def turn(name: str, state: OutputState) -> None:
        problem = lost if state is OutputState.RECONNECTING else None
        stage.engine.tell(OutputChanged(name, "rtmp://a/•••", state, datetime.now(UTC), problem))
        stage.until(lambda: any((one.name, one.state) == (name, state) for one in stage.desk.state.outputs))

    turn("淘宝", OutputState.RECONNECTING)
    assert banner.instruction.what.text() == "The picture is too dark.", "on the other one all goes on"
    turn("快手", OutputState.RECONNECTING)
    assert banner.instruction.what.text() == "Nobody sees the show."
    assert len(played) == 2
    banner.read.emit(Problem.of("show.unseen"))
    stage.until(lambda: banner.instruction.what.text() == "The picture is too dark.")
    turn("快手", OutputState.LIVE)
    turn("快手", OutputState.RECONNECTING)
    assert banner.instruction.what.text() == "Nobody sees the show.", "it was on the air in between"


def test_every_warning_has_its_drawing_and_is_short_enough_to_be_read_from_afar() -> None:
    assert set(WARNING_DRAWINGS) == {*SENTENCES, *SHORT_WORDS, "show.unseen"} - {"watch.nobody_off"}
    use("zh")
    for code, drawing in WARNING_DRAWINGS.items():
        assert asset("icons", f"{drawing}.svg").is_file()
        short = SHORT_WORDS.get(code)
        assert 0 < len(_(short) if short else explain(Problem.of(code)).what) <= LONGEST_WORDS


def test_a_covered_camera_is_told_as_shortly_as_a_black_picture(stage: Stage) -> None:
    stage.open().go_live()
    tell(stage, Problem.of("source.covered", name="USB 2.0 Camera"))
    stage.until(stage.live.banner.instruction.isVisible)
    assert stage.live.banner.instruction.what.text() == "The picture is black."
    assert "USB 2.0 Camera" in stage.live.banner.accessibleName()


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The sounds that would have been heard."""
    heard: list[Path] = []
    monkeypatch.setattr(tone, "play", lambda path, _to: heard.append(path))
    return heard


def test_the_tone_sounds_once_for_each_new_warning_and_only_where_it_is_wanted(played: list[Path]) -> None:
    warned = WarningTone()
    for problems, wanted in (
        ((), True),
        ((SMALL,), True),
        ((BLACK,), False),
        ((BLACK, SILENT), True),
        ((BLACK, SILENT), True),
        ((), True),
        ((BLACK,), True),
    ):
        warned.follow(problems, wanted)
    assert played == [asset("sounds", "warning.wav")] * 2


@pytest.mark.parametrize("code", ["source.lost", "source.busy", "audio.lost", "audio.busy"])
def test_a_device_that_was_unplugged_or_taken_is_told_large_and_sounds(
    stage: Stage, played: list[Path], code: str
) -> None:
    stage.desk.show = replace(stage.desk.show, watch=WatchConfig(tone=True))
    stage.open().go_live()
    tell(stage, Problem.of(code, name="USB 2.0"))
    stage.until(stage.live.banner.instruction.isVisible)
    assert stage.live.banner.instruction.what.text() in SHORT_WORDS.values()
    assert "USB 2.0" in stage.live.banner.accessibleName(), "which one it was"
    assert len(played) == 1


def test_the_window_sounds_for_a_warning_of_the_running_show(stage: Stage, played: list[Path]) -> None:
    stage.desk.show = replace(stage.desk.show, watch=WatchConfig(tone=True))
    stage.open().go_live()
    tell(stage, SILENT)
    stage.until(lambda: bool(played))


def test_the_systems_player_is_asked_and_the_beep_is_the_last_resort(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, list[str]]] = []
    beeps: list[bool] = []

    def start(program: str, words: list[str]) -> tuple[bool, int]:
        asked.append((program, words))
        return True, 1

    monkeypatch.setattr(QProcess, "startDetached", start)
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(True))
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}" if name == tone.PLAYERS[-1] else None)
    play(Path("a.wav"))
    assert asked == [(f"/bin/{tone.PLAYERS[-1]}", ["a.wav"])]
    monkeypatch.setattr(shutil, "which", lambda name: None)
    play(Path("a.wav"))
    assert beeps == [True]


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Puts programs into an otherwise empty system; each is a line of shell."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))

    def put(name: str, line: str) -> None:
        (programs / name).write_text(f"#!/bin/sh\n{line}\n")
        (programs / name).chmod(0o755)

    return put


SINKS = """Sink #1
\tState: SUSPENDED
\tName: alsa_output.pci-0000_00_1f.3.analog-stereo
\tDescription: Built-in Audio Analog Stereo
\tDriver: PipeWire
Sink #2
\tName: bluez_output.A0_1B
\tDescription: 头戴耳机
"""
HEADPHONES = "pulse:bluez_output.A0_1B"


def test_the_headphones_are_chosen_and_the_tone_is_heard_there_and_nowhere_else(
    qtbot: QtBot, tmp_path: Path, system: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sinks").write_text(SINKS)
    heard = tmp_path / "heard"
    system("pactl", f"[ $LC_ALL = C ] && while read -r line; do printf '%s\\n' \"$line\"; done < {tmp_path}/sinks")
    system("paplay", f'printf "%s|" "$@" > {heard}')
    row = ToneRow("")
    qtbot.addWidget(row)
    row.show()
    qtbot.waitUntil(lambda: row.box.count() == 3, timeout=20_000)
    assert [row.box.itemText(n) for n in (1, 2)] == ["Built-in Audio Analog Stereo", "头戴耳机"]
    with qtbot.waitSignal(row.edited):
        row.box.setCurrentIndex(2)
    assert row.value() == HEADPHONES
    row.button.click()
    qtbot.waitUntil(lambda: heard.exists() and heard.read_text().endswith("warning.wav|"), timeout=20_000)
    assert heard.read_text().startswith("--device=bluez_output.A0_1B|")
    monkeypatch.setenv("PATH", str(tmp_path))
    beeps: list[bool] = []
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append(True))
    play(asset("sounds", "warning.wav"), HEADPHONES)
    assert beeps == [], "a beep would come out of the loudspeakers"


def test_on_windows_the_headphones_are_chosen_and_heard_alone_too(
    qtbot: QtBot, tmp_path: Path, system: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tone, "LINUX", False)
    heard = tmp_path / "heard"
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1] / "media" / "windows_sound"))
    monkeypatch.setenv("NONGBO_TEST_HEARD", str(heard))
    row = ToneRow("")
    qtbot.addWidget(row)
    row.show()
    qtbot.waitUntil(lambda: row.box.count() == 3, timeout=20_000)
    row.box.setCurrentIndex(2)
    assert (row.value(), row.box.currentText()) == ("portaudio:耳机 (USB Audio Device)", "耳机 (USB Audio Device)")
    row.button.click()
    qtbot.waitUntil(lambda: heard.exists() and heard.stat().st_size > 10_000, timeout=20_000)
    assert heard.read_bytes().startswith("耳机 (USB Audio Device)\n".encode())


def test_a_driver_that_ends_the_listing_leaves_the_computer_s_own_choice() -> None:
    assert portaudio_outputs("") == portaudio_outputs('["Spea') == ()


def test_headphones_that_are_not_plugged_in_stay_chosen(qtbot: QtBot) -> None:
    row = ToneRow(HEADPHONES)
    qtbot.addWidget(row)
    row.offer((Device("pulse:speakers", "Speakers"),))
    assert row.value() == HEADPHONES
    assert "bluez_output.A0_1B" in row.box.currentText()
    row.offer((Device(HEADPHONES, "Headphones"),))
    assert (row.value(), row.box.currentText(), row.box.count()) == (HEADPHONES, "Headphones", 2)


def test_outputs_of_a_system_without_a_sound_server() -> None:
    told = """null
    Discard all samples
sysdefault:CARD=PCH
    HDA Intel PCH, ALC295 Analog
    Default Audio Device
front:CARD=PCH,DEV=0
    HDA Intel PCH, ALC295 Analog
"""
    assert alsa_outputs(told) == (Device("alsa:sysdefault:CARD=PCH", "HDA Intel PCH, ALC295 Analog"),)


def test_where_the_tone_is_heard_is_saved_with_the_plan(stage: Stage) -> None:
    page = stage.open().setup
    page.tone.offer((Device(HEADPHONES, "Headphones"),))
    page.tone.box.setCurrentIndex(1)
    page.save()
    assert stage.desk.show.watch.tone_to == HEADPHONES


def test_the_tone_that_is_kept_is_the_one_that_is_made(tmp_path: Path) -> None:
    write_tone(tmp_path / "warning.wav")
    assert (tmp_path / "warning.wav").read_bytes() == asset("sounds", "warning.wav").read_bytes()


@given(st.tuples(*(st.booleans() for _ in range(len(WARNINGS) + 1))))
def test_what_is_ticked_is_what_is_watched(ticks: tuple[bool, ...]) -> None:
    form = WarningsForm(*ticks)
    watch = watch_of(form, WatchConfig(black_s=2.5, silent_s=None))
    assert warnings_of(watch) == form
    assert watch.black_s in (None, 2.5), "a time that was chosen stays"
    assert watch.silent_s in (None, 20.0)


def test_a_warning_that_is_unticked_is_kept_in_the_plan(stage: Stage) -> None:
    stage.open()
    box = stage.setup.warnings.editors["blurred"].findChild(QCheckBox)
    assert isinstance(box, QCheckBox)
    assert box.isChecked()
    box.click()
    assert stage.setup.saved.text() == "Not saved yet."
    stage.setup.save_button.click()
    assert stage.saved[-1].watch == WatchConfig(blurred_s=None)
