"""bilibili against its stand-in: comments with their times and without their writers, whatever becomes of the line."""

import ssl
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations import bilibili, bilibili_line
from integrations.base import (
    AnsweredError,
    ClockError,
    Handed,
    IntegrationError,
    LimitedError,
    LiveComment,
    RefusedError,
    Tokens,
)
from integrations.bilibili import Bilibili, Settings
from integrations.bilibili_line import Line, documents
from tests.integrations.stand_ins import bilibili as stand_in
from tests.integrations.stand_ins.server import Said
from tests.integrations.test_http_asking import own_certificate

NOW = datetime(2026, 9, 20, 12, 0, 0, tzinfo=UTC)
NOW_S = int(NOW.timestamp())
DEADLINE_S = 60.0


@pytest.fixture
def platform() -> Iterator[stand_in.Bilibili]:
    platform = stand_in.Bilibili(frozen_at=NOW)
    with stand_in.on_line(platform):
        yield platform


def opened(platform: stand_in.Bilibili, **other: str) -> Bilibili:
    texts = {"app_key": stand_in.KEY, "app_secret": stand_in.SECRET, "app_id": str(stand_in.APP_ID)}
    settings = Settings(**{**texts, "code": stand_in.CODE, "host": platform.url, **other})
    return Bilibili(settings, Tokens(), Handed(lambda: NOW, lambda _seconds: None, lambda _tokens: None))


@pytest.fixture
def account(platform: stand_in.Bilibili) -> Iterator[Bilibili]:
    account = opened(platform)
    yield account
    account.close()
    account.close()


def heard(account: Bilibili, count: int = 1) -> list[str]:
    """The words of so many comments; what is sent takes its time, on this computer too."""
    found: list[LiveComment] = []
    until = datetime.now(UTC) + timedelta(seconds=DEADLINE_S)
    while len(found) < count and datetime.now(UTC) < until:
        found += account.comments()
    return [one.text for one in found]


def until_it_raises(account: Bilibili) -> NoReturn:
    while True:
        account.comments()


def listening(platform: stand_in.Bilibili, account: Bilibili) -> None:
    assert account.comments() == ()
    platform.wait_until(lambda: bool(platform.lines))


def test_comments_come_with_their_times_and_without_their_writers(
    platform: stand_in.Bilibili, account: Bilibili
) -> None:
    listening(platform, account)
    platform.say(
        stand_in.comment("这苹果\n多少钱", NOW_S - 3),
        stand_in.told("LIVE_OPEN_PLATFORM_LIKE", uname="王小明", like_count=3),
        stand_in.squeezed(stand_in.comment("甜吗", NOW_S - 2), stand_in.comment("几天到", 0)),
    )
    found: list[LiveComment] = []
    while len(found) < 3:
        found += account.comments()
    assert found == [
        LiveComment("这苹果 多少钱", NOW - timedelta(seconds=3)),
        LiveComment("甜吗", NOW - timedelta(seconds=2)),
        LiveComment("几天到", NOW),
    ]


def test_a_round_is_kept_by_heartbeats_and_given_back_at_the_end(
    platform: stand_in.Bilibili, account: Bilibili, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bilibili, "HEARTBEAT_EVERY_S", 0.0)
    listening(platform, account)
    platform.wait_until(lambda: platform.line_heartbeats == 1)
    account.comments()
    platform.wait_until(lambda: (platform.heartbeats, platform.line_heartbeats) == (1, 2))
    platform.say(stand_in.comment("最后一句", NOW_S))
    last: tuple[LiveComment, ...] = ()
    while not last:
        last = account.comments()
    assert account.stop_listening() == ()
    assert (platform.ended, platform.round) == (["round-1"], "")
    platform.wait_until(lambda: not platform.lines)
    assert account.stop_listening() == ()
    listening(platform, account)
    assert platform.rounds == 2


def test_what_is_left_at_the_end_is_given_with_it(
    platform: stand_in.Bilibili, account: Bilibili, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bilibili_line, "MOST_MESSAGES", 1)
    monkeypatch.setattr(bilibili_line, "WAIT_S", DEADLINE_S)
    listening(platform, account)  # the answer to the first heartbeat
    platform.say(stand_in.comment("再见", NOW_S), stand_in.comment("明天见", NOW_S))
    assert heard(account) == ["再见"]
    assert account.stop_listening() == (LiveComment("明天见", NOW),)


