"""The engine as a process of its own: `python -m studio.engine_process --home DIR`.

It listens for clients (windows), obeys their commands and tells all of them every event. A window may come,
freeze, die and come again; the show goes on. With no client and nothing on air the process ends by itself.

Threads: the main thread accepts clients; each client has a reader and a writer of its own, and a client
that does not read loses its oldest events, then its line.
"""

import argparse
import logging
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Client, Connection, Listener
from multiprocessing.context import AuthenticationError

from studio import i18n
from studio.commands import Command, Ping, Quit, ResumeShow, StartShow, WatchPreview
from studio.engine import Engine
from studio.errors import StudioError
from studio.events import AudioLevel, Event, Pong
from studio.link import Address, forget, hang_up, listen, tell_failure
from studio.log import write_log
from studio.media.allocator import keep_few_pools
from studio.media.queues import DropOldest
from studio.paths import home as home_of
from studio.priority import go_ahead
from studio.worker import Worker

log = logging.getLogger(__name__)

EXIT_NOT_STARTED = 3
CLIENT_QUEUE = 2000  # events: minutes of a show
FINISHING_LOOK_S = 0.2
GREETING_S = 2.0  # a caller that has not said its password for so long is not waited for
LONELY_S = 20.0  # how long an engine without a client and without a show waits for one


class ClientLine:
    """One client's line, as the engine holds it."""

    def __init__(self, connection: Connection, number: int, host: "EngineHost") -> None:
        self.watches_preview = False
        self._connection = connection
        self._host = host
        self._events: DropOldest[Event] = DropOldest(CLIENT_QUEUE)
        self._reader = Worker(f"client-{number}-reader", self._read)
        self._writer = Worker(f"client-{number}-writer", self._write)

    def start(self) -> None:
        self._reader.start()
        self._writer.start()

    def tell(self, event: Event) -> None:
        """Puts an event in the row; never waits."""
        if isinstance(event, AudioLevel) and len(self._events) > 20:
            return
        self._events.put(event)

    def _read(self, _stopping: threading.Event) -> None:
        try:
            with suppress(EOFError, OSError):
                while True:
                    self._obey(self._connection.recv())
        finally:
            self._events.close()
            self._host.forget(self)
            self._writer.join()
            self._connection.close()

    def _obey(self, command: Command) -> None:
        if isinstance(command, Ping):
            self.tell(Pong(command.number))
        elif isinstance(command, Quit):
            self._host.quit(self)
        else:
            if isinstance(command, WatchPreview):
                self.watches_preview = command.on
                command = WatchPreview(self._host.anyone_watches())
            elif isinstance(command, StartShow | ResumeShow):
                self._host.stay()
            self._host.engine.execute(command)

    def _write(self, _stopping: threading.Event) -> None:
        with suppress(OSError):
            while (event := self._events.get()) is not None:
                self._connection.send(event)
        with suppress(OSError):
            hang_up(self._connection)

    def close(self) -> None:
        """Tells what waits and hangs up; a client that does not read any more is not waited for."""
        self._events.close()
        if not self._writer.join(2.0):
            with suppress(OSError):  # its reader may have hung up just now
                hang_up(self._connection)
        self._reader.join()


