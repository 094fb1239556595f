"""The process that keeps the log for the window: answers, imports, stops at once, and ends with its window."""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from studio import books as ask
from studio.books import Answer, Question
from studio.paths import Home
from studio.store.store import Store
from tests.integrations.exports import files
from tests.store.samples import APPLES, TEA, begin

A = TypeVar("A")
ROW = ["7001", "P01", "2", "79.80", "2026-05-01 20:05:06", "已付款"]


class Line:
    """A window's end of the line, without a window."""

    def __init__(self, home: Home) -> None:
        self.heard: list[Answer] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "studio.books_process", "--home", str(home.root), "--lang", "en"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, question: Question) -> None:
        assert self.process.stdin is not None
        pickle.dump(question, self.process.stdin)
        self.process.stdin.flush()

    def wait_for(self, kind: type[A]) -> A:
        assert self.process.stdout is not None
        while True:
            answer = pickle.load(self.process.stdout)
            self.heard.append(answer)
            if isinstance(answer, kind):
                return answer

    def end(self) -> int:
        with self.process:
            pass
        return self.process.returncode


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    with Store.of(home) as store:
        store.import_products([APPLES, TEA])
        yield store


@pytest.fixture
def line(home: Home, store: Store) -> Iterator[Line]:
    line = Line(home)
    yield line
    line.end()


def own_file(path: Path, rows: int, first: int = 7001) -> Path:
    return files.csv_file(path, [files.OWN, *([str(first + number), *ROW[1:]] for number in range(rows))])


def test_files_come_in_one_after_the_other_and_each_is_reported(store: Store, line: Line, tmp_path: Path) -> None:
    session_id = begin(store)
    good = own_file(tmp_path / "good.csv", 3)
    unknown = files.csv_file(tmp_path / "unknown.csv", [["流水号码", "货品名称"], ["1", "苹果"]])
    line.ask(ask.ImportFiles((str(unknown), str(good)), session_id))
    ended = line.wait_for(ask.ImportEnded)
    assert ended == ask.ImportEnded(stopped=False)
    (refused,) = (one for one in line.heard if isinstance(one, ask.FileRefused))
    assert (refused.problem.code, refused.mappable) == ("orders.unknown_headings", True)
    (imported,) = (one for one in line.heard if isinstance(one, ask.FileImported))
    assert (imported.report.rows, imported.report.count.new) == (3, 3)
    line.ask(ask.ListSessions())
    (session,) = line.wait_for(ask.SessionsListed).sessions
    assert (session.order_count, session.paid_fen) == (3, 3 * 7980)
    line.ask(ask.OpenSession(session_id))
    assert line.wait_for(ask.SessionOpened).detail.products[0].pieces == 6
    line.ask(ask.ListUnshipped())
    assert len(line.wait_for(ask.UnshippedListed).lines) == 3


def test_an_unknown_file_is_looked_at_mapped_and_known_from_then_on(store: Store, line: Line, tmp_path: Path) -> None:
    rows = [["流水号码", "货品名称", "总价"], ["832-1", "红富士苹果", "39.90"], ["832-2", "山货", "free"]]
    path = str(files.csv_file(tmp_path / "county.csv", [*rows, ["832-3", "苹果", "1"]]))
    line.ask(ask.LookAtFile(path))
    seen = line.wait_for(ask.FileSeen)
    assert seen.headings == ("流水号码", "货品名称", "总价")
    assert seen.rows[0] == ("832-1", "红富士苹果", "39.90")
    assert seen.guessed == {"title": "货品名称", "paid_fen": "总价"}
    columns = {**seen.guessed, "order_id": "流水号码"}
    line.ask(ask.TryMapping(path, "832", columns))
    tried = line.wait_for(ask.MappingTried)
    assert (tried.good, len(tried.rejected), tried.kept) == (2, 1, False)
    assert tried.lines[0][2:5] == ("红富士苹果", "1", "3990")
    line.ask(ask.TryMapping(path, "taobao", columns))
    assert line.wait_for(ask.Refused).problem.code == "value.bad"
    line.ask(ask.TryMapping(path, "832", columns, keep=True))
    assert line.wait_for(ask.MappingTried).kept
    line.ask(ask.ImportFiles((path,)))
    assert line.wait_for(ask.FileImported).report.kind == "832"
    line.ask(ask.ListUnknown())
    unknown = line.wait_for(ask.UnknownListed)
    assert (unknown.products, [one.title for one in unknown.unknown]) == (
        (("P01", "红富士苹果"), ("P02", "普安红茶")),
        ["苹果"],
    )
    line.ask(ask.NameProduct("苹果", "P01"))
    assert line.wait_for(ask.UnknownListed).unknown == ()


def test_an_import_is_stopped_and_nothing_of_its_file_is_kept(store: Store, line: Line, tmp_path: Path) -> None:
    small, large = own_file(tmp_path / "small.csv", 2), own_file(tmp_path / "large.csv", 30_000, first=100_000)
    line.ask(ask.ImportFiles((str(small), str(large), str(small))))
    line.wait_for(ask.FileImported)
    line.wait_for(ask.ImportMoved)
    line.ask(ask.StopImport())
    assert line.wait_for(ask.ImportEnded).stopped
    assert [one.order_id for one in store.list_orders()] == ["7001", "7002"]
    line.ask(ask.ListSessions())
    line.wait_for(ask.SessionsListed)


def test_it_ends_with_its_window_in_the_middle_of_an_import(store: Store, line: Line, tmp_path: Path) -> None:
    line.ask(ask.ImportFiles((str(own_file(tmp_path / "large.csv", 30_000)),)))
    line.wait_for(ask.ImportMoved)
    assert line.end() == 0
    assert store.list_orders() == ()


def test_what_cannot_be_answered_is_told(line: Line) -> None:
    line.ask(ask.OpenSession(99))
    refused = line.wait_for(ask.Refused)
    assert (refused.question, refused.problem.code) == (ask.OpenSession(99), "session.unknown")
