"""Rules every test lives under: a home of its own, nothing left running, no error in the log by surprise."""

import codecs
import logging
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtWidgets import QApplication
from xdist.remote import Producer

from studio import i18n
from studio.paths import Home
from tests import key_stores
from tests.end2end.sockets import ClosingServer, SilentServer
from tests.integrations.stand_ins.kuaishou import Kuaishou
from tests.integrations.stand_ins.server import serving
from tests.side_by_side import ShowsInARow, shows_first, take_place

os.environ["NONGBO_TIME_SERVERS"] = ""  # no test asks anybody outside this computer
os.environ["QT_QPA_PLATFORM"] = "offscreen"  # no window of a test pops up on anybody's desk

LEAK_DEADLINE_S = 30.0
NOBODY = 65534
# Python's own keeper of shared memory lives as long as the interpreter does.
KEPT_BY_PYTHON = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")


def pytest_configure() -> None:
    """Whoever began the tests in the background, or with `nohup`, has signals ignored by all that they begin."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        shows_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ShowsInARow:
    config.option.loadscopereorder = False  # the order is made here
    return ShowsInARow(config, log)


def pytest_runtest_setup(item: pytest.Item) -> None:
    take_place(item)


@pytest.fixture(scope="session", autouse=True)
def application_for_windows(qapp: QApplication) -> None:
    """Qt has one application a process: tests that only draw must not make a lesser one before tests with windows."""


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Each test has its own studio folder and starts in a Chinese system; texts are in their source language."""
    folder = tmp_path / "home"
    monkeypatch.setenv("NONGBO_HOME", str(folder))
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")  # nobody's own key store is touched
    monkeypatch.setattr("studio.keys.DEADLINE_S", 60.0)  # a process takes long to start where three run tests
    for name in ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "NONGBO_STREAM_URL"):
        monkeypatch.delenv(name, raising=False)
    i18n.use("en")
    yield folder
    i18n.use("en")


@pytest.fixture
def home(own_home: Path) -> Home:
    """The studio's folder, made."""
    return Home(own_home).ensure()


@pytest.fixture
def key_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key store that the processes of the program find."""
    key_stores.use(monkeypatch, tmp_path / "keys.json")


@pytest.fixture
def platform() -> Iterator[Kuaishou]:
    """A stand-in for 快手小店 that lets in whoever brings the code `once`."""
    platform = Kuaishou(code="once")
    with serving(platform):
        yield platform


@pytest.fixture
def silent_server() -> Iterator[SilentServer]:
    """A server that accepts and never speaks."""
    with SilentServer() as server:
        yield server


@pytest.fixture
def closing_server() -> Iterator[ClosingServer]:
    """A server that hangs up at once."""
    with ClosingServer() as server:
        yield server


@pytest.fixture
def closed_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with a file in it that nobody may enter; root, who may, is somebody else while the test runs."""
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "film.mp4").write_bytes(b"")
    folder.chmod(0)
    for encoding in ("utf-8-sig", "utf-16", "gb18030"):  # whose modules that somebody else may not be able to read
        codecs.lookup(encoding)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    yield folder
    if is_root:
        os.seteuid(0)
    folder.chmod(0o700)


@pytest.fixture(autouse=True)
def nothing_left_running() -> Iterator[None]:
    """Fails a test whose threads or child processes outlive it."""
    threads_before = set(threading.enumerate())
    children_before = {child.pid for child in children()}
    yield
    until = time.monotonic() + LEAK_DEADLINE_S
    threads = [one for one in threading.enumerate() if one not in threads_before and not one.daemon]
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    left = [thread.name for thread in threads if thread.is_alive()]
    started = [child for child in children() if child.pid not in children_before]
    _, alive = psutil.wait_procs(started, timeout=max(0.0, until - time.monotonic()))
    commands = [describe(child) for child in alive]
    for child in alive:  # also where threads are left: one that reads what a child says would keep us from ending
        child.kill()
    assert not left, f"threads left running: {left}"
    assert not commands, f"processes left running: {commands}"


@pytest.fixture(autouse=True)
def no_error_logged(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fails a test that logs an error, unless it is marked `expects_errors`."""
    yield
    if request.node.get_closest_marker("expects_errors"):
        return
    records = [record for when in ("setup", "call") for record in caplog.get_records(when)]
    errors = [f"{record.name}: {record.getMessage()}" for record in records if record.levelno >= logging.ERROR]
    assert not errors, f"unexpected errors in the log: {errors}"


def children() -> list[psutil.Process]:
    """The processes this one started, and theirs."""
    found = psutil.Process().children(recursive=True)
    return [child for child in found if not any(kept in describe(child) for kept in KEPT_BY_PYTHON)]


def describe(process: psutil.Process) -> str:
    """A process as a person would name it; empty once it is gone."""
    try:
        return " ".join(process.cmdline()) or process.name()
    except psutil.Error:
        return ""
