"""One file of a platform into the log, whatever is in it: orders, or figures of live sessions."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from integrations.exports.layout import Layout
from studio.paths import Home
from studio.store.changes import FileReport
from studio.store.order_files import read_file, rejected_rows
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
) -> tuple[FileReport, ...]:
    """Brings a file in whole, or nothing of it where a tick raises; the ticks are told how many rows are done.

    A report for each kind that is in it: a workbook may have several. Raises `csv.missing`, `orders.unreadable`,
    `orders.unknown_headings`, `session.unknown` and what the store raises.
    """
    contents = read_file(path, home, layouts, reading)
    orders, sessions = store.import_contents(session_id, contents, taking_over)
    reports = [
        FileReport(
            str(path),
            export.kind,
            export.platform,
            imported.count,
            tuple(rejected_rows(export.bad)),
            imported.tomorrow,
            imported.anchors,
        )
        for export, imported in zip(contents.exports, orders, strict=True)
    ]
    reports += [
        FileReport(str(path), export.kind, export.platform, count, tuple(rejected_rows(export.bad)))
        for export, count in zip(contents.sessions, sessions, strict=True)
    ]
    return (replace(reports[0], unread=contents.unread), *reports[1:])
