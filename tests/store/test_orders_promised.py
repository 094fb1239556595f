"""What a platform says on the next day only is asked for on that day, and no longer once it was told."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from integrations.exports.base import Carrier
from studio.store.database import sqlite_url
from studio.store.order_rows import Promised
from studio.store.store import Store
from tests.store.samples import StandingClock, after, export, order

TODAY = order("1", platform="douyin", carrier=Carrier.TOMORROW, created_at=after(0), paid_at=None)


def test_a_promise_is_asked_for_from_the_next_day_on_until_it_is_kept(path: Path) -> None:
    clock = StandingClock()
    with Store(sqlite_url(path), clock) as store:
        store.import_export(None, export(TODAY, replace(TODAY, order_id="2"), replace(TODAY, line_id="9")))
        assert store.promised_orders() == ()
        clock.at += timedelta(hours=4, minutes=1)  # it is past midnight in China, not in London
        assert store.promised_orders() == (Promised("douyin", date(2026, 5, 1), 3),)
        told = replace(TODAY, carrier=Carrier.LIVE)
        store.import_export(None, export(told, replace(told, order_id="2", carrier=Carrier.OTHER)))
        assert store.promised_orders() == (Promised("douyin", date(2026, 5, 1), 1),)
        clock.at += timedelta(days=40)
        assert store.promised_orders() == ()
