"""抖店, Taobao, 拼多多 and 京东 against their stand-ins: one shape, each with its platform's rules."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations import douyin, jd, pinduoduo, taobao
from integrations.base import (
    AnsweredError,
    ClockError,
    Handed,
    IntegrationError,
    LimitedError,
    Platform,
    RefusedError,
    Tokens,
)
from integrations.exports.base import Carrier, ExportLine, Status
from integrations.platforms import INTERFACES
from tests.integrations.stand_ins import douyin as douyin_stand_in
from tests.integrations.stand_ins import jd as jd_stand_in
from tests.integrations.stand_ins import pinduoduo as pinduoduo_stand_in
from tests.integrations.stand_ins import taobao as taobao_stand_in
from tests.integrations.stand_ins.server import Said, serving

NOW = datetime(2026, 9, 20, 12, 0, 0, tzinfo=UTC)
Shop = Any  # one of the four stand-ins


@dataclass
class Counter:
    """A shop at a stand-in, and the interface that asks it."""

    platform: Shop
    account: Platform
    kept: list[Tokens]

    def lines(self, minutes: float = 60, until: datetime = NOW - timedelta(minutes=3)) -> list[ExportLine]:
        pages = self.account.orders(NOW - timedelta(minutes=minutes), until, lambda _numbers: ())
        return [line for page in pages for line in page.export.lines]


STAND_INS = {
    "douyin": (douyin_stand_in.Douyin, douyin.Settings(douyin_stand_in.APP_KEY, douyin_stand_in.APP_SECRET)),
    "taobao": (taobao_stand_in.Taobao, taobao.Settings(taobao_stand_in.APP_KEY, taobao_stand_in.APP_SECRET)),
    "pinduoduo": (
        pinduoduo_stand_in.Pinduoduo,
        pinduoduo.Settings(pinduoduo_stand_in.APP_KEY, pinduoduo_stand_in.APP_SECRET),
    ),
    "jd": (jd_stand_in.Jd, jd.Settings(jd_stand_in.APP_KEY, jd_stand_in.APP_SECRET)),
}


@pytest.fixture(params=list(STAND_INS))
def counter(request: pytest.FixtureRequest) -> Iterator[Counter]:
    yield from opened(request.param)


def opened(name: str) -> Iterator[Counter]:
    kind, settings = STAND_INS[name]
    platform: Shop = kind(frozen_at=NOW)
    interface = INTERFACES[name]
    with serving(platform):
        texts = {part: getattr(settings, part) for part in ("app_key", "app_secret")}
        own = interface.settings_from({**texts, "host": platform.url, "login": platform.url})
        kept: list[Tokens] = []
        handed = Handed(lambda: NOW, lambda _seconds: None, kept.append, b"salt")
        account = interface.open(own, Tokens(platform.access, platform.refresh), handed)
        yield Counter(platform, account, kept)
        account.close()


def test_an_order_comes_whole(counter: Counter) -> None:
    at = NOW - timedelta(minutes=20)
    number = counter.platform.sell(at)
    (line,) = counter.lines()
    assert (line.platform, line.order_id, line.status, line.title) == (
        counter.account.name,
        number,
        Status.PAID,
        "红富士苹果",
    )
    assert (line.quantity, line.paid_fen, line.refunded_fen, line.paid_at) == (2, 7980, 0, at)
    assert line.product_id.isdigit()
    assert "王" not in repr(line)
    live = counter.account.name == "douyin"
    assert (line.carrier, line.room_id) == ((Carrier.LIVE, "7301234567890123456") if live else (Carrier.UNKNOWN, ""))


def test_every_order_of_many_pages_and_spans_comes(counter: Counter) -> None:
    sold = {counter.platform.sell(NOW - timedelta(minutes=4, seconds=10 * place + 1)) for place in range(260)}
    found = {line.order_id for line in counter.lines()}
    assert found == sold
    pages = list(counter.account.orders(NOW - timedelta(hours=1), NOW - timedelta(minutes=3), lambda _n: ()))
    assert [page.confirmed for page in pages if page.confirmed][-1] == NOW - timedelta(minutes=3)


def test_an_order_that_changes_while_pages_are_read_hides_no_other(counter: Counter) -> None:
    sold = [counter.platform.sell(NOW - timedelta(minutes=4, seconds=place)) for place in range(250)]
    pages = counter.account.orders(NOW - timedelta(minutes=30), NOW - timedelta(minutes=3), lambda _numbers: ())
    found = {line.order_id for line in next(pages).export.lines}
    newest = counter.platform.orders[0]
    for name in ("update_time", "modified", "updated_at"):
        if name in newest:
            later = NOW - timedelta(seconds=5)
            newest[name] = int(later.timestamp()) if name == "update_time" else taobao_stand_in.written(later)
    found |= {line.order_id for page in pages for line in page.export.lines}
    assert found >= set(sold[1:]), "what left the span is told in the next one, what stayed is told in this one"


@pytest.mark.parametrize(
    ("kind", "error"),
    [("limited", LimitedError), ("permission", RefusedError), ("signature", RefusedError), ("other", AnsweredError)],
)
def test_an_error_is_of_the_kind_that_says_what_to_do(
    counter: Counter, kind: str, error: type[IntegrationError]
) -> None:
    counter.platform.faults.append(counter.platform.REFUSALS[kind])
    with pytest.raises(error):
        counter.account.test()


def test_a_token_that_ends_early_is_renewed_once(counter: Counter) -> None:
    counter.platform.expired = True
    counter.platform.sell(NOW - timedelta(minutes=5))
    assert len(counter.lines()) == 1
    assert [tokens.access for tokens in counter.kept] == ["access-Geheim3+"]
    counter.platform.access = counter.platform.refresh = "other"
    with pytest.raises(RefusedError):
        counter.account.test()


def test_the_sellers_code_becomes_tokens(counter: Counter) -> None:
    counter.platform.code = "once"
    counter.account.connect("once")
    assert (counter.kept[0].access, counter.kept[0].owner) == ("access-Geheim3+", "村口果园")
    with pytest.raises(RefusedError):
        counter.account.connect("once")


def test_a_wrong_clock_is_called_so(counter: Counter) -> None:
    counter.platform.ahead = timedelta(minutes=25)
    with pytest.raises(ClockError):
        counter.account.test()


def test_wrong_keys_are_told_without_the_keys(counter: Counter) -> None:
    counter.account._settings = type(counter.account._settings)("x", "falsch-Geheim")  # type: ignore[attr-defined]
    object.__setattr__(counter.account._settings, "host", counter.platform.url)  # type: ignore[attr-defined]
    with pytest.raises(IntegrationError) as caught:
        counter.account.test()
    assert "Geheim" not in str(caught.value)


def test_money_that_went_back_is_given_back(counter: Counter) -> None:
    states: dict[str, dict[str, Any]] = {
        "douyin": {"order_status": 4},
        "taobao": {"status": "TRADE_CLOSED", "refund_status": "SUCCESS"},
        "pinduoduo": {"refund_status": 4},
        "jd": {"orderState": "TRADE_CANCELED"},
    }
    counter.platform.sell(NOW - timedelta(minutes=5), **states[counter.account.name])
    (line,) = counter.lines()
    assert (line.status, line.paid_fen, line.refunded_fen) == (Status.REFUNDED, 7980, 7980)


def test_what_a_piece_costs_there_is_told_beside_what_was_paid(counter: Counter) -> None:
    counter.platform.sell(NOW - timedelta(minutes=5))
    (line,) = counter.lines()
    assert (line.unit_price_fen, line.paid_fen) == (3990, 7980)


def test_why_and_when_money_went_back_where_the_platform_says_so() -> None:
    for counter in opened("douyin"):
        counter.platform.sell(NOW - timedelta(minutes=5), order_status=4, cancel_reason="不想要了")
        assert [(line.refund_reason, line.refund_named) for line in counter.lines()] == [("不想要了", True)]
    for counter in opened("taobao"):
        closed = {"status": "TRADE_CLOSED", "refund_status": "SUCCESS", "special_refund_type": "价保"}
        counter.platform.sell(NOW - timedelta(minutes=5), end_time="2026-09-20 19:59:00", **closed)
        assert [(line.refund_reason, line.refunded_at) for line in counter.lines()] == [
            ("价保", NOW - timedelta(minutes=1))
        ]


def test_money_that_is_no_longer_asked_for_is_not_waited_for() -> None:
    for counter in opened("douyin"):
        for after_sale_status in (6, 28):
            asked = {"after_sale_status": after_sale_status, "refund_status": 1}
            counter.platform.sell(NOW - timedelta(minutes=5), after_sale_info=asked)
        assert sorted(line.refund_status for line in counter.lines()) == ["售后关闭", "待退款"]


@pytest.mark.parametrize(
    ("received", "refunded_fen", "status", "named"),
    [
        ("69.80", 1000, Status.FINISHED, True),
        ("0.00", 7980, Status.REFUNDED, True),
        ("79.80", 7980, Status.REFUNDED, False),  # nothing is missing: it does not say what went back
        ("", 7980, Status.REFUNDED, False),
    ],
)
def test_of_a_finished_trade_what_was_paid_out_tells_what_went_back(
    received: str, refunded_fen: int, status: Status, named: bool
) -> None:
    for counter in opened("taobao"):
        done = {"status": "TRADE_FINISHED", "refund_status": "SUCCESS", "received_payment": received}
        counter.platform.sell(NOW - timedelta(minutes=5), **done)
        (line,) = counter.lines()
        assert (line.paid_fen, line.refunded_fen, line.status) == (7980, refunded_fen, status)
        assert (line.refund_status, line.refund_named) == ("退款成功", named)


def test_who_sold_it_for_a_commission_is_told_apart_from_the_shops_own_room() -> None:
    for counter in opened("douyin"):
        counter.platform.sell(NOW - timedelta(minutes=6))
        counter.platform.sell(NOW - timedelta(minutes=5), c_biz=2, author_id=70_099)
        assert sorted(line.anchor for line in counter.lines()) == ["", "70099"]


def test_an_order_that_was_never_paid_has_no_money(counter: Counter) -> None:
    states: dict[str, dict[str, Any]] = {
        "douyin": {"order_status": 1, "pay_time": 0},
        "taobao": {"status": "WAIT_BUYER_PAY", "pay_time": ""},
        "pinduoduo": {"confirm_status": 0, "pay_time": None},
        "jd": {"orderState": "NOT_PAY", "paymentConfirmTime": ""},
    }
    counter.platform.sell(NOW - timedelta(minutes=5), **states[counter.account.name])
    (line,) = counter.lines()
    assert (line.status, line.paid_fen, line.paid_at) == (Status.UNPAID, 0, None)


def test_an_order_that_cannot_be_read_keeps_no_other_out(counter: Counter) -> None:
    amount = {"douyin": "pay_amount", "taobao": "divide_order_fee", "pinduoduo": "pay_amount", "jd": "orderPayment"}
    counter.platform.sell(NOW - timedelta(minutes=6), **{amount[counter.account.name]: "viel"})
    good = counter.platform.sell(NOW - timedelta(minutes=5))
    pages = list(counter.account.orders(NOW - timedelta(minutes=20), NOW - timedelta(minutes=3), lambda _n: ()))
    assert [line.order_id for page in pages for line in page.export.lines] == [good]
    assert sum(len(page.export.bad) for page in pages) == 1


def test_an_order_of_two_products_is_shared_out_to_the_fen() -> None:
    for name in ("pinduoduo", "jd"):
        for counter in opened(name):
            counter.platform.sell(NOW - timedelta(minutes=5))
            order = counter.platform.orders[0]
            items = order["item_list" if name == "pinduoduo" else "itemInfoList"]
            items.append(dict(items[0]))
            order["pay_amount" if name == "pinduoduo" else "orderPayment"] = "0.99"
            first, second = counter.lines()
            assert (first.paid_fen, second.paid_fen, first.estimated) == (49, 50, True)
            assert first.line_id + "#2" == second.line_id


def test_a_shop_of_ones_own_needs_no_code() -> None:
    for counter in opened("douyin"):
        own = douyin.Settings("6844", "app-secret-Geheim1", "1001", counter.platform.url)
        handed = Handed(lambda: NOW, lambda _seconds: None, counter.kept.append)
        account = douyin.Douyin(own, Tokens(), handed)
        assert account.test() in ("", "村口果园")
        assert counter.kept[0].access == "access-Geheim3+"
        account.close()


@pytest.mark.parametrize("refresh", ["ended long ago", ""])
def test_a_shop_of_ones_own_is_let_in_anew_where_nothing_renews_its_token(refresh: str) -> None:
    for counter in opened("douyin"):
        handed = Handed(lambda: NOW, lambda _seconds: None, counter.kept.append)
        dead = Tokens("ended", refresh, ends_at=NOW - timedelta(days=30))
        for tokens in (dead, Tokens("ended", refresh)):
            settings = douyin.Settings("6844", "app-secret-Geheim1", "1001", counter.platform.url)
            account = douyin.Douyin(settings, tokens, handed)
            account.test()
            assert counter.kept[-1].access == counter.platform.access
            account.close()
        with_page = douyin.Douyin(douyin.Settings("6844", "app-secret-Geheim1", "", counter.platform.url), dead, handed)
        with pytest.raises(RefusedError):
            with_page.test()
        with_page.close()


@pytest.mark.parametrize("name", ["douyin", "pinduoduo"])
def test_a_platform_that_is_out_of_order_as_a_token_is_renewed_asks_nobody_to_let_us_in_again(name: str) -> None:
    for counter in opened(name):
        counter.platform.faults += [counter.platform.REFUSALS[kind] for kind in ("expired", "out of order")]
        with pytest.raises(AnsweredError):
            counter.account.test()
        counter.account.test()


def test_pages_where_the_seller_lets_us_in() -> None:
    for name in ("taobao", "pinduoduo", "jd"):
        for counter in opened(name):
            assert "state=s1" in counter.account.authorize_url("s1")


@pytest.mark.parametrize(
    "said", [Said({}), Said({"well": True}), Said({"message": "upstream"}, status=502)], ids=["empty", "other", "502"]
)
def test_what_is_no_answer_does_not_pass_for_one_without_orders(counter: Counter, said: Said) -> None:
    """Else what was sold meanwhile would be confirmed, and never asked for again."""
    number = counter.platform.sell(NOW - timedelta(minutes=5))
    counter.platform.faults.append(said)
    with pytest.raises(IntegrationError, match=r"cannot be read|its answer is 502"):
        counter.lines()
    assert [line.order_id for line in counter.lines()] == [number]


@pytest.mark.parametrize(("total", "words"), [(None, "cannot be read"), (10_000_000, "never come to an end")])
def test_a_number_of_orders_that_cannot_be_is_not_believed(counter: Counter, total: int | None, words: str) -> None:
    counter.platform.faults.append(page_of(counter.account.name, total))
    with pytest.raises(IntegrationError, match=words):
        counter.lines()


def page_of(name: str, total: int | None) -> Said:
    """A page with one order, and how many it says there are."""
    found = {
        "douyin": {"code": 10000, "data": {"total": total, "shop_order_list": [{}]}},
        "taobao": {"trades_sold_increment_get_response": {"total_results": total, "trades": {"trade": [{}]}}},
        "pinduoduo": {"order_sn_increment_get_response": {"total_count": total, "order_sn_list": [{}]}},
        "jd": {
            "jingdong_pop_order_search_responce": {
                "searchorderinfo_result": {"orderTotal": total, "orderInfoList": [{}]}
            }
        },
    }
    return Said(found[name])
