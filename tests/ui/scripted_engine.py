"""The one stand-in for the engine: a real listener that speaks the line's contract and does what a test tells it."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.connection import Client, Connection, Listener
from multiprocessing.context import AuthenticationError
from typing import TypeVar

from studio.commands import (
    Command,
    NextCard,
    Ping,
    ResumeShow,
    ShowCard,
    StartShow,
    StopShow,
    TypeOrder,
    TypeViewers,
    UndoOrder,
    UndoViewers,
)
from studio.config import ShowConfig
from studio.events import CardChanged, Event, OrderTyped, Pong, ShowEnded, ShowStarted
from studio.link import Address, hang_up, listen
from studio.output_states import OutputChanged, OutputState
from studio.paths import Home
from studio.reports import AudioReport, ShowReport, VideoReport
from studio.snapshot import Snapshot
from studio.sold import ViewersSampled, ViewersUndone

C = TypeVar("C")
DEADLINE_S = 120.0


def idle() -> Snapshot:
    """The snapshot of an engine that is doing nothing."""
    return Snapshot(False, None, None, False, (), None, None, "", (), None, (), None)


def report(duration_s: float = 12.0) -> ShowReport:
    """How a short show went."""
    return ShowReport(
        1, duration_s, VideoReport(1280, 720, 30, 360, 360, 360, 0, 0), AudioReport(576000, 0.0), (), None, 9.0, 200.0
    )


@dataclass
class ScriptedEngine:
    """Listens on `home`, answers as an engine without a camera would, and remembers every command."""

    home: Home
    snapshot: Snapshot = field(default_factory=idle)
    heard: list[Command] = field(default_factory=list)
    obedient: bool = True  # answers commands; else it only remembers them

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self.lines: list[Connection] = []
        self._hung_up: list[Connection] = []  # closed once nobody reads them: another line may get the same number
        self._threads: list[threading.Thread] = []
        self._ending = False
        self._thawed = threading.Event()
        self._thawed.set()
        self._listener: Listener | None = None
        self._address: Address | None = None
        self._show: ShowConfig | None = None
        self._card: str | None = None

    def start(self) -> "ScriptedEngine":
        self.home.ensure()
        self._ending = False
        self._listener, self._address = listen()
        self._address.write(self.home.engine_address)
        self._spawn(self._accept)
        return self

    def stop(self) -> None:
        """Hangs up on everybody, as an engine that ended."""
        if self._address is None:
            return
        address, self._address = self._address, None
        self.home.engine_address.unlink(missing_ok=True)
        self._ending = True
        self._thawed.set()
        with suppress(OSError, EOFError, AuthenticationError):  # a window that called just now has woken it already
            Client(address.address, authkey=address.password).close()  # wakes the listener
        self.hang_up()
        for thread in self._threads:
            thread.join(DEADLINE_S)
        self._threads.clear()
        for line in self._hung_up:
            line.close()
        self._hung_up.clear()

    def hang_up(self) -> None:
        with self._changed:  # whoever calls again at once is on a line of the new row
            ended, self.lines = self.lines, []
        self._hung_up += ended
        for line in ended:
            hang_up(line)

    def freeze(self) -> None:
        """Reads and answers nothing until `thaw`."""
        self._thawed.clear()

    def thaw(self) -> None:
        self._thawed.set()

    def tell(self, event: Event) -> None:
        """Sends an event to every client; waits for the first one."""
        self.wait_until(lambda: bool(self.lines))
        for line in list(self.lines):
            line.send(event)

    def wait_for(self, kind: type[C], count: int = 1) -> C:
        """The newest command of that kind, once there have been `count` of them."""
        self.wait_until(lambda: len(self.of_kind(kind)) >= count)
        return self.of_kind(kind)[-1]

    def of_kind(self, kind: type[C]) -> list[C]:
        return [command for command in self.heard if isinstance(command, kind)]

    def wait_until(self, condition: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(condition, DEADLINE_S), f"heard only {self.heard}"

    def _spawn(self, body: Callable[[], None]) -> None:
        thread = threading.Thread(target=body, name="scripted-engine")
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        assert self._listener is not None
        while True:
            try:
                line = self._listener.accept()
            except (OSError, EOFError, AuthenticationError):
                continue  # somebody hung up in the middle of the greeting
            if self._ending:
                line.close()
                self._listener.close()
                return
            with suppress(OSError):
                line.send(self.snapshot)
            with self._changed:
                self.lines.append(line)
                self._changed.notify_all()
            self._spawn(lambda line=line: self._read(line))  # type: ignore[misc]

    def _read(self, line: Connection) -> None:
        try:
            while line.poll(None):
                self._thawed.wait()
                command: Command = line.recv()
                with self._changed:
                    self.heard.append(command)
                    self._changed.notify_all()
                with suppress(BrokenPipeError):  # a window that has hung up is read to its last word all the same
                    for event in self._answers(command):
                        line.send(event)
        except (OSError, EOFError):
            return

    def _answers(self, command: Command) -> list[Event]:
        if isinstance(command, Ping):
            return [Pong(command.number)]
        return self._obey(command) if self.obedient else []

    def _obey(self, command: Command) -> list[Event]:
        now = datetime.now(UTC)
        answers: list[Event] = []
        if isinstance(command, StartShow):
            self._show = command.show
            answers.append(ShowStarted(1, now, command.show.rehearsal))
            answers += [OutputChanged(to.name, to.shown, OutputState.LIVE, now) for to in command.show.destinations]
            answers.append(self._put_on(command.show.first_card))
        elif isinstance(command, ResumeShow):
            answers.append(ShowStarted(command.session_id, now, False))
        elif isinstance(command, StopShow):
            answers.append(ShowEnded(report()))
        elif isinstance(command, ShowCard):
            answers.append(self._put_on(command.sku))
        elif isinstance(command, NextCard) and self._show is not None:
            skus = [card.sku for card in self._show.cards]
            index = skus.index(self._card) + 1 if self._card in skus else 0
            answers.append(self._put_on(skus[index % len(skus)]))
        elif isinstance(command, TypeViewers):
            answers.append(ViewersSampled(command.count, "typed", now, command.about))
        elif isinstance(command, UndoViewers):
            answers.append(ViewersUndone(now))
        elif isinstance(command, TypeOrder):
            answers.append(OrderTyped(command.sku, command.quantity, 100, now))
        elif isinstance(command, UndoOrder):
            answers.append(OrderTyped(command.sku, -1, 100, now))
        return answers

    def _put_on(self, sku: str | None) -> CardChanged:
        self._card = sku
        return CardChanged(sku, datetime.now(UTC))
