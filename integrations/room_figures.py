"""What interfaces say of live rooms, as what platforms' session files say: the same figures under the same names.

Only figures that mean the same thing are taken; the platforms' own names are in their documents.
"""

from collections.abc import Mapping, Sequence

from integrations.base import Room
from integrations.exports.live_sessions import LiveSession, SessionsExport

PLATFORMS: Mapping[str, str] = {"qianchuan": "douyin", "douyin_rooms": "douyin", "channels": "wechat_channels"}
FIGURES: Mapping[str, Mapping[str, str]] = {
    "qianchuan": {
        "total_live_watch_cnt": "room_views",
        "total_live_follow_cnt": "new_followers",
        "total_live_comment_cnt": "comments",
        "total_live_share_cnt": "shares",
        "live_click_product_count_alias": "product_clicks",
        "live_create_order_count_alias": "placed_orders",
        "live_pay_order_count_alias": "orders",
        "live_pay_order_gmv_alias_fen": "sold_fen",
    },
    "douyin_rooms": {
        "live_watch_cnt_td": "room_views",
        "live_watch_ucnt_td": "room_viewers",
        "per_minute_watch_ucnt_td_max": "peak_viewers",
        "live_follow_ucnt_td": "new_followers",
        "live_comment_cnt_td": "comments",
        "live_share_cnt_td": "shares",
        "live_like_cnt_td": "likes",
    },
    "channels": {
        "total_audience_count": "room_viewers",
        "max_online_count": "peak_viewers",
        "audiences_avg_seconds": "watch_s",
        "new_follow_count": "new_followers",
        "total_comment_count": "comments",
        "total_cheer_count": "likes",
        "forward_count": "shares",
    },
}


def sessions_of(account: str, rooms: Sequence[Room]) -> tuple[SessionsExport, ...]:
    """The rooms of one account, each as of when it was asked for; one that does not say when it began is left out."""
    return tuple(
        SessionsExport(room.source, PLATFORMS[room.source], (found,), (), room.at)
        for room in rooms
        if (found := _session(account, room)) is not None
    )


def _session(account: str, room: Room) -> LiveSession | None:
    if room.started_at is None:
        return None
    names = FIGURES[room.source]
    figures = tuple((names[name], value) for name, value in room.figures if name in names)
    is_over = room.ended_at is not None and room.ended_at > room.started_at  # the zero of an open room is 1970
    ended_at = room.ended_at if is_over else None
    return LiveSession(account, room.room_id, room.title, room.started_at, ended_at, figures)
