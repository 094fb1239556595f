"""`nongbo sessions`."""

import io
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from studio.errors import Problem
from studio.events import CardChanged, Event, Noticed, OrderTyped
from studio.output_states import OutputChanged, OutputState
from studio.paths import home
from studio.sold import ViewersSampled
from studio.store.store import Store
from tests.console.conftest import Nongbo
from tests.integrations.exports.files import csv_file
from tests.store.samples import START, after, health

LOST = Problem.of("output.lost", name="乡播", reason="reset by peer")
CAMERA = Problem.of("source.lost", name="USB camera")
ADDRESS = "rtmp://push.example/live/•••"


@pytest.fixture(autouse=True)
def chinese_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The computer stands in China."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Shanghai"
    time.tzset()
    yield
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


@pytest.fixture
def shown(store: Store, session_id: int) -> int:
    """An evening with everything in it."""
    events: list[Event] = [
        OutputChanged("乡播", ADDRESS, OutputState.LIVE, after(1)),
        CardChanged("P01", after(0)),
        ViewersSampled(100, "typed", after(0)),
        OrderTyped("P01", 2, 3990, after(30)),
        *(health(second, late_ticks=3 if second > 40 else 0) for second in range(1, 61)),
        OutputChanged("乡播", ADDRESS, OutputState.RECONNECTING, after(61), LOST),
        CardChanged("P02", after(75.5)),
        ViewersSampled(300, "typed", after(90)),
        Noticed(CAMERA, active=True, at=after(100)),
        Noticed(CAMERA, active=False, at=after(104)),
        *(health(second, late_ticks=3) for second in range(100, 121)),
    ]
    store.write_events(session_id, events, ended_at=after(120))
    return session_id


def test_a_session_reads_like_a_page_of_a_diary(nongbo: Nongbo, shown: int) -> None:
    said = nongbo("sessions", "show", shown)
    assert said.code == 0
    assert (
        said.out
        == f"""\
Session {shown} · 2026-05-01 20:00 – 20:02 · ended in order
On air for 2 min 00 s (1280×720, 30 fps, 2500 kb/s)

Viewers, typed in: at most 300, on average 150.0 (2 counts)
1 paid order, ¥79.80
How the orders came here: typed during the show 1

Product          Price      On air  Orders  Pieces    Paid  Given back
P01 红富士苹果  ¥39.90  1 min 16 s       1       2  ¥79.80
P02 普安红茶    ¥68.00        44 s       0       0   ¥0.00

Sending
  20:00:01  乡播: on air
  20:01:01  乡播: the line broke, calling again. The connection to 乡播 broke: reset by peer.

How it ran
  Slowest second: 30.0 frames
  3 frames were late: this computer had too much to do
  Sent on average 2600 kb/s, at least 2600 kb/s
  From 20:01:00 nothing was logged for 40 s: the computer stood still
  20:01:40 – 20:01:44  The picture from USB camera has stopped.
"""
    )


def test_the_same_as_one_json_document(nongbo: Nongbo, shown: int) -> None:
    document = nongbo("sessions", "show", shown, "--json").document
    assert (document["id"], document["end"], document["on_air_s"]) == (shown, "ended", 120.0)
    assert [one["sku"] for one in document["windows"]] == ["P01", "P02"]
    assert document["windows"][1]["shown_at"] == "2026-05-01T12:01:15.623Z"
    assert [one["count"] for one in document["viewers"]] == [100, 300]
    assert document["viewers_by_source"] == [
        {"source": "typed", "samples": 2, "peak": 300, "mean": 150.0, "known_s": 120.0, "about": False}
    ]
    assert [one["quantity"] for one in document["orders"]] == [2]
    assert [one["paid_fen"] for one in document["products"]] == [7980, 0]
    assert document["outputs"][1]["problem"] == {
        "code": "output.lost",
        "values": {"name": "乡播", "reason": "reset by peer"},
    }
    assert (document["health"]["seconds"], document["health"]["late_ticks"]) == (81, 3)
    assert len(document["health"]["gaps"]) == 1
    assert document["notices"][0]["problem"]["code"] == "source.lost"


