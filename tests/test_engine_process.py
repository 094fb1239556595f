"""The engine as a process of its own: it outlives its windows, and a crash of it costs a second at most."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from multiprocessing.connection import Client
from multiprocessing.context import AuthenticationError
from pathlib import Path

import psutil
import pytest

from studio.commands import Ping, Quit, ShowCard, StartShow, StopShow, TypeOrder, WatchPreview
from studio.config import AudioConfig, AudioKind, CanvasConfig, EncoderConfig, ShowConfig, SourceConfig, SourceKind
from studio.engine import Engine
from studio.engine_process import EngineHost
from studio.errors import fault
from studio.events import CardChanged, HealthSampled, Noticed, OrderTyped, Pong, PreviewReady, ShowEnded, ShowStarted
from studio.link import Address, EngineClient, attach_or_start
from studio.paths import Home
from studio.snapshot import Snapshot
from studio.store.rows import SessionEnd
from studio.store.store import Store
from tests.media.films import decode_file
from tests.media.told import Told
from tests.test_cards import CARDS


def show(home: Home) -> ShowConfig:
    return ShowConfig(
        source=SourceConfig(SourceKind.PATTERN),
        audio=AudioConfig(AudioKind.SILENCE),
        canvas=CanvasConfig(320, 180, 25),
        encoder=EncoderConfig(400, "ultrafast"),
        cards=CARDS,
        first_card="APPLE",
        record_dir=home.recordings,
    )


class Window:
    """A client that remembers every event."""

    def __init__(self, client: EngineClient) -> None:
        self.client = client
        self.told = Told()
        self.client.start(self.told, lambda: self.told("lost"))

    def wait_until_lost(self) -> None:
        self.told.wait_for(lambda: "lost" in self.told.all)


class Windows:
    """Windows on one home."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.opened: list[Window] = []

    def open(self) -> Window:
        """One more; the first one starts the engine."""
        self.opened.append(Window(attach_or_start(self.home)))
        return self.opened[-1]

    def on_air(self) -> Window:
        """One that has started a show."""
        window = self.open()
        window.client.send(StartShow(show(self.home)))
        window.told.wait_for_one(ShowStarted)
        return window

    def close(self) -> None:
        """Ends what is on the air and closes every window; the engine stays."""
        for window in self.opened:
            window.client.close()
        last = EngineClient.attach(self.home)
        if last is None:
            return
        ending = Window(last)
        if ending.told.wait_for_one(Snapshot).on_air:
            ending.client.send(StopShow())
            ending.told.wait_for_one(ShowEnded)
        ending.client.close()

    def quit(self) -> None:
        """Tells the engine to end, and waits until it has."""
        engines = {window.client.engine_pid for window in self.opened}
        last = EngineClient.attach(self.home)
        if last is not None:
            engines.add(last.engine_pid)
            last.send(Quit())
            last.close()
        self.wait_for_the_end(*engines)

    def wait_for_the_end(self, *more: int) -> None:
        """Returns when the engines these windows saw have ended."""
        engines = {window.client.engine_pid for window in self.opened} | set(more)
        processes = [psutil.Process(pid) for pid in engines if psutil.pid_exists(pid)]
        _, alive = psutil.wait_procs(processes, timeout=90)
        for engine in alive:
            engine.kill()
        assert not alive, "the engine did not end"


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home whose engine serves several tests, as one serves a day of shows."""
    home = Home(tmp_path_factory.mktemp("shared")).ensure()
    yield home
    Windows(home).quit()


@pytest.fixture
def windows(shared_home: Home) -> Iterator[Windows]:
    """Windows on an engine that runs on afterwards."""
    windows = Windows(shared_home)
    yield windows
    windows.close()


@pytest.fixture
def own_windows(own_home: Path) -> Iterator[Windows]:
    """Windows on an engine of their own, for tests that end it."""
    windows = Windows(Home(own_home).ensure())
    yield windows
    windows.close()
    windows.quit()


def test_a_window_starts_the_engine_and_first_of_all_sees_how_things_stand(windows: Windows) -> None:
    window = windows.open()
    assert window.told.wait_for_one(Snapshot).on_air is False
    assert window.told.all[0] == window.told.of(Snapshot)[0]
    window.client.send(Ping(3))
    assert window.told.wait_for_one(Pong) == Pong(3)
    assert window.client.engine_pid != os.getpid()
    assert windows.home.engine_address.stat().st_mode & 0o777 == 0o600
    second = windows.open()
    assert second.client.engine_pid == window.client.engine_pid, "the running one is used"


def test_a_second_window_sees_the_running_show_and_both_hear_what_follows(windows: Windows) -> None:
    first = windows.open()
    first.client.send(StartShow(show(windows.home)))
    session_id = first.told.wait_for_one(ShowStarted).session_id
    first.client.send(TypeOrder("TEA", 2))
    first.told.wait_for_one(OrderTyped)
    second = windows.open()
    snapshot = second.told.wait_for_one(Snapshot)
    assert second.told.all[0] is snapshot
    assert (snapshot.on_air, snapshot.session_id, snapshot.card_sku) == (True, session_id, "APPLE")
    assert snapshot.orders == (("TEA", 2),)
    assert snapshot.cards == CARDS
    second.client.send(ShowCard("PEAR"))
    first.told.wait_for(lambda: any(event.sku == "PEAR" for event in first.told.of(CardChanged)))
    second.told.wait_for(lambda: any(event.sku == "PEAR" for event in second.told.of(CardChanged)))
    first.client.send(StopShow())
    assert second.told.wait_for_one(ShowEnded).report == first.told.wait_for_one(ShowEnded).report


def test_the_preview_runs_while_anybody_looks(windows: Windows) -> None:
    first, second = windows.open(), windows.open()
    first.client.send(WatchPreview(True))
    first.client.send(StartShow(show(windows.home)))
    path = Path(first.told.wait_for_one(PreviewReady).path)
    assert path.exists()
    second.client.send(WatchPreview(True))
    first.client.close()
    second.client.send(StopShow())
    second.told.wait_for_one(ShowEnded)
    assert not path.exists()


ATTACH = """
import os, signal, sys
from pathlib import Path
from studio.commands import WatchPreview
from studio.link import EngineClient
from studio.paths import Home
client = EngineClient.attach(Home(Path(sys.argv[1])))
assert client is not None
client.send(WatchPreview(True))
os.kill(os.getpid(), signal.SIGKILL)
"""


def killed_window(home: Home) -> int:
    """A process that attaches, looks at the preview and is killed at once; its exit code."""
    return subprocess.run([sys.executable, "-c", ATTACH, str(home.root)], check=False).returncode


def test_a_killed_window_leaves_the_show_on_the_air(windows: Windows) -> None:
    window = windows.open()
    window.client.send(StartShow(show(windows.home)))
    window.told.wait_for_one(HealthSampled)
    assert killed_window(windows.home) == -signal.SIGKILL
    before = window.told.of(HealthSampled)[-1].composed_frames
    window.told.wait_for(lambda: window.told.of(HealthSampled)[-1].composed_frames > before + 20)
    window.client.close()
    again = windows.open()
    assert again.told.wait_for_one(Snapshot).on_air


def test_a_killed_engine_loses_its_windows_and_its_session_is_closed_at_the_next_start(own_windows: Windows) -> None:
    window = own_windows.open()
    window.client.send(StartShow(show(own_windows.home)))
    session_id = window.told.wait_for_one(ShowStarted).session_id
    window.told.wait_for_one(HealthSampled, 3)
    os.kill(window.client.engine_pid, signal.SIGKILL)
    killed_at = datetime.now(UTC)
    window.wait_until_lost()
    window.client.close()
    again = own_windows.open()
    assert again.told.wait_for_one(Snapshot).on_air is False
    assert again.client.engine_pid != window.client.engine_pid
    with Store.of(own_windows.home) as store:
        session = store.session_detail(session_id).session
    assert session.end is SessionEnd.INTERRUPTED
    assert session.ended_at is not None
    assert abs((killed_at - session.ended_at).total_seconds()) < 2
    assert session.recording is not None
    film = Path(session.recording).with_suffix(".mp4")  # with nothing on the air it is made at once
    again.told.wait_for(film.exists)
    assert decode_file(film)[0], "the recording plays"
    again.client.send(StartShow(show(own_windows.home)))
    assert again.told.wait_for_one(ShowStarted).session_id != session_id
    assert all(event.problem.code.startswith("slow.") for event in again.told.of(Noticed))


def test_a_caller_with_a_wrong_password_is_turned_away_and_others_are_served(windows: Windows) -> None:
    window = windows.open()
    address = Address.read(windows.home.engine_address)
    assert address is not None
    with pytest.raises(AuthenticationError):
        Client(address.address, authkey=b"guessed")
    window.client.send(Ping(1))
    window.told.wait_for_one(Pong)
    other = windows.open()
    other.told.wait_for_one(Snapshot)


def test_a_client_that_sends_nonsense_loses_its_line_only(windows: Windows) -> None:
    window = windows.open()
    address = Address.read(windows.home.engine_address)
    assert address is not None
    with Client(address.address, authkey=address.password) as line:
        line.recv()
        line.send_bytes(b"this is no pickle")
        with suppress(EOFError):
            while line.poll(30):
                line.recv()
        with pytest.raises(EOFError):
            line.recv()
    window.client.send(Ping(1))
    window.told.wait_for_one(Pong)


def test_a_log_that_is_busy_turns_one_caller_away_and_not_all(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, busy = Engine.snapshot, iter([True])

    def snapshot(engine: Engine) -> Snapshot:
        if next(busy, False):
            raise fault("store.busy", path=own_home)
        return whole(engine)

    monkeypatch.setattr(Engine, "snapshot", snapshot)
    windows, listening = Windows(Home(own_home)), threading.Event()
    host = EngineHost(str(own_home), listening.set)
    hosting = threading.Thread(target=host.run, name="hosting")
    hosting.start()
    try:
        assert listening.wait(60)
        first = windows.open()
        first.wait_until_lost()
        first.client.close()
        second = windows.open()
        second.told.wait_for_one(Snapshot)
        second.client.close()
    finally:
        host.end()
        hosting.join()


def test_a_caller_that_hangs_in_the_middle_of_its_greeting_does_not_hold_up_the_end(own_windows: Windows) -> None:
    window = own_windows.on_air()
    address = Address.read(own_windows.home.engine_address)
    assert address is not None
    with socket.socket(socket.AF_UNIX) as caller:
        caller.connect(address.address)
        os.kill(window.client.engine_pid, signal.SIGTERM)
        window.told.wait_for_one(ShowEnded)
        window.wait_until_lost()
        own_windows.wait_for_the_end()


def test_the_engine_ends_the_show_in_order_though_a_window_hangs(own_windows: Windows) -> None:
    """A window that does not read any more holds up nobody: its line fills up, and is cut when the engine ends."""
    window = own_windows.on_air()
    other = own_windows.open()
    hanging = EngineClient.attach(own_windows.home)
    assert hanging is not None
    for sent in range(500, 1501, 500):  # events for everybody, more than its line holds
        for _ in range(500):
            window.client.send(TypeOrder("TEA"))
        window.told.wait_for(lambda wanted=sent: len(window.told.of(OrderTyped)) == wanted)  # type: ignore[misc]
    window.told.wait_for_one(HealthSampled, 2)
    os.kill(window.client.engine_pid, signal.SIGTERM)
    report = window.told.wait_for_one(ShowEnded).report
    assert other.told.wait_for_one(ShowEnded).report == report
    window.wait_until_lost()
    other.wait_until_lost()
    own_windows.wait_for_the_end()
    hanging.close()
    assert not own_windows.home.engine_address.exists()
    with Store.of(own_windows.home) as store:
        assert store.session_detail(report.session_id).session.end is SessionEnd.ENDED
    assert report.recording is not None
    assert decode_file(Path(report.recording))[0]


def test_a_window_that_closes_takes_the_engine_from_nobody(own_windows: Windows) -> None:
    """Nongbo was opened twice, and one of the two is closed; the engine ends with the other."""
    first, second = own_windows.open(), own_windows.open()
    second.told.wait_for_one(Snapshot)
    first.client.send(Quit())
    first.client.send(Ping(1))
    first.told.wait_for_one(Pong)
    first.client.close()
    second.client.send(StartShow(show(own_windows.home)))
    second.told.wait_for_one(HealthSampled)
    second.client.send(Quit())
    second.told.wait_for_one(ShowEnded)
    second.wait_until_lost()
    own_windows.wait_for_the_end()


def test_two_windows_opened_at_the_same_moment_share_one_engine_which_a_signal_ends(own_windows: Windows) -> None:
    opening = [threading.Thread(target=own_windows.open, name=f"opening-{number}") for number in range(2)]
    for thread in opening:
        thread.start()
    for thread in opening:
        thread.join()
    assert len(own_windows.opened) == 2
    assert len({window.client.engine_pid for window in own_windows.opened}) == 1
    first, second = own_windows.opened
    first.client.send(StartShow(show(own_windows.home)))
    session_id = second.told.wait_for_one(ShowStarted).session_id
    os.kill(first.client.engine_pid, signal.SIGTERM)
    for window in (first, second):
        window.told.wait_for_one(ShowEnded)
        window.wait_until_lost()
    with Store.of(own_windows.home) as store:
        assert store.session_detail(session_id).session.end is SessionEnd.ENDED
