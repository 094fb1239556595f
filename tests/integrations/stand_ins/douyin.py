"""A stand-in for 抖店: openapi-fxg.jinritemai.com as its documents and SDK describe it."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.integrations.stand_ins.server import Asked, Said, StandIn

APP_KEY, APP_SECRET, SHOP = "6844", "app-secret-Geheim1", "1001"
JSON = "application/json; charset=utf-8"


def error(code: int, sub: str, words: str = "错误") -> Said:
    return Said({"code": code, "msg": words, "sub_code": sub, "sub_msg": words, "log_id": "l1", "data": None})


@dataclass(slots=True)
class Douyin(StandIn):
    """Holds orders as the platform tells them, newest first."""

    orders: list[dict[str, Any]] = field(default_factory=list)
    access: str = "access-Geheim3"
    refresh: str = "refresh-Geheim4"
    expired: bool = False
    code: str = ""

    REFUSALS = {  # noqa: RUF012 - a table
        "expired": error(40003, "isv.access-token-expired"),
        "signature": error(40003, "isv.signature-invalid"),
        "limited": error(60000, "isp.rate-limit"),
        "permission": error(30001, "isv.app-permissions-insufficient"),
        "other": error(50002, "isv.business-failed"),
        "out of order": error(20000, "isp.service-error"),
    }

    def sell(self, at: datetime, **changes: Any) -> str:
        number = f"69{len(self.orders):017d}"
        seconds = int(at.timestamp())
        item = {
            "order_id": f"{number}1",
            "parent_order_id": number,
            "product_id": 3_456_789_012_345_678_901,
            "product_id_str": "3456789012345678901",
            "product_name": "红富士苹果",
            "item_num": 2,
            "origin_amount": 3990,
            "pay_amount": 7980,
            "order_amount": 7980,
            "c_biz": 8,
            "author_id": 60_012_345,
            "theme_type": "1",
            "room_id": 7_301_234_567_890_123_456,
            "room_id_str": "7301234567890123456",
            "after_sale_info": {"after_sale_status": 0, "refund_status": 0},
        }
        order = {
            "order_id": number,
            "shop_name": "村口果园",
            "cancel_reason": "",
            "order_status": 2,
            "create_time": seconds,
            "pay_time": seconds,
            "update_time": seconds,
            "doudian_open_id": "open-1",
            "mask_post_receiver": "王*",
            "logistics_info": [],
            "sku_order_list": [item],
        }
        item |= {name: value for name, value in changes.items() if name in item}
        order |= {name: value for name, value in changes.items() if name in order and name != "order_id"}
        self.orders.append(order)
        return number

    def answer(self, asked: Asked) -> Said:
        sent, method = asked.query, asked.query.get("method", "")
        if asked.method != "POST" or asked.path != "/" + method.replace(".", "/"):
            return error(40001, "isv.parameter-invalid")
        if (sent.get("app_key"), sent.get("v"), asked.headers.get("Content-Type")) != (APP_KEY, "2", JSON):
            return error(40003, "isv.parameter-invalid")
        if abs(int(sent["timestamp"]) - self.now().timestamp()) > 600:
            return error(40003, "isv.timestamp-invalid")
        pattern = f"app_key{APP_KEY}method{method}param_json{asked.body.decode()}timestamp{sent['timestamp']}v2"
        text = f"{APP_SECRET}{pattern}{APP_SECRET}".encode()
        wanted = hmac.new(APP_SECRET.encode(), text, hashlib.sha256).hexdigest()
        if sent.get("sign_method") != "hmac-sha256":
            wanted = hashlib.md5(text).hexdigest()
        if sent.get("sign") != wanted:
            return error(40003, "isv.signature-invalid")
        return self._signed(method, json.loads(asked.body), sent)

    def _signed(self, method: str, param: dict[str, Any], sent: dict[str, str]) -> Said:
        if method in ("token.create", "token.refresh"):
            return self._tokens(method, param)
        if sent.get("access_token") != self.access:
            return error(40003, "isv.access-token-no-existed")
        if self.expired:
            return error(40003, "isv.access-token-expired")
        return self._list(param)

    def _tokens(self, method: str, param: dict[str, Any]) -> Said:
        own = param == {"code": "", "grant_type": "authorization_self", "shop_id": SHOP}
        with_code = self.code and param == {"code": self.code, "grant_type": "authorization_code"}
        again = param == {"grant_type": "refresh_token", "refresh_token": self.refresh}
        if not (again if method == "token.refresh" else own or with_code):
            return error(50002, "isv.business-failed:auth")
        self.access, self.refresh, self.expired, self.code = self.access + "+", self.refresh + "+", False, ""
        data = {"access_token": self.access, "refresh_token": self.refresh, "expires_in": 604_800}
        return Said({"code": 10000, "msg": "success", "data": {**data, "shop_id": 1001, "shop_name": "村口果园"}})

    def _list(self, param: dict[str, Any]) -> Said:
        begin, end, page, size = (param[name] for name in ("update_time_start", "update_time_end", "page", "size"))
        oldest = (self.now() - timedelta(days=90, minutes=1)).timestamp()
        if not oldest <= begin < end or not 1 <= size <= 100 or page < 0 or param["order_by"] != "update_time":
            return error(40003, "isv.parameter-invalid")
        found = [one for one in self.orders if begin <= one["update_time"] <= end]
        found.sort(key=lambda one: (one["update_time"], one["order_id"]), reverse=not param["order_asc"])
        data = {"page": page, "total": len(found), "size": size}
        listed = found[page * size : (page + 1) * size]
        return Said({"code": 10000, "msg": "success", "data": {**data, "shop_order_list": listed}})
