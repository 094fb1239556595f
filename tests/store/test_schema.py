"""The tables and their revisions."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from studio.errors import Problem, StudioError
from studio.paths import Home
from studio.store.database import sqlite_url
from studio.store.schema import alembic_config
from studio.store.store import Store
from studio.store.tables import HEAD_REVISION, Table
from tests.store.samples import APPLES, START, begin


def test_the_head_revision_is_the_one_of_the_scripts() -> None:
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD_REVISION]


def test_the_revisions_build_exactly_the_declared_tables(store: Store, path: Path) -> None:
    engine = create_engine(sqlite_url(path))
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Table.metadata)
    engine.dispose()
    assert differences == []


def test_the_recordings_of_older_logs_are_kept(path: Path) -> None:
    engine = create_engine(sqlite_url(path))
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")
        connection.exec_driver_sql(
            "INSERT INTO session (id, started_at, rehearsal, title, canvas, fps, bitrate_kbps, source, recording)"
            " VALUES (1, '2026-01-01', 0, '', '', 25, 1, '', 'one.mkv'), (2, '2026-01-02', 0, '', '', 25, 1, '', NULL)"
        )
    engine.dispose()
    with Store(sqlite_url(path)) as store:
        assert [store.session_detail(number).recordings for number in (1, 2)] == [("one.mkv",), ()]


def test_opening_a_log_that_is_up_to_date_does_not_load_alembic(store: Store, path: Path) -> None:
    store.close()
    code = (
        "import sys; from pathlib import Path; from studio.store.store import Store, sqlite_url\n"
        f"store = Store(sqlite_url(Path({str(path)!r}))).open(); store.list_sessions(); store.close()\n"
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_sqlite_waits_for_the_disk_at_each_commit_and_checks_foreign_keys(store: Store, path: Path) -> None:
    with store._database.reading() as db:
        connection = db.connection()
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 200}


def test_two_programs_may_open_a_fresh_log_at_the_same_moment(path: Path) -> None:
    def open_and_count(_number: int) -> int:
        with Store(sqlite_url(path)) as store:
            return len(store.list_products())

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(open_and_count, range(4))) == [0, 0, 0, 0]


def test_a_fresh_log_waits_for_whoever_writes_to_it_before_it_changes_the_journal(path: Path) -> None:
    with Store(sqlite_url(path)) as store:
        store.list_products()
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as other:
        assert other.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",)
        other.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as pool:
            opening = pool.submit(store.open)
            with pytest.raises(TimeoutError):
                opening.result(0.3)
            other.execute("COMMIT")
            opening.result(10).close()
    with closing(sqlite3.connect(path)) as afterwards:
        assert afterwards.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_log_of_a_newer_version_is_refused_and_left_alone(store: Store, path: Path) -> None:
    store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StudioError) as caught:
        Store(sqlite_url(path)).open()
    assert caught.value.problem.code == "store.newer"
    assert path.read_bytes() == before


def no_database(path: Path) -> None:
    path.write_bytes(b"this is no database at all, " * 400)


def cut_in_half(path: Path) -> None:
    with Store(sqlite_url(path)) as store:
        session_id = begin(store)
        store.end_session(session_id, START)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def somebody_elses(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")
    connection.close()


@pytest.mark.parametrize("spoil", [no_database, cut_in_half, somebody_elses])
def test_a_damaged_or_foreign_file_is_named_and_kept(path: Path, spoil: Callable[[Path], None]) -> None:
    spoil(path)
    before = path.read_bytes()
    with pytest.raises(StudioError) as caught:
        Store(sqlite_url(path)).open()
    assert caught.value.problem.code == "store.damaged"
    assert str(path) in str(caught.value)
    assert "malformed" not in str(caught.value), "in words that have a translation"
    assert path.read_bytes() == before


def test_damage_that_shows_later_is_named_too(store: Store, path: Path) -> None:
    for number in range(200):
        store.save_product(type(APPLES)(f"S{number}", "苹果" * 90, 100))
    store.close()
    pages = bytearray(path.read_bytes())
    pages[-60_000:] = b"\xaa" * 60_000
    path.write_bytes(bytes(pages))
    with pytest.raises(StudioError) as caught, Store(sqlite_url(path)) as damaged:
        damaged.list_products()
    assert caught.value.problem.code == "store.damaged"


def test_a_place_where_no_file_can_be_is_said_to_be_unwritable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StudioError) as caught:
        Store(sqlite_url(tmp_path / "file" / "nongbo.sqlite3")).open()
    assert caught.value.problem == Problem.of("home.unwritable", path=tmp_path / "file", reason="it is not allowed")


def test_a_locked_log_is_said_to_be_busy(store: Store, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StudioError) as caught:
            store.save_product(APPLES)
    finally:
        other.close()
    assert caught.value.problem.code == "store.busy"
    store.save_product(APPLES)


@pytest.mark.parametrize("url", ["no address", "postgresql://farm:geheim@127.0.0.1:9/nongbo", "oracle+nothing://x"])
def test_a_database_that_cannot_be_reached_is_named_without_its_password(url: str) -> None:
    with pytest.raises(StudioError) as caught:
        Store(url).open()
    assert caught.value.problem.code == "store.unreachable"
    assert "geheim" not in str(caught.value)


def test_the_environment_names_another_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Store.of(Home(tmp_path)).shown == str(tmp_path / "nongbo.sqlite3")
    monkeypatch.setenv("NONGBO_DATABASE_URL", "postgresql://farm:geheim@db.example/nongbo")
    assert Store.of(Home(tmp_path)).shown == "postgresql://farm:***@db.example/nongbo"
