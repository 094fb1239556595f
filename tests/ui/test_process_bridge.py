"""The line to a process that answers questions: whatever that process does, the window goes on."""

import threading

import psutil
import pytest
from pytestqt.qtbot import QtBot

from studio import letting_in as ask
from studio.paths import Home
from studio.ui import process_bridge
from studio.ui.process_bridge import AccountsBridge

ANSWER_MS = 120_000
PATIENCE_S = 20.0
LARGE = b"\xff\xd8" + b"x" * 4_000_000  # more than any pipe takes


def test_a_large_picture_for_a_process_that_reads_nothing_holds_the_window_up_neither_now_nor_at_the_end(
    qtbot: QtBot, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = AccountsBridge(home)
    with qtbot.waitSignal(accounts.told, timeout=ANSWER_MS):
        accounts.put(ask.ListAccounts(accounts.number()))
    process = psutil.Process(accounts.pid)
    suspend(qtbot, process)
    freed = threading.Timer(PATIENCE_S, process.resume)  # a window that waits would wait for ever
    freed.start()
    accounts.put(ask.AskPushAddress(accounts.number(), "nobody", LARGE, "今晚苹果", sells=True))
    freed.cancel()
    freed.join()
    assert process.status() == psutil.STATUS_STOPPED, "the window has waited"
    with qtbot.waitSignal(accounts.told, timeout=ANSWER_MS) as answer:
        process.resume()
    assert isinstance(answer.args[0], ask.Refused)
    suspend(qtbot, process)
    accounts.put(ask.AskPushAddress(accounts.number(), "nobody", LARGE, "今晚苹果", sells=True))
    monkeypatch.setattr(process_bridge, "END_DEADLINE_S", 0.2)
    accounts.close()
    assert not process.is_running()


def suspend(qtbot: QtBot, process: psutil.Process) -> None:
    """Stops it; a busy computer takes a while for that."""
    process.suspend()
    qtbot.waitUntil(lambda: process.status() == psutil.STATUS_STOPPED, timeout=ANSWER_MS)


def test_a_process_that_is_let_go_ends_and_the_next_question_starts_another(qtbot: QtBot, home: Home) -> None:
    accounts = AccountsBridge(home)
    numbers = []
    for _time in range(2):
        with qtbot.waitSignal(accounts.told, timeout=ANSWER_MS):
            accounts.put(ask.ListAccounts(accounts.number()))
        numbers.append(accounts.pid)
        accounts._let_go()
        assert accounts.pid is None
    assert numbers[0] != numbers[1]
    accounts.close()
