"""A stand-in for Taobao's TOP, as its catalogue and its official SDK describe it."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from tests.integrations.stand_ins.server import Asked, Said, StandIn

APP_KEY, APP_SECRET = "12345678", "app-secret-Geheim1"
CHINA = timezone(timedelta(hours=8))


def written(at: datetime) -> str:
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def read(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA).astimezone(UTC)


def error(code: int, words: str, sub: str = "isv.error") -> Said:
    told = {"code": code, "msg": words, "sub_code": sub, "sub_msg": words, "request_id": "r1"}
    return Said({"error_response": told})


def signature(way: str, signed: str) -> str:
    if way == "md5":
        return hashlib.md5(f"{APP_SECRET}{signed}{APP_SECRET}".encode()).hexdigest().upper()
    kind = hashlib.md5 if way == "hmac" else hashlib.sha256
    return hmac.new(APP_SECRET.encode(), signed.encode(), kind).hexdigest().upper()


@dataclass(slots=True)
class Taobao(StandIn):
    """Holds trades as the platform tells them, newest first."""

    orders: list[dict[str, Any]] = field(default_factory=list)
    access: str = "access-Geheim3"
    refresh: str = "refresh-Geheim4"
    expired: bool = False
    code: str = ""

    REFUSALS = {  # noqa: RUF012 - a table
        "expired": error(27, "Invalid session"),
        "signature": error(25, "Invalid signature"),
        "limited": error(7, "App Call Limited", "accesscontrol.limited-by-api-access-count"),
        "permission": error(11, "Insufficient isv permissions", "isv.permission-api-package-limit"),
        "other": error(15, "Remote service error", "isp.remote-service-error"),
    }

    def sell(self, at: datetime, **changes: Any) -> str:
        number = 2_231_958_349_000_000_000 + len(self.orders)
        order = {
            "oid": number + 1_000_000,
            "num_iid": 61_234_567_890,
            "title": "红富士苹果",
            "price": "39.90",
            "num": 2,
            "special_refund_type": "",
            "payment": "79.80",
            "divide_order_fee": "79.80",
            "refund_status": "NO_REFUND",
            "status": "WAIT_SELLER_SEND_GOODS",
            "outer_sku_id": "P01",
        }
        trade = {
            "tid": number,
            "status": "WAIT_SELLER_SEND_GOODS",
            "created": written(at),
            "pay_time": written(at),
            "end_time": "",
            "modified": written(at),
            "payment": "79.80",
            "received_payment": "0.00",
            "buyer_nick": "王小明",
            "buyer_open_uid": "AAE1",
            "receiver_name": "王**",
        }
        order |= {name: value for name, value in changes.items() if name in order}
        trade |= {name: value for name, value in changes.items() if name in trade}
        trade["orders"] = {"order": [order]}
        self.orders.append(trade)
        return str(number)

    def answer(self, asked: Asked) -> Said:
        return (
            self._tokens(asked.form) if asked.path == "/token" else self._routed(asked.query | asked.form, asked.path)
        )

    def _routed(self, sent: dict[str, str], path: str) -> Said:
        if path != "/router/rest" or sent.get("app_key") != APP_KEY or sent.get("v") != "2.0":
            return error(40, "Missing required arguments")
        if sent.get("format") != "json":
            return Said(body=b"<?xml version='1.0'?><error_response/>")
        if abs(read(sent["timestamp"]) - self.now()) > timedelta(minutes=10):
            return error(31, "Invalid timestamp")
        signed = "".join(name + value for name, value in sorted(sent.items()) if name != "sign" and value)
        if sent.get("sign") != signature(sent["sign_method"], signed):
            return error(25, "Invalid signature")
        if sent.get("session") != self.access or self.expired:
            return error(27, "Invalid session")
        return self._list(sent)

    def _tokens(self, sent: dict[str, str]) -> Said:
        known = (sent.get("client_id"), sent.get("client_secret")) == (APP_KEY, APP_SECRET)
        with_code = self.code and (sent["grant_type"], sent.get("code")) == ("authorization_code", self.code)
        again = (sent["grant_type"], sent.get("refresh_token")) == ("refresh_token", self.refresh)
        if not known or not (with_code or again):
            return Said({"error": "invalid_grant", "error_description": "authorize code expire"}, status=400)
        self.access, self.refresh, self.expired, self.code = self.access + "+", self.refresh + "+", False, ""
        tokens = {"access_token": self.access, "refresh_token": self.refresh, "expires_in": 31_536_000}
        return Said({**tokens, "token_type": "Bearer", "taobao_user_nick": "村口果园"})

    def _list(self, sent: dict[str, str]) -> Said:
        begin, end = read(sent["start_modified"]), read(sent["end_modified"])
        page, size = int(sent["page_no"]), int(sent["page_size"])
        if sent["method"] != "taobao.trades.sold.increment.get" or not begin < end <= begin + timedelta(days=1):
            return error(41, "Invalid arguments:end_modified", "isv.invalid-parameter")
        if not 1 <= size <= 100 or page < 1 or not sent["fields"]:
            return error(41, "Invalid arguments:page_size", "isv.invalid-parameter")
        found = [one for one in self.orders if begin <= read(one["modified"]) <= end]
        found.sort(key=lambda one: (one["modified"], one["tid"]), reverse=True)
        fields = sent["fields"].split(",")
        wanted = {"orders" if name.startswith("orders.") else name for name in fields}
        some = [
            {name: value for name, value in one.items() if name in wanted}
            for one in found[(page - 1) * size : page * size]
        ]
        told: dict[str, Any] = {"trades": {"trade": some}} if some else {}
        if sent.get("use_has_next") == "true":
            told["has_next"] = page * size < len(found)
        else:
            told["total_results"] = len(found)
        return Said({"trades_sold_increment_get_response": {**told, "request_id": "r1"}})
