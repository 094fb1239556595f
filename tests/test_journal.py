"""The journal: nothing waits for the disk, and nothing is lost by a killed process or a log that cannot be written."""

import queue
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from studio.config import CanvasConfig, ShowConfig, SourceConfig, SourceKind
from studio.errors import Problem
from studio.events import AudioLevel, CardChanged, Event, OrderTyped, RecordingFinished, ShowStarted
from studio.journal import Journal
from studio.sold import ViewersSampled
from studio.store.database import sqlite_url
from studio.store.rows import SessionEnd
from studio.store.store import Store
from tests.store.samples import APPLES, START, TEA, after, health

SHOW = ShowConfig(canvas=CanvasConfig(720, 1280, 25), cards=(APPLES.card(), TEA.card()))
DEADLINE_S = 90.0


class Told:
    """Collects what the journal says of its troubles."""

    def __init__(self) -> None:
        self.failed: queue.SimpleQueue[Problem] = queue.SimpleQueue()
        self.mended: queue.SimpleQueue[Problem] = queue.SimpleQueue()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "nongbo.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store(sqlite_url(path), busy_timeout_s=0.05) as store:
        yield store


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def journal(store: Store, told: Told) -> Iterator[Journal]:
    journal = Journal(store, told.failed.put, told.mended.put)
    journal.start()
    yield journal
    journal.stop()


def test_a_whole_show_is_in_the_log_when_end_returns(journal: Journal, store: Store) -> None:
    show = replace(SHOW, station="红旗村电商服务站")
    session_id = journal.begin(show, START, Path("shows/one.mkv"))
    for event in (
        ShowStarted(session_id, START, rehearsal=False),
        CardChanged("P01", after(1)),
        health(1),
        AudioLevel(-20.0, -20.0),
        ViewersSampled(40, "typed", after(2)),
        OrderTyped("P01", 2, 3990, after(3)),
        OrderTyped("P01", -1, 3990, after(4)),
        health(2),
    ):
        journal.record(event)
    assert journal.end(after(5))
    detail = store.session_detail(session_id)
    session = detail.session
    assert (session.canvas, session.fps, session.source, session.recording) == (
        "720x1280",
        25,
        "camera",
        "shows/one.mkv",
    )
    assert session.station == "红旗村电商服务站"
    assert (session.ended_at, session.end) == (after(5), SessionEnd.ENDED)
    assert [(one.sku, one.hidden_at) for one in detail.windows] == [("P01", after(5))]
    assert [one.count for one in detail.viewers] == [40]
    assert [(one.quantity, one.paid_fen, one.attributed_by) for one in detail.orders] == [(1, 3990, "typed")]
    assert detail.health is not None
    assert detail.health.seconds == 2


def test_where_the_recording_went_is_kept_though_it_is_told_after_the_end(journal: Journal, store: Store) -> None:
    session_id = journal.begin(SHOW, START, Path("shows/two.mkv"))
    journal.end(after(5))
    journal.begin(SHOW, after(6), Path("shows/three.mkv"))
    journal.record(RecordingFinished(session_id, "shows/two.mkv", "shows/two.mp4"))
    journal.stop()
    assert [session.recording for session in store.list_sessions()] == ["shows/three.mkv", "shows/two.mp4"]


def test_events_of_two_shows_in_a_row_go_to_their_own_sessions(path: Path) -> None:
    with Store(sqlite_url(path)) as store:  # the second begins while the first one's end is written: each has its turn
        journal = Journal(store, lambda _problem: None)
        journal.start()
        try:
            write_two_shows(journal, store)
        finally:
            journal.stop()


def write_two_shows(journal: Journal, store: Store) -> None:
    first = journal.begin(SHOW, START)
    journal.record(health(1))
    journal.end(after(2), deadline_s=0)
    second = journal.begin(SHOW, after(10))
    journal.record(health(11))
    journal.record(health(12))
    journal.end(after(13))
    found = [store.session_detail(number).health for number in (first, second)]
    assert [one.seconds if one else 0 for one in found] == [1, 2]


def test_without_a_show_nothing_is_logged_and_end_and_stop_are_harmless(journal: Journal, store: Store) -> None:
    journal.record(health(1))
    assert journal.end(START)
    journal.stop()
    journal.stop()
    assert store.list_sessions() == ()


