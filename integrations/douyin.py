"""抖店: orders, each line with the live room that sold it.

Transport, signature, fields and codes as the platform's official SDK and documents have them
(openapi-fxg.jinritemai.com, v 2). What is signed is exactly the body that is sent.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

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
from integrations.exports.reading import buyer_hash
from integrations.order_items import export_of
from integrations.paging import last_page_first, spans
from integrations.seller import Seller
from integrations.values import (
    answered,
    fen,
    listed,
    number_of,
    part,
    seconds_of,
    text_of,
    time_of_s,
    total_of,
    whole,
)

HOST = "https://openapi-fxg.jinritemai.com"
KIND = "douyin_interface"
PAGE_SIZE = 100  # the most it gives
LONGEST_SPAN = timedelta(days=1)  # pages of a day are few
OLDEST = timedelta(days=90)
REFRESH_LIVES_S = 14 * 86_400

_WELL = 10000
_RATE, _ADDRESS, _PERMISSION, _BAD = 60000, 30002, 30001, 40003
_STATUS = {
    1: Status.UNPAID,
    105: Status.PAID,
    2: Status.PAID,
    101: Status.PAID,
    3: Status.SHIPPED,
    4: Status.CANCELLED,
    5: Status.FINISHED,
}
_GIVEN_BACK = 3  # refund_status
_REFUND_WORDS = {1: "待退款", 3: "退款成功", 4: "退款失败"}
_WITHDRAWN = 28  # after_sale_status: refund_status goes on saying that it is waited for
_LIVE = "1"  # theme_type
_FOR_COMMISSION = "2"  # c_biz: 精选联盟


@dataclass(frozen=True, slots=True)
class Settings:
    """What a shop's account at 抖店 needs."""

    app_key: str = setting(N_("App key"), N_("In the console of 抖店开放平台, under the app: app_key."))
    app_secret: str = setting(N_("App secret"), N_("Beside the app key: app_secret. It is secret."), secret=True)
    shop_id: str = setting(N_("Shop number"), N_("The number of the shop, for an app of one's own shop."), needed=False)
    host: str = setting(N_("Address of the interface"), N_("Leave it as it is."), HOST, needed=False)


def sign(parameters: Mapping[str, str], param_json: str, app_secret: str, way: str = "hmac-sha256") -> str:
    """The signature of a question, in lower hexadecimals; `way` is `hmac-sha256` or `md5`."""
    signed = {name: parameters[name] for name in ("app_key", "method", "timestamp", "v")} | {"param_json": param_json}
    text = (app_secret + "".join(name + signed[name] for name in sorted(signed)) + app_secret).encode()
    if way == "md5":
        return hashlib.md5(text, usedforsecurity=False).hexdigest()
    return hmac.new(app_secret.encode(), text, hashlib.sha256).hexdigest()


def push_sign(app_key: str, body: str, app_secret: str) -> str:
    """The signature of a message that the platform sends by itself (header `event-sign`).

    Nobody asks for it yet: such messages go to an address on the internet, which a farm's computer has not. It stands
    here for whoever puts a receiver before one, so that no message is believed without it.
    """
    return hashlib.md5((app_key + body + app_secret).encode(), usedforsecurity=False).hexdigest()


