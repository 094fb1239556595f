"""快手小店: orders, which live room sold them, and how many people watch now.

Transport, signature, result codes and fields as the platform's open documents and published SDKs have them
(openapi.kwaixiaodian.com, version 1). The list of orders does not name the live room; `open.order.detail` does, so
each order is asked for once.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from integrations.base import (
    N_,
    AnsweredError,
    ExpiredError,
    Handed,
    IntegrationError,
    Known,
    LimitedError,
    OrderPage,
    RefusedError,
    Tokens,
    ViewerCount,
    quoted,
    setting,
)
from integrations.exports.base import Carrier, Export, ExportLine, Status
from integrations.exports.reading import buyer_hash
from integrations.paging import MOST_PAGES, endless, spans
from integrations.seller import Seller
from integrations.values import (
    bad_row,
    fen,
    listed,
    milliseconds_of,
    needed,
    number_of,
    part,
    text_of,
    time_of_ms,
    whole,
)

HOST = "https://openapi.kwaixiaodian.com"
PAGE = "https://open.kwaixiaodian.com/oauth/authorize"
SIGNED = ("access_token", "appkey", "method", "param", "signMethod", "timestamp", "version")
KIND = "kuaishou_interface"

PAGE_SIZE = 50  # the most it gives
LONGEST_SPAN = timedelta(days=7)
OLDEST = timedelta(days=90)
QUOTA_PAUSE_S = 3600.0
MOST_DETAILS = 5000

_ALL, _UPDATED, _OLDEST_FIRST = 1, 2, 2  # orderViewStatus, queryType, sort
_LAST = "nomore"
_TOKEN = (21, 24)
_PERMISSION = (22, 25, 26)
_SIGNATURE = (27, 28)
_TOO_OFTEN = (15, 16, 17, 1016, 1017, 802000)
_QUOTA = 802006
_STATUS = {10: Status.UNPAID, 30: Status.PAID, 40: Status.SHIPPED, 50: Status.FINISHED, 70: Status.FINISHED}
_CLOSED = 80
_GIVEN_BACK = 60  # refundStatus
_REFUND_WORDS = {
    10: "买家申请仅退款",
    11: "买家申请退货退款",
    20: "平台介入",
    21: "平台介入",
    22: "平台介入",
    30: "待买家回寄",
    40: "待卖家确认",
    45: "待买家确认收货",
    50: "退款执行中",
    60: "退款成功",
    70: "退款失败",
}
_LIVE_ROOM = 2  # carrierType
_EITHER = (0, 201)  # from the live page, and yet perhaps not from the room


@dataclass(frozen=True, slots=True)
class Settings:
    """What a seller's account at 快手小店 needs."""

    app_key: str = setting(N_("App key"), N_("In the developer console of 快手电商开放平台, under the app: appKey."))
    app_secret: str = setting(N_("App secret"), N_("Beside the app key: appSecret. It is secret."), secret=True)
    sign_secret: str = setting(
        N_("Signing secret"), N_("Beside the app key: signSecret, which is not the app secret."), secret=True
    )
    redirect: str = setting(
        N_("Callback address"), N_("The callback address of the app, exactly as the console has it."), needed=False
    )
    host: str = setting(N_("Address of the interface"), N_("Leave it as it is."), HOST, needed=False)


def sign(parameters: Mapping[str, str], sign_secret: str) -> str:
    """The signature, made in the way that the parameter `signMethod` names."""
    return digest(signed_text(parameters, sign_secret), sign_secret, parameters.get("signMethod", ""))


def signed_text(parameters: Mapping[str, str], sign_secret: str) -> str:
    """What is signed: these parameters and no others, in the order of their names, and the secret."""
    pairs = [f"{name}={parameters[name]}" for name in SIGNED if name in parameters]
    return "&".join([*pairs, f"signSecret={sign_secret}"])


def digest(text: str, sign_secret: str, way: str) -> str:
    """HMAC_SHA256 in Base64; where the way is `MD5`, that in lower hexadecimals."""
    if way == "MD5":
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return base64.b64encode(hmac.digest(sign_secret.encode(), text.encode(), hashlib.sha256)).decode()