def test_a_password_in_the_address_of_a_camera_is_not_logged(journal: Journal, store: Store) -> None:
    source = SourceConfig(SourceKind.URL, "rtsp://farm:geheim@192.0.2.7/stream?token=geheim")
    session_id = journal.begin(replace(SHOW, source=source), START)
    assert "geheim" not in store.session_detail(session_id).session.source


class locked:  # noqa: N801 - reads as a word in a with statement
    """Another program that holds the log's write lock."""

    def __init__(self, path: Path) -> None:
        self._other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def __enter__(self) -> None:
        self._other.execute("BEGIN IMMEDIATE")

    def __exit__(self, *_error: object) -> None:
        self._other.execute("ROLLBACK")
        self._other.close()


def test_a_busy_log_keeps_nobody_waiting_and_loses_nothing(
    journal: Journal, store: Store, told: Told, path: Path
) -> None:
    session_id = journal.begin(SHOW, START)
    with locked(path):
        began = time.perf_counter()
        for second in range(1, 1001):
            journal.record(health(second))
        assert time.perf_counter() - began < DEADLINE_S
        assert told.failed.get(timeout=DEADLINE_S).code == "journal.failing"
        journal.record(health(1001))
    assert told.mended.get(timeout=DEADLINE_S).code == "journal.failing"
    assert journal.end(after(1002))
    found = store.session_detail(session_id).health
    assert found is not None
    assert found.seconds == 1001
    assert told.failed.empty(), "one trouble is told once"


def test_what_was_settled_is_in_the_log(journal: Journal, store: Store) -> None:
    session_id = journal.begin(SHOW, START)
    for second in range(1, 20):
        journal.record(health(second))
        assert journal.settle(DEADLINE_S)
        found = store.session_detail(session_id).health
        assert found is not None
        assert found.seconds == second


def test_nobody_waits_for_a_log_that_cannot_be_written(journal: Journal, told: Told, path: Path) -> None:
    journal.begin(SHOW, START)
    with locked(path):
        journal.record(health(1))
        assert not journal.settle(3600.0), "it is told that the log cannot be written, and that ends the waiting"
        assert not journal.settle(3600.0)
    assert told.mended.get(timeout=DEADLINE_S).code == "journal.failing"
    assert journal.settle(DEADLINE_S)


