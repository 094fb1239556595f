"""京东 POP: orders through its router. No order there says which live room sold it.

Gateway, signature and paging as published SDKs have them. The fields of an order and the numbers of errors are not
proven; errors are told by their words.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from integrations.base import (
    N_,
    AnsweredError,
    ExpiredError,
    IntegrationError,
    Known,
    LimitedError,
    OrderPage,
    RefusedError,
    quoted,
    setting,
)
from integrations.exports.base import Carrier, Export, ExportLine, Status
from integrations.exports.cells import CHINA_TIME, moment
from integrations.exports.reading import buyer_hash
from integrations.order_items import Item, export_of, shared_out
from integrations.paging import last_page_first, spans
from integrations.seller import Seller
from integrations.values import answered, china_text, fen_of_yuan, listed, number_of, part, text_of, total_of, whole

HOST = "https://api.jd.com"
LOGIN = "https://open-oauth.jd.com"
KIND = "jd_interface"
METHOD = "jingdong.pop.order.search"
PARAM = "360buy_param_json"
PAGE_SIZE = 100
LONGEST_SPAN = timedelta(days=7)  # a month is the most
OLDEST = timedelta(days=90)
FIELDS = (
    "orderId,orderState,orderPayment,orderStartTime,orderEndTime,paymentConfirmTime,modified,"
    "waybill,logisticsId,open_id_buyer,itemInfoList"
)
STATES = (
    "NOT_PAY,WAIT_SELLER_STOCK_OUT,WAIT_SELLER_DELIVERY,WAIT_GOODS_RECEIVE_CONFIRM,FINISHED_L,TRADE_CANCELED,LOCKED"
)

_UPDATED, _NEWEST_FIRST = 0, 1  # dateType, sortType
_STATUS = {
    "NOT_PAY": Status.UNPAID,
    "WAIT_SELLER_STOCK_OUT": Status.PAID,
    "WAIT_SELLER_DELIVERY": Status.PAID,
    "LOCKED": Status.PAID,
    "WAIT_GOODS_RECEIVE_CONFIRM": Status.SHIPPED,
    "FINISHED_L": Status.FINISHED,
    "TRADE_CANCELED": Status.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a shop's account at 京东 needs."""

    app_key: str = setting(N_("App key"), N_("In the console of 京东宙斯, under the app: appKey."))
    app_secret: str = setting(N_("App secret"), N_("Beside the app key: appSecret. It is secret."), secret=True)
    redirect: str = setting(
        N_("Callback address"), N_("The callback address of the app, exactly as the console has it."), needed=False
    )
    host: str = setting(N_("Address of the interface"), N_("Leave it as it is."), HOST, needed=False)
    login: str = setting(N_("Address of the login"), N_("Leave it as it is."), LOGIN, needed=False)


def sign(parameters: Mapping[str, str], app_secret: str) -> str:
    """The signature: MD5 in upper hexadecimals."""
    joined = "".join(name + parameters[name] for name in sorted(parameters) if name != "sign")
    return hashlib.md5((app_secret + joined + app_secret).encode(), usedforsecurity=False).hexdigest().upper()


def timestamp_text(at: datetime) -> str:
    """A moment as the platform wants it: with milliseconds and the zone of China."""
    local = at.astimezone(CHINA_TIME)
    return f"{local:%Y-%m-%d %H:%M:%S}.{local.microsecond // 1000:03d}+0800"


