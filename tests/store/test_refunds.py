"""What went back: the newest word that names an amount holds, whichever file comes first."""

from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine

from integrations.exports.base import Carrier, ExportLine, Status
from studio.store.changes import ImportCount
from studio.store.database import sqlite_url
from studio.store.schema import alembic_config
from studio.store.store import Store
from tests.store.samples import after, begin, export, order
from tests.store.test_imports import LINES, WHOLE, bring_in


def told(at_s: float, status: Status, refunded_fen: int | None = None, **changed: Any) -> ExportLine:
    """One order of ¥39.90 as a file of that moment has it; without an amount it is silent on what went back."""
    line = order("1", status=status, refund_told_at=after(at_s), **changed)
    return line if refunded_fen is None else replace(line, refunded_fen=refunded_fen, refund_named=True)


PENDING = told(1, Status.REFUNDED, 3990, refund_status="退款中", refund_reason="坏果")
WITHDRAWN = told(2, Status.FINISHED, 0)
GIVEN = order("1", status=Status.REFUNDED, refunded_fen=3990, refund_told_at=after(2))  # by its state alone


@pytest.mark.parametrize(
    ("files", "status", "refunded_fen"),
    [
        ([told(1, Status.FINISHED, 1000), told(2, Status.FINISHED, 500)], "finished", 500),
        ([PENDING, WITHDRAWN], "finished", 0),
        ([PENDING, told(2, Status.SHIPPED)], "refunded", 3990),
        ([told(1, Status.PAID, 0), GIVEN], "refunded", 3990),
        ([told(1, Status.FINISHED, 1000), GIVEN], "finished", 1000),
        ([told(1, Status.REFUNDED, 3990), told(2, Status.PAID, 3990)], "refunded", 3990),
        ([GIVEN, told(3, Status.FINISHED, 1000)], "finished", 1000),
        ([told(at_s, Status.FINISHED, fen) for at_s, fen in ((1, 500), (2, 1000), (3, 500))], "finished", 500),
    ],
)
def test_the_newest_named_amount_holds_in_whatever_order_files_come(
    store: Store, files: list[ExportLine], status: str, refunded_fen: int
) -> None:
    for lines in permutations(files):
        for line in (*lines, *lines):
            bring_in(store, line)
        (found,) = store.list_orders()
        assert (found.status, found.refunded_fen) == (status, refunded_fen), lines
        with store._database.writing() as db:
            db.connection().exec_driver_sql("DELETE FROM order_line")


@pytest.mark.parametrize("line_id", ["P01", ""], ids=["the line", "the whole order"])
def test_a_refund_from_between_two_words_that_nothing_went_back_is_older_than_the_second(
    store: Store, line_id: str
) -> None:
    bring_in(store, told(0, Status.FINISHED, 0))
    for word in (told(1, Status.FINISHED, 0), told(3, Status.FINISHED, 0)):
        assert bring_in(store, replace(word, line_id=line_id)) == ImportCount(unchanged=1)
    bring_in(store, told(2, Status.REFUNDED, 3990, refund_status="退款中"))
    (line,) = store.list_orders()
    assert (line.status, line.refunded_fen) == ("finished", 0)


def test_why_and_when_stand_with_the_order_until_the_refund_is_taken_back(store: Store) -> None:
    bring_in(store, told(1, Status.REFUNDED, 3990, refund_reason="坏果", refunded_at=after(900)))
    (line,) = store.list_orders()
    assert (line.refund_reason, line.refunded_at) == ("坏果", after(900))
    bring_in(store, told(0, Status.SHIPPED, 0), told(2, Status.SHIPPED))
    assert store.list_orders() == (line,)
    bring_in(store, WITHDRAWN)
    (line,) = store.list_orders()
    assert (line.refund_reason, line.refund_status, line.refunded_at) == ("", "", None)


def test_an_order_of_which_nothing_went_back_says_so_of_its_lines(store: Store) -> None:
    whole: dict[str, Any] = {"refund_named": True, "line_id": "", "platform": "taobao", "sku": "", "paid_fen": 9990}
    bring_in(store, *LINES)
    bring_in(store, order("800", status=Status.REFUNDED, refunded_fen=9990, refund_told_at=after(1), **whole))
    assert {line.refunded_fen for line in store.list_orders()} == {3990, 6000}
    bring_in(store, order("800", status=Status.FINISHED, refund_told_at=after(2), **whole))
    assert {(line.status, line.refunded_fen) for line in store.list_orders()} == {("finished", 0)}
    bring_in(store, WHOLE)
    assert {(line.status, line.refunded_fen) for line in store.list_orders()} == {("finished", 0)}


def test_what_others_sell_for_a_commission_is_ours_once_a_person_says_so(store: Store) -> None:
    session_id = begin(store)
    theirs = order("1", platform="douyin", carrier=Carrier.LIVE, anchor="900")
    report = store.import_export(None, export(theirs, order("2", platform="douyin", carrier=Carrier.LIVE)))
    assert report.anchors == (("900", 1),)
    assert [one.order_id for one in store.list_orders(session_id)] == ["2"]
    assert store.own_anchor("douyin", "900") == 1
    assert {(one.order_id, one.attributed_by) for one in store.list_orders(session_id)} == {
        ("1", "live+time"),
        ("2", "live+time"),
    }
    assert store.import_export(None, export(theirs)).anchors == ()
    assert len(store.list_orders(session_id)) == 2
    store.disown_account("douyin", "900")
    assert [one.order_id for one in store.list_orders(session_id)] == ["2"]
    assert store.import_export(None, export(theirs)).anchors == (), "nobody is asked twice"


def test_a_log_of_before_keeps_what_went_back(store: Store, path: Path) -> None:
    bring_in(store, order("1", status=Status.FINISHED, refunded_fen=500, refund_named=True))
    store.close()
    engine = create_engine(sqlite_url(path))
    with engine.begin() as connection:
        command.downgrade(alembic_config(connection), "0012")
        command.upgrade(alembic_config(connection), "head")
    engine.dispose()
    store.open()
    bring_in(store, told(1, Status.FINISHED, 0))
    (line,) = store.list_orders()
    assert line.refunded_fen == 500, "a file of before the upgrade is older"