def test_a_line_that_breaks_is_called_again_in_the_same_round(platform: stand_in.Bilibili, account: Bilibili) -> None:
    listening(platform, account)
    platform.hang_up()
    with pytest.raises(IntegrationError, match="broke"):
        until_it_raises(account)
    listening(platform, account)
    platform.say(stand_in.comment("回来了", NOW_S))
    assert heard(account) == ["回来了"]
    assert (platform.rounds, platform.calls) == (1, 2)


def test_a_line_that_has_gone_silent_is_given_up(
    platform: stand_in.Bilibili, account: Bilibili, monkeypatch: pytest.MonkeyPatch
) -> None:
    platform.answers_heartbeats = False
    listening(platform, account)
    monkeypatch.setattr(bilibili_line, "SILENT_S", 0.0)
    with pytest.raises(IntegrationError, match="no answer"):
        account.comments()
    platform.wait_until(lambda: not platform.lines)


@pytest.mark.parametrize("told", [True, False])
def test_a_round_that_the_platform_has_ended_is_begun_anew(
    platform: stand_in.Bilibili, account: Bilibili, monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    """Whether it says so, or does not know the round at its next heartbeat."""
    listening(platform, account)
    platform.round = ""
    if told:
        platform.say(stand_in.told("LIVE_OPEN_PLATFORM_INTERACTION_END", game_id="another", timestamp=NOW_S))
        platform.say(stand_in.told("LIVE_OPEN_PLATFORM_INTERACTION_END", game_id="round-1", timestamp=NOW_S))
    else:
        monkeypatch.setattr(account, "_heartbeat_due_s", 0.0)
    until = datetime.now(UTC) + timedelta(seconds=DEADLINE_S)
    while platform.rounds < 2 and datetime.now(UTC) < until:
        account.comments()
    platform.wait_until(lambda: bool(platform.lines))
    platform.say(stand_in.comment("又来了", NOW_S))
    assert heard(account) == ["又来了"]


def test_who_is_not_let_in_on_the_line_gives_the_round_back(platform: stand_in.Bilibili, account: Bilibili) -> None:
    platform.lets_in = False
    with pytest.raises(AnsweredError) as caught:
        account.comments()
    assert "Geheim" not in str(caught.value)
    assert platform.ended == ["round-1"]


def test_a_network_that_takes_a_heartbeat_away_ends_nothing(
    platform: stand_in.Bilibili, account: Bilibili, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening(platform, account)
    monkeypatch.setattr(account, "_heartbeat_due_s", 0.0)
    platform.faults.append(Said(body=b"<html>502</html>", status=502))
    platform.say(stand_in.comment("还在", NOW_S))
    assert heard(account) == ["还在"]
    assert (platform.rounds, platform.heartbeats, len(platform.lines)) == (1, 0, 1)


def test_a_test_asks_for_next_to_nothing_and_disturbs_nobody(platform: stand_in.Bilibili, account: Bilibili) -> None:
    account.connect()
    assert (account.test(), platform.ended) == ("村口果园", ["round-1"])
    listening(platform, account)
    other = opened(platform)
    assert other.test() == ""
    with pytest.raises(LimitedError, match="another program"):
        other.comments()
    other.close()
    assert platform.round == "round-2"


@pytest.mark.parametrize(
    ("other", "words"),
    [
        ({"app_key": "another"}, "应用无效"),
        ({"app_secret": "another-Geheim"}, "keys do not fit"),
        ({"code": "another-Geheim"}, "身份码错误"),
        ({"app_id": "7"}, "项目无权限访问"),
        ({"app_id": "seven"}, "not a number"),
        ({"app_id": "7" * 50}, "not a number"),
    ],
)
def test_what_was_filled_in_wrongly_is_said(platform: stand_in.Bilibili, other: dict[str, str], words: str) -> None:
    account = opened(platform, **other)
    with pytest.raises(RefusedError, match=words) as caught:
        account.test()
    assert "Geheim" not in str(caught.value)
    account.close()


def test_a_clock_that_is_wrong_is_named(platform: stand_in.Bilibili, account: Bilibili) -> None:
    platform.ahead = timedelta(minutes=20)
    with pytest.raises(ClockError) as caught:
        account.comments()
    assert caught.value.skew_s == 1200.0


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Said({"code": 4009, "message": "接口访问限制", "data": {}}), LimitedError),
        (Said(status=429, headers=(("Retry-After", "9"),)), LimitedError),
        (Said({"code": 5000, "message": "服务异常", "data": {}}), AnsweredError),
        (Said({"code": 0, "data": {"game_info": {"game_id": "r"}}}), IntegrationError),
        (Said({"code": 0, "data": {"websocket_info": {"auth_body": "a", "wss_link": [1, None]}}}), IntegrationError),
        (
            Said({"code": 0, "data": {"websocket_info": {"auth_body": "a", "wss_link": ["ws://x.example/"]}}}),
            IntegrationError,
        ),
        (Said({"code": 0, "data": {"websocket_info": {"auth_body": "a", "wss_link": ["wss://[/"]}}}), IntegrationError),
        (Said(body=b"<html>"), IntegrationError),
    ],
)
def test_an_answer_that_will_not_do_is_an_error_and_not_the_end(
    platform: stand_in.Bilibili, account: Bilibili, said: Said, error: type[IntegrationError]
) -> None:
    platform.faults.append(said)
    with pytest.raises(error) as caught:
        account.comments()
    assert "x.example" not in str(caught.value)
    account.close()
    listening(platform, account)


