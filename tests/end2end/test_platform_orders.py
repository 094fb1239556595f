"""A live show whose shop and room are asked at their platforms: what they tell is in the session while it runs."""

import time
from pathlib import Path

import pytest

from integrations import bilibili
from integrations.base import Tokens
from integrations.kuaishou import Settings
from studio.accounts import Account, keep_account
from studio.paths import Home
from studio.store.order_rows import OrderRow
from studio.store.store import Store
from tests.end2end.nginx import RtmpServer
from tests.end2end.program import Program, run
from tests.end2end.test_live import SHOP
from tests.integrations.stand_ins import bilibili as room_stand_in
from tests.integrations.stand_ins import kuaishou as stand_in
from tests.integrations.stand_ins.server import serving

pytestmark = pytest.mark.end2end

SOON_S = 10.0


def test_orders_viewers_and_comments_are_in_the_session_within_ten_seconds(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").ensure()
    run(home.root, "products", "import", SHOP)
    platform = stand_in.Kuaishou(watching=86)
    room = room_stand_in.Bilibili()
    with serving(platform), room_stand_in.on_line(room), RtmpServer(tmp_path / "nginx") as server:
        settings = Settings(stand_in.APP_KEY, stand_in.APP_SECRET, stand_in.SIGN_SECRET, host=platform.url)
        keep_account(home, Account("果园", "kuaishou", settings, Tokens(platform.access, platform.refresh)))
        keys = (room_stand_in.KEY, room_stand_in.SECRET, str(room_stand_in.APP_ID), room_stand_in.CODE)
        keep_account(home, Account("直播间", "bilibili", bilibili.Settings(*keys, room.url)))
        words = ("--source", "pattern", "--card", "P03", "--size", "640x360", "--fps", "15", "--preset", "ultrafast")
        with Program(home.root, "live", *words, "--to", server.url()) as show:
            show.wait_for("on air")
            with Store.of(home) as store:
                title = store.product("P03").name
                platform.wait_until(lambda: bool(platform.asked_for("open.order.cursor.list")))
                room.wait_until(lambda: bool(room.lines))
                room.say(room_stand_in.comment("多少钱", int(room.now().timestamp())))
                number = platform.sell(platform.now(), title, pieces=2, total_fee=5980)
                row = until_there(store, platform, str(number))
                session = store.session_detail(row.session_id or 0)
            show.interrupt()
            ended = show.wait()
    assert ended.code == 0, ended.stderr
    assert (row.sku, row.attributed_by, row.quantity, row.paid_fen) == ("P03", "live+time", 2, 5980)
    assert row.window_at is not None, "it belongs to the card that was on air"
    assert {(sample.count, sample.source) for sample in session.viewers} == {(86, "kuaishou:果园")}
    assert {one.topic: one.comments for one in session.topics} == {"": 1, "price": 1}
    assert (room.ended, room.lines) == (["round-1"], []), "the room is given back with the show"
    kept = ended.stdout + ended.stderr + "".join(path.read_text("utf-8") for path in home.logs.iterdir())
    assert "Geheim" not in kept
    assert "王小明".encode() not in home.database.read_bytes()


def until_there(store: Store, platform: stand_in.Kuaishou, number: str) -> OrderRow:
    """The order's row, as soon as it, a count of viewers and a comment are in the log."""
    began = time.monotonic()
    while True:
        rows = [row for row in store.list_orders() if row.order_id == number]
        if rows:
            session = store.session_detail(rows[0].session_id or 0)
            if session.viewers and session.topics:
                return rows[0]
        left_s = began + SOON_S - time.monotonic()
        assert left_s > 0, "it did not come in time"
        with platform.changed:
            platform.changed.wait(min(0.2, left_s))
