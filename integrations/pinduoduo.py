"""拼多多: orders through its router. No order there says which live room sold it.

Transport, signature, fields and codes as the official document and SDK have them; amounts are yuan. The name under
which an answer stands does not follow from the question's name.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from integrations.order_items import Item, export_of, shared_out
from integrations.paging import last_page_first, spans
from integrations.seller import Seller
from integrations.values import answered, fen_of_yuan, listed, number_of, part, seconds_of, text_of, total_of, whole

HOST = "https://gw-api.pinduoduo.com"
PAGE = "https://fuwu.pinduoduo.com/service-market/auth"
KIND = "pinduoduo_interface"
CHANGED = "pdd.order.number.list.increment.get"
ANSWERS = {
    CHANGED: "order_sn_increment_get_response",
    "pdd.order.information.get": "order_info_get_response",
    "pdd.pop.auth.token.create": "pop_auth_token_create_response",
    "pdd.pop.auth.token.refresh": "pop_auth_token_refresh_response",
}
PAGE_SIZE = 100
LONGEST_SPAN = timedelta(minutes=30)
OLDEST = timedelta(days=90)

_SIGNATURE, _ADDRESS, _PERMISSION, _TOKEN = 20004, 20005, 20031, 10019
_TOO_OFTEN = (52101, 70031, 70036)
_STATUS = {1: Status.PAID, 2: Status.SHIPPED, 3: Status.FINISHED}
_GIVEN_BACK = 4  # refund_status
_REFUND_WORDS = {2: "售后处理中", 3: "退款中", 4: "退款成功"}
_CANCELLED = 2  # confirm_status: 0 not yet, 1 confirmed, 2 cancelled


@dataclass(frozen=True, slots=True)
class Settings:
    """What a shop's account at 拼多多 needs."""

    app_key: str = setting(N_("App key"), N_("In the console of 拼多多开放平台, under the app: client_id."))
    app_secret: str = setting(N_("App secret"), N_("Beside the app key: client_secret. It is secret."), secret=True)
    redirect: str = setting(
        N_("Callback address"), N_("The callback address of the app, exactly as the console has it."), needed=False
    )
    host: str = setting(N_("Address of the interface"), N_("Leave it as it is."), HOST, needed=False)


def sign(parameters: Mapping[str, str], app_secret: str) -> str:
    """The signature: MD5 in upper hexadecimals."""
    joined = "".join(name + parameters[name] for name in sorted(parameters) if name != "sign")
    return hashlib.md5((app_secret + joined + app_secret).encode(), usedforsecurity=False).hexdigest().upper()


