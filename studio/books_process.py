"""The process that reads and writes the log for the window: pickled questions on stdin, pickled answers on stdout.

`python -m studio.books_process --home DIR`. Questions are answered one after the other; `StopImport` is heard at once.
An import takes computing time for seconds, so it gives way to a show that runs. When stdin ends the process ends,
and what it was just writing is as if it had never been begun.
"""

import gc
import logging
import pickle
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import BinaryIO

from studio import books as ask
from studio.answering import answer_the_window
from studio.books import Answer, Question
from studio.errors import StudioError, bug_of
from studio.order_words import ways_note
from studio.paths import Home
from studio.priority import give_way
from studio.store.order_files import comments_text, read_orders, rejected_rows
from studio.store.order_import import import_file
from studio.store.order_mappings import check_name, fitting, keep_mapping, layouts_of, look_at, mapping_with
from studio.store.store import Store
from studio.worker import Worker

log = logging.getLogger(__name__)

MOVED_EVERY_S = 0.2
FIRST_ROWS = 6
FIRST_REJECTED = 20
MOST_ORDERS = 1000  # that are shown at once
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class StoppedError(Exception):
    """Somebody does not want this import any more."""


class Bookkeeper:
    """Answers questions on the log of `home`; `stopped` is set while an import is to stop."""

    def __init__(self, home: Home, tell: Callable[[Answer], None], stopped: threading.Event) -> None:
        self._home = home
        self._store = Store.of(home)
        self._is_open = False
        self._tell = tell
        self._stopped = stopped

    def close(self) -> None:
        self._store.close()

    def answer(self, question: Question) -> None:
        """Answers; what goes wrong is told too."""
        try:
            if not self._is_open:
                self._store.open()
                self._is_open = True
            self._answer(question)
        except StudioError as error:
            self._tell(ask.Refused(question, error.problem))
        except Exception as error:
            log.exception("%r was not answered", question)
            self._tell(ask.Refused(question, bug_of(error)))

    def _answer(self, question: Question) -> None:
        match question:
            case ask.ListSessions():
                self._list_sessions()
            case ask.OpenSession(session_id):
                self._open_session(session_id)
            case ask.ImportFiles():
                self._import(question)
            case ask.LookAtFile(path):
                self._tell(ask.FileSeen(path, *look_at(Path(path), FIRST_ROWS)))
            case ask.TryMapping():
                self._try_mapping(question)
            case ask.CountComments(session_id, text, path):
                self._store.count_comments(session_id, comments_text(Path(path)) if path else text)
                self._open_session(session_id)
            case ask.UndoViewers(session_id, at):
                self._store.undo_viewers(session_id, at=at)
                self._open_session(session_id)
            case ask.Disown(session_id, platform, account):
                self._store.disown_account(platform, account)
                self._open_session(session_id)
            case ask.StopImport():
                pass  # heard by whoever reads stdin
            case _:
                self._answer_orders(question)

    def _answer_orders(self, question: Question) -> None:
        """What was sold: by what name, by whom, to which session, and what is still to be sent."""
        match question:
            case ask.ListUnknown():
                self._list_unknown()
            case ask.NameProduct(name, sku):
                self._store.name_product(name, sku)
                self._list_unknown()
            case ask.NameAnchor(platform, anchor, ours):
                self._name_anchor(platform, anchor, ours)
            case ask.ListOrders(session_id):
                self._list_orders(session_id)
            case ask.ListUnshipped(session_id):
                self._tell(ask.UnshippedListed(self._store.unshipped_orders(session_id)))

    def _open_session(self, session_id: int) -> None:
        detail = self._store.session_detail(session_id)
        self._tell(ask.SessionOpened(replace(detail, orders=()), ways_note(detail.orders)))

    def _name_anchor(self, platform: str, anchor: str, ours: bool) -> None:
        if ours:
            self._store.own_anchor(platform, anchor)
        else:
            self._store.disown_account(platform, anchor)
        self._tell(ask.AnchorNamed(platform, anchor, ours))

    def _list_orders(self, session_id: int) -> None:
        lines = self._store.list_orders(session_id)
        newest = sorted(lines, key=lambda one: one.paid_at or one.created_at or LONG_AGO, reverse=True)
        self._tell(ask.OrdersListed(session_id, tuple(newest[:MOST_ORDERS]), len(lines)))

    def _list_sessions(self) -> None:
        unknown = self._store.count_unknown()
        sessions, promised = self._store.list_sessions(), self._store.promised_orders()
        self._tell(ask.SessionsListed(sessions, promised, unknown, self._store.unknown_anchors()))

    def _list_unknown(self) -> None:
        products = tuple((one.sku, one.name) for one in self._store.list_products())
        self._tell(ask.UnknownListed(self._store.unknown_products(), products))

    def _import(self, question: ask.ImportFiles) -> None:
        self._stopped.clear()
        layouts = layouts_of(self._home)
        files = len(question.paths)
        gc.disable()  # a hundred thousand rows are no garbage: looking them through again and again doubles the time
        try:
            for number, path in enumerate(question.paths, 1):
                reading, taking_over = (self._ticks(path, number, files, taking) for taking in (False, True))
                try:
                    reports = import_file(
                        self._store, self._home, Path(path), question.session_id, layouts, reading, taking_over
                    )
                except StudioError as error:
                    unknown = error.problem.code == "orders.unknown_headings"
                    self._tell(ask.FileRefused(path, error.problem, mappable=unknown))
                else:
                    for report in reports:
                        self._tell(ask.FileImported(report))
        except StoppedError:
            log.info("an import was stopped")
        finally:
            gc.enable()
        self._tell(ask.ImportEnded(self._stopped.is_set()))

    def _ticks(self, path: str, number: int, files: int, taking_over: bool) -> Callable[[int], None]:
        """Tells how far a file is, now and then, and stops the import where somebody asked for that."""
        told_s = -MOVED_EVERY_S

        def tick(rows: int) -> None:
            nonlocal told_s
            if self._stopped.is_set():
                raise StoppedError
            if rows % 100 == 0 and monotonic() - told_s >= MOVED_EVERY_S:
                told_s = monotonic()
                self._tell(ask.ImportMoved(path, number, files, rows, taking_over))

        return tick

    def _try_mapping(self, question: ask.TryMapping) -> None:
        path = Path(question.path)
        check_name(question.name)
        mapping = mapping_with(question.name, question.columns, question.order_amounts_repeat)
        export = read_orders(path, self._home, (mapping.layout(),))
        rejected = rejected_rows(export.bad)
        kept = question.keep and fitting(export)
        if kept:
            keep_mapping(self._home, mapping)
        lines = tuple(
            (
                line.order_id,
                line.paid_at.astimezone().strftime("%Y-%m-%d %H:%M") if line.paid_at else "",
                line.title or line.sku or line.product_id,
                str(line.quantity or 1),
                str(line.paid_fen),
                str(line.status),
            )
            for line in islice(export.lines, FIRST_ROWS)
        )
        shown = tuple(rejected[:FIRST_REJECTED])
        self._tell(ask.MappingTried(question.path, lines, len(export.lines), shown, kept))


def serve(home: Home, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answers until the questions end."""
    stopped = threading.Event()
    row: queue.SimpleQueue[Question | None] = queue.SimpleQueue()

    def read(_stopping: threading.Event) -> None:
        with suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                question = pickle.load(questions)  # noqa: S301 - the pipe is our own window's
                if isinstance(question, ask.StopImport):
                    stopped.set()
                else:
                    row.put(question)
        stopped.set()  # the window has gone: nobody waits for the rest
        row.put(None)

    def tell(answer: Answer) -> None:
        pickle.dump(answer, answers)
        answers.flush()

    Worker("questions", read, abandonable=True).start()  # it waits for the window's next word until the end
    bookkeeper = Bookkeeper(home, tell, stopped)
    try:
        while (question := row.get()) is not None:
            bookkeeper.answer(question)
    finally:
        bookkeeper.close()


if __name__ == "__main__":
    give_way()
    answer_the_window("books", serve)
