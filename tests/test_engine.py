"""The engine in-process: commands in, events out, and everything in the log."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication

from studio import commands as ask
from studio.broadcast import Broadcast
from studio.commands import Command
from studio.config import (
    AudioConfig,
    AudioKind,
    CanvasConfig,
    DestinationConfig,
    EncoderConfig,
    Secret,
    ShowConfig,
    SourceConfig,
    SourceKind,
)
from studio.engine import Engine
from studio.errors import Problem, StudioError
from studio.events import (
    AudioLevel,
    CardChanged,
    Event,
    HealthSampled,
    Noticed,
    OrderTyped,
    PreviewReady,
    ShowEnded,
    ShowStarted,
    StartFailed,
)
from studio.media.preview import PreviewReader
from studio.output_states import OutputChanged, OutputState
from studio.paths import Home
from studio.sold import ViewersSampled, ViewersUndone
from studio.store.rows import SessionDetail, SessionEnd
from studio.store.store import Store
from tests.end2end.sockets import HOST, free_port
from tests.media.films import decode_file
from tests.media.pipes import Writer, y4m
from tests.media.told import Told
from tests.test_cards import CARDS

KEY = "k3y-of-a-farmer"


class Studio:
    """An engine on a home of its own, and all it told."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.told = Told()
        self.engine = Engine(home, self.told)
        self.show = ShowConfig(
            source=SourceConfig(SourceKind.PATTERN),
            audio=AudioConfig(AudioKind.SILENCE),
            canvas=CanvasConfig(320, 180, 25),
            encoder=EncoderConfig(400, "ultrafast"),
            cards=CARDS,
            record_dir=home.recordings,
        )

    def do(self, *commands: Command) -> None:
        for command in commands:
            self.engine.execute(command)

    def wait(self, kind: type[Event], count: int = 1) -> Event:
        return self.told.wait_for_one(kind, count)

    def go(self, **changes: object) -> None:
        """On air, and past the first pictures."""
        before = len(self.told.of(ShowStarted))
        self.do(ask.StartShow(replace(self.show, **changes)))  # type: ignore[arg-type]
        self.told.wait_for_one(ShowStarted, before + 1)

    def notices(self) -> list[Noticed]:
        """What was told, but for a computer that is too busy with others."""
        return [event for event in self.told.of(Noticed) if not event.problem.code.startswith("slow.")]

    def wait_for_notices(self, count: int = 1) -> list[Noticed]:
        self.told.wait_for(lambda: len(self.notices()) >= count)
        return self.notices()

    def end(self) -> ShowEnded:
        self.do(ask.StopShow())
        return self.told.wait_for_one(ShowEnded)

    def detail(self, session_id: int) -> SessionDetail:
        with Store.of(self.home) as store:
            return store.session_detail(session_id)


@pytest.fixture
def home(own_home: Path) -> Home:
    return Home(own_home).ensure()


@pytest.fixture
def studio(home: Home, qapp: QCoreApplication) -> Iterator[Studio]:
    studio = Studio(home)
    studio.engine.start()
    yield studio
    studio.engine.stop()
    studio.engine.stop()


def test_a_show_is_composed_recorded_reported_and_logged(studio: Studio) -> None:
    studio.go(first_card="APPLE")
    studio.told.wait_for(lambda: any(e.composed_frames > 20 for e in studio.told.of(HealthSampled)))
    report = studio.end().report
    assert (report.video.width, report.video.height, report.video.fps) == (320, 180, 25)
    assert report.video.encoded_frames == report.video.composed_frames - report.video.skipped_frames
    assert report.video.captured_frames > 0
    assert report.audio.samples > 48_000 // 2
    assert report.outputs == ()
    assert report.recording is not None
    assert report.cpu_s > 0
    assert report.peak_rss_mb > 10
    video, audio = decode_file(Path(report.recording))
    assert len(video) == report.video.encoded_frames
    assert len(audio) * 1024 == pytest.approx(report.audio.samples, abs=3000)

    detail = studio.detail(report.session_id)
    assert detail.session.end is SessionEnd.ENDED
    assert [(window.sku, window.hidden_at is not None) for window in detail.windows] == [("APPLE", True)]
    assert detail.session.recording == report.recording
    assert studio.told.of(AudioLevel)
    started, ended = studio.told.of(ShowStarted)[0], studio.told.all.index(studio.told.of(ShowEnded)[0])
    assert started.session_id == report.session_id
    assert not [e for e in studio.told.all[ended + 1 :] if isinstance(e, HealthSampled | CardChanged)]


