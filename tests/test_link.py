"""The line between an engine and its clients."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Client, Connection
from multiprocessing.context import AuthenticationError
from pathlib import Path

import pytest
from filelock import FileLock

from studio import link
from studio.commands import NextCard, Ping
from studio.errors import Problem, StudioError
from studio.events import Pong
from studio.link import Address, EngineClient, attach_or_start, listen
from studio.paths import Home
from tests.media.told import Told


class Answering:
    """An engine's end of the line: takes one client after the other and answers its pings."""

    def __init__(self, home: Home) -> None:
        self.told = Told()
        self.lines: list[Connection] = []
        self._listener, self.address = listen()
        self.address.write(home.engine_address)
        self._ending = False
        self._threads = [threading.Thread(target=self._accept, name="answering")]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                line = self._listener.accept()
            except AuthenticationError as error:
                self.told(error)
                continue
            if self._ending:
                line.close()
                self._listener.close()  # `stop` may still be calling, where another caller has woken us just now
                return
            self.lines.append(line)
            self._threads.append(threading.Thread(target=self._answer, args=(line,), name="answering-one"))
            self._threads[-1].start()

    def _answer(self, line: Connection) -> None:
        try:
            while True:
                command = line.recv()
                self.told(command)
                if isinstance(command, Ping):
                    line.send(Pong(command.number))
        except (EOFError, OSError):
            line.close()
            self.told("hung up")

    def stop(self) -> None:
        self._ending = True
        with suppress(OSError, EOFError, AuthenticationError):
            Client(self.address.address, authkey=self.address.password).close()
        for line in self.lines:
            if not line.closed:
                link.hang_up(line)
        for thread in self._threads:
            thread.join()


@pytest.fixture
def home(own_home: Path) -> Home:
    return Home(own_home).ensure()


@pytest.fixture
def engine(home: Home) -> Iterator[Answering]:
    engine = Answering(home)
    yield engine
    engine.stop()


def attached(home: Home) -> EngineClient:
    client = EngineClient.attach(home)
    assert client is not None
    return client


def test_commands_go_down_and_events_come_up(home: Home, engine: Answering) -> None:
    told, client = Told(), attached(home)
    client.start(told, lambda: told("lost"))
    client.send(NextCard())
    client.send(Ping(7))
    assert told.wait_for_one(Pong) == Pong(7)
    assert engine.told.of(NextCard) == [NextCard()]
    client.close()
    client.close()
    engine.told.wait_for(lambda: "hung up" in engine.told.all)
    assert "lost" not in told.all, "who hangs up has not lost anything"


def test_an_engine_that_goes_away_is_told_once_and_hears_no_more(home: Home, engine: Answering) -> None:
    told, client = Told(), attached(home)
    client.start(told, lambda: told("lost"))
    client.send(Ping(1))
    told.wait_for_one(Pong)
    link.hang_up(engine.lines[0])
    told.wait_for(lambda: "lost" in told.all)
    engine.told.wait_for(lambda: "hung up" in engine.told.all)
    with pytest.raises(StudioError) as caught:
        client.send(Ping(2))
    assert caught.value.problem.code == "engine.gone"
    client.close()
    assert told.all.count("lost") == 1


def test_a_client_that_never_began_to_read_can_hang_up(home: Home, engine: Answering) -> None:
    attached(home).close()
    engine.told.wait_for(lambda: "hung up" in engine.told.all)


def test_the_address_is_for_its_owner_only(home: Home, engine: Answering) -> None:
    assert home.engine_address.stat().st_mode & 0o777 == 0o600
    assert Address.read(home.engine_address) == engine.address
    assert not list(home.root.glob("*.tmp"))


def test_a_caller_without_the_password_is_turned_away(home: Home, engine: Answering) -> None:
    Address(engine.address.pid, engine.address.address, b"guessed").write(home.engine_address)
    assert EngineClient.attach(home) is None
    engine.told.wait_for_one(AuthenticationError)


def test_two_passwords_are_never_the_same() -> None:
    (one, first), (other, second) = listen(), listen()
    one.close()
    other.close()
    assert first.password != second.password
    assert len(first.password) >= 32


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '"x"', "{}", '{"pid": 1, "address": "x", "password": 5}', '{"pid": "x"}', "\xff"]
)
def test_a_damaged_address_is_as_none(home: Home, text: str) -> None:
    home.engine_address.write_text(text, encoding="latin-1")
    assert Address.read(home.engine_address) is None
    assert EngineClient.attach(home) is None


def test_an_address_that_a_killed_engine_left_behind_is_as_none(home: Home, tmp_path: Path) -> None:
    Address(1, str(tmp_path / "nobody-listens"), b"x").write(home.engine_address)
    assert EngineClient.attach(home) is None
    gone = socket.socket(socket.AF_UNIX)
    gone.bind(str(tmp_path / "nobody-listens"))
    assert EngineClient.attach(home) is None
    gone.close()


def ended(word: str) -> "subprocess.Popen[bytes]":
    """An engine that says a word and ends."""
    program = "import sys; sys.stdout.write(sys.argv[1]); sys.exit(3)"
    return subprocess.Popen([sys.executable, "-c", program, word], stdout=subprocess.PIPE)


@pytest.mark.parametrize(
    ("word", "code"),
    [("", "engine.gone"), ('{"code": "store.newer", "values": {"path": "x"}}', "store.newer"), ("[]", "engine.gone")],
)
def test_an_engine_that_does_not_come_up_is_told(
    home: Home, monkeypatch: pytest.MonkeyPatch, word: str, code: str
) -> None:
    """In the engine's own last word, where it had one."""

    monkeypatch.setattr(link, "_start_engine", lambda _home: ended(word))
    with pytest.raises(StudioError) as caught:
        attach_or_start(home, deadline_s=60.0)
    assert caught.value.problem.code == code


def test_an_engine_that_runs_is_not_started_again(
    home: Home, engine: Answering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link, "_start_engine", lambda _home: pytest.fail("it runs already"))
    client = attach_or_start(home)
    assert client.engine_pid == engine.address.pid == json.loads(home.engine_address.read_text())["pid"]
    client.close()


def test_beside_a_show_in_a_terminal_no_engine_is_started(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """It holds the folder and serves no window; one engine after the other would take the show's time."""
    monkeypatch.setattr(link, "ANOTHER_STARTS_S", 0.3)
    monkeypatch.setattr(link, "_start_engine", lambda _home: pytest.fail("it could not have the folder"))
    with FileLock(home.lock), pytest.raises(StudioError) as caught:
        attach_or_start(home)
    assert caught.value.problem == Problem.of("home.busy", path=home.root)


def test_an_engine_that_is_still_ending_is_waited_for(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window was closed and opened again at once."""
    holding, looked = FileLock(home.lock), threading.Event()
    attach = EngineClient.attach

    def looks(home: Home) -> EngineClient | None:
        if looked.is_set():
            holding.release()
        looked.set()
        return attach(home)

    monkeypatch.setattr(link.EngineClient, "attach", looks)
    monkeypatch.setattr(link, "_start_engine", lambda _home: ended("[]"))
    with holding.acquire(), pytest.raises(StudioError) as caught:
        attach_or_start(home)
    assert caught.value.problem.code == "engine.gone", "one was started, which said no word"
    assert not holding.is_locked
