"""A show that was cut off, or finds a full disk, goes on the air all the same: with less, and saying so."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtCore import QCoreApplication

from studio import commands as ask
from studio.broadcast import Broadcast
from studio.config import AudioConfig, AudioKind, DestinationConfig, Secret, SourceConfig, SourceKind
from studio.destinations import keep_destinations
from studio.disk import SPARE_BYTES
from studio.equipment import SourceChanged
from studio.errors import Problem
from studio.events import (
    AudioLevel,
    CardChanged,
    Event,
    HealthSampled,
    Noticed,
    OrderTyped,
    RecordingBegun,
    RecordingFinished,
    ShowEnded,
    ShowStarted,
    SoundChanged,
    StartFailed,
)
from studio.media import feed
from studio.media import recording as recording_module
from studio.media.frames import NS
from studio.output_states import OutputChanged
from studio.paths import Home
from studio.recovery import ShowKeeper, kept_show
from studio.snapshot import Snapshot
from studio.store.rows import SessionEnd
from studio.store.sessions import NewSession
from studio.store.store import Store
from tests.end2end.sockets import HOST, free_port
from tests.media.films import decode_file, write_clip
from tests.test_engine import Studio
from tests.test_journal import locked

CUT_AT = datetime.now(UTC) - timedelta(seconds=30)
SAMPLE = HealthSampled(CUT_AT, 9.0, 25.0, 1, 1, 1, 0, 0, 0, 0.0, -60.0, 0.0, 1.0, 1.0, 1)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is away is looked for often."""
    monkeypatch.setattr(feed, "RETRY_NS", NS // 5)
    monkeypatch.setattr(recording_module, "AGAIN_EVERY_S", 0.1)


@pytest.fixture
def studio(own_home: Path, qapp: QCoreApplication) -> Iterator[Studio]:
    """Its engine is not started yet."""
    studio = Studio(Home(own_home).ensure())
    yield studio
    studio.engine.stop()


def nowhere() -> DestinationConfig:
    """Somebody might see it, though nobody answers there."""
    return DestinationConfig("快手", Secret(f"rtmp://{HOST}:{free_port()}/app/key"))


def cut_off(studio: Studio, *events: Event, at: datetime = CUT_AT, **changes: object) -> int:
    """Leaves a show behind as a killed engine does, in which `events` have happened."""
    studio.show = replace(studio.show, **changes)  # type: ignore[arg-type]
    with Store.of(studio.home) as store:
        session_id = store.begin_session(NewSession(at - timedelta(minutes=9), cards=studio.show.cards))
        store.write_events(session_id, [*events, replace(SAMPLE, at=at)])
    ShowKeeper(studio.home).keep(session_id, studio.show, tuple(to.name for to in studio.show.destinations))
    return session_id


def go_on(studio: Studio, session_id: int) -> None:
    studio.do(ask.ResumeShow(session_id, studio.show))
    assert studio.told.wait_for_one(ShowStarted).session_id == session_id


def wait_for_notice(studio: Studio, code: str, active: bool = True) -> Problem:
    found: list[Problem] = []

    def there() -> bool:
        notices = [one for one in studio.told.of(Noticed) if one.problem.code == code]
        found[:] = [one.problem for one in notices[-1:] if one.active is active]
        return bool(found)

    studio.told.wait_for(there)
    return found[0]


class Usage(NamedTuple):
    """What `shutil.disk_usage` gives."""

    total: int
    used: int
    free: int


class Disk:
    """How much the recordings' disk says is free."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, free: int) -> None:
        self.free = free
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10**12, 0, self.free))


@pytest.mark.parametrize("resumed", [False, True])
def test_a_full_disk_keeps_no_show_off_the_air_and_is_recorded_to_once_it_has_room(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, resumed: bool
) -> None:
    disk = Disk(monkeypatch, SPARE_BYTES - 1)
    session_id = cut_off(studio) if resumed else 1  # what is gone on with needs no destination for that
    studio.engine.start()
    if resumed:
        go_on(studio, session_id)
    else:
        studio.go(destinations=(nowhere(),))
    waits = wait_for_notice(studio, "recording.waits")
    assert dict(waits.values)["path"] == str(studio.home.recordings)
    studio.told.wait_for_one(HealthSampled)
    assert waits in studio.engine.snapshot().notices
    assert not list(studio.home.recordings.iterdir())
    disk.free = 10**11
    wait_for_notice(studio, "recording.waits", active=False)
    part = studio.told.wait_for_one(RecordingBegun).path
    studio.told.wait_for(lambda: Path(part).stat().st_size > 4_000)
    report = studio.end().report
    assert report.parts == (part,)
    assert decode_file(Path(part))[0]
    assert studio.detail(session_id).recordings == (part,)
    assert {one.problem.code for one in studio.detail(session_id).notices} >= {"recording.waits"}


def test_a_recording_whose_disk_was_full_for_a_while_goes_on_in_a_further_part(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = Disk(monkeypatch, 10**11)
    studio.engine.start()
    studio.go()
    studio.told.wait_for_one(HealthSampled)
    recording = studio.engine._on_air.broadcast.recording  # type: ignore[union-attr]
    assert recording is not None
    studio.told.wait_for(lambda: recording.bytes > 4_000)
    disk.free = 0
    recording._part.bytes += 9 << 20  # it looks at the disk so often
    wait_for_notice(studio, "recording.failed")
    disk.free = 10**11
    wait_for_notice(studio, "recording.failed", active=False)
    second = studio.told.wait_for_one(RecordingBegun).path
    studio.told.wait_for(lambda: Path(second).stat().st_size > 4_000)
    report = studio.end().report
    assert (len(report.recordings), report.recording) == (2, second)
    studio.told.wait_for_one(RecordingFinished, 2)
    films = [Path(part).with_suffix(".mp4") for part in report.recordings]
    assert all(decode_file(film)[0] for film in films)
    studio.told.wait_for(lambda: studio.detail(report.session_id).recordings == tuple(map(str, films)))


def test_a_folder_that_is_gone_is_not_made_again_in_its_place(studio: Studio, tmp_path: Path) -> None:
    """A stick that was pulled out: what is at its place then is another disk. Health is told all the same."""
    stick = tmp_path / "stick"
    studio.engine.start()
    studio.go(record_dir=stick / "films", destinations=(nowhere(),))
    studio.told.wait_for_one(HealthSampled)
    recording = studio.engine._on_air.broadcast.recording  # type: ignore[union-attr]
    assert recording is not None
    studio.told.wait_for(lambda: recording.bytes > 4_000)
    shutil.rmtree(stick)
    recording._part.bytes += 9 << 20
    wait_for_notice(studio, "recording.failed")
    studio.told.wait_for_one(HealthSampled, len(studio.told.of(HealthSampled)) + 1)
    assert not stick.exists()
    stick.mkdir()
    wait_for_notice(studio, "recording.failed", active=False)
    assert list((stick / "films").iterdir())


def test_a_show_goes_on_without_its_camera_and_microphone_until_they_are_there(studio: Studio, tmp_path: Path) -> None:
    clip, sound = tmp_path / "camera.mp4", tmp_path / "microphone.mp4"
    source, audio = SourceConfig(SourceKind.CLIP, str(clip)), AudioConfig(AudioKind.CLIP, str(sound))
    session_id = cut_off(studio, source=source, audio=audio, record_dir=None)
    studio.engine.start()
    go_on(studio, session_id)
    for code in ("source.lost", "audio.lost"):
        wait_for_notice(studio, code)
    for path in (clip, sound):
        write_clip(path.with_suffix(".part.mp4"), sound=True)
        path.with_suffix(".part.mp4").rename(path)
    for code in ("source.lost", "audio.lost"):
        wait_for_notice(studio, code, active=False)
    studio.told.wait_for(lambda: studio.told.of(HealthSampled)[-1].captured_frames > 10)
    studio.told.wait_for(lambda: studio.told.of(AudioLevel)[-1].peak_dbfs > -50)
    assert studio.told.of(SourceChanged)[0].source == source


def test_a_camera_that_is_missing_keeps_a_new_show_off_the_air_as_ever(studio: Studio) -> None:
    studio.engine.start()
    studio.do(ask.StartShow(replace(studio.show, source=SourceConfig(SourceKind.CAMERA, "/dev/no-such-camera"))))
    assert studio.told.wait_for_one(StartFailed).problem.code == "source.unreadable"


@pytest.mark.parametrize("days", [-2500, 2500])
def test_a_clock_that_a_power_cut_has_set_keeps_no_show_from_going_on(studio: Studio, days: int) -> None:
    """A laptop whose little battery is empty begins at its factory's date, before the cut or long after."""
    at = CUT_AT + timedelta(days=days)
    session_id = cut_off(studio, at=at)
    studio.engine.start()
    assert studio.engine.cut_off is not None
    go_on(studio, session_id)
    studio.told.wait_for_one(HealthSampled, 2)
    studio.do(ask.StopShow())
    studio.told.wait_for_one(ShowEnded)
    detail = studio.detail(session_id)
    (gap,) = detail.interruptions
    assert not gap.known
    assert detail.session.ended_at is not None
    assert 0 < (detail.session.ended_at - at).total_seconds() - gap.seconds < 60
    assert 0 <= detail.on_air_s - 9 * 60 < 60, "only the time on the air counts"
    assert detail.health is not None
    assert detail.health.seconds < 60
    studio.do(ask.StartShow(studio.show))
    began_at = studio.told.wait_for_one(ShowStarted, 2).at
    assert abs((began_at - datetime.now(UTC)).total_seconds()) < 60, "the next show is logged as the clock has it"


def test_a_show_goes_on_without_the_one_destination_whose_address_is_not_there(studio: Studio) -> None:
    saved, given = nowhere(), replace(nowhere(), name="一次")
    session_id = cut_off(studio, destinations=(saved, given))
    keep_destinations(studio.home, (saved,))
    studio.engine.start()
    studio.do(ask.ResumeShow(session_id))
    assert studio.told.wait_for_one(ShowStarted).session_id == session_id
    lacking = wait_for_notice(studio, "session.address_lost")
    assert dict(lacking.values)["name"] == given.name
    studio.told.wait_for(lambda: lacking in studio.engine.snapshot().notices)
    assert studio.told.wait_for_one(OutputChanged).name == saved.name


def test_a_card_that_was_taken_off_and_a_voice_that_was_muted_stay_so(studio: Studio) -> None:
    at = CUT_AT - timedelta(seconds=5)
    session_id = cut_off(
        studio, CardChanged("TEA", at), CardChanged(None, CUT_AT), SoundChanged(True, studio.show.sound, at)
    )
    studio.engine.start()
    go_on(studio, session_id)
    studio.told.wait_for_one(HealthSampled)
    assert studio.told.of(SoundChanged)[0].muted
    assert studio.engine.snapshot().muted
    assert studio.told.of(CardChanged) == []
    studio.do(ask.ShowCard("TEA"), ask.SetMuted(False))
    assert studio.told.wait_for_one(CardChanged).sku == "TEA"
    studio.told.wait_for(lambda: not studio.told.of(SoundChanged)[-1].muted)


@pytest.mark.expects_errors
def test_a_show_that_could_not_go_on_is_offered_again_as_it_was(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = cut_off(studio, CardChanged("TEA", CUT_AT - timedelta(seconds=5)))
    studio.engine.start()

    def broken(*_anything: object, **_named: object) -> None:
        raise ZeroDivisionError("a bug")

    for step in ("open", "run"):
        with monkeypatch.context() as patched:
            patched.setattr(Broadcast, step, broken)
            studio.do(ask.ResumeShow(session_id, studio.show))
            studio.told.wait_for_one(StartFailed if step == "open" else ShowEnded)
            studio.told.wait_for(lambda: studio.engine.cut_off is not None and not studio.engine.on_air)
        kept = kept_show(studio.home)
        assert kept is not None
        assert kept.session_id == session_id
        assert studio.engine.snapshot().cut_off is not None
    studio.told.wait_for(lambda: any(one.cut_off for one in studio.told.of(Snapshot)))
    assert studio.detail(session_id).session.end is SessionEnd.INTERRUPTED
    studio.do(ask.ResumeShow(session_id, studio.show))
    studio.told.wait_for_one(ShowStarted, 2)
    assert studio.told.wait_for_one(CardChanged, 2).sku == "TEA"
    assert studio.engine.snapshot().cut_off is None


@pytest.mark.parametrize("resumed", [False, True])
def test_a_log_that_cannot_be_written_keeps_no_show_off_the_air_and_is_written_later(
    studio: Studio, resumed: bool
) -> None:
    studio.engine._store._database._busy_timeout_s = 0.05
    session_id = cut_off(studio) if resumed else 1
    studio.engine.start()
    with locked(studio.home.database):
        if resumed:
            go_on(studio, session_id)
        else:
            studio.go(first_card="TEA")
        failing = wait_for_notice(studio, "journal.failing")
        studio.do(ask.TypeOrder("TEA", 2))
        studio.told.wait_for_one(OrderTyped)
        assert failing in studio.engine.snapshot().notices
    wait_for_notice(studio, "journal.failing", active=False)
    report = studio.end().report
    assert report.session_id == session_id
    detail = studio.detail(session_id)
    assert (detail.session.end, [order.quantity for order in detail.orders]) == (SessionEnd.ENDED, [2])
    assert len(detail.interruptions) == resumed
    assert len(detail.recordings) == 1


def test_why_a_film_could_not_be_made_is_told_to_a_window_that_comes_later(studio: Studio) -> None:
    broken = studio.home.recordings / "20260101-120000.mkv"
    broken.write_bytes(b"nothing of a film" * 1000)
    with Store.of(studio.home) as store:
        store.end_session(store.begin_session(NewSession(CUT_AT, recording=str(broken))), CUT_AT)
    studio.engine.start()
    problem = studio.told.wait_for_one(RecordingFinished).problem
    assert problem is not None
    assert studio.engine.snapshot().notices == (problem,)
    assert broken.exists()
