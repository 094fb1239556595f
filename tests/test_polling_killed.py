"""A program that polls a platform is killed anywhere: the next one makes the log what it would have been."""

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from integrations.base import Handed, Tokens
from integrations.kuaishou import Settings
from studio.accounts import Account
from studio.order_polling import Fetcher
from studio.store.database import sqlite_url
from studio.store.order_rows import OrderRow
from studio.store.store import Store
from tests.integrations.stand_ins import kuaishou as stand_in
from tests.integrations.stand_ins.server import serving
from tests.store.samples import APPLES, START, after, begin

SEED = 20261122
NOW = after(7200)
ORDERS = 130  # three pages

# fetches once; says a word before each question and each page, so that it can be killed there
PROGRAM = """
import sys
from pathlib import Path
from studio.store.store import Store, sqlite_url
from tests.test_polling_killed import fetch

with Store(sqlite_url(Path(sys.argv[1]))) as store:
    fetch(store, sys.argv[2], sys.argv[3], lambda _seconds: print("here", flush=True))
"""


def fetch(store: Store, url: str, access: str, wait: object) -> None:
    settings = Settings(stand_in.APP_KEY, stand_in.APP_SECRET, stand_in.SIGN_SECRET, host=url)
    account = Account("果园", "kuaishou", settings, Tokens(access))
    fetcher = Fetcher(account, store, Handed(lambda: NOW, wait, lambda _tokens: None, b"salt"))  # type: ignore[arg-type]
    fetcher.fetch(None)
    fetcher.close()


@pytest.fixture
def platform() -> Iterator[stand_in.Kuaishou]:
    platform = stand_in.Kuaishou(frozen_at=START)
    for number in range(ORDERS):
        platform.sell(after(10 * number), APPLES.name)
    platform.frozen_at = NOW
    with serving(platform):
        yield platform


def fresh(path: Path) -> Path:
    with Store(sqlite_url(path)) as store:
        store.save_product(APPLES)
        store.end_session(begin(store), after(3600))
    return path


def rows(path: Path, platform: stand_in.Kuaishou) -> list[OrderRow]:
    """What is in the log after one more question."""
    with Store(sqlite_url(path)) as store:
        fetch(store, platform.url, platform.access, lambda _seconds: None)
        return sorted(store.list_orders(), key=lambda row: row.order_id)


def test_a_poller_that_is_killed_anywhere_leaves_what_the_next_one_makes_whole(
    tmp_path: Path, platform: stand_in.Kuaishou
) -> None:
    path = fresh(tmp_path / "killed.sqlite3")
    places = random.Random(SEED)
    for words in (1, 60, ORDERS + 2):
        command = [sys.executable, "-c", PROGRAM, str(path), platform.url, platform.access]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
            assert program.stdout is not None
            for _word, _said in zip(range(words), program.stdout, strict=False):
                pass
            Event().wait(places.random() * 0.1)  # no place to wait for: anywhere will do
            program.kill()
    whole = rows(path, platform)
    assert whole == rows(fresh(tmp_path / "whole.sqlite3"), platform)
    assert len({row.order_id for row in whole}) == len(whole) == ORDERS
    assert {row.session_id for row in whole} == {1}
