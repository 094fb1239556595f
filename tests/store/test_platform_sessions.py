"""What platforms say of our sessions stands beside our figures, never among them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from integrations.exports.live_sessions import LiveSession, SessionsExport
from studio.output_states import OutputChanged, OutputState
from studio.store.attribution import Airing
from studio.store.changes import ImportCount
from studio.store.platform_sessions import match
from studio.store.store import Store
from tests.store.samples import after, begin

ROOM = LiveSession("小红", "", "", after(-60), after(3660), (("room_viewers", 900), ("orders", 12)))


def said(*sessions: LiveSession, platform: str = "douyin") -> SessionsExport:
    return SessionsExport(f"{platform}_sessions", platform, sessions, ())


def test_a_session_file_is_kept_once_and_changed_by_a_newer_one(store: Store) -> None:
    session_id = begin(store)
    store.end_session(session_id, after(3600))
    assert store.import_sessions(said(ROOM, ROOM)) == ImportCount(new=1, unchanged=1)
    newer = replace(ROOM, figures=(("room_viewers", 950),))
    assert store.import_sessions(said(newer)) == ImportCount(updated=1)
    detail = store.session_detail(session_id)
    (found,) = detail.platform_sessions
    assert (found.account, found.figures) == ("小红", (("room_viewers", 950),))
    assert (detail.session.order_count, detail.session.peak_viewers, detail.viewers) == (0, None, ())


def test_an_account_that_is_not_ours_is_taken_off_for_good(store: Store) -> None:
    session_id = begin(store)
    store.end_session(session_id, after(3600))
    store.import_sessions(said(ROOM, replace(ROOM, account="达人")))
    store.disown_account("douyin", "达人")
    store.disown_account("douyin", "达人")
    store.import_sessions(said(ROOM, replace(ROOM, account="达人")))
    assert [one.account for one in store.session_detail(session_id).platform_sessions] == ["小红"]


def test_a_show_that_went_to_another_platform_only_is_not_theirs(store: Store) -> None:
    session_id = begin(store)
    address = "rtmp://push-rtmp-l1.douyincdn.com/stage/…"
    store.write_events(session_id, [OutputChanged("main", address, OutputState.LIVE, after(1))], after(3600))
    store.import_sessions(said(ROOM))
    store.import_sessions(said(replace(ROOM, account="淘宝"), platform="taobao"))
    assert [one.platform for one in store.session_detail(session_id).platform_sessions] == ["douyin"]


@pytest.mark.parametrize(
    ("began_s", "ended_s", "expected"),
    [
        (-60, 3660, 1),
        (1000, 1200, 1),
        (3500, 7100, None),  # a hundred seconds of an hour
        (7300, 10900, 2),
        (-4000, -10, None),
        (-600, None, 1),
        (7100, None, 2),
        (5000, None, None),
    ],
)
def test_a_platform_s_session_is_ours_where_most_of_its_time_is(
    began_s: int, ended_s: int | None, expected: int | None
) -> None:
    ours = [Airing(1, after(0), after(3600)), Airing(2, after(7200), None)]
    ended_at = None if ended_s is None else after(ended_s)
    assert match(replace(ROOM, started_at=after(began_s), ended_at=ended_at), ours) == expected


def test_nothing_matches_where_nothing_was_on_air() -> None:
    assert match(ROOM, []) is None
    assert match(replace(ROOM, ended_at=ROOM.started_at), [Airing(1, after(0) + timedelta(days=1), None)]) is None
