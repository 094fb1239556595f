"""Kuaishou's push address is asked for with a cover, a caption and whether the room sells."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from integrations.base import AnsweredError, Handed, IntegrationError, LimitedError, RefusedError, Tokens
from integrations.kuaishou_push import KuaishouPush, Settings
from tests.integrations.stand_ins import kuaishou_push as stand_in
from tests.integrations.stand_ins.server import Said, serving

NOW = datetime(2026, 9, 20, 12, 0, 0, tzinfo=UTC)
COVER = b"\xff\xd8\xff\xe0" + b"x" * 1000


@pytest.fixture
def platform() -> Iterator[stand_in.KuaishouPush]:
    platform = stand_in.KuaishouPush(frozen_at=NOW)
    with serving(platform):
        yield platform


@pytest.fixture
def account(platform: stand_in.KuaishouPush) -> Iterator[KuaishouPush]:
    settings = Settings(stand_in.APP_ID, stand_in.APP_SECRET, host=platform.url)
    handed = Handed(lambda: NOW, lambda _seconds: None, lambda _tokens: None)
    account = KuaishouPush(settings, Tokens(), handed)
    yield account
    account.close()


def test_an_address_is_given_for_one_show(platform: stand_in.KuaishouPush, account: KuaishouPush) -> None:
    account.connect("once")
    address = account.push_address(COVER, "今晚苹果开播", sells=True)
    assert (address.stream, address.url.partition("?")[0]) == (
        "kwai_1",
        "rtmp://txyun-push.voip.yximgs.com/gifshow/kwai_1",
    )
    assert "Geheim" not in repr(address)
    assert platform.given == [{"caption": "今晚苹果开播", "panoramic": "0", "shopLive": "true"}]
    assert account.status(address.stream) == "LIVE_NOT_START"
    assert "scope=user_video_live" in account.authorize_url("s1")


def test_what_will_not_do_is_said_before_it_is_sent(platform: stand_in.KuaishouPush, account: KuaishouPush) -> None:
    account.connect("once")
    asked = len(platform.asked)
    for cover, caption in ((b"PNG", "好"), (COVER * 2000, "好"), (COVER, ""), (COVER, "十四个字" * 4)):
        with pytest.raises(IntegrationError):
            account.push_address(cover, caption, sells=False)
    assert len(platform.asked) == asked


def test_an_account_that_may_not_sell_is_told_so(platform: stand_in.KuaishouPush, account: KuaishouPush) -> None:
    with pytest.raises(RefusedError, match="not been let in"):
        account.push_address(COVER, "好", sells=True)
    account.connect("once")
    platform.may_sell = False
    with pytest.raises(RefusedError, match="may not sell"):
        account.push_address(COVER, "好", sells=True)
    assert account.push_address(COVER, "好", sells=False).url
    with pytest.raises(RefusedError, match="let us in again"):
        account.connect("wrong")


@pytest.mark.parametrize(
    ("result", "kind", "words"),
    [
        (400001, RefusedError, "value will not do"),
        (400006, RefusedError, "may not broadcast"),
        (400014, RefusedError, "cover will not do"),
        (200100, RefusedError, "keys do not fit"),
        (200102, RefusedError, "no longer"),
        (400002, LimitedError, "too often"),
        (400003, AnsweredError, "400003"),
    ],
)
def test_a_no_says_what_to_do(
    platform: stand_in.KuaishouPush, account: KuaishouPush, result: int, kind: type[IntegrationError], words: str
) -> None:
    account.connect("once")
    platform.faults.append(Said({"result": result, "error_msg": "access-Geheim3"}))
    with pytest.raises(kind, match=words) as caught:
        account.push_address(COVER, "好", sells=True)
    assert "Geheim" not in str(caught.value)


@pytest.mark.parametrize(("result", "kind"), [(100_200_500, AnsweredError), (400_002, LimitedError)])
def test_a_login_that_is_out_of_order_or_busy_asks_nobody_to_let_us_in_again(
    platform: stand_in.KuaishouPush, account: KuaishouPush, result: int, kind: type[IntegrationError]
) -> None:
    platform.faults.append(Said({"result": result, "error_msg": "系统错误"}))
    with pytest.raises(kind):
        account.connect("once")
