"""The line between the engine process and its clients: where it is written down, how to attach, how to start one.

The engine listens on an address of the system's own kind (a socket or a named pipe) and writes it with a
one-time password into `engine.json` in the home folder, readable by its owner only. Commands go down and
events come up as pickled dataclasses. The first event a client gets is a `Snapshot`.
"""

import json
import logging
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Client, Connection, Listener
from multiprocessing.context import AuthenticationError
from pathlib import Path

from filelock import FileLock, Timeout

from studio.commands import Command
from studio.errors import Problem, StudioError, fault
from studio.events import Event
from studio.paths import Home

log = logging.getLogger(__name__)

START_DEADLINE_S = 60.0  # a slow disk, a virus scanner: one that cannot start says so at once
ANOTHER_STARTS_S = 5.0
LAUNCH_WAITS = sys.platform != "win32"  # the launcher ends when the engine listens, or could not start


@dataclass(frozen=True, slots=True)
class Address:
    """Where a running engine listens."""

    pid: int
    address: str
    password: bytes

    def write(self, path: Path) -> None:
        """Puts the address where clients look, whole or not at all, for the owner's eyes only."""
        text = json.dumps({"pid": self.pid, "address": self.address, "password": self.password.hex()})
        draft = path.with_suffix(".tmp")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
        draft.replace(path)

    @classmethod
    def read(cls, path: Path) -> "Address | None":
        """The address that is written there; None where there is none."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            return cls(int(data["pid"]), str(data["address"]), bytes.fromhex(data["password"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None


def listen() -> tuple[Listener, Address]:
    """A listener on a fresh address with a fresh password; `forget` takes what it leaves on the disk away."""
    password = secrets.token_bytes(32)
    name = None if sys.platform == "win32" else str(Path(tempfile.mkdtemp(prefix="nongbo-")) / "engine")
    listener = Listener(name, authkey=password)
    return listener, Address(os.getpid(), str(listener.address), password)


def forget(address: Address) -> None:
    """Takes the folder of a listener away that was closed."""
    if sys.platform != "win32":
        shutil.rmtree(Path(address.address).parent, ignore_errors=True)


class EngineClient:
    """One client's end of the line. `on_event` and `on_lost` are called on the reading thread."""

    def __init__(self, connection: Connection, engine_pid: int) -> None:
        self.engine_pid = engine_pid
        self._connection = connection
        self._sending = threading.Lock()
        self._reader: threading.Thread | None = None
        self._closed = False

    @classmethod
    def attach(cls, home: Home) -> "EngineClient | None":
        """A line to the engine that runs on `home`; None where none runs."""
        address = Address.read(home.engine_address)
        if address is None:
            return None
        try:
            return cls(Client(address.address, authkey=address.password), address.pid)
        except (OSError, EOFError, AuthenticationError):
            return None

    def start(self, on_event: Callable[[Event], None], on_lost: Callable[[], None]) -> None:
        """Begins to read; `on_lost` is called once if the engine goes away by itself."""

        def read() -> None:
            try:
                while True:
                    on_event(self._connection.recv())
            except (EOFError, OSError):
                if not self._closed:
                    on_lost()

        self._reader = threading.Thread(target=read, name="engine-events", daemon=False)
        self._reader.start()

    def send(self, command: Command) -> None:
        """Sends one command; raises `engine.gone` where nobody hears it any more."""
        try:
            with self._sending:
                self._connection.send(command)
        except (OSError, ValueError) as error:
            raise fault("engine.gone") from error

    def close(self) -> None:
        """Hangs up; the engine and its show go on."""
        if self._closed:
            return
        self._closed = True
        try:
            # WORKAROUND: closing a connection does not wake a thread that reads it; ending the socket does.
            hang_up(self._connection)
        finally:
            if self._reader is not None and self._reader is not threading.current_thread():
                self._reader.join(5.0)
            self._connection.close()


def hang_up(connection: Connection) -> None:
    """Ends the line so that a thread that reads it wakes; the connection is still to be closed."""
    if os.name == "nt":
        connection.close()
        return
    import socket  # noqa: PLC0415 - needed on this system only

    with socket.socket(fileno=os.dup(connection.fileno())) as line:
        try:
            line.shutdown(socket.SHUT_RDWR)
        except OSError:
            log.debug("the other side had hung up already")


def attach_or_start(home: Home, deadline_s: float = START_DEADLINE_S) -> EngineClient:
    """A line to the engine of `home`, which is started as a process of its own where none runs.

    Beside a show in a terminal, which holds the folder and serves nobody, none is started: that would cost the show.
    Raises what kept the engine from starting (`home.busy`, `store.damaged` …), or `engine.gone` where it does
    not come up within `deadline_s`.
    """
    client = EngineClient.attach(home) or _attach_to_holder(home)
    if client is not None:
        return client
    until = time.monotonic() + deadline_s
    with _start_engine(home) as launch:
        while client is None and time.monotonic() < until:
            try:
                launch.wait(0.05)
            except subprocess.TimeoutExpired:
                if LAUNCH_WAITS:
                    continue
            client = EngineClient.attach(home)
            if client is None and launch.returncode is not None:
                break
        ended = launch.returncode is not None
        launch.kill()
        failure = _failure_of(launch) if ended and client is None else fault("engine.gone")
    return client or _attach_to_another(home, failure)


def _attach_to_holder(home: Home) -> EngineClient | None:
    """The engine that holds the folder, once it listens; None where the folder is free. Raises `home.busy`."""
    until = time.monotonic() + ANOTHER_STARTS_S
    while _is_held(home):
        if time.monotonic() > until:
            raise fault("home.busy", path=home.root)
        threading.Event().wait(0.1)
        client = EngineClient.attach(home)
        if client is not None:
            return client
    return None


def _is_held(home: Home) -> bool:
    """Whether an engine holds the folder; of one that cannot be looked at an engine of ours says why."""
    try:
        with FileLock(home.lock).acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False


def _attach_to_another(home: Home, failure: StudioError) -> EngineClient:
    """The engine that somebody else is starting on the same home at this moment; raises `failure` otherwise."""
    until = time.monotonic() + ANOTHER_STARTS_S
    while failure.problem.code == "home.busy" and time.monotonic() < until:
        client = EngineClient.attach(home)
        if client is not None:
            return client
        threading.Event().wait(0.1)
    raise failure


def _failure_of(launch: "subprocess.Popen[bytes]") -> StudioError:
    """What the engine said before it ended."""
    assert launch.stdout is not None
    try:
        data = json.loads(launch.stdout.read() or b"{}")
        return StudioError(Problem(data["code"], tuple(data["values"].items())))
    except (ValueError, KeyError, TypeError, AttributeError):
        return fault("engine.gone")


def tell_failure(problem: Problem) -> None:
    """The engine's last word to whoever started it."""
    os.write(1, json.dumps({"code": problem.code, "values": dict(problem.values)}).encode())


def _start_engine(home: Home) -> "subprocess.Popen[bytes]":
    """Launches the engine so that it outlives the window and its terminal.

    Where a process can fork, what we started is only the launcher: it ends when the engine listens.
    """
    command = [sys.executable, "-m", "studio.engine_process", "--home", str(home.root), "--detach"]
    with (home.logs / "engine.stderr").open("ab") as stderr:
        if sys.platform == "win32":
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                creationflags=subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW,
            )
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr, start_new_session=True
        )