def param_text(param: Mapping[str, object]) -> str:
    """The business parameters as they are sent and signed."""
    return json.dumps(param, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


class Kuaishou(Seller[Settings]):
    """One account at 快手小店."""

    name = "kuaishou"
    out_of_order = (100_200_500,)
    viewers_every_s: float | None = 8.0

    def __init__(self, settings: Settings, tokens: Tokens, handed: Handed) -> None:
        super().__init__(settings, tokens, handed)
        self._details: dict[str, dict[str, Any]] = {}  # of the orders that were asked for last

    def authorize_url(self, state: str) -> str:
        query = {
            "app_id": self._settings.app_key,
            "redirect_uri": self._settings.redirect,
            "scope": "merchant_order,merchant_refund,merchant_item,user_info",
            "response_type": "code",
            "state": state,
        }
        return f"{PAGE}?{urlencode(query)}"

    def test(self) -> str:
        self.connect()
        now = self._handed.now()
        found = self._call("open.order.cursor.list", _list_param(now - timedelta(hours=1), now, "", 1))
        owners = {text_of(part(order, "orderBaseInfo").get("sellerNick")) for order in listed(found.get("orderList"))}
        return next(iter(owners - {""}), self._tokens.owner)

    def orders(self, since: datetime, until: datetime, known: Known) -> Iterator[OrderPage]:
        self.connect()
        for begin, end in spans(max(since, self._handed.now() - OLDEST), until, LONGEST_SPAN):
            cursor, seen = "", {""}
            for _page in range(MOST_PAGES):
                found = self._call("open.order.cursor.list", _list_param(begin, end, cursor, PAGE_SIZE))
                cursor = text_of(needed(found, "cursor"))
                export, limited = self._export(listed(found.get("orderList")), known)
                if limited is not None:
                    yield OrderPage(export)
                    raise limited
                if cursor in (_LAST, ""):
                    yield OrderPage(export, end)
                    break
                if cursor in seen:
                    raise endless()
                seen.add(cursor)
                yield OrderPage(export)
            else:
                raise endless()

    def viewers(self) -> ViewerCount | None:
        """The platform's own words: 当前主播直播间实时UV."""
        self.connect()
        found = self._call("open.live.shop.seller.real.uv", {})
        return ViewerCount(self._handed.now(), whole(needed(found, "realWatchUv")), self.name)

    def _export(self, found: list[dict[str, Any]], known: Known) -> tuple[Export, LimitedError | None]:
        """The orders of a page; where we may ask no more, those not asked for are told without their room."""
        lines, bad = [], []
        limited: LimitedError | None = None
        numbers = [text_of(part(order, "orderBaseInfo").get("oid")) for order in found]
        there = set(known([number for number in numbers if number not in self._details]))
        for place, (number, order) in enumerate(zip(numbers, found, strict=True), 1):
            detail = {}
            try:
                if number not in there and limited is None:
                    detail = self._detail(number)
            except LimitedError as error:
                limited = error
            try:
                lines.append(order_line(order, detail, self._handed.salt))
            except IntegrationError as error:
                bad.append(bad_row(place, error))
        return Export(KIND, self.name, tuple(lines), tuple(bad)), limited

    def _detail(self, number: str) -> dict[str, Any]:
        """What only the single order says; nothing where the platform will not say it now."""
        if number in self._details or not number.isdecimal():
            return self._details.get(number, {})
        try:
            detail = part(self._call("open.order.detail", {"oid": int(number)}), "orderBaseInfo")
        except AnsweredError:
            return {}
        if len(self._details) >= MOST_DETAILS:
            del self._details[next(iter(self._details))]
        self._details[number] = {name: detail[name] for name in ("carrierType", "carrierId") if name in detail}
        return self._details[number]

    def _call(self, method: str, param: Mapping[str, object]) -> dict[str, Any]:
        """The `data` of an answer."""
        return self._renewing(lambda: self._ask(method, param))

    def _ask(self, method: str, param: Mapping[str, object]) -> dict[str, Any]:
        self._pace.keep()
        query = {
            "appkey": self._settings.app_key,
            "method": method,
            "version": "1",
            "param": param_text(param),
            "access_token": self._tokens.access,
            "timestamp": str(milliseconds_of(self._handed.now())),
            "signMethod": "HMAC_SHA256",
        }
        query["sign"] = sign(query, self._settings.sign_secret)
        address = f"{self._settings.host or HOST}/{method.replace('.', '/')}"
        answer = self._http.ask("GET", address, query=query).document()
        self._look_for_error(answer)
        return part(answer, "data")

    def _look_for_error(self, answer: Mapping[str, Any]) -> None:
        """Raises what an answer's `result` means; 1 is well."""
        result = whole(answer.get("result"))
        if result == 1:
            return
        words = quoted(answer.get("error_msg") or answer.get("msg") or "", *self._secrets())
        if result in _TOKEN:
            raise ExpiredError(N_("the platform lets this account in no longer: {words}"), words=words)
        if result in _SIGNATURE:
            raise self._bad_signature(words)
        if result in _PERMISSION:
            raise RefusedError(N_("the platform does not allow it: {words}"), words=words)
        if result == _QUOTA:
            raise LimitedError(N_("the day's questions are used up"), QUOTA_PAUSE_S)
        if result in _TOO_OFTEN:
            raise LimitedError(N_("we ask too often: {words}"), words=words)
        raise AnsweredError(quoted(answer.get("code") or result), words)

    def _let_in(self, code: str) -> None:
        """A code is good for two minutes and once, a token for 48 hours, what renews it for 180 days."""
        self._log_in("GET", "/oauth2/access_token", {"grant_type": "code", "code": code})

    def _renew(self) -> None:
        refresh = {"grant_type": "refresh_token", "refresh_token": self._tokens.refresh}
        self._log_in("POST", "/oauth2/refresh_token", refresh)

    def _log_in(self, method: str, path: str, wanted: Mapping[str, str]) -> None:
        self._pace.keep()
        sent = {"app_id": self._settings.app_key, "app_secret": self._settings.app_secret, **wanted}
        query, form = (sent, None) if method == "GET" else ({}, sent)
        answer = self._http.ask(method, (self._settings.host or HOST) + path, query=query, form=form).document()
        result = whole(answer.get("result"))
        if result in (*self.out_of_order, *_TOO_OFTEN, _QUOTA):
            self._look_for_error(answer)  # it says nothing of the seller
        words = quoted(answer.get("error_msg") or answer.get("error") or answer.get("result"), *self._secrets())
        self._take_tokens(answer if result == 1 else {}, "open_id", words)

    def _secrets(self) -> tuple[str, ...]:
        return self._settings.app_secret, self._settings.sign_secret, self._tokens.access, self._tokens.refresh


def _list_param(begin: datetime, end: datetime, cursor: str, size: int) -> dict[str, object]:
    return {
        "orderViewStatus": _ALL,
        "pageSize": size,
        "sort": _OLDEST_FIRST,
        "queryType": _UPDATED,
        "beginTime": milliseconds_of(begin),
        "endTime": milliseconds_of(end),
        "cursor": cursor,
    }


def order_line(order: Mapping[str, Any], detail: Mapping[str, Any], salt: bytes) -> ExportLine:
    """One entry of `orderList`, and what `open.order.detail` says beside it. Raises `IntegrationError`.

    No document says whether `totalFee` is before or after `discountFee`, nor whether freight is in it: where there is
    either, what an order file says was paid goes before it.
    """
    base, item = part(order, "orderBaseInfo"), part(order, "orderItemInfo")
    number = number_of(base.get("oid"))
    if not number:
        raise IntegrationError(N_("there is no order number"))
    refund = _refund_status(order)
    paid_at = time_of_ms(base.get("payTime"))
    paid_fen = fen(base.get("totalFee"))
    status = _status(whole(base.get("status")), refund, paid_at)
    parcels = listed(order.get("orderLogisticsInfo"))
    carrier = whole(detail.get("carrierType"))
    distributor = number_of(part(order, "orderCpsInfo").get("distributorId"))
    return ExportLine(
        platform=Kuaishou.name,
        order_id=number,
        line_id="",  # the order is its only line, as in the platform's own file
        product_id=number_of(item.get("itemId")),
        sku=text_of(item.get("skuNick")),
        title=text_of(item.get("itemTitle")),
        quantity=whole(item.get("num")),
        paid_fen=paid_fen if paid_at else 0,
        refunded_fen=paid_fen if status is Status.REFUNDED else 0,
        status=status,
        created_at=time_of_ms(base.get("createTime")),
        paid_at=paid_at,
        shipped_at=time_of_ms(base.get("sendTime")),
        carrier=_carrier(carrier) if detail else Carrier.UNKNOWN,
        room_id=number_of(detail.get("carrierId")) if carrier == _LIVE_ROOM else "",
        room_started_at=None,
        delivered_by="",  # only a code of the platform's own
        waybill=next((text_of(parcel.get("expressNo")) for parcel in parcels), ""),
        refund_status=_REFUND_WORDS.get(refund, ""),
        buyer=buyer_hash(Kuaishou.name, text_of(base.get("buyerOpenId")), salt),
        unit_price_fen=fen(item.get("price")),
        anchor=distributor.strip("0") and distributor,  # 0: nobody
        refunded_at=time_of_ms(base.get("refundTime")) if status is Status.REFUNDED else None,  # else only asked for
        refund_named=status is Status.REFUNDED and refund != _GIVEN_BACK,  # closed: all of it
        estimated=bool(whole(base.get("discountFee")) or whole(base.get("expressFee"))),
    )


def _refund_status(order: Mapping[str, Any]) -> int:
    """The newest refund's; 0 where there is none."""
    return next((whole(refund.get("refundStatus")) for refund in listed(order.get("orderRefundList"))), 0)


def _status(status: int, refund: int, paid_at: datetime | None) -> Status:
    if refund == _GIVEN_BACK and paid_at:
        return Status.REFUNDED
    if status == _CLOSED:
        return Status.REFUNDED if paid_at else Status.CANCELLED
    return _STATUS.get(status, Status.PAID if paid_at else Status.UNPAID)


def _carrier(carrier_type: int) -> Carrier:
    if carrier_type == _LIVE_ROOM:
        return Carrier.LIVE
    return Carrier.UNKNOWN if carrier_type in _EITHER else Carrier.OTHER
