"""A stand-in for 京东's router, as published SDKs describe it."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.integrations.stand_ins.server import Asked, Said, StandIn
from tests.integrations.stand_ins.taobao import read, written

APP_KEY, APP_SECRET = "jd-app", "app-secret-Geheim1"


def error(code: str, words: str) -> Said:
    return Said({"error_response": {"code": code, "zh_desc": words, "en_desc": ""}})


@dataclass(slots=True)
class Jd(StandIn):
    """Holds orders as the platform tells them, newest first."""

    orders: list[dict[str, Any]] = field(default_factory=list)
    access: str = "access-Geheim3"
    refresh: str = "refresh-Geheim4"
    expired: bool = False
    code: str = ""

    REFUSALS = {  # noqa: RUF012 - a table
        "expired": error("19", "token已过期或者不存在，请重新授权"),
        "signature": error("12", "无效签名"),
        "limited": error("5", "平台连接后端服务限流，调用频率过高"),
        "permission": error("22", "没有权限调用此接口"),
        "other": error("67", "平台连接后端服务不可用"),
    }

    def sell(self, at: datetime, **changes: Any) -> str:
        number = str(283_000_000_000 + len(self.orders))
        order = {
            "orderId": number,
            "orderState": "WAIT_SELLER_STOCK_OUT",
            "orderPayment": "79.80",
            "orderStartTime": written(at),
            "paymentConfirmTime": written(at),
            "modified": written(at),
            "waybill": "",
            "open_id_buyer": "o1",
            "consigneeInfo": {"fullname": "王小明"},
            "itemInfoList": [
                {
                    "skuId": "100012345678",
                    "skuName": "红富士苹果",
                    "itemTotal": "2",
                    "jdPrice": "39.90",
                    "outerSkuId": "P01",
                }
            ],
        }
        order |= {name: value for name, value in changes.items() if name in order}
        self.orders.append(order)
        return number

    def answer(self, asked: Asked) -> Said:
        if asked.path.startswith("/oauth2/"):
            return self._tokens(asked)
        sent = asked.query | asked.form
        if asked.path != "/routerjson" or sent.get("v") != "2.0" or sent.get("app_key") != APP_KEY:
            return error("11", "缺少参数")
        stamp = re.fullmatch(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\.\d{3}\+0800", sent["timestamp"])
        if stamp is None or abs(read(stamp[1]) - self.now()) > timedelta(minutes=10):
            return error("8", "非法的时间戳参数 timestamp")
        signed = "".join(name + value for name, value in sorted(sent.items()) if name != "sign")
        if sent.get("sign") != hashlib.md5(f"{APP_SECRET}{signed}{APP_SECRET}".encode()).hexdigest().upper():
            return error("12", "无效签名")
        if sent.get("access_token") != self.access or self.expired:
            return error("19", "token已过期或者不存在，请重新授权")
        return self._list(sent["method"], json.loads(sent["360buy_param_json"]))

    def _tokens(self, asked: Asked) -> Said:
        sent = asked.query
        known = (sent.get("app_key"), sent.get("app_secret")) == (APP_KEY, APP_SECRET)
        with_code = asked.path == "/oauth2/access_token" and self.code and sent.get("code") == self.code
        again = asked.path == "/oauth2/refresh_token" and sent.get("refresh_token") == self.refresh
        if not known or not (with_code or again):
            return Said({"code": 400, "msg": "无效的 code"})
        self.access, self.refresh, self.expired, self.code = self.access + "+", self.refresh + "+", False, ""
        tokens = {"access_token": self.access, "refresh_token": self.refresh, "expires_in": 31_536_000}
        return Said({**tokens, "user_nick": "村口果园", "token_type": "bearer"})

    def _list(self, method: str, param: dict[str, Any]) -> Said:
        begin, end = read(param["start_date"]), read(param["end_date"])
        page, size = int(param["page"]), int(param["page_size"])
        if not isinstance(param["page"], str) or not isinstance(param["page_size"], str):
            return error("43", "参数错误")
        good = method == "jingdong.pop.order.search" and begin < end <= begin + timedelta(days=31)
        if not good or not 1 <= size <= 100 or page < 1 or param["dateType"] == 1 or not param["order_state"]:
            return error("43", "参数错误")
        found = [one for one in self.orders if begin <= read(one["modified"]) <= end]
        found.sort(key=lambda one: (one["modified"], one["orderId"]), reverse=param["sortType"] == 1)
        listed = found[(page - 1) * size : page * size]
        told = {"apiResult": {"success": True}, "orderTotal": len(found), "orderInfoList": listed}
        return Said({"jingdong_pop_order_search_responce": {"code": "0", "searchorderinfo_result": told}})
