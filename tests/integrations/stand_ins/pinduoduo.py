"""A stand-in for 拼多多's router, as its official document and SDK describe it."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.integrations.stand_ins.server import Asked, Said, StandIn
from tests.integrations.stand_ins.taobao import read, written

APP_KEY, APP_SECRET = "client123", "app-secret-Geheim1"


def error(code: int, words: str) -> Said:
    told = {"error_code": code, "error_msg": words, "sub_code": None, "sub_msg": words, "request_id": "r1"}
    return Said({"error_response": told})


@dataclass(slots=True)
class Pinduoduo(StandIn):
    """Holds orders as the platform tells them, newest first."""

    orders: list[dict[str, Any]] = field(default_factory=list)
    access: str = "access-Geheim3"
    refresh: str = "refresh-Geheim4"
    expired: bool = False
    code: str = ""

    REFUSALS = {  # noqa: RUF012 - a table
        "expired": error(10019, "access_token已过期"),
        "signature": error(20004, "签名sign校验失败"),
        "limited": error(70031, "调用过于频繁"),
        "permission": error(20031, "用户没有授权访问此接口"),
        "other": error(50000, "系统内部错误"),
        "out of order": error(50001, "系统内部错误"),
    }

    def sell(self, at: datetime, **changes: Any) -> str:
        number = f"260920-{100_000_000_000 + len(self.orders)}"
        item = {
            "goods_id": 561_234_567_890,
            "goods_name": "红富士苹果",
            "sku_id": 1,
            "goods_price": 39.9,
            "goods_count": 2,
            "goods_spec": "5斤",
            "outer_id": "P01",
            "outer_goods_id": "",
        }
        order = {
            "order_sn": number,
            "confirm_status": 1,
            "group_status": 1,
            "order_status": 1,
            "refund_status": 1,
            "created_time": written(at),
            "pay_time": written(at),
            "shipping_time": None,
            "updated_at": written(at),
            "pay_amount": 79.8,
            "goods_amount": 79.8,
            "receiver_name": "王小明",
            "item_list": [item],
        }
        order |= {name: value for name, value in changes.items() if name in order}
        self.orders.append(order)
        return number

    def answer(self, asked: Asked) -> Said:
        sent = asked.form
        if (asked.method, asked.path, sent.get("data_type")) != ("POST", "/api/router", "JSON"):
            return error(10001, "公共参数错误")
        signed = "".join(name + value for name, value in sorted(sent.items()) if name != "sign")
        wanted = hashlib.md5(f"{APP_SECRET}{signed}{APP_SECRET}".encode()).hexdigest().upper()
        if sent.get("client_id") != APP_KEY or sent.get("sign") != wanted:
            return error(20004, "签名sign校验失败")
        if abs(int(sent["timestamp"]) - self.now().timestamp()) > 600:
            return error(20004, "timestamp 已过期")
        if sent["type"].startswith("pdd.pop.auth.token."):
            return self._tokens(sent)
        if sent.get("access_token") != self.access or self.expired:
            return error(10019, "access_token已过期")
        return self._list(sent)

    def _tokens(self, sent: dict[str, str]) -> Said:
        what = sent["type"].rpartition(".")[2]
        good = bool(self.code) and sent.get("code") == self.code
        if what == "refresh":
            good = sent.get("refresh_token") == self.refresh
        if not good:
            return error(10035, "code 已过期")
        self.access, self.refresh, self.expired, self.code = self.access + "+", self.refresh + "+", False, ""
        tokens = {"access_token": self.access, "refresh_token": self.refresh, "expires_in": 86_400}
        told = {**tokens, "owner_id": "1", "owner_name": "村口果园", "scope": []}
        return Said({f"pop_auth_token_{what}_response": told})

    def _list(self, sent: dict[str, str]) -> Said:
        begin, end = int(sent["start_updated_at"]), int(sent["end_updated_at"])
        page, size = int(sent["page"]), int(sent["page_size"])
        if sent["type"] != "pdd.order.number.list.increment.get" or not begin < end <= begin + 1800:
            return error(50001, "开始时间和结束时间的间隔不能超过30分钟")
        if end > (self.now() - timedelta(minutes=2, seconds=58)).timestamp():
            return error(50001, "结束时间过近")
        statuses = sent["order_status"], sent["refund_status"], sent["is_lucky_flag"]
        if not 1 <= size <= 100 or page < 1 or statuses != ("5", "5", "0"):
            return error(50001, "参数错误")
        found = [one for one in self.orders if begin <= read(one["updated_at"]).timestamp() <= end]
        found.sort(key=lambda one: (one["updated_at"], one["order_sn"]), reverse=True)
        told: dict[str, Any] = {"order_sn_list": found[(page - 1) * size : page * size]}
        if sent.get("use_has_next") == "true":
            told["has_next"] = page * size < len(found)
        else:
            told["total_count"] = len(found)
        return Said({"order_sn_increment_get_response": told})