def test_cards_orders_viewers_and_ticker_obey_while_the_show_runs(studio: Studio) -> None:
    studio.go()
    studio.do(ask.NextCard())
    studio.told.wait_for_one(CardChanged)  # its code is tried first
    studio.do(
        ask.ShowCard("TEA"),
        ask.TypeOrder("TEA", 2),
        ask.TypeOrder("APPLE"),
        ask.UndoOrder("TEA"),
        ask.UndoOrder("PEAR"),
        ask.UndoViewers(),
        ask.TypeViewers(37),
        ask.TypeViewers(3712),
        ask.UndoViewers(),
        ask.SetTicker("今天下单，明天发货"),
        ask.SetRotation(30.0),
        ask.ShowCard(None),
        ask.ShowCard("MANGO"),
        ask.TypeOrder("MANGO"),
    )
    studio.wait_for_notices(2)
    assert [event.sku for event in studio.told.of(CardChanged)] == ["APPLE", "TEA", None]
    assert [(e.sku, e.quantity, e.price_fen) for e in studio.told.of(OrderTyped)] == [
        ("TEA", 2, 16800),
        ("APPLE", 1, 3990),
        ("TEA", -1, 16800),
    ]
    assert {event.problem.code for event in studio.notices()} == {"card.unknown"}
    typed = studio.told.of(ViewersSampled)
    assert [(one.count, one.source) for one in typed] == [(37, "typed"), (3712, "typed")]
    assert studio.told.of(ViewersUndone) == [ViewersUndone(typed[1].at, typed[0])]
    snapshot = studio.engine.snapshot()
    assert (snapshot.on_air, snapshot.card_sku, snapshot.rotate_s, snapshot.ticker) == (
        True,
        None,
        30.0,
        "今天下单，明天发货",
    )
    assert (snapshot.viewers, dict(snapshot.orders)) == (37, {"TEA": 1, "APPLE": 1})
    assert snapshot.cards == CARDS
    detail = studio.detail(studio.end().report.session_id)
    assert {(result.sku, result.pieces) for result in detail.products if result.pieces} == {("TEA", 1), ("APPLE", 1)}
    assert [viewers.count for viewers in detail.viewers] == [37]


@pytest.mark.parametrize("command", [ask.TypeOrder("TEA", 0), ask.TypeOrder("TEA", -3), ask.TypeViewers(-1)], ids=repr)
def test_a_count_that_cannot_be_is_told_and_not_logged(studio: Studio, command: Command) -> None:
    studio.go()
    studio.do(command)
    problem = studio.wait_for_notices()[0].problem
    snapshot = studio.engine.snapshot()
    assert (problem.code, snapshot.orders, snapshot.viewers) == ("value.bad", (), None)
    assert problem not in snapshot.notices
    detail = studio.detail(studio.end().report.session_id)
    assert not detail.viewers
    assert not studio.told.of(OrderTyped)


