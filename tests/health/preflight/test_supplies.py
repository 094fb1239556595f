"""What a show uses up is reckoned rightly, and what is not known is not claimed."""

import errno
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from studio.checks import CheckPlan, Outcome, hours_text
from studio.config import DestinationConfig, EncoderConfig, Secret, ShowConfig
from studio.errors import REASONS, Problem, explain
from studio.health.preflight.supplies import check_data, check_disk, check_power

PLACE = DestinationConfig("a", Secret("rtmp://a.example/live/key"))
SHOW = ShowConfig(destinations=(PLACE,))
TWO_HOURS = CheckPlan(duration_min=120)


@dataclass
class State:
    """What a battery says of itself."""

    percent: float
    secsleft: int
    power_plugged: bool | None


def test_the_disk_of_a_folder_that_is_made_later_is_asked(tmp_path: Path) -> None:
    result = check_disk(replace(SHOW, record_dir=tmp_path / "not" / "yet"), CheckPlan(1), tmp_path)
    assert result.outcome is Outcome.GOOD
    assert not (tmp_path / "not").exists()


def test_a_recording_that_does_not_fit_is_told_with_what_it_needs(tmp_path: Path) -> None:
    """At the highest rate, a show of four months needs more than any disk a test runs on has."""
    show = replace(SHOW, record_dir=tmp_path, encoder=EncoderConfig(bitrate_kbps=20000))
    result = check_disk(show, CheckPlan(duration_min=180_000), tmp_path)
    assert result.outcome is Outcome.BAD
    assert result.problem is not None
    values = dict(result.problem.values)
    assert float(values["needed_gb"]) == pytest.approx(20128 * 1.01 * 1000 / 8 * 3600 * 3000 / 1e9, rel=0.01)
    assert str(tmp_path) in explain(result.problem).fix


def test_a_show_that_is_not_recorded_needs_no_room(tmp_path: Path) -> None:
    assert check_disk(SHOW, CheckPlan(duration_min=180_000), tmp_path).outcome is Outcome.GOOD


def test_a_folder_that_cannot_be_written_is_no_good(tmp_path: Path) -> None:
    """A stick that was pulled out, or a file in its place."""
    (tmp_path / "stick").write_text("")
    result = check_disk(replace(SHOW, record_dir=tmp_path / "stick" / "shows"), TWO_HOURS, tmp_path)
    assert result.outcome is Outcome.BAD
    assert result.problem is not None
    assert result.problem.code == "check.folder_closed"
    assert list(tmp_path.iterdir()) == [tmp_path / "stick"], "nothing is left of the trial"


def test_a_drive_that_is_not_there_is_no_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows nothing of its path exists then."""
    monkeypatch.setattr("studio.health.preflight.supplies.there", lambda _path: False)
    result = check_disk(replace(SHOW, record_dir=tmp_path), TWO_HOURS, tmp_path)
    assert result.problem == Problem.of("check.folder_closed", path=tmp_path, reason=REASONS[errno.ENOENT])


def test_a_disk_without_room_for_the_log_speaks_of_no_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.health.preflight.supplies.shutil.disk_usage", lambda _path: SimpleNamespace(free=10**8))
    result = check_disk(SHOW, TWO_HOURS, tmp_path)
    assert result.problem == Problem.of("check.log_short", free_gb="0.1")


@pytest.mark.parametrize(
    ("state", "outcome", "words"),
    [
        (None, Outcome.GOOD, "no battery"),
        (State(80, psutil.POWER_TIME_UNLIMITED, True), Outcome.GOOD, "80%"),
        (State(80, 3 * 3600, False), Outcome.GOOD, "3.0 hours left"),
        (State(50, 2 * 3600, False), Outcome.BAD, "2.0 hours left"),  # a show draws more
        (State(50, psutil.POWER_TIME_UNKNOWN, False), Outcome.NOT_CHECKED, "not known"),
        (State(50, 9 * 3600, None), Outcome.NOT_CHECKED, "does not tell"),
    ],
)
def test_the_battery_is_compared_with_the_planned_length(state: State | None, outcome: Outcome, words: str) -> None:
    result = check_power(TWO_HOURS, lambda: state)
    assert result.outcome is outcome
    assert words in result.found.told()
    assert (result.problem is not None) is (outcome is Outcome.BAD)


def test_this_computers_own_battery_can_be_asked() -> None:
    assert check_power(TWO_HOURS).found.told()


def test_an_hour_at_the_usual_quality_takes_1_2_gigabytes() -> None:
    result = check_data(SHOW, TWO_HOURS)
    assert result.outcome is Outcome.NOT_CHECKED
    assert "1.2 GB" in result.found.told()


@pytest.mark.parametrize(
    ("left_gb", "places", "outcome", "hours"),
    [(2.6, 1, Outcome.GOOD, "2.1"), (2.6, 2, Outcome.BAD, "1.1"), (0.0, 1, Outcome.BAD, "0.0")],
)
def test_the_data_plan_is_shared_by_all_destinations(left_gb: float, places: int, outcome: Outcome, hours: str) -> None:
    result = check_data(replace(SHOW, destinations=(PLACE,) * places), replace(TWO_HOURS, data_left_gb=left_gb))
    assert result.outcome is outcome
    assert f"{hours} hours" in result.found.told()


@pytest.mark.parametrize("show", [replace(SHOW, rehearsal=True), ShowConfig()])
def test_what_sends_nothing_needs_no_data(show: ShowConfig) -> None:
    assert check_data(show, TWO_HOURS).outcome is Outcome.GOOD


@pytest.mark.parametrize(("hours", "text"), [(0.04, "0.0"), (2.5, "2.5"), (10.6, "11"), (4000, "99")])
def test_spans_are_short(hours: float, text: str) -> None:
    assert hours_text(hours) == text


@pytest.mark.parametrize(
    ("free_gb", "code"), [(6.0, None), (4.0, "check.film_short"), (2.0, "check.disk_short"), (5.2, "check.film_short")]
)
def test_a_disk_is_good_only_with_room_for_the_mp4_beside_the_recording(
    free_gb: float, code: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = round(free_gb * 1e9)
    monkeypatch.setattr("studio.health.preflight.supplies.shutil.disk_usage", lambda _path: SimpleNamespace(free=free))
    result = check_disk(replace(SHOW, record_dir=tmp_path), TWO_HOURS, tmp_path)
    assert (result.problem.code if result.problem is not None else None) == code
    assert "that can become an MP4" in result.found.told()


@pytest.mark.parametrize("recorded", [True, False])
def test_a_folder_without_the_right_to_write_is_named_as_what_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recorded: bool
) -> None:
    """Tried once: on Windows Python's own trial goes on for ever."""
    tried: list[Path] = []

    def denied(path: Path, _mode: str) -> None:
        tried.append(path)
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(Path, "open", denied)
    result = check_disk(replace(SHOW, record_dir=tmp_path if recorded else None), TWO_HOURS, tmp_path)
    assert result.problem is not None
    assert result.problem.code == ("check.folder_closed" if recorded else "check.home_closed")
    assert [path.parent for path in tried] == [tmp_path]
