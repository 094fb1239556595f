"""A program that is killed while it fetches orders: after the next run the log is as without the kill."""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from integrations.base import Tokens
from integrations.kuaishou import Settings
from studio.accounts import Account, keep_account
from studio.paths import Home
from studio.store.sessions import NewSession
from studio.store.store import Store
from tests.end2end.program import Program, run
from tests.integrations.stand_ins import kuaishou as stand_in
from tests.integrations.stand_ins.server import serving
from tests.store.samples import APPLES

pytestmark = pytest.mark.end2end

COLUMNS = "order_id, line_id, session_id, sku, quantity, paid_fen, refunded_fen, status, paid_at, carrier, buyer"
SOLD = 52  # two pages, the second one short
KILLED_AFTER = (2, 12, 66)  # questions, counted over all runs: in the first page twice, and past it


def fresh_home(folder: Path, platform: stand_in.Kuaishou, began: datetime) -> Home:
    home = Home(folder).ensure()
    home.buyer_salt.write_bytes(b"s" * 32)
    settings = Settings(stand_in.APP_KEY, stand_in.APP_SECRET, stand_in.SIGN_SECRET, host=platform.url)
    keep_account(home, Account("果园", "kuaishou", settings, Tokens(platform.access, platform.refresh)))
    shown = NewSession(began, canvas="1280x720", fps=30, bitrate_kbps=2500, source="camera", cards=(APPLES.card(),))
    with Store.of(home) as store:
        store.end_session(store.begin_session(shown), began + timedelta(hours=1))
    return home


def orders_in(home: Home) -> list[tuple[object, ...]]:
    with sqlite3.connect(home.database) as log:
        rows = log.execute(f"SELECT {COLUMNS} FROM order_line ORDER BY order_id, line_id").fetchall()
    log.close()
    return rows


def test_a_kill_at_any_point_leaves_the_same_log_after_the_next_run(tmp_path: Path) -> None:
    platform = stand_in.Kuaishou()
    began = platform.now() - timedelta(hours=3)
    for number in range(SOLD):
        platform.sell(began + timedelta(seconds=20 * number), live=number % 3 > 0)
    with serving(platform):
        whole = fresh_home(tmp_path / "whole", platform, began)
        assert run(whole.root, "accounts", "fetch").code == 0
        killed = fresh_home(tmp_path / "killed", platform, began)
        platform.asked.clear()
        for questions in KILLED_AFTER:
            with Program(killed.root, "accounts", "fetch") as program:
                platform.wait_until(lambda so_many=questions: len(platform.asked) >= so_many)  # type: ignore[misc]
                program.process.kill()
                program.process.wait()
        before = len(orders_in(killed))
        assert run(killed.root, "accounts", "fetch").code == 0
    assert 0 < before < SOLD, "it was killed on the way"
    assert len(orders_in(whole)) == SOLD
    assert orders_in(killed) == orders_in(whole)