def param_text(param: Mapping[str, object]) -> str:
    """The business parameters as they are sent and signed."""
    return json.dumps(param, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


class Douyin(Seller[Settings]):
    """One shop at 抖店."""

    name = "douyin"
    renew_before = timedelta(minutes=50)  # before that the same token comes back
    out_of_order = (20000,)

    def connect(self, code: str = "") -> None:
        """An app of one's own shop needs no code. A token lives 7 days, what renews it 14."""
        if not code and not self._tokens.access and self._settings.shop_id:
            self._let_in("")
        else:
            super().connect(code)

    def test(self) -> str:
        self.connect()
        now = self._handed.now()
        found = self._page(now - timedelta(hours=1), now, 0, 1)
        names = {text_of(order.get("shop_name")) for order in listed(found.get("shop_order_list"))} - {""}
        return next(iter(names), self._tokens.owner)

    def orders(self, since: datetime, until: datetime, known: Known) -> Iterator[OrderPage]:  # noqa: ARG002 - each says it
        self.connect()
        lines_of = partial(order_lines, salt=self._handed.salt)
        for begin, end in spans(max(since, self._handed.now() - OLDEST), until, LONGEST_SPAN):
            first = self._page(begin, end, 0, 1)
            total = total_of(first, "total", first.get("shop_order_list"))
            for page in last_page_first(total, PAGE_SIZE):
                found = self._page(begin, end, page - 1, PAGE_SIZE)
                orders = listed(found.get("shop_order_list"))
                yield OrderPage(export_of(KIND, self.name, orders, lines_of))
            yield OrderPage(Export(KIND, self.name, (), ()), end)

    def _page(self, begin: datetime, end: datetime, page: int, size: int) -> dict[str, Any]:
        """Pages are counted from 0."""
        return self._renewing(
            lambda: self._ask(
                "order.searchList",
                {
                    "update_time_start": seconds_of(begin),
                    "update_time_end": seconds_of(end),
                    "order_by": "update_time",
                    "order_asc": False,
                    "page": page,
                    "size": size,
                },
            )
        )

    def _ask(self, method: str, param: Mapping[str, object], with_token: bool = True) -> dict[str, Any]:
        self._pace.keep()
        body = param_text(param)
        query = {
            "app_key": self._settings.app_key,
            "method": method,
            "timestamp": str(seconds_of(self._handed.now())),
            "v": "2",
        }
        query["sign"] = sign(query, body, self._settings.app_secret)
        query["sign_method"] = "hmac-sha256"
        if with_token:
            query["access_token"] = self._tokens.access
        address = f"{self._settings.host or HOST}/{method.replace('.', '/')}"
        headers = {"Content-Type": "application/json; charset=utf-8", "x-open-no-old-err-code": "1"}
        answer = self._http.ask("POST", address, query=query, body=body.encode(), headers=headers).document()
        self._look_for_error(answer)
        return answered(answer, "data")

    def _look_for_error(self, answer: Mapping[str, Any]) -> None:
        """Raises what an answer's code means; older ones have `err_no` 0 for well."""
        code = whole(answer.get("code")) if "code" in answer else whole(answer.get("err_no")) or _WELL
        if code == _WELL:
            return
        sub = text_of(answer.get("sub_code"))
        secrets = self._settings.app_secret, self._tokens.access, self._tokens.refresh
        words = quoted(answer.get("sub_msg") or answer.get("msg") or answer.get("message") or "", *secrets)
        if sub.startswith("isv.access-token-"):
            raise ExpiredError(N_("the platform lets this account in no longer: {words}"), words=words)
        if sub in ("isv.signature-invalid", "isv.timestamp-invalid"):
            raise self._bad_signature(words)
        if code in (_PERMISSION, _ADDRESS):
            raise RefusedError(N_("the platform does not allow it: {words}"), words=words)
        if code == _RATE:
            raise LimitedError(N_("we ask too often: {words}"), words=words)
        raise AnsweredError(code, words)

    def _let_in(self, code: str) -> None:
        own = {"code": "", "grant_type": "authorization_self", "shop_id": self._settings.shop_id}
        self._log_in("token.create", {"code": code, "grant_type": "authorization_code"} if code else own)

    def _renewable(self) -> bool:
        return bool(self._tokens.refresh or self._settings.shop_id)

    def _renew(self) -> None:
        """An app of one's own shop is let in anew where what renews its token has ended: nobody was here for weeks."""
        try:
            self._log_in("token.refresh", {"grant_type": "refresh_token", "refresh_token": self._tokens.refresh})
        except RefusedError:
            if not self._settings.shop_id:
                raise
            self._let_in("")

    def _log_in(self, method: str, param: Mapping[str, object]) -> None:
        found = self._answer_to_login(lambda: self._ask(method, param, with_token=False))
        self._take_tokens(found, "shop_name", refresh_s=REFRESH_LIVES_S)


def order_lines(order: Mapping[str, Any], salt: bytes) -> list[ExportLine]:
    """The lines of one entry of `shop_order_list`. Raises `IntegrationError`."""
    number = number_of(order.get("order_id"))
    if not number:
        raise IntegrationError(N_("there is no order number"))
    paid_at = time_of_s(order.get("pay_time"))
    buyer = buyer_hash(Douyin.name, text_of(order.get("doudian_open_id")), salt)
    parcels = listed(order.get("logistics_info"))
    lines = []
    for item in listed(order.get("sku_order_list")):
        after_sale = part(item, "after_sale_info")
        refund = whole(after_sale.get("refund_status"))
        is_over = refund == 1 and whole(after_sale.get("after_sale_status")) == _WITHDRAWN
        paid_fen = fen(item.get("pay_amount")) if paid_at else 0
        status = _status(whole(item.get("order_status") or order.get("order_status")), refund, paid_at)
        live = text_of(item.get("theme_type")) == _LIVE
        lines.append(
            ExportLine(
                platform=Douyin.name,
                order_id=number,
                line_id=number_of(item.get("order_id")),
                product_id=number_of(item.get("product_id_str") or item.get("product_id")),
                sku=text_of(item.get("code")),
                title=text_of(item.get("product_name")),
                quantity=whole(item.get("item_num")),
                paid_fen=paid_fen,
                refunded_fen=paid_fen if status is Status.REFUNDED else 0,
                status=status,
                created_at=time_of_s(order.get("create_time")),
                paid_at=paid_at,
                shipped_at=next(filter(None, (time_of_s(one.get("ship_time")) for one in parcels)), None),
                carrier=_carrier(text_of(item.get("theme_type"))),
                room_id=number_of(item.get("room_id_str") or item.get("room_id")) if live else "",
                room_started_at=None,
                delivered_by=next((text_of(one.get("company_name")) for one in parcels), ""),
                waybill=next((text_of(one.get("tracking_no")) for one in parcels), ""),
                refund_status="售后关闭" if is_over else _REFUND_WORDS.get(refund, ""),
                buyer=buyer,
                unit_price_fen=fen(item.get("origin_amount")),
                anchor=_anchor(item),
                refund_reason=text_of(order.get("cancel_reason")),
                refund_named=status is Status.REFUNDED and refund != _GIVEN_BACK,  # closed: all of it
            )
        )
    return lines


def _status(status: int, refund: int, paid_at: datetime | None) -> Status:
    if refund == _GIVEN_BACK and paid_at:
        return Status.REFUNDED
    found = _STATUS.get(status, Status.PAID if paid_at else Status.UNPAID)
    return Status.REFUNDED if found is Status.CANCELLED and paid_at else found


def _anchor(item: Mapping[str, Any]) -> str:
    """Who sold it for a commission; the shop's own room has an author too."""
    if text_of(item.get("c_biz")) != _FOR_COMMISSION:
        return ""
    return number_of(item.get("author_id")).strip("0") and number_of(item.get("author_id"))


def _carrier(theme_type: str) -> Carrier:
    if not theme_type:
        return Carrier.UNKNOWN
    return Carrier.LIVE if theme_type == _LIVE else Carrier.OTHER
