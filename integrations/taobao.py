"""Taobao and Tmall: orders through TOP. No order there says which live room sold it.

Gateway, signature, fields and error shape as the platform's catalogue of interfaces and its official SDK have them.
The numbers of two errors (25, 7) are not proven, so their words are looked at too.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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
from integrations.exports.cells import moment
from integrations.exports.reading import buyer_hash
from integrations.order_items import export_of
from integrations.paging import last_page_first, spans
from integrations.seller import Seller
from integrations.values import answered, china_text, fen_of_yuan, listed, number_of, part, text_of, total_of, whole

HOST = "https://eco.taobao.com"
LOGIN = "https://oauth.taobao.com"
KIND = "taobao_interface"
METHOD = "taobao.trades.sold.increment.get"
PAGE_SIZE = 50
LONGEST_SPAN = timedelta(days=1)
OLDEST = timedelta(days=90)
TRADE_FIELDS = "tid,status,created,pay_time,consign_time,end_time,modified,buyer_open_uid,payment,received_payment"
LINE_FIELDS = (
    "oid,num_iid,title,price,num,payment,divide_order_fee,refund_status,special_refund_type,status,outer_iid,"
    "outer_sku_id,logistics_company,invoice_no"
)
FIELDS = ",".join([TRADE_FIELDS, *(f"orders.{name}" for name in LINE_FIELDS.split(","))])

_SESSION, _SIGNATURE, _RATE = 27, 25, 7
_FINISHED, _CLOSED = "TRADE_FINISHED", "TRADE_CLOSED"
_STATUS = {
    "TRADE_NO_CREATE_PAY": Status.UNPAID,
    "WAIT_BUYER_PAY": Status.UNPAID,
    "PAY_PENDING": Status.UNPAID,
    "WAIT_PRE_AUTH_CONFIRM": Status.UNPAID,
    "PAID_FORBID_CONSIGN": Status.PAID,
    "WAIT_SELLER_SEND_GOODS": Status.PAID,
    "SELLER_CONSIGNED_PART": Status.PAID,
    "WAIT_BUYER_CONFIRM_GOODS": Status.SHIPPED,
    "TRADE_BUYER_SIGNED": Status.SHIPPED,
    _FINISHED: Status.FINISHED,
    "TRADE_CLOSED_BY_TAOBAO": Status.CANCELLED,
    _CLOSED: Status.CANCELLED,
}
_GIVEN_BACK = "SUCCESS"  # refund_status
_REFUND_WORDS = {
    "WAIT_SELLER_AGREE": "等待卖家同意",
    "WAIT_BUYER_RETURN_GOODS": "等待买家退货",
    "WAIT_SELLER_CONFIRM_GOODS": "等待卖家收货",
    "SELLER_REFUSE_BUYER": "卖家拒绝退款",
    "CLOSED": "退款关闭",
    "SUCCESS": "退款成功",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a shop's account at Taobao needs."""

    app_key: str = setting(N_("App key"), N_("In the console of 淘宝开放平台, under the app: App Key."))
    app_secret: str = setting(N_("App secret"), N_("Beside the app key: App Secret. It is secret."), secret=True)
    redirect: str = setting(
        N_("Callback address"), N_("The callback address of the app, exactly as the console has it."), needed=False
    )
    host: str = setting(N_("Address of the interface"), N_("Leave it as it is."), HOST, needed=False)
    login: str = setting(N_("Address of the login"), N_("Leave it as it is."), LOGIN, needed=False)


def sign(parameters: Mapping[str, str], app_secret: str) -> str:
    """The signature in upper hexadecimals, in the way `sign_method` names: md5, hmac (MD5) or hmac-sha256."""
    pairs = (name + parameters[name] for name in sorted(parameters) if name != "sign" and parameters[name])
    text, secret = "".join(pairs).encode(), app_secret.encode()
    way = parameters.get("sign_method", "md5")
    if way == "md5":
        return hashlib.md5(secret + text + secret, usedforsecurity=False).hexdigest().upper()
    return hmac.new(secret, text, hashlib.md5 if way == "hmac" else hashlib.sha256).hexdigest().upper()


