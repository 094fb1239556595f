"""A live show whose shop is asked at its platform: orders and viewers come into the session while it runs."""

import time
from pathlib import Path

import pytest

from integrations.base import Tokens
from integrations.kuaishou import Settings
from studio.accounts import Account, keep_account
from studio.paths import Home
from studio.store.order_rows import OrderRow
from studio.store.store import Store
from tests.end2end.nginx import RtmpServer
from tests.end2end.program import Program, run
from tests.end2end.test_live import SHOP
from tests.integrations.stand_ins import kuaishou as stand_in
from tests.integrations.stand_ins.server import serving

pytestmark = pytest.mark.end2end

SOON_S = 10.0


def test_orders_and_viewers_of_a_platform_are_in_the_session_within_ten_seconds(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").ensure()
    run(home.root, "products", "import", SHOP)
    platform = stand_in.Kuaishou(watching=86)
    with serving(platform), RtmpServer(tmp_path / "nginx") as server:
        settings = Settings(stand_in.APP_KEY, stand_in.APP_SECRET, stand_in.SIGN_SECRET, host=platform.url)
        keep_account(home, Account("果园", "kuaishou", settings, Tokens(platform.access, platform.refresh)))
        words = ("--source", "pattern", "--card", "P03", "--size", "640x360", "--fps", "15", "--preset", "ultrafast")
        with Program(home.root, "live", *words, "--to", server.url()) as show:
            show.wait_for("on air")
            with Store.of(home) as store:
                title = store.product("P03").name
                platform.wait_until(lambda: bool(platform.asked_for("open.order.cursor.list")))
                number = platform.sell(platform.now(), title, pieces=2, total_fee=5980)
                row = until_there(store, platform, str(number))
                session = store.session_detail(row.session_id or 0)
            show.interrupt()
            ended = show.wait()
    assert ended.code == 0, ended.stderr
    assert (row.sku, row.attributed_by, row.quantity, row.paid_fen) == ("P03", "live+time", 2, 5980)
    assert row.window_at is not None, "it belongs to the card that was on air"
    assert {(sample.count, sample.source) for sample in session.viewers} == {(86, "kuaishou:果园")}
    kept = ended.stdout + ended.stderr + "".join(path.read_text("utf-8") for path in home.logs.iterdir())
    assert "Geheim" not in kept
    assert "王小明".encode() not in home.database.read_bytes()


def until_there(store: Store, platform: stand_in.Kuaishou, number: str) -> OrderRow:
    """The order's row and a count of viewers, as soon as both are in the log."""
    began = time.monotonic()
    while True:
        rows = [row for row in store.list_orders() if row.order_id == number]
        if rows and store.session_detail(rows[0].session_id or 0).viewers:
            return rows[0]
        left_s = began + SOON_S - time.monotonic()
        assert left_s > 0, "it did not come in time"
        with platform.changed:
            platform.changed.wait(min(0.2, left_s))
