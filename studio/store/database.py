"""The connection to the log: SQLite in a file by default, PostgreSQL by its URL; errors are translated here.

SQLite runs in WAL mode: readers never wait for the journal, and a killed process loses nothing it committed. Each
commit waits for the disk, so that a power cut loses nothing either; a show's journal writes on a thread of its own.
A transaction that writes takes the write lock when it begins, so that two programs on one file wait for
each other instead of failing half-way.
"""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from studio.errors import DAMAGED, REASONS, StudioError, fault
from studio.i18n import N_
from studio.store.schema import bring_to_head

BUSY_TIMEOUT_S = 5.0

_UNWRITABLE = {  # why, in words that end a sentence; SQLite says it in English alone
    "SQLITE_FULL": REASONS[errno.ENOSPC],
    "SQLITE_READONLY": REASONS[errno.EACCES],
    "SQLITE_CANTOPEN": REASONS[errno.EACCES],
    "SQLITE_PERM": REASONS[errno.EACCES],
    "SQLITE_IOERR": N_("the disk is full, or has a fault"),
}
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


def take_write_lock(session: Session) -> None:
    """Ends what `Database.preparing` began to read, and begins a transaction that writes.

    Orders are written by one program at a time, which PostgreSQL has to be told.
    """
    session.commit()
    connection = session.connection(execution_options={"takes_write_lock": True})
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE order_import IN SHARE ROW EXCLUSIVE MODE"))


def _wait_for_writers(connection: sqlite3.Connection) -> None:
    """Waits until nobody writes to the file, which changing its journal's mode does not do by itself.

    Returns as well where that takes longer than the busy timeout. https://www.sqlite.org/c3ref/busy_handler.html
    """
    with suppress(sqlite3.OperationalError):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("COMMIT")


def sqlite_url(path: Path) -> URL:
    """The address of a log in the file `path`."""
    return URL.create("sqlite+pysqlite", database=str(path))


class Database:
    """A pool of connections to one log. Any thread may use it; each transaction is one `with` block."""

    def __init__(self, url: str | URL, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self._given = url
        self._busy_timeout_s = busy_timeout_s
        self._engine: Engine | None = None
        self._writer: Engine | None = None

    def open(self) -> None:
        """Connects and brings the tables up to date.

        Raises `store.damaged`, `store.newer`, `store.busy`, `store.unreachable` or `home.unwritable`.
        """
        engine = self._new_engine()
        self._engine, self._writer = engine, engine.execution_options(takes_write_lock=True)
        try:
            bring_to_head(self._connecting, self.shown)
            if engine.dialect.name == "sqlite":  # only now: somebody else's file is not to be changed
                self._keep_write_ahead_log(engine)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Lets all connections go; may be called twice."""
        if self._engine is not None:
            self._engine.dispose()
        self._engine = self._writer = None

    @property
    def shown(self) -> str:
        """Where the log is, for people: a file's path, or a URL without its password."""
        try:
            url = make_url(self._given)
        except ArgumentError:
            return "…"
        is_file = url.get_backend_name() == "sqlite" and url.database
        return str(url.database) if is_file else url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads: it sees one moment of the log and keeps nobody waiting."""
        assert self._engine is not None, "the log is not open"
        with self.translated(), Session(self._engine) as session, session.begin():
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that is kept whole when the block ends, and not at all when it raises."""
        assert self._writer is not None, "the log is not open"
        with self.translated(), Session(self._writer) as session, session.begin():
            yield session

    @contextmanager
    def preparing(self) -> Iterator[Session]:
        """A transaction that reads, and writes to temporary tables only; call `take_write_lock` before more than that.

        What it has read may have changed by then.
        """
        assert self._engine is not None, "the log is not open"
        with self.translated(), self._engine.connect() as connection, Session(connection) as session:
            try:
                yield session
                session.commit()
            finally:
                session.rollback()
                connection.detach()  # what is temporary goes with it

    @contextmanager
    def _connecting(self, writes: bool) -> Iterator[Connection]:
        engine = self._writer if writes else self._engine
        assert engine is not None
        with self.translated(), engine.begin() as connection:
            yield connection

    def _keep_write_ahead_log(self, engine: Engine) -> None:
        """The mode is kept in the file, so this does something once in a log's life."""
        give_up_s = monotonic() + self._busy_timeout_s
        with self.translated(), engine.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            while True:
                try:
                    raw.execute("PRAGMA journal_mode=WAL")
                    return
                except sqlite3.Error as error:
                    name = getattr(error, "sqlite_errorname", "")
                    if not name.startswith(_BUSY) or monotonic() > give_up_s:
                        raise DBAPIError("PRAGMA journal_mode=WAL", None, error) from error
                _wait_for_writers(raw)

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Turns the database's own faults into ours; anything else is our bug and passes."""
        try:
            yield
        except DBAPIError as error:
            translation = self._translation(error)
            if translation is None:
                raise
            raise translation from error

    def _translation(self, error: DBAPIError) -> StudioError | None:
        name = getattr(error.orig, "sqlite_errorname", "")
        reason = str(error.orig).strip().rstrip(".")
        if name.startswith(_DAMAGED):
            return fault("store.damaged", path=self.shown, reason=DAMAGED)
        if name.startswith(_BUSY):
            return fault("store.busy", path=self.shown)
        for kind, why in _UNWRITABLE.items():
            if name.startswith(kind):
                return fault("home.unwritable", path=Path(self.shown).parent, reason=why)
        if not isinstance(error.orig, sqlite3.Error) and isinstance(error, OperationalError | InterfaceError):
            return fault("store.unreachable", path=self.shown, reason=reason.splitlines()[0])
        return None

    def _new_engine(self) -> Engine:
        try:
            url = make_url(self._given)
            if url.get_backend_name() != "sqlite":
                return create_engine(url, pool_pre_ping=True)
            engine = create_engine(url)
        except (ArgumentError, ImportError) as error:
            raise fault("store.unreachable", path=self.shown, reason=error) from error
        busy_timeout_ms = int(self._busy_timeout_s * 1000)

        @event.listens_for(engine, "connect")
        def set_up(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
            connection.isolation_level = None  # the driver begins no transaction of its own: `begin` does
            connection.execute(f"PRAGMA busy_timeout={busy_timeout_ms}")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            writes = connection.get_execution_options().get("takes_write_lock", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

        return engine