class Jd(Seller[Settings]):
    """One shop at 京东."""

    name = "jd"
    ask_every_s = 10.0

    def authorize_url(self, state: str) -> str:
        query = {
            "app_key": self._settings.app_key,
            "response_type": "code",
            "redirect_uri": self._settings.redirect,
            "state": state,
            "scope": "snsapi_base",
        }
        return f"{self._settings.login or LOGIN}/oauth2/to_login?{urlencode(query)}"

    def test(self) -> str:
        self.connect()
        now = self._handed.now()
        self._page(now - timedelta(hours=1), now, 1)
        return self._tokens.owner

    def orders(self, since: datetime, until: datetime, known: Known) -> Iterator[OrderPage]:  # noqa: ARG002 - none says it
        self.connect()
        lines_of = partial(order_lines, salt=self._handed.salt)
        for begin, end in spans(max(since, self._handed.now() - OLDEST), until, LONGEST_SPAN):
            first = self._page(begin, end, 1)
            total = total_of(first, "orderTotal", first.get("orderInfoList"))
            for page in last_page_first(total, PAGE_SIZE):
                found = self._page(begin, end, page)
                orders = listed(found.get("orderInfoList"))
                yield OrderPage(export_of(KIND, self.name, orders, lines_of))
            yield OrderPage(Export(KIND, self.name, (), ()), end)

    def _page(self, begin: datetime, end: datetime, page: int) -> dict[str, Any]:
        wanted = {
            "start_date": china_text(begin),
            "end_date": china_text(end),
            "order_state": STATES,
            "optional_fields": FIELDS,
            "page": str(page),
            "page_size": str(PAGE_SIZE),
            "dateType": _UPDATED,
            "sortType": _NEWEST_FIRST,
        }
        return answered(self._renewing(lambda: self._ask(METHOD, wanted)), "searchorderinfo_result")

    def _ask(self, method: str, wanted: Mapping[str, object]) -> dict[str, Any]:
        self._pace.keep()
        sent = {
            "method": method,
            "access_token": self._tokens.access,
            "app_key": self._settings.app_key,
            "timestamp": timestamp_text(self._handed.now()),
            "v": "2.0",
            PARAM: json.dumps(wanted, ensure_ascii=False, separators=(",", ":"), sort_keys=True),
        }
        sent["sign"] = sign(sent, self._settings.app_secret)
        answer = self._http.ask("POST", f"{self._settings.host or HOST}/routerjson", form=sent).document()
        self._look_for_error(part(answer, "error_response"))
        found = answered(answer, method.replace(".", "_") + "_responce")  # as the platform spells it
        result = part(found, "searchorderinfo_result", "apiResult")
        if result.get("success") is False:
            raise AnsweredError(quoted(result.get("errorCode")), quoted(result.get("chineseErrCode") or ""))
        return found

    def _look_for_error(self, error: Mapping[str, Any]) -> None:
        if not error:
            return
        secrets = self._settings.app_secret, self._tokens.access, self._tokens.refresh
        words = quoted(error.get("zh_desc") or error.get("en_desc") or "", *secrets)
        plain = words.lower()
        if "token" in plain:
            raise ExpiredError(N_("the platform lets this account in no longer: {words}"), words=words)
        if any(word in plain for word in ("签名", "sign", "timestamp", "时间戳")):
            raise self._bad_signature(words)
        if any(word in plain for word in ("频", "流控", "限流", "limit")):
            raise LimitedError(N_("we ask too often: {words}"), words=words)
        if any(word in plain for word in ("权限", "授权", "白名单")):
            raise RefusedError(N_("the platform does not allow it: {words}"), words=words)
        raise AnsweredError(quoted(error.get("code")), words)

    def _let_in(self, code: str) -> None:
        self._log_in("access_token", {"grant_type": "authorization_code", "code": code})

    def _renew(self) -> None:
        if not self._tokens.refresh:
            raise RefusedError(N_("the seller has to let us in again"))
        self._log_in("refresh_token", {"grant_type": "refresh_token", "refresh_token": self._tokens.refresh})

    def _log_in(self, what: str, wanted: Mapping[str, str]) -> None:
        self._pace.keep()
        sent = {"app_key": self._settings.app_key, "app_secret": self._settings.app_secret, **wanted}
        found = self._http.ask("GET", f"{self._settings.login or LOGIN}/oauth2/{what}", query=sent).document()
        words = quoted(found.get("msg") or found.get("error") or "", self._settings.app_secret)
        self._take_tokens(found, "user_nick", words)


def order_lines(order: Mapping[str, Any], salt: bytes) -> list[ExportLine]:
    """The lines of one order, numbered as the platform's file leads to. Raises `IntegrationError`."""
    number = number_of(order.get("orderId"))
    if not number:
        raise IntegrationError(N_("there is no order number"))
    state = text_of(order.get("orderState"))
    created_at = moment(text_of(order.get("orderStartTime")))
    found = _STATUS.get(state)
    paid_at = moment(text_of(order.get("paymentConfirmTime")))
    if paid_at is None and found not in (None, Status.UNPAID, Status.CANCELLED):
        paid_at = created_at  # paid on delivery
    status = found or (Status.PAID if paid_at else Status.UNPAID)
    if status is Status.CANCELLED and paid_at:
        status = Status.REFUNDED
    paid_fen = fen_of_yuan(order.get("orderPayment")) if paid_at else 0
    whole_order = ExportLine(
        platform=Jd.name,
        order_id=number,
        line_id="",
        product_id="",
        sku="",
        title="",
        quantity=0,
        paid_fen=paid_fen,
        refunded_fen=paid_fen if status is Status.REFUNDED else 0,
        status=status,
        created_at=created_at,
        paid_at=paid_at,
        shipped_at=None,
        carrier=Carrier.UNKNOWN,
        room_id="",
        room_started_at=None,
        delivered_by="",
        waybill=text_of(order.get("waybill")),
        refund_status="",
        buyer=buyer_hash(Jd.name, text_of(order.get("open_id_buyer")), salt),
        refund_named=status is Status.REFUNDED,  # cancelled: all of it
    )
    items = [
        Item(
            number_of(item.get("skuId")),
            text_of(item.get("outerSkuId") or item.get("productNo")),
            text_of(item.get("skuName")),
            whole(item.get("itemTotal")),
            fen_of_yuan(item.get("jdPrice")),
        )
        for item in listed(order.get("itemInfoList"))
    ]
    return shared_out(whole_order, items, numbered=True)
