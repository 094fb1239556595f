"""Engine events as Qt signals, and commands to the engine, without ever making the window wait.

One thread owns the line: it attaches to the engine or starts one, sends what was queued, and begins anew
when the engine is gone. The line's reading thread emits; Qt queues each signal to the window's thread.
"""

import queue
import threading

from PySide6.QtCore import QObject, Signal

from studio.commands import Command, Quit
from studio.errors import StudioError, fault
from studio.events import Event
from studio.link import EngineClient, attach_or_start
from studio.paths import Home
from studio.worker import Worker

QUEUE_LENGTH = 64  # commands; an engine that does not read that many is not worth waiting for
RETRY_S = 1.0


class EngineBridge(QObject):
    """The window's end of the line to the engine of `home`."""

    told = Signal(object)  # an `Event`; emitted on the reading thread
    lost = Signal(object)  # a `Problem`: the engine went away, or none could be started

    def __init__(self, home: Home, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._commands: queue.Queue[Command | None] = queue.Queue(QUEUE_LENGTH)
        self._worker = Worker("engine-line", self._run)
        self._client: EngineClient | None = None

    def start(self) -> None:
        self._worker.start()

    def send(self, command: Command) -> bool:
        """Queues one command; False where the engine has stopped taking them."""
        try:
            self._commands.put_nowait(command)
        except queue.Full:
            return False
        return True

    def stop(self, quit_engine: bool, deadline_s: float = 5.0) -> None:
        """Hangs up after the queued commands; asks the engine to end where `quit_engine`."""
        self._worker.stopping.set()
        if quit_engine:
            self.send(Quit())
        self._wake()
        if not self._worker.join(deadline_s) and self._client is not None:
            self._client.close()  # a frozen engine holds the sending thread: hanging up frees it
            self._worker.join(deadline_s)

    def _wake(self) -> None:
        try:
            self._commands.put_nowait(None)
        except queue.Full:
            return

    def _run(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                client = attach_or_start(self._home.ensure())
            except StudioError as error:
                self.lost.emit(error.problem)
                stopping.wait(RETRY_S)
                continue
            self._client = client
            try:
                self._serve(client, stopping)
            except StudioError as error:
                if not stopping.is_set():
                    self.lost.emit(error.problem)
            finally:
                client.close()

    def _serve(self, client: EngineClient, stopping: threading.Event) -> None:
        """Sends what is queued until the line breaks (`engine.gone`) or the window ends."""
        gone = threading.Event()

        def on_lost() -> None:
            gone.set()
            self._wake()

        client.start(self._tell, on_lost)
        while not gone.is_set():
            if stopping.is_set() and self._commands.empty():
                return  # the row was full: there was no room for the word that wakes
            command = self._commands.get()
            if command is not None:
                client.send(command)
            elif stopping.is_set():
                return
        raise fault("engine.gone")

    def _tell(self, event: Event) -> None:
        self.told.emit(event)
