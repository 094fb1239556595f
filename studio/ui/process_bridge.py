"""Questions to a process of their own, and its answers as Qt signals, without ever making the window wait.

The process is started for the first question and let go when nothing was asked for a while: it needs up to 60 MB.
Each has two threads, one that sends and one that hears: a pipe takes little from whom the other end does not read yet.
"""

import logging
import pickle
import queue
import subprocess
import sys
from contextlib import suppress
from itertools import count

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.i18n import language
from studio.letting_in import Answer, Question
from studio.paths import Home
from studio.worker import Worker

log = logging.getLogger(__name__)

LET_GO_MS = 60_000
END_DEADLINE_S = 3.0


class ProcessBridge(QObject):
    """The window's line to `studio.NAME_process`; lives on the window's thread. Questions and answers are pickled."""

    told = Signal(object)  # an answer; emitted on the reading thread
    lost = Signal()  # the process ended by itself; what it was asked is not answered any more

    def __init__(self, name: str, home: Home, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.home = home
        self._process: subprocess.Popen[bytes] | None = None
        self._questions: queue.SimpleQueue[object | None] = queue.SimpleQueue()  # None: there are no more
        self._workers: tuple[Worker, ...] = ()
        self._idle = QTimer(self, interval=LET_GO_MS, singleShot=True)
        self._idle.timeout.connect(self._let_go)
        self._closed = False
        self.told.connect(self._heard)
        self.lost.connect(self._let_go)

    @property
    def pid(self) -> int | None:
        """The process's number; None where none runs."""
        return self._process.pid if self._process is not None else None

    def ask(self, question: object) -> None:
        """Sends one question; the process is started where none runs, unless the window ends."""
        if self._closed:
            return
        self._idle.stop()
        if self._process is None:
            self._start()
        self._questions.put(question)

    @Slot()
    def close(self) -> None:
        """Ends the line for good, in the middle of an import too, of which nothing is kept; may be called twice."""
        self._closed = True
        process = self._process
        self._let_go()
        if process is None:
            return
        _end(process)  # who sends may wait for a process that reads nothing any more
        for worker in self._workers:
            worker.join()

    @Slot()
    def _let_go(self) -> None:
        """Lets the process end when all is sent, and waits for nothing; the next question starts another."""
        self._idle.stop()
        if self._process is not None:
            self._questions.put(None)
        self._process = None

    def _start(self) -> None:
        module = f"studio.{self._name}_process"
        command = [sys.executable, "-m", module, "--home", str(self.home.root), "--lang", language()]
        flags = 0
        if sys.platform == "win32":
            flags = subprocess.CREATE_NO_WINDOW
        with (self.home.logs / f"{self._name}.stderr").open("ab") as stderr:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, creationflags=flags
            )
        questions: queue.SimpleQueue[object | None] = queue.SimpleQueue()
        self._process, self._questions = process, questions
        self._workers = (
            Worker(f"{self._name}-questions", lambda _stopping: self._send(process, questions)),
            Worker(f"{self._name}-answers", lambda _stopping: self._read(process)),
        )
        for worker in self._workers:
            worker.start()

    def _send(self, process: "subprocess.Popen[bytes]", questions: "queue.SimpleQueue[object | None]") -> None:
        assert process.stdin is not None
        try:
            with process.stdin:
                while (question := questions.get()) is not None:
                    pickle.dump(question, process.stdin)
                    process.stdin.flush()
        except OSError:
            log.warning("the process of %s is gone", self._name)
        _end(process)

    def _read(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdout is not None
        with process.stdout, suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                answer = pickle.load(process.stdout)  # noqa: S301 - our own process
                self.told.emit(answer)
        if self._process is process:
            self.lost.emit()

    @Slot(object)
    def _heard(self, _answer: object) -> None:
        self._idle.start()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Waits for the end of a process that was told of it, and ends one that has not heard."""
    try:
        process.wait(END_DEADLINE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class AccountsBridge(ProcessBridge):
    """The line to the process that asks platforms, which is not let go while somebody waits for an answer."""

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        super().__init__("accounts", home, parent)
        self._numbers = count(1)
        self._waiting: set[int] = set()
        self.lost.connect(self._forget)

    def number(self) -> int:
        """For the next question."""
        return next(self._numbers)

    def put(self, question: Question) -> None:
        """Asks; the answer bears the question's number."""
        self._waiting.add(question.number)
        self.ask(question)

    @Slot()
    def _forget(self) -> None:
        self._waiting.clear()

    @Slot(object)
    def _heard(self, answer: object) -> None:
        assert isinstance(answer, Answer)
        self._waiting.discard(answer.to)
        if not self._waiting:
            super()._heard(answer)
