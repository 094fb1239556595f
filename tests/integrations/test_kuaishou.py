"""快手小店 against its stand-in: every order once, with its live room, however the platform behaves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from integrations.base import AnsweredError, ClockError, Handed, IntegrationError, LimitedError, RefusedError, Tokens
from integrations.exports.base import Carrier, ExportLine, Status
from integrations.kuaishou import Kuaishou, Settings, sign
from tests.integrations.stand_ins import kuaishou as stand_in
from tests.integrations.stand_ins.server import Said, serving

NOW = datetime(2026, 9, 20, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def platform() -> Iterator[stand_in.Kuaishou]:
    platform = stand_in.Kuaishou(frozen_at=NOW)
    with serving(platform):
        yield platform


class Asker:
    """The interface, and the tokens it kept; it never really waits."""

    def __init__(self, platform: stand_in.Kuaishou) -> None:
        self.kept: list[Tokens] = []
        self.tokens = Tokens(platform.access, platform.refresh)
        self.settings = Settings(stand_in.APP_KEY, stand_in.APP_SECRET, stand_in.SIGN_SECRET, host=platform.url)
        self.handed = Handed(lambda: NOW, lambda _seconds: None, self.kept.append, b"salt")

    def open(self) -> Kuaishou:
        return Kuaishou(self.settings, self.tokens, self.handed)


@pytest.fixture
def asker(platform: stand_in.Kuaishou) -> Asker:
    return Asker(platform)


@pytest.fixture
def account(asker: Asker) -> Iterator[Kuaishou]:
    account = asker.open()
    yield account
    account.close()
    account.close()


def all_lines(account: Kuaishou, days: float = 1.0, known: frozenset[str] = frozenset()) -> list[ExportLine]:
    pages = account.orders(NOW - timedelta(days=days), NOW, lambda _numbers: known)
    return [line for page in pages for line in page.export.lines]


PARAM = '{"beginTime":1700000000000,"cursor":"","endTime":1700086400000,"orderViewStatus":1,"pageSize":50,"queryType":1,"sort":1}'  # noqa: E501 - as it is signed


@pytest.mark.parametrize(
    ("method", "param", "timestamp", "way", "wanted"),
    [
        (
            "open.seller.order.list",
            '{"title":"短袖"}',
            "1583271919000",
            "HMAC_SHA256",
            "ZpPrG0oB1g/T93FyyVD+VCzRey41yqxZoCqcGg7upYM=",
        ),
        ("open.seller.order.list", '{"title":"短袖"}', "1583271919000", "MD5", "6005da269b372ff10945e565ef37a4c6"),
        (
            "open.order.cursor.list",
            PARAM,
            "1700086400000",
            "HMAC_SHA256",
            "yYbcVNVnAeQXf4u4xaNHac91EaXAXGNvc/s6kv+5If0=",
        ),
        ("open.order.cursor.list", PARAM, "1700086400000", "MD5", "da3d854f52291b5e43ede76083d31c26"),
    ],
)
def test_the_signature_is_the_platforms(method: str, param: str, timestamp: str, way: str, wanted: str) -> None:
    sent = {"access_token": "token", "appkey": "ks123", "version": "1", "timestamp": timestamp, "signMethod": way}
    sent |= {"method": method, "param": param, "file": "is not signed"}
    assert sign(sent, "sign-secret") == wanted


def test_a_live_order_comes_with_all_that_is_known_of_it(platform: stand_in.Kuaishou, account: Kuaishou) -> None:
    number = platform.sell(NOW - timedelta(minutes=3), pieces=2, total_fee=7980)
    platform.change(number, NOW, waybill="SF100", status=40, sendTime=stand_in.ms(NOW))
    (line,) = all_lines(account)
    assert line == replace(
        line,
        platform="kuaishou",
        order_id=str(number),
        line_id="",
        product_id="77001",
        title="红富士苹果",
        quantity=2,
        paid_fen=7980,
        refunded_fen=0,
        status=Status.SHIPPED,
        paid_at=NOW - timedelta(minutes=3),
        shipped_at=NOW,
        carrier=Carrier.LIVE,
        room_id="k8812",
        waybill="SF100",
        estimated=False,
    )
    assert len(line.buyer) == 24
    assert "王小明" not in repr(line)


def test_numbers_beyond_what_a_float_holds_stay_exact(platform: stand_in.Kuaishou, account: Kuaishou) -> None:
    platform.sell(NOW - timedelta(minutes=2))
    beyond = platform.sell(NOW - timedelta(minutes=1))
    assert beyond > 2**62
    assert all_lines(account)[1].order_id == str(beyond)


def test_every_page_of_every_week_is_read_once(platform: stand_in.Kuaishou, account: Kuaishou) -> None:
    sold = {str(platform.sell(NOW - timedelta(minutes=90 * minute + 1))) for minute in range(180)}
    pages = list(account.orders(NOW - timedelta(days=12), NOW, lambda numbers: numbers))
    lines = [line.order_id for page in pages for line in page.export.lines]
    assert len(lines) == len(set(lines)) == 180
    assert set(lines) == sold
    assert [page.confirmed for page in pages if page.confirmed] == [NOW - timedelta(days=5), NOW]
    asked = platform.asked_for("open.order.cursor.list")
    assert all(one["queryType"] == 2 for one in asked)
    assert platform.asked_for("open.order.detail") == [], "whose room is known is not asked for again"


def test_a_question_reaches_no_further_back_than_the_platform_goes(
    platform: stand_in.Kuaishou, account: Kuaishou
) -> None:
    assert all_lines(account, days=400) == []
    assert min(one["beginTime"] for one in platform.asked_for("open.order.cursor.list")) >= stand_in.ms(
        NOW - timedelta(days=90)
    )


@pytest.mark.parametrize(
    ("status", "refund", "paid", "wanted", "refunded_fen"),
    [
        (10, 0, False, Status.UNPAID, 0),
        (30, 0, True, Status.PAID, 0),
        (40, 10, True, Status.SHIPPED, 0),
        (50, 0, True, Status.FINISHED, 0),
        (70, 70, True, Status.FINISHED, 0),
        (70, 60, True, Status.REFUNDED, 3990),
        (80, 0, False, Status.CANCELLED, 0),
        (80, 60, True, Status.REFUNDED, 3990),
        (999, 0, True, Status.PAID, 0),
    ],
)
def test_where_an_order_stands(
    platform: stand_in.Kuaishou,
    account: Kuaishou,
    status: int,
    refund: int,
    paid: bool,
    wanted: Status,
    refunded_fen: int,
) -> None:
    at = NOW - timedelta(minutes=1)
    number = platform.sell(at)
    platform.change(number, at, refund=refund, status=status, payTime=stand_in.ms(at) if paid else 0)
    (line,) = all_lines(account)
    assert (line.status, line.refunded_fen, line.paid_fen) == (wanted, refunded_fen, 3990 if paid else 0)


def test_when_it_went_back_what_a_piece_costs_and_who_sold_it_are_told(
    platform: stand_in.Kuaishou, account: Kuaishou
) -> None:
    at = NOW - timedelta(minutes=1)
    number = platform.sell(NOW - timedelta(minutes=2), pieces=2, total_fee=7980)
    platform.orders[number]["orderCpsInfo"] = {"distributorId": 90_017, "distributorName": "果园小妹"}
    platform.change(number, at, refund=60, refundTime=stand_in.ms(at))
    (line,) = all_lines(account)
    assert (line.refunded_at, line.unit_price_fen, line.anchor, line.refund_named) == (at, 3990, "90017", False)


@pytest.mark.parametrize("refund", [0, 10, 70])
def test_an_order_of_which_nothing_went_back_has_no_time_of_that(
    platform: stand_in.Kuaishou, account: Kuaishou, refund: int
) -> None:
    number = platform.sell(NOW - timedelta(minutes=2))
    platform.change(number, NOW - timedelta(minutes=1), refund=refund, refundTime=stand_in.ms(NOW))
    (line,) = all_lines(account)
    assert (line.status, line.refunded_at) == (Status.PAID, None)


def test_a_distributor_of_the_number_nought_is_nobody(platform: stand_in.Kuaishou, account: Kuaishou) -> None:
    number = platform.sell(NOW - timedelta(minutes=2))
    platform.orders[number]["orderCpsInfo"] = {"distributorId": "0"}
    (line,) = all_lines(account)
    assert line.anchor == ""


def test_what_discounts_leave_unclear_gives_way_to_a_file(platform: stand_in.Kuaishou, account: Kuaishou) -> None:
    platform.sell(NOW - timedelta(minutes=1), discountFee=500)
    assert all_lines(account)[0].estimated


def test_an_order_that_cannot_be_read_keeps_no_other_out(platform: stand_in.Kuaishou, account: Kuaishou) -> None:
    platform.sell(NOW - timedelta(minutes=2), totalFee="viel")
    good = platform.sell(NOW - timedelta(minutes=1))
    (page,) = account.orders(NOW - timedelta(hours=1), NOW, lambda _numbers: ())
    assert [line.order_id for line in page.export.lines] == [str(good)]
    assert [row.line for row in page.export.bad] == [1]


def test_a_room_the_platform_will_not_name_now_is_left_open(platform: stand_in.Kuaishou, account: Kuaishou) -> None:
    del platform.details[platform.sell(NOW - timedelta(minutes=1))]
    assert all_lines(account)[0].carrier is Carrier.UNKNOWN


def test_a_limit_in_the_midst_of_a_page_keeps_its_orders(platform: stand_in.Kuaishou, account: Kuaishou) -> None:
    sold = [str(platform.sell(NOW - timedelta(minutes=number))) for number in (3, 2, 1)]
    list(account.orders(NOW - timedelta(minutes=3, seconds=1), NOW - timedelta(minutes=2, seconds=30), lambda _few: ()))
    platform.too_many = True
    pages = account.orders(NOW - timedelta(hours=1), NOW, lambda _numbers: ())
    page = next(pages)
    assert [line.order_id for line in page.export.lines] == sold
    assert [line.carrier for line in page.export.lines] == [Carrier.LIVE, Carrier.UNKNOWN, Carrier.UNKNOWN]
    assert page.confirmed is None
    with pytest.raises(LimitedError):
        next(pages)


def test_tokens_another_program_renewed_are_taken(platform: stand_in.Kuaishou, asker: Asker) -> None:
    mine = asker.open()
    other = asker.open()
    platform.ends_at = NOW - timedelta(hours=1)
    other.test()
    asker.handed = replace(asker.handed, saved=lambda: asker.kept[-1])
    third = Kuaishou(asker.settings, asker.tokens, asker.handed)
    third.test()
    third.test()
    assert len(asker.kept) == 1, "renewed once, by one program"
    with pytest.raises(RefusedError):
        mine.test()
    for one in (mine, other, third):
        one.close()


def test_viewers_are_counted_now(platform: stand_in.Kuaishou, account: Kuaishou) -> None:
    platform.watching = 321
    count = account.viewers()
    assert count is not None
    assert (count.count, count.at, count.source) == (321, NOW, "kuaishou")


def test_a_token_near_its_end_is_renewed_before_it_is_used(platform: stand_in.Kuaishou, asker: Asker) -> None:
    asker.tokens = replace(asker.tokens, ends_at=NOW + timedelta(hours=1))
    account = asker.open()
    account.test()
    account.close()
    (kept,) = asker.kept
    assert (kept.access, kept.refresh) == ("access-Geheim3+", "refresh-Geheim4+")
    assert kept.ends_at == NOW + timedelta(hours=48)
    assert platform.asked[0].path == "/oauth2/refresh_token"


def test_a_token_that_ends_before_its_time_is_renewed_once(platform: stand_in.Kuaishou, account: Kuaishou) -> None:
    platform.ends_at = NOW - timedelta(seconds=1)
    platform.sell(NOW - timedelta(minutes=1))
    assert len(all_lines(account)) == 1
    platform.access = platform.refresh = "something else"
    with pytest.raises(RefusedError, match="let us in again"):
        all_lines(account)


def test_the_sellers_code_becomes_tokens(platform: stand_in.Kuaishou, asker: Asker) -> None:
    platform.code = "once"
    account = asker.open()
    account.connect("once")
    assert asker.kept[0].owner == "seller-1"
    with pytest.raises(RefusedError):
        account.connect("once")
    account.close()
    assert "state=s1" in account.authorize_url("s1")


@pytest.mark.parametrize(
    ("result", "kind"),
    [(802000, LimitedError), (802006, LimitedError), (22, RefusedError), (27, RefusedError), (2001, AnsweredError)],
)
def test_an_error_is_of_the_kind_that_says_what_to_do(
    platform: stand_in.Kuaishou, account: Kuaishou, result: int, kind: type[IntegrationError]
) -> None:
    platform.faults.append(Said({"result": result, "code": "1", "error_msg": "no, access-Geheim3 is bad"}))
    with pytest.raises(kind) as caught:
        account.viewers()
    assert "Geheim" not in str(caught.value)


def test_a_wrong_clock_is_called_so(platform: stand_in.Kuaishou, account: Kuaishou) -> None:
    platform.ahead = timedelta(minutes=25)
    with pytest.raises(ClockError, match="1500 s"):
        account.viewers()
    assert account.skew_s == 1500.0


def test_pages_that_never_end_are_left(platform: stand_in.Kuaishou, account: Kuaishou) -> None:
    again = Said({"result": 1, "data": {"cursor": "c1", "orderList": []}})
    platform.faults += [again, again]
    with pytest.raises(IntegrationError, match="never come to an end"):
        all_lines(account)


@pytest.mark.parametrize("data", [None, {}, {"orderList": []}])
def test_what_is_no_answer_does_not_pass_for_one_without_orders_or_viewers(
    platform: stand_in.Kuaishou, account: Kuaishou, data: object
) -> None:
    platform.faults += [Said({"result": 1, "data": data})] * 2
    with pytest.raises(IntegrationError, match="cannot be read"):
        all_lines(account)
    with pytest.raises(IntegrationError, match="cannot be read"):
        account.viewers()


@pytest.mark.parametrize(("result", "kind"), [(100_200_500, AnsweredError), (802_000, LimitedError)])
def test_a_login_that_is_out_of_order_or_busy_asks_nobody_to_let_us_in_again(
    platform: stand_in.Kuaishou, account: Kuaishou, result: int, kind: type[IntegrationError]
) -> None:
    platform.faults += [Said({"result": 21, "error_msg": "已过期"}), Said({"result": result, "error_msg": "系统错误"})]
    with pytest.raises(kind):
        account.test()
    account.test()


def test_keys_are_in_no_repr(asker: Asker, account: Kuaishou) -> None:
    assert "Geheim" not in repr(asker.settings) + repr(asker.tokens) + repr(asker.handed)
