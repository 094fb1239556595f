"""Whether a PostgreSQL that several computers share keeps the log: tables, a show, orders from two programs at once.

    python -m tests.bench.shared_log [--rows 2000]

Needs Debian's `postgresql` (160 MB, so the tests' set-up does not fetch it) and `pip install '.[postgres]'`. The server
is a fresh one, on a free port and in a folder of its own. Exit code 1 where anything is not as it should be.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from integrations.exports.cells import CHINA_TIME
from studio.events import CardChanged, Event
from studio.sold import ViewersSampled
from studio.store.store import DATABASE_VARIABLE, Store
from studio.store.tables import Table
from tests.bench.orders import kuaishou
from tests.end2end.sockets import HOST, free_port
from tests.integrations.exports import files
from tests.store.samples import APPLES, TEA, after, begin, health

DEBIANS = Path("/usr/lib/postgresql")
NOBODY = "nobody"  # the server runs for no administrator


class PostgresServer:
    """A server with an empty database, in `folder`, until the block ends."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._port = free_port()
        self._user = NOBODY if os.geteuid() == 0 else None
        self._server: subprocess.Popen[bytes] | None = None
        folder.chmod(0o755)
        self._data.mkdir()
        if self._user:
            shutil.chown(self._data, NOBODY)

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://nongbo@{HOST}:{self._port}/postgres"

    def __enter__(self) -> Self:
        made = [program("initdb"), "-D", str(self._data), "-U", "nongbo", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, cwd="/", user=self._user)
        command = [program("postgres"), "-D", str(self._data), "-p", str(self._port), "-h", HOST, "-k", ""]
        self._server = subprocess.Popen(command, cwd="/", stderr=subprocess.DEVNULL, user=self._user)
        ready = [program("pg_isready"), "-q", "-h", HOST, "-p", str(self._port)]
        while subprocess.run(ready, check=False).returncode:  # it listens before it is
            with suppress(subprocess.TimeoutExpired):
                sys.exit(f"PostgreSQL ended with {self._server.wait(0.05)} before it was ready")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.terminate()
        self._server.wait()


def program(name: str) -> str:
    """Where Debian keeps the newest of this program, which is on nobody's path."""
    found = shutil.which(name) or next(
        (str(one) for one in sorted(DEBIANS.glob(f"*/bin/{name}"), key=lambda one: float(one.parts[-3]), reverse=True)),
        "",
    )
    if not found:
        sys.exit(f"{name} is missing: apt-get install postgresql")
    return found


def nongbo(folder: Path, url: str, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "studio", "--home", str(folder / "home"), *words, "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {DATABASE_VARIABLE: url})


def said(running: subprocess.Popen[bytes]) -> Any:
    """The document of a command that ended well."""
    out, _nothing = running.communicate()
    assert running.returncode == 0, out
    return json.loads(out)


def show(url: str) -> int:
    """The log of a show of an hour, written as the engine does; its tables are made on the way."""
    with Store(url) as store:
        store.import_products([APPLES, TEA])
        session_id = begin(store)
        events: list[Event] = [
            CardChanged("P01", after(10)),
            ViewersSampled(120, "kuaishou:果园", after(20)),
            health(1),
            health(3599),
        ]
        store.write_events(session_id, events, after(3600))
        store.end_session(session_id, after(3600))
    return session_id


def compared(url: str) -> list[Any]:
    """What the tables the revisions made lack of the declared ones, or have beyond them."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Table.metadata)
    engine.dispose()
    return list(found)


def check(folder: Path, url: str, rows: int) -> None:
    session_id = show(url)
    assert compared(url) == []
    written = {
        done: files.xlsx_file(
            folder / f"orders-{done}.xlsx",
            files.rows_of(files.KUAISHOU, [during_the_show(number, done) for number in range(rows)]),
        )
        for done in (False, True)
    }
    began_s = time.perf_counter()
    both = [nongbo(folder, url, "orders", "import", str(written[False])) for _program in range(2)]
    reports = [said(one)[0] for one in both]
    took_s = time.perf_counter() - began_s
    assert sorted((one["new"], one["unchanged"]) for one in reports) == [(0, rows), (rows, 0)], reports
    print(f"two programs at once import {rows} orders: {took_s:.1f} s, each order is there once")
    began_s = time.perf_counter()
    (report,) = said(nongbo(folder, url, "orders", "import", str(written[True])))
    assert report["updated"] == rows, report
    print(f"all of them changed: {time.perf_counter() - began_s:.1f} s")
    began_s = time.perf_counter()
    (session,) = said(nongbo(folder, url, "sessions", "list"))
    assert (session["id"], session["order_count"], session["peak_viewers"]) == (session_id, rows, 120), session
    shown = said(nongbo(folder, url, "sessions", "show", str(session_id)))
    assert {one["platform"] for one in shown["orders"]} == {"kuaishou"}
    print(f"the list of sessions, and the show with its orders: {time.perf_counter() - began_s:.1f} s")


def during_the_show(number: int, done: bool) -> files.Record:
    at = after(1 + number % 3000).astimezone(CHINA_TIME).strftime("%Y-%m-%d %H:%M:%S")
    return {**kuaishou(number, done), "订单创建时间": at, "订单支付时间": at}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2000)
    rows = parser.parse_args().rows
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="nongbo-bench-")))
        server = stack.enter_context(PostgresServer(folder))
        check(folder, server.url, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