class Pinduoduo(Seller[Settings]):
    """One shop at 拼多多."""

    name = "pinduoduo"
    out_of_order = (50000, 50001)
    ask_every_s = 30.0
    lag_s = 180.0  # what changed later cannot be asked for yet
    renew_before = timedelta(hours=2)

    def authorize_url(self, state: str) -> str:
        query = {"response_type": "code", "client_id": self._settings.app_key, "state": state}
        return f"{PAGE}?{urlencode({**query, 'redirect_uri': self._settings.redirect})}"

    def test(self) -> str:
        self.connect()
        until = self._handed.now() - timedelta(seconds=self.lag_s)
        self._page(until - timedelta(minutes=10), until, 1, with_total=True)
        return self._tokens.owner

    def orders(self, since: datetime, until: datetime, known: Known) -> Iterator[OrderPage]:  # noqa: ARG002 - none says it
        """Read from the last page back, as the platform advises."""
        self.connect()
        for begin, end in spans(max(since, self._handed.now() - OLDEST), until, LONGEST_SPAN):
            first = self._page(begin, end, 1, with_total=True)
            total = total_of(first, "total_count", first.get("order_sn_list"))
            for page in last_page_first(total, PAGE_SIZE):
                found = self._page(begin, end, page, with_total=False)
                yield OrderPage(export_of(KIND, self.name, listed(found.get("order_sn_list")), order_lines))
            yield OrderPage(Export(KIND, self.name, (), ()), end)

    def _page(self, begin: datetime, end: datetime, page: int, with_total: bool) -> dict[str, Any]:
        wanted = {
            "is_lucky_flag": "0",
            "order_status": "5",
            "refund_status": "5",
            "start_updated_at": str(seconds_of(begin)),
            "end_updated_at": str(seconds_of(end)),
            "page": str(page),
            "page_size": str(PAGE_SIZE),
            "use_has_next": "false" if with_total else "true",
        }
        return self._renewing(lambda: self._ask(CHANGED, wanted))

    def _ask(self, kind: str, wanted: Mapping[str, str], with_token: bool = True) -> dict[str, Any]:
        self._pace.keep()
        sent = {
            "type": kind,
            "client_id": self._settings.app_key,
            "timestamp": str(seconds_of(self._handed.now())),
            "data_type": "JSON",
            **wanted,
        }
        if with_token:
            sent["access_token"] = self._tokens.access
        sent["sign"] = sign(sent, self._settings.app_secret)
        answer = self._http.ask("POST", f"{self._settings.host or HOST}/api/router", form=sent).document()
        self._look_for_error(part(answer, "error_response"))
        return answered(answer, ANSWERS[kind])

    def _look_for_error(self, error: Mapping[str, Any]) -> None:
        if not error:
            return
        code = whole(error.get("error_code"))
        secrets = self._settings.app_secret, self._tokens.access, self._tokens.refresh
        words = quoted(error.get("sub_msg") or error.get("error_msg") or "", *secrets)
        if code == _TOKEN:
            raise ExpiredError(N_("the platform lets this account in no longer: {words}"), words=words)
        if code == _SIGNATURE:
            raise self._bad_signature(words)
        if code in (_ADDRESS, _PERMISSION):
            raise RefusedError(N_("the platform does not allow it: {words}"), words=words)
        if code in _TOO_OFTEN:
            raise LimitedError(N_("we ask too often: {words}"), words=words)
        raise AnsweredError(code, words)

    def _let_in(self, code: str) -> None:
        """A code is good for ten minutes."""
        self._log_in("pdd.pop.auth.token.create", {"code": code})

    def _renew(self) -> None:
        self._log_in("pdd.pop.auth.token.refresh", {"refresh_token": self._tokens.refresh})

    def _log_in(self, kind: str, wanted: Mapping[str, str]) -> None:
        found = self._answer_to_login(lambda: self._ask(kind, wanted, with_token=False))
        self._take_tokens(found, "owner_name")


def order_lines(order: Mapping[str, Any]) -> list[ExportLine]:
    """The lines of one order; where it has several, its money is shared out by their prices. Raises `IntegrationError`.

    An order of one product is one line without a number of its own, as in the platform's own file.
    """
    number = number_of(order.get("order_sn"))
    if not number:
        raise IntegrationError(N_("there is no order number"))
    paid_at = moment(text_of(order.get("pay_time")))
    refund = whole(order.get("refund_status"))
    status = _status(order, refund, paid_at)
    paid_fen = fen_of_yuan(order.get("pay_amount")) if paid_at else 0
    whole_order = ExportLine(
        platform=Pinduoduo.name,
        order_id=number,
        line_id="",
        product_id="",
        sku="",
        title="",
        quantity=0,
        paid_fen=paid_fen,
        refunded_fen=paid_fen if status is Status.REFUNDED else 0,
        status=status,
        created_at=moment(text_of(order.get("created_time"))),
        paid_at=paid_at,
        shipped_at=moment(text_of(order.get("shipping_time"))),
        carrier=Carrier.UNKNOWN,
        room_id="",
        room_started_at=None,
        delivered_by="",
        waybill=text_of(order.get("tracking_number")),
        refund_status=_REFUND_WORDS.get(refund, ""),
        buyer="",
        refund_named=status is Status.REFUNDED and refund != _GIVEN_BACK,  # closed: all of it
    )
    items = [
        Item(
            number_of(item.get("goods_id")),
            text_of(item.get("outer_id") or item.get("outer_goods_id")),
            text_of(item.get("goods_name")),
            whole(item.get("goods_count")),
            fen_of_yuan(item.get("goods_price")),
        )
        for item in listed(order.get("item_list"))
    ]
    return shared_out(whole_order, items, numbered=len(items) > 1)


def _status(order: Mapping[str, Any], refund: int, paid_at: datetime | None) -> Status:
    if refund == _GIVEN_BACK and paid_at:
        return Status.REFUNDED
    if whole(order.get("confirm_status")) == _CANCELLED:
        return Status.REFUNDED if paid_at else Status.CANCELLED
    return _STATUS.get(whole(order.get("order_status")), Status.PAID) if paid_at else Status.UNPAID
