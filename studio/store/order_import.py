"""One file of a platform into the log, whatever is in it: orders, or figures of live sessions."""

from collections.abc import Callable, Sequence
from pathlib import Path

from integrations.exports.layout import Layout
from integrations.exports.live_sessions import SessionsExport, read_live_sessions
from studio.errors import StudioError
from studio.paths import Home
from studio.store.changes import FileReport
from studio.store.order_files import read_orders, rejected_rows, translated
from studio.store.store import Store

Tick = Callable[[int], None]


def import_file(
    store: Store,
    home: Home,
    path: Path,
    session_id: int | None,
    layouts: Sequence[Layout],
    reading: Tick,
    taking_over: Tick,
) -> FileReport:
    """Brings a file in whole, or nothing of it where a tick raises; the ticks are told how many rows are done.

    Raises `csv.missing`, `orders.unreadable`, `orders.unknown_headings`, `session.unknown` and what the store raises.
    """
    try:
        export = read_orders(path, home, layouts, reading)
    except StudioError as error:
        if error.problem.code != "orders.unknown_headings":
            raise
        with translated(path):
            sessions = read_live_sessions(path)
        if sessions is None:
            raise
        return _import_sessions(store, path, sessions)
    rejected = tuple(rejected_rows(export.bad))
    imported = store.import_export(session_id, export, taking_over)
    return FileReport(
        str(path), export.kind, export.platform, imported.count, rejected, imported.tomorrow, imported.anchors
    )


def _import_sessions(store: Store, path: Path, export: SessionsExport) -> FileReport:
    count = store.import_sessions(export)
    return FileReport(str(path), export.kind, export.platform, count, tuple(rejected_rows(export.bad)))
