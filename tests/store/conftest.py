"""A real log in a file, with a clock that stands still."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.store.database import sqlite_url
from studio.store.store import Store
from tests.store.samples import StandingClock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "nongbo 50%.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store(sqlite_url(path), StandingClock(), busy_timeout_s=0.2) as store:
        yield store