def test_a_full_disk_is_told_once_and_all_is_written_when_there_is_room_again(
    journal: Journal, store: Store, told: Told, path: Path
) -> None:
    session_id = journal.begin(SHOW, START)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    full = path.with_name(path.name + "-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (full, hard))
    try:
        for second in range(1, 501):
            journal.record(health(second))
        problem = told.failed.get(timeout=DEADLINE_S)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert problem.code == "journal.failing"
    assert told.mended.get(timeout=DEADLINE_S) == problem
    journal.end(after(501))
    found = store.session_detail(session_id).health
    assert found is not None
    assert found.seconds == 500


def test_shows_that_begin_while_the_log_is_busy_are_in_it_afterwards(
    journal: Journal, store: Store, told: Told, path: Path
) -> None:
    before = journal.begin(SHOW, START)
    journal.end(after(1))
    with locked(path):
        numbers = []
        for second in (10, 20):
            numbers.append(journal.begin(SHOW, after(second), Path(f"shows/{second}.mkv")))
            journal.record(health(second + 1))
            assert not journal.end(after(second + 2), deadline_s=0)
        assert told.failed.get(timeout=DEADLINE_S).code == "journal.failing"
        assert journal.problem is not None
    journal.record(RecordingFinished(numbers[0], "shows/10.mkv", "shows/10.mp4"))
    assert told.mended.get(timeout=DEADLINE_S).code == "journal.failing"
    assert journal.settle(DEADLINE_S)
    assert numbers == [before + 1, before + 2]
    sessions = [store.session_detail(number).session for number in numbers]
    assert [one.recording for one in sessions] == ["shows/10.mp4", "shows/20.mkv"]
    assert [(one.started_at, one.ended_at) for one in sessions] == [(after(10), after(12)), (after(20), after(22))]


@pytest.mark.expects_errors
def test_a_full_queue_drops_what_comes_later_and_says_so_once(
    store: Store, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    failed = threading.Event()
    journal = Journal(store, lambda _problem: failed.set(), capacity=10)
    journal.start()
    session_id = journal.begin(SHOW, START)
    with locked(path):
        for second in range(1, 31):
            journal.record(health(second))
        assert failed.wait(DEADLINE_S)
    assert journal.end(after(31))
    journal.stop()
    found = store.session_detail(session_id).health
    assert found is not None
    assert found.seconds == 10
    assert sum("later ones are lost" in record.message for record in caplog.records) == 1


@pytest.mark.expects_errors
def test_an_event_that_cannot_be_logged_does_not_take_others_with_it(journal: Journal, store: Store) -> None:
    session_id = journal.begin(SHOW, START)
    broken: Event = replace(health(2), at=datetime(2026, 5, 1))
    for event in (health(1), broken, health(3)):
        journal.record(event)
    assert journal.end(after(4))
    found = store.session_detail(session_id).health
    assert found is not None
    assert found.seconds == 2


def test_a_beginning_that_turns_out_to_be_none_holds_up_nothing(
    journal: Journal, store: Store, told: Told, path: Path
) -> None:
    """As where the log said that it failed, and yet it was written."""
    session_id = journal.begin(SHOW, START)
    with locked(path):
        journal.go_on(session_id, after(1))
        journal.record(health(2))
        assert told.failed.get(timeout=DEADLINE_S).code == "journal.failing"
    assert told.mended.get(timeout=DEADLINE_S).code == "journal.failing"
    assert journal.end(after(3))
    found = store.session_detail(session_id).health
    assert found is not None
    assert found.seconds == 1


@pytest.mark.expects_errors
def test_stop_ends_even_where_the_log_cannot_be_written(store: Store, path: Path) -> None:
    journal = Journal(store, lambda _problem: None)
    journal.start()
    journal.begin(SHOW, START)
    with locked(path):
        journal.record(health(1))
        assert not journal.end(after(2), deadline_s=0.1)
        began = time.perf_counter()
        journal.stop()
        assert time.perf_counter() - began < DEADLINE_S


CHILD = """
import sys, threading, time
from datetime import UTC, datetime
from pathlib import Path
from studio.config import ShowConfig
from studio.events import CardChanged
from studio.journal import Journal
from studio.store.store import Store, sqlite_url
from tests.store.samples import APPLES, health
from dataclasses import replace

store = Store(sqlite_url(Path(sys.argv[1]))).open()
journal = Journal(store, lambda problem: None)
journal.start()
journal.begin(ShowConfig(cards=(APPLES.card(),)), datetime.now(UTC))
journal.record(CardChanged("P01", datetime.now(UTC)))
pace = threading.Event()
while True:  # until it is killed
    at = datetime.now(UTC)
    journal.record(replace(health(1), at=at))
    print(at.timestamp(), flush=True)
    pace.wait(0.02)
"""


def test_kill_9_loses_next_to_nothing_and_the_session_is_closed_at_the_next_start(path: Path) -> None:
    root = Path(__file__).resolve().parents[1]
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True, cwd=root)
    assert child.stdout is not None
    told = [float(child.stdout.readline()) for _line in range(150)]
    child.send_signal(signal.SIGKILL)
    told += [float(line) for line in child.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    child.stdout.close()
    assert child.wait(DEADLINE_S) == -signal.SIGKILL

    with Store(sqlite_url(path)) as store:
        (session_id,) = store.close_interrupted()
        detail = store.session_detail(session_id)
    session, health_found = detail.session, detail.health
    assert health_found is not None
    assert session.end is SessionEnd.INTERRUPTED
    assert session.ended_at is not None
    assert told[-1] - session.ended_at.timestamp() < 1.0  # a twentieth of a second, and what the disk takes
    lost = [at for at in told if at > session.ended_at.timestamp()]
    assert health_found.seconds == len(told) - len(lost), "all before the last batch is there"
    assert [one.hidden_at for one in detail.windows] == [session.ended_at]
    assert session.started_at < session.ended_at < datetime.now(UTC)