def test_the_free_space_is_that_of_the_disk_the_recording_fills(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Told()

    def free(path: Path) -> int:
        asked(path)
        return 7

    monkeypatch.setattr("studio.on_air.disk_free_mb", free)
    studio.go(record_dir=tmp_path / "elsewhere")
    assert studio.told.wait_for_one(HealthSampled).disk_free_mb == 7
    assert asked.all[0] == tmp_path / "elsewhere"


def test_the_cards_turn_by_themselves(studio: Studio) -> None:
    studio.go(first_card="APPLE", rotate_s=0.2)
    studio.told.wait_for(lambda: len(studio.told.of(CardChanged)) >= 4)
    assert [event.sku for event in studio.told.of(CardChanged)][:4] == ["APPLE", "PEAR", "TEA", "APPLE"]


def test_a_show_ends_by_itself_when_its_time_is_over(studio: Studio) -> None:
    began_s = time.monotonic()
    studio.go(duration_s=0.6, record_dir=None)
    report = studio.told.wait_for_one(ShowEnded).report
    assert 0.6 <= report.duration_s < time.monotonic() - began_s
    assert report.recording is None
    assert not studio.engine.on_air


def test_a_second_show_begins_anew(studio: Studio) -> None:
    studio.go(duration_s=0.3, first_card="TEA")
    studio.told.wait_for_one(ShowEnded)
    began_s = time.monotonic()
    studio.go(duration_s=0.3)
    studio.told.wait_for_one(ShowEnded, 2)
    most_frames = studio.show.canvas.fps * (time.monotonic() - began_s) + 1
    first, second = (event.report for event in studio.told.of(ShowEnded))
    assert first.session_id != second.session_id
    assert first.recording != second.recording
    assert second.video.composed_frames <= most_frames


def test_a_show_while_one_runs_is_refused_and_the_running_one_goes_on(studio: Studio) -> None:
    studio.go()
    studio.do(ask.StartShow(studio.show))
    assert studio.told.wait_for_one(StartFailed).problem == Problem.of("show.running")
    assert studio.engine.on_air


def bad_shows(home: Home) -> dict[str, dict[str, object]]:
    twice = (DestinationConfig("a", Secret("rtmp://host/live/1")), DestinationConfig("a", Secret("rtmp://host/live/2")))
    (home.root / "file").write_text("not a film")
    return {
        "clip.missing": {"source": SourceConfig(SourceKind.CLIP, str(home.root / "missing.mp4"))},
        "clip.unreadable": {"source": SourceConfig(SourceKind.CLIP, str(home.root / "file"))},
        "source.unreadable": {"source": SourceConfig(SourceKind.CAMERA, "/dev/no-such-camera")},
        "audio.unreadable": {"audio": AudioConfig(AudioKind.CLIP, str(home.root / "file"))},
        "recording.unwritable": {"record_dir": home.root / "file"},
        "output.duplicate_name": {"destinations": twice},
    }


BAD = ("audio.unreadable", "clip.missing", "clip.unreadable", "output.duplicate_name", "recording.unwritable")


@pytest.mark.parametrize("code", [*BAD, "source.unreadable"])
def test_a_show_that_cannot_begin_says_why_and_leaves_nothing_behind(studio: Studio, code: str) -> None:
    changes = bad_shows(studio.home)[code]
    studio.do(ask.StartShow(replace(studio.show, **changes)))  # type: ignore[arg-type]
    assert studio.told.wait_for_one(StartFailed).problem.code == code
    assert not studio.engine.on_air
    assert not list(studio.home.recordings.iterdir()), "no empty recording"
    with Store.of(studio.home) as store:
        assert store.list_sessions() == ()
    studio.go(duration_s=0.2)
    studio.told.wait_for_one(ShowEnded)


@pytest.mark.expects_errors
def test_a_fault_of_ours_at_the_start_is_answered_too(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for the show must not wait for ever."""

    def broken(_self: Broadcast) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(Broadcast, "open", broken)
    studio.do(ask.StartShow(studio.show))
    assert studio.told.wait_for_one(StartFailed).problem.code == "show.not_begun"
    monkeypatch.undo()
    studio.go(duration_s=0.2)
    studio.told.wait_for_one(ShowEnded)


def test_commands_without_a_show_are_passed_over(studio: Studio) -> None:
    studio.do(ask.NextCard(), ask.StopShow(), ask.TypeOrder("TEA"), ask.SetTicker("x"), ask.RetryDestination("y"))
    studio.go(duration_s=0.2)
    studio.told.wait_for_one(ShowEnded)
    assert not studio.notices()


def test_one_home_has_one_engine(studio: Studio) -> None:
    with pytest.raises(StudioError) as caught:
        Engine(studio.home, Told()).start()
    assert caught.value.problem.code == "home.busy"
    studio.go(duration_s=0.2)
    studio.told.wait_for_one(ShowEnded)


def test_a_home_that_is_free_again_can_be_taken(home: Home, qapp: QCoreApplication) -> None:
    for _ in range(2):
        engine = Engine(home, Told())
        engine.start()
        engine.stop()


def test_an_engine_that_never_started_can_be_stopped(home: Home) -> None:
    Engine(home, Told()).stop()


def test_stopping_the_engine_ends_its_show_in_order(home: Home, qapp: QCoreApplication) -> None:
    studio = Studio(home)
    studio.engine.start()
    studio.go(first_card="TEA")
    studio.engine.stop()
    session_id = studio.told.wait_for_one(ShowEnded).report.session_id
    assert studio.detail(session_id).session.end is SessionEnd.ENDED


def test_the_preview_shows_what_is_sent(studio: Studio) -> None:
    studio.do(ask.WatchPreview(True))
    studio.go()
    path = studio.told.wait_for_one(PreviewReady).path
    assert studio.engine.snapshot().preview_path == path
    reader = PreviewReader(path)
    seen: list[float] = []

    def look() -> bool:
        picture = reader.newest()
        if picture is not None:
            seen.append(float(max(picture.rgb)))
        return len(seen) >= 3

    try:
        studio.told.wait_for(look)
    finally:
        reader.close()
    assert max(seen) > 30
    studio.end()
    assert not Path(path).exists()


def test_a_destination_that_fails_is_told_masked_and_can_be_removed(studio: Studio) -> None:
    nobody = DestinationConfig("nobody", Secret(f"rtmp://{HOST}:{free_port()}/live/{KEY}"))
    studio.go()
    studio.do(ask.AddDestination(nobody), ask.AddDestination(nobody))
    studio.told.wait_for(lambda: any(e.state is OutputState.FAILED for e in studio.told.of(OutputChanged)))
    assert [event.problem.code for event in studio.notices()] == ["output.duplicate_name"]
    outputs = studio.engine.snapshot().outputs
    assert [(output.name, output.state) for output in outputs] == [("nobody", OutputState.FAILED)]
    new = Secret(f"rtmp://{HOST}:{free_port()}/other/{KEY}")
    studio.do(ask.ReplaceAddress("nobody", Secret(f"http://host/{KEY}")), ask.ReplaceAddress("nobody", new))
    studio.told.wait_for(lambda: studio.told.of(OutputChanged)[-1].address.endswith("/other/•••"))
    assert studio.wait_for_notices(2)[1].problem.code == "output.not_rtmp", "and nothing is lost"
    studio.do(ask.RemoveDestination("nobody"), ask.RemoveDestination("never there"))
    studio.told.wait_for(lambda: studio.engine.snapshot().outputs == ())
    assert studio.engine.on_air
    assert KEY not in repr(studio.told.all)
    assert KEY not in repr(studio.detail(studio.end().report.session_id))


def test_a_source_that_breaks_during_the_show_is_told_and_told_again_when_it_is_back(studio: Studio) -> None:
    pipe = studio.home.root / "camera.y4m"
    os.mkfifo(pipe)
    with Writer(pipe, y4m()):
        studio.go(source=SourceConfig(SourceKind.PIPE, str(pipe)))
        studio.told.wait_for(lambda: any(event.captured_frames > 0 for event in studio.told.of(HealthSampled)))
    lost = studio.wait_for_notices()[0]
    assert (lost.problem.code, lost.active) == ("source.lost", True)
    assert lost.problem in studio.engine.snapshot().notices
    with Writer(pipe, y4m()):
        studio.told.wait_for(lambda: any(not event.active for event in studio.notices()))
        assert lost.problem not in studio.engine.snapshot().notices
        composed = studio.end().report.video.composed_frames
    assert composed > 0


def test_a_log_that_cannot_be_opened_frees_the_home(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.database.write_bytes(b"this is not a database at all, but it is long enough to be looked at" * 20)
    with pytest.raises(StudioError) as caught:
        Engine(home, Told()).start()
    assert caught.value.problem.code == "store.damaged"
    home.database.unlink()
    engine = Engine(home, Told())
    engine.start()
    engine.stop()
