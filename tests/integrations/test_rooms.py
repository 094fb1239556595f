"""What platforms say of live rooms: under their own names, only what is ready, page after page."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from integrations.base import Handed, Platform, RefusedError, Tokens
from integrations.platforms import INTERFACES
from integrations.room_figures import FIGURES, PLATFORMS, sessions_of
from studio.order_words import FIGURE_WORDS, KIND_WORDS
from tests.integrations.stand_ins import rooms as stand_in
from tests.integrations.stand_ins.server import StandIn, serving

NOW = datetime(2026, 9, 20, 12, 0, 0, tzinfo=UTC)
DAY = (NOW - timedelta(days=1), NOW)


@contextmanager
def opened(name: str, platform: StandIn, access: str = stand_in.ACCESS, **settings: str) -> Iterator[Platform]:
    platform.frozen_at = NOW
    with serving(platform):
        own = INTERFACES[name].settings_from({**settings, "host": platform.url})
        handed = Handed(lambda: NOW, lambda _seconds: None, lambda _tokens: None)
        account = INTERFACES[name].open(own, Tokens(access), handed)
        yield account
        account.close()


def test_qianchuan_tells_of_each_day() -> None:
    with opened("qianchuan", stand_in.Qianchuan(), advertiser_id="1", aweme_id="2") as account:
        assert account.test() == "1"
        rooms = account.rooms(*DAY)
        assert list(account.orders(*DAY, lambda _numbers: ())) == []
    assert len({room.room_id for room in rooms}) == 120
    assert [rooms[place].started_at for place in (0, 120)] == [NOW - timedelta(days=1), NOW], "each day is asked for"
    assert (len(rooms), rooms[0].title) == (240, "今晚苹果")
    assert dict(rooms[0].figures) == {
        "total_live_watch_cnt": 22_200,
        "live_pay_order_count_alias": 35,
        "live_pay_order_gmv_alias_fen": 193_750,
    }


@pytest.mark.parametrize(("status", "ended"), [("LIVING", ""), ("FINISH", "1970-01-01 08:00:00")])
def test_a_room_that_is_open_has_no_end_yet(status: str, ended: str) -> None:
    platform = stand_in.Qianchuan(count=1, status=status, ended=ended)
    with opened("qianchuan", platform, advertiser_id="1", aweme_id="2") as account:
        (export,) = sessions_of("果园", account.rooms(NOW, NOW))
    assert [(one.started_at, one.ended_at) for one in export.sessions] == [(NOW, None)]


def test_douyin_tells_what_is_ready_and_permitted() -> None:
    with opened("douyin_rooms", stand_in.DouyinRooms(), open_id="o1") as account:
        assert account.test() == "o1"
        (room,) = account.rooms(*DAY)
    began = datetime.fromtimestamp(stand_in.START_S, UTC)
    assert (room.room_id, room.started_at, room.ended_at) == (stand_in.ROOM, began, began + timedelta(hours=1))
    assert dict(room.figures) == {
        "live_watch_cnt_td": 900,
        "per_minute_watch_ucnt_td_max": 86,
        "live_duration_td": 3600,
    }


def test_channels_tells_page_after_page_and_renews_its_token() -> None:
    platform = stand_in.Channels()
    keys = {"app_key": "wx1", "app_secret": "app-secret-Geheim1"}
    with opened("channels", platform, "old", **keys) as account:
        rooms = account.rooms(*DAY)
        assert account.test() == "wx1"
    assert [room.room_id for room in rooms] == ["e1", "e2"]
    assert dict(rooms[0].figures) == {"total_audience_count": 900, "max_online_count": 86}
    assert len(platform.tokens) == 1


def test_rooms_are_told_in_the_words_of_session_files() -> None:
    """Only what a person can be shown, and only of rooms that can be matched."""
    with opened("qianchuan", stand_in.Qianchuan(count=1), advertiser_id="1", aweme_id="2") as account:
        rooms = account.rooms(NOW, NOW)
        unknown = replace(rooms[0], started_at=None)
        (export,) = sessions_of("果园", (*rooms, unknown))
    assert (export.kind, export.platform, export.told_at) == ("qianchuan", "douyin", NOW)
    (session,) = export.sessions
    assert (session.account, session.room_id, session.started_at) == ("果园", stand_in.ROOM, NOW)
    assert dict(session.figures) == {"room_views": 22_200, "orders": 35, "sold_fen": 193_750}


def test_every_figure_of_a_room_has_words() -> None:
    assert {figure for names in FIGURES.values() for figure in names.values()} <= set(FIGURE_WORDS)
    assert set(FIGURES) == set(PLATFORMS) <= set(KIND_WORDS)


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("qianchuan", stand_in.Qianchuan()),
        ("douyin_rooms", stand_in.DouyinRooms()),
        ("channels", stand_in.Channels()),
    ],
)
def test_a_token_that_will_not_do_is_told_of(name: str, platform: StandIn) -> None:
    with (
        opened(name, platform, "wrong-Geheim", advertiser_id="1", aweme_id="2", open_id="o1", app_key="wx1") as account,
        pytest.raises(RefusedError) as caught,
    ):
        account.test()
    assert "Geheim" not in str(caught.value)
