"""Session files of the platforms, with the headings and quirks they really have."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.base import IntegrationError
from integrations.exports import UnknownHeadingsError, read_contents
from integrations.exports.live_sessions import SessionsExport
from tests.integrations.exports.files import Record, columns, csv_file, rows_of, xlsx_file

COMPASS = columns(
    "主播头像,主播昵称,主播抖音号,直播开始时间,直播结束时间,直播时长(分钟),直播间曝光人数,直播间曝光次数,直播间观看人数,"
    "单小时观看人数,直播间观看次数,直播激励观看次数,最高在线人数,平均在线人数,人均观看时长(分钟),评论次数,新加直播团人数,"
    "新增粉丝数,取关粉丝数,观看老粉占比,带货商品数,直播间商品曝光人数,直播间商品点击人数,直播间成交订单数,直播间成交金额,"
    "直播间用户支付金额,单小时用户支付金额,直播间成交件数,直播间成交人数,直播间退款订单数,直播间退款金额,直播间退款人数"
)
ADVISOR = columns(
    "直播标题,场次id,开播时间,直播间观看次数,直播间观看人数,新增粉丝数,转粉率,商品点击人数,商品点击次数,商品点击率,"
    "商品加购人数,商品加购件数,成交转化率,成交人数,成交件数,成交笔数,成交金额"
)
EVENING: Record = {
    "主播昵称": "山里的小红",
    "主播抖音号": "xiaohong",
    "直播开始时间": "2026/05/01 19:58:37",
    "直播结束时间": "2026/05/01 21:31:00",
    "直播间观看人数": "12345",
    "直播间观看次数": "1.2万",
    "最高在线人数": "407",
    "平均在线人数": "219",
    "人均观看时长(分钟)": "1.25",
    "观看老粉占比": "0.21",
    "直播间成交订单数": "35",
    "直播间成交金额": "1,937.50",
    "直播间用户支付金额": "¥1900",
    "直播间退款金额": "-",
}


def read(path: Path) -> SessionsExport:
    (export,) = read_contents(path, b"salt").sessions
    return export


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_list_of_live_rooms_of_douyin_compass(tmp_path: Path, kind: str) -> None:
    rows = rows_of(COMPASS, [EVENING, {"主播昵称": "x", "直播开始时间": "soon"}], blank="-")
    path = tmp_path / f"直播间列表.{kind}"
    export = read(xlsx_file(path, rows) if kind == "xlsx" else csv_file(path, rows, "gb18030"))
    assert (export.kind, export.platform, [row.line for row in export.bad]) == ("douyin_sessions", "douyin", [3])
    (session,) = export.sessions
    assert (session.account, session.started_at) == ("山里的小红", datetime(2026, 5, 1, 11, 58, 37, tzinfo=UTC))
    assert session.ended_at == datetime(2026, 5, 1, 13, 31, tzinfo=UTC)
    assert dict(session.figures) == {
        "room_viewers": 12345,
        "room_views": 12000,
        "peak_viewers": 407,
        "mean_viewers": 219,
        "watch_s": 75,
        "orders": 35,
        "sold_fen": 193750,
        "paid_fen": 190000,
    }


@pytest.mark.parametrize("across", [True, False])
def test_the_workbook_of_douyin_s_live_screen(tmp_path: Path, across: bool) -> None:
    about = [
        ("达人昵称", "山里的小红"),
        ("抖音号or火山号", "xiaohong"),
        ("直播时间", "2026/07/28 08:15:49-2026/07/28 15:44:39"),
        ("直播间用户支付金额", "¥236,552"),
    ]
    overall = [
        ("直播间观看人数", "34,120"),
        ("平均在线人数", "80"),
        ("人均观看时长", "1分5秒"),
        ("直播间观看-成交率(人数)", "0.68%"),
        ("评论次数", "—"),
    ]
    channels = [["渠道", "直播间观看人数"], ["推荐", "9"]]
    sheets = [list(zip(*pairs, strict=True)) if across else pairs for pairs in (about, overall)]
    export = read(xlsx_file(tmp_path / "整场数据.xlsx", sheets[0], channels, sheets[1]))
    assert (export.kind, export.bad) == ("douyin_screen", ())
    (session,) = export.sessions
    assert session.ended_at == datetime(2026, 7, 28, 7, 44, 39, tzinfo=UTC)
    assert dict(session.figures) == {"room_viewers": 34120, "mean_viewers": 80, "watch_s": 65, "paid_fen": 23655200}


def test_the_sessions_of_taobao_s_business_advisor(tmp_path: Path) -> None:
    row = {
        "直播标题": "苹果专场",
        "场次id": "4567",
        "开播时间": "2026-05-01 20:00:00",
        "直播间观看人数": "88",
        "成交金额": "10",
    }
    export = read(csv_file(tmp_path / "分场次.csv", rows_of(ADVISOR, [row, row | {"直播间观看人数": "many"}])))
    assert (export.kind, export.platform) == ("taobao_sessions", "taobao")
    assert [(row.line, row.reason) for row in export.bad] == [(3, "{value} is not a number")]
    (session,) = export.sessions
    assert (session.room_id, session.title, session.ended_at) == ("4567", "苹果专场", None)
    assert dict(session.figures) == {"room_viewers": 88, "sold_fen": 1000}


def test_another_table_is_no_session_file(tmp_path: Path) -> None:
    with pytest.raises(UnknownHeadingsError):
        read_contents(csv_file(tmp_path / "a.csv", [["订单号", "金额"], ["1", "2"]]), b"salt")


cells = st.one_of(
    st.sampled_from(["", "-", "—", "12,345", "1.2万", "¥1,937.50", "0.68%", "1分5秒", "1.25", "9" * 20, "٣"]),
    st.sampled_from(["2026/05/01 19:58:37", "2026/07/28 08:15:49-2026/07/28 15:44:39", "直播时间", "平均在线人数"]),
    st.text(max_size=6),
)


@settings(max_examples=80, deadline=None)
@given(data=st.data(), headings=st.sampled_from([COMPASS, ADVISOR, ["直播时间", "达人昵称", "平均在线人数"]]))
def test_every_row_of_whatever_table_is_a_session_or_is_named(data: st.DataObject, headings: list[str]) -> None:
    rows = data.draw(st.lists(st.lists(cells, min_size=len(headings), max_size=len(headings)), max_size=4))
    with tempfile.TemporaryDirectory() as folder:
        try:
            export = read(csv_file(Path(folder) / "rooms.csv", [headings, *rows]))
        except IntegrationError:
            return
    if export.kind != "douyin_screen":
        assert len(export.sessions) + len(export.bad) == sum(any(cell.strip() for cell in row) for row in rows)
        assert all(value >= 0 for session in export.sessions for _name, value in session.figures)