class Taobao(Seller[Settings]):
    """One shop at Taobao or Tmall."""

    name = "taobao"
    ask_every_s = 8.0

    def authorize_url(self, state: str) -> str:
        query = {
            "response_type": "code",
            "client_id": self._settings.app_key,
            "redirect_uri": self._settings.redirect,
            "state": state,
            "view": "web",
        }
        return f"{self._settings.login or LOGIN}/authorize?{urlencode(query)}"

    def test(self) -> str:
        self.connect()
        now = self._handed.now()
        self._page(now - timedelta(minutes=30), now, 1, with_total=True)
        return self._tokens.owner

    def orders(self, since: datetime, until: datetime, known: Known) -> Iterator[OrderPage]:  # noqa: ARG002 - none says it
        """Read from the last page back, as the platform advises: what changes meanwhile leaves the span."""
        self.connect()
        lines_of = partial(order_lines, salt=self._handed.salt)
        for begin, end in spans(max(since, self._handed.now() - OLDEST), until, LONGEST_SPAN):
            first = self._page(begin, end, 1, with_total=True)
            total = total_of(first, "total_results", part(first, "trades").get("trade"))
            for page in last_page_first(total, PAGE_SIZE):
                found = self._page(begin, end, page, with_total=False)
                orders = listed(part(found, "trades").get("trade"))
                yield OrderPage(export_of(KIND, self.name, orders, lines_of))
            yield OrderPage(Export(KIND, self.name, (), ()), end)

    def _page(self, begin: datetime, end: datetime, page: int, with_total: bool) -> dict[str, Any]:
        wanted = {
            "fields": FIELDS,
            "start_modified": china_text(begin),
            "end_modified": china_text(end),
            "page_no": str(page),
            "page_size": str(PAGE_SIZE),
            "use_has_next": "false" if with_total else "true",
        }
        return self._renewing(lambda: self._ask(METHOD, wanted))

    def _ask(self, method: str, wanted: Mapping[str, str]) -> dict[str, Any]:
        self._pace.keep()
        sent = {
            "method": method,
            "app_key": self._settings.app_key,
            "session": self._tokens.access,
            "timestamp": china_text(self._handed.now()),
            "v": "2.0",
            "format": "json",
            "sign_method": "hmac-sha256",
            **wanted,
        }
        sent["sign"] = sign(sent, self._settings.app_secret)
        answer = self._http.ask("POST", f"{self._settings.host or HOST}/router/rest", form=sent).document()
        self._look_for_error(part(answer, "error_response"))
        return answered(answer, method.removeprefix("taobao.").replace(".", "_") + "_response")

    def _look_for_error(self, error: Mapping[str, Any]) -> None:
        if not error:
            return
        code, sub = whole(error.get("code")), text_of(error.get("sub_code"))
        secrets = self._settings.app_secret, self._tokens.access, self._tokens.refresh
        words = quoted(error.get("sub_msg") or error.get("msg") or "", *secrets)
        if code == _SESSION:
            raise ExpiredError(N_("the platform lets this account in no longer: {words}"), words=words)
        if code == _SIGNATURE or "signature" in words.lower() or "timestamp" in words.lower():
            raise self._bad_signature(words)
        if code == _RATE or "call-limited" in sub:
            raise LimitedError(N_("we ask too often: {words}"), words=words)
        if "permission" in sub or "permission" in words.lower():
            raise RefusedError(N_("the platform does not allow it: {words}"), words=words)
        raise AnsweredError(code, words)

    def _let_in(self, code: str) -> None:
        """A code is good for half an hour and once."""
        self._log_in({"grant_type": "authorization_code", "code": code, "redirect_uri": self._settings.redirect})

    def _renew(self) -> None:
        if not self._tokens.refresh:
            raise RefusedError(N_("the seller has to let us in again"))
        self._log_in({"grant_type": "refresh_token", "refresh_token": self._tokens.refresh})

    def _log_in(self, wanted: Mapping[str, str]) -> None:
        self._pace.keep()
        sent = {"client_id": self._settings.app_key, "client_secret": self._settings.app_secret, **wanted}
        found = self._http.ask("POST", f"{self._settings.login or LOGIN}/token", form=sent).document()
        words = quoted(found.get("error_description") or found.get("error") or "", self._settings.app_secret)
        self._take_tokens(found, "taobao_user_nick", words)


