"""The command line's groups on a home of their own, with a show in the log."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from studio.cli import build_parser
from studio.paths import home
from studio.store.store import Store
from tests.store.samples import APPLES, TEA, begin

Nongbo = Callable[..., "Said"]


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout; fails where there is anything else."""
        return json.loads(self.out)


@pytest.fixture
def nongbo(capsys: pytest.CaptureFixture[str]) -> Nongbo:
    """Runs a command as the program does."""

    def run(*words: object) -> Said:
        texts = [str(word) for word in words]
        try:
            args = build_parser(texts).parse_args(texts)
            code = args.run(args)
        except SystemExit as stop:
            code = int(str(stop.code))
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


@pytest.fixture
def store() -> Iterator[Store]:
    """The log of the home, with the products in the shop."""
    with Store.of(home().ensure()) as store:
        store.import_products([APPLES, TEA])
        yield store


@pytest.fixture
def session_id(store: Store) -> int:
    return begin(store)


@pytest.fixture
def table(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a CSV file as a Chinese table program does."""

    def write(text: str) -> Path:
        path = tmp_path / "表格.csv"
        path.write_bytes(text.encode("gb18030"))
        return path

    return write