class EngineHost:
    """Holds the engine and the lines to its clients."""

    def __init__(self, engine_home: str | None, listening: Callable[[], None] = lambda: None) -> None:
        self._listening = listening
        self._home = home_of(engine_home)
        self.engine = Engine(self._home, self._tell_all)
        self._clients: list[ClientLine] = []
        self._leaving: list[ClientLine] = []  # who need it no more; it ends with the last of them
        self._changing = threading.Lock()
        self._quit = threading.Event()  # as soon as nothing is left to do
        self._ending = threading.Event()

    def run(self) -> None:
        """Serves until told to quit, or until nobody needs it; raises `StudioError` where it cannot begin."""
        self.engine.start()
        listener, address = listen()
        try:
            address.write(self._home.engine_address)
            self._listening()
            # A caller that hangs in the middle of the greeting holds the acceptor, and must not hold the show's end.
            acceptor = Worker("clients", lambda _stopping: self._accept_until_end(listener), abandonable=True)
            acceptor.start()
            self._wait()
            Worker("waker", lambda _stopping: _wake(address), abandonable=True).start()
            acceptor.join(GREETING_S)
        finally:
            self._home.engine_address.unlink(missing_ok=True)
            listener.close()
            forget(address)
            self.engine.stop()
            for client in tuple(self._clients):
                client.close()

    def _accept_until_end(self, listener: Listener) -> None:
        try:
            self._accept(listener)
        finally:
            listener.close()  # whoever still calls, be it we ourselves to wake this thread, hears that nobody answers

    def _accept(self, listener: Listener) -> None:
        number = 0
        while not self._ending.is_set():
            try:
                connection = listener.accept()
            except (OSError, EOFError, AuthenticationError) as error:
                log.info("a caller was turned away: %s", error)
                continue
            if self._ending.is_set():
                connection.close()
                return
            number += 1
            self.stay()
            try:
                self._welcome(ClientLine(connection, number, self))
            except StudioError as error:  # the log is busy: that caller calls again, and so may all others
                log.warning("a caller could not be told how things stand: %s", error)
                connection.close()

    def _welcome(self, client: ClientLine) -> None:
        with self._changing:  # no event comes before the snapshot, and none is lost after it
            client.tell(self.engine.snapshot())
            self._clients.append(client)
        client.start()

    def _wait(self) -> None:
        """Until somebody says quit, or nobody has called for a while and nothing is on air.

        A recording that is being made into a film is waited for, and a client that comes meanwhile is served.
        """
        while not self._ending.is_set():
            wanted = self._quit.wait(LONELY_S)
            if self.engine.finishing and not self.engine.on_air:
                self._ending.wait(FINISHING_LOOK_S)
            elif wanted or not (self._clients or self.engine.on_air):
                self._ending.set()

    def _tell_all(self, event: Event) -> None:
        with self._changing:
            for client in self._clients:
                client.tell(event)

    def anyone_watches(self) -> bool:
        return any(client.watches_preview for client in tuple(self._clients))

    def forget(self, client: ClientLine) -> None:
        """A client hung up, or died."""
        with self._changing, suppress(ValueError):
            self._clients.remove(client)
        self.engine.execute(WatchPreview(self.anyone_watches()))
        if not self.engine.on_air:
            self._end_if_all_leave()

    def quit(self, client: ClientLine) -> None:
        """Ends a show that runs, and the process once its recording is a film; not while another window is there."""
        with self._changing:
            self._leaving.append(client)
        self._end_if_all_leave()

    def _end_if_all_leave(self) -> None:
        with self._changing:
            if self._leaving and all(client in self._leaving for client in self._clients):
                self._quit.set()

    def stay(self) -> None:
        """Somebody needs the engine again."""
        with self._changing:
            self._leaving.clear()
            self._quit.clear()

    def end(self) -> None:
        """Ends a show that runs, and the process; what is not a film then is made one at the next start."""
        self._ending.set()
        self._quit.set()


def _wake(address: Address) -> None:
    """Calls our own listener, so that its waiting thread sees the end."""
    with suppress(OSError, EOFError, AuthenticationError):
        Client(address.address, authkey=address.password).close()


def detach() -> Callable[[], None]:
    """Goes on in a child that belongs to nobody; the parent ends when the child calls what this gives back.

    The parent's exit code is 0 then, and 3 where the child ends before. Does nothing where there is no fork.
    """
    if not hasattr(os, "fork"):
        return lambda: None
    ready, tell = os.pipe()
    if os.fork() != 0:
        os.close(tell)
        os._exit(0 if os.read(ready, 1) else EXIT_NOT_STARTED)
    os.close(ready)

    def listening() -> None:
        os.write(tell, b"1")
        os.close(tell)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)  # whoever started us reads to the end of it
        os.close(nowhere)

    return listening


def _end_when_told(host: EngineHost) -> None:
    """A polite kill ends the engine, on a thread of its own: who handles a signal may hold any lock already."""
    told: queue.SimpleQueue[None] = queue.SimpleQueue()

    def end(_stopping: threading.Event) -> None:
        told.get()
        host.end()

    Worker("signals", end, abandonable=True).start()
    signal.signal(signal.SIGTERM, lambda *_signal: told.put(None))


def main() -> int:
    parser = argparse.ArgumentParser(prog="nongbo-engine")
    parser.add_argument("--home", default=None)
    parser.add_argument("--lang", default=None)
    parser.add_argument("--detach", action="store_true")
    arguments = parser.parse_args()
    i18n.use(arguments.lang)
    home = home_of(arguments.home)
    host = EngineHost(arguments.home, detach() if arguments.detach else lambda: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the window, which asks first
    _end_when_told(host)
    if sys.platform.startswith("linux"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"  # a screen that goes away must not take the show with it
    try:
        home.ensure()
        write_log(home.logs / "engine.log")
        keep_few_pools()
        go_ahead()
        from overlays.text import painting_ready  # noqa: PLC0415 - every import after Qt's takes longer

        painting_ready()
        host.run()
    except StudioError as error:
        log.error("the engine did not start: %s", error)
        tell_failure(error.problem)
        return EXIT_NOT_STARTED
    return 0


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    os._exit(code)  # taking the interpreter apart would take a second more