def order_lines(trade: Mapping[str, Any], salt: bytes) -> list[ExportLine]:
    """The lines of one trade; its amounts are yuan in text, its times are China's. Raises `IntegrationError`."""
    number = number_of(trade.get("tid"))
    if not number:
        raise IntegrationError(N_("there is no order number"))
    paid_at = moment(text_of(trade.get("pay_time")))
    buyer = buyer_hash(Taobao.name, text_of(trade.get("buyer_open_uid")), salt)
    orders = listed(part(trade, "orders").get("order"))
    lines = []
    for order in orders:
        refund = text_of(order.get("refund_status"))
        status = _status(text_of(order.get("status") or trade.get("status")), refund, paid_at)
        paid_fen = fen_of_yuan(order.get("divide_order_fee") or order.get("payment")) if paid_at else 0
        lines.append(
            ExportLine(
                platform=Taobao.name,
                order_id=number,
                line_id=number_of(order.get("oid")),
                product_id=number_of(order.get("num_iid")),
                sku=text_of(order.get("outer_sku_id") or order.get("outer_iid")),
                title=text_of(order.get("title")),
                quantity=whole(order.get("num")),
                paid_fen=paid_fen,
                refunded_fen=paid_fen if status is Status.REFUNDED else 0,
                status=status,
                created_at=moment(text_of(trade.get("created"))),
                paid_at=paid_at,
                shipped_at=moment(text_of(trade.get("consign_time"))),
                carrier=Carrier.UNKNOWN,
                room_id="",
                room_started_at=None,
                delivered_by=text_of(order.get("logistics_company")),
                waybill=text_of(order.get("invoice_no")),
                refund_status=_REFUND_WORDS.get(refund, ""),
                buyer=buyer,
                unit_price_fen=fen_of_yuan(order.get("price")),
                refund_reason=text_of(order.get("special_refund_type")),
                refunded_at=moment(text_of(trade.get("end_time"))) if status is Status.REFUNDED else None,
                refund_named=status is Status.REFUNDED and refund != _GIVEN_BACK,  # closed: all of it
            )
        )
    return _with_part(trade, orders, lines)


def _with_part(
    trade: Mapping[str, Any], orders: Sequence[Mapping[str, Any]], lines: list[ExportLine]
) -> list[ExportLine]:
    """The lines of a finished trade with the amount that went back of one of them; a closed line went back whole.

    The platform names no refund with a trade. But of a finished one `received_payment` is what was paid less what went
    back, as its catalogue says; so where a single line went back in part, its amount follows.
    """
    if text_of(trade.get("status")) != _FINISHED or not text_of(trade.get("received_payment")):
        return lines
    back = [place for place, order in enumerate(orders) if text_of(order.get("refund_status")) == _GIVEN_BACK]
    parts = [place for place in back if text_of(orders[place].get("status")) != _CLOSED]
    if len(parts) != 1:
        return lines
    line = lines[parts[0]]
    whole_fen = fen_of_yuan(trade.get("payment")) - fen_of_yuan(trade.get("received_payment"))
    part_fen = whole_fen - sum(lines[place].refunded_fen for place in back if place not in parts)
    if not 0 < part_fen <= line.paid_fen:
        return lines
    status = line.status if part_fen == line.paid_fen else Status.FINISHED
    lines[parts[0]] = replace(line, refunded_fen=part_fen, refund_named=True, status=status, refunded_at=None)
    return lines


def _status(status: str, refund: str, paid_at: datetime | None) -> Status:
    if refund == _GIVEN_BACK and paid_at:
        return Status.REFUNDED
    found = _STATUS.get(status, Status.PAID if paid_at else Status.UNPAID)
    return Status.REFUNDED if found is Status.CANCELLED and paid_at else found