def test_damaged_packets_are_left_out_and_the_next_one_comes(platform: stand_in.Bilibili, account: Bilibili) -> None:
    listening(platform, account)
    good = stand_in.comment("好的", NOW_S)
    bomb = stand_in.squeezed(b"\0" * 3 * bilibili_line.LARGEST_BYTES)
    nested = stand_in.squeezed(stand_in.squeezed(good))
    odd = stand_in.told("LIVE_OPEN_PLATFORM_DM", msg=["list"], timestamp="soon")
    late = stand_in.told("LIVE_OPEN_PLATFORM_DM", msg="没有时间", timestamp="soon")
    cut = stand_in.packet(5, zlib.compress(good)[:-4], stand_in.SQUEEZED)
    broken = (
        b"",
        good[:10],
        good[:-5],
        good[:30] + b"\xff" * 20,
        stand_in.packet(5, b"[1]"),
        stand_in.packet(5, b"{"),
        cut,
    )
    platform.say(*broken, bomb, nested, odd, stand_in.squeezed(good)[:-4], stand_in.packet(99, b"x"), late, good)
    assert heard(account, 2) == ["没有时间", "好的"]


def test_a_message_without_end_breaks_the_line_and_nothing_else(platform: stand_in.Bilibili, account: Bilibili) -> None:
    listening(platform, account)
    platform.say(stand_in.comment("长" * bilibili_line.LARGEST_BYTES, NOW_S))
    with pytest.raises(IntegrationError, match="broke"):
        until_it_raises(account)
    listening(platform, account)
    assert platform.rounds == 1


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    certificate = tmp_path / "own.pem"
    certificate.write_bytes(own_certificate())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    platform = stand_in.Bilibili(frozen_at=NOW)
    with stand_in.on_line(platform, context):
        line = Line(platform.address, "auth-Geheim3")
        with pytest.raises(IntegrationError, match="certificate is not valid"):
            line.open()
        line.close()
    assert platform.calls == 0


@pytest.mark.parametrize("address", ["ws://192.0.2.1/sub", "http://live.example/sub", "sub", ""])
def test_a_secret_goes_over_no_open_line(address: str) -> None:
    with pytest.raises(IntegrationError, match="wss://"):
        Line(address, "auth-Geheim3").open()


def test_a_line_that_sends_us_on_is_not_followed(platform: stand_in.Bilibili, account: Bilibili) -> None:
    platform.moved_to = platform.address
    with pytest.raises(IntegrationError, match=r"nothing answers|not an address"):
        account.comments()
    assert platform.calls == 0
    listening(platform, account)


def test_nobody_there_is_said_so() -> None:
    with pytest.raises(IntegrationError, match="nothing answers"):
        Line("ws://127.0.0.1:9/sub", "auth-Geheim3").open()


FIRST = stand_in.comment("甲", 1)
REST = (stand_in.comment("乙", 2), stand_in.squeezed(stand_in.comment("丙", 3), stand_in.comment("丁", 4)))


@given(st.binary(max_size=200))
def test_whatever_arrives_is_read(frame: bytes) -> None:
    assert all(isinstance(one, dict) for one in documents(frame))


@given(st.sampled_from(REST), st.integers(0, 400), st.binary(min_size=1, max_size=8))
def test_what_stands_before_the_damage_is_told(rest: bytes, place: int, damage: bytes) -> None:
    place = min(place, len(rest) - 1)
    frame = FIRST + rest[:place] + damage + rest[place + len(damage) :]
    assert next(documents(frame))["data"]["msg"] == "甲"