def test_a_session_that_was_cut_off_says_so(nongbo: Nongbo, store: Store, session_id: int) -> None:
    store.write_events(session_id, [health(1), health(2)])
    with FileLock(home().lock):  # as an engine does, in which a show runs
        assert "on air" in nongbo("sessions", "list").out.splitlines()[1]
        assert nongbo("sessions", "show", session_id, "--json").document["end"] is None
    (row,) = nongbo("sessions", "list", "--json").document
    assert (row["end"], row["ended_at"]) == ("interrupted", "2026-05-01T12:00:02.123Z")
    said = nongbo("sessions", "show", session_id)
    assert "cut off" in said.out.splitlines()[0]
    assert "up to its last second" in said.out
    assert "Not one frame was lost." in said.out
    assert "nobody counted them" in said.out


def test_sessions_are_listed(nongbo: Nongbo, shown: int) -> None:
    (row,) = nongbo("sessions", "list", "--json").document
    assert (row["id"], row["order_count"], row["paid_fen"], row["peak_viewers"]) == (shown, 1, 7980, 300)
    line = nongbo("sessions", "list").out.splitlines()[1]
    assert line.split() == [
        str(shown),
        "2026-05-01",
        "20:00",
        "2",
        "min",
        "00",
        "s",
        "ended",
        "in",
        "order",
        "300",
        "1",
        "¥79.80",
    ]


def test_before_the_first_show_the_list_says_so(nongbo: Nongbo) -> None:
    assert nongbo("sessions", "list").out == "Nothing was on air yet.\n"
    assert nongbo("sessions", "list", "--json").document == []


def test_a_session_that_is_not_there_is_a_fault(nongbo: Nongbo) -> None:
    said = nongbo("sessions", "show", 7, "--json")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("There is no session 7.")
    assert nongbo("sessions", "show", "seven").code == 2


def test_what_platforms_and_comments_say_stands_beside_our_figures(
    nongbo: Nongbo, store: Store, session_id: int, tmp_path: Path
) -> None:
    store.end_session(session_id, START + timedelta(hours=1))
    headings = ["主播昵称", "直播开始时间", "直播结束时间", "直播间观看人数", "直播间成交金额"]
    rooms = csv_file(
        tmp_path / "a.csv", [headings, ["小红", "2026/05/01 20:00:00", "2026/05/01 21:00:00", "1,088", "9.5"]]
    )
    assert nongbo("orders", "import", rooms, "--json").document[0]["kind"] == "douyin_sessions"
    comments = tmp_path / "comments.txt"
    comments.write_text("20:05 小红: 多少钱\n怎么买\n", encoding="utf-8")
    assert nongbo("sessions", "comments", session_id, comments).out == "2 comments counted.\n"
    said = nongbo("sessions", "show", session_id).out
    assert "Douyin Compass, list of live rooms says (小红," in said
    assert "People in the room 1,088 · Sold for ¥9.50" in said
    assert "All comments 2 · how to buy 1 · the price 1" in said
    document = nongbo("sessions", "show", session_id, "--json").document
    assert document["platform_sessions"][0]["figures"] == {"room_viewers": 1088, "sold_fen": 950}
    assert document["order_count"] == 0
    assert nongbo("sessions", "disown", "douyin", "小红").code == 0
    assert nongbo("sessions", "show", session_id, "--json").document["platform_sessions"] == []
    assert nongbo("sessions", "comments", session_id, tmp_path / "gone.txt").code == 1
    assert nongbo("sessions", "comments", 99, comments).code == 1


def test_a_killed_show_is_closed_by_whoever_looks_at_it_first(nongbo: Nongbo, store: Store, session_id: int) -> None:
    store.write_events(session_id, [health(1)])
    document = nongbo("sessions", "show", session_id, "--json").document
    assert (document["end"], document["ended_at"]) == ("interrupted", "2026-05-01T12:00:01.123Z")


def test_comments_come_in_from_a_pipe_in_any_encoding(
    nongbo: Nongbo, session_id: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for data, code in (("小红: 多少钱\n".encode("gbk"), 0), (b"\x89PNG\r\n\x1a\n\0\0", 1)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
        assert nongbo("sessions", "comments", session_id).code == code
    said = nongbo("sessions", "comments", session_id, tmp_path)
    assert said.code == 1
    assert "it is a folder" in said.err
