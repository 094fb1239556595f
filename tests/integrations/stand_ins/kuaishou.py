"""A stand-in for 快手小店: openapi.kwaixiaodian.com as its open documents describe it."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integrations.stand_ins.server import Asked, Said, StandIn

APP_KEY, APP_SECRET, SIGN_SECRET = "ks-app-77", "app-secret-Geheim1", "sign-secret-Geheim2"
TEN_MINUTES_MS = 600_000
WEEK_MS = 7 * 86_400_000
FIRST_OID = 2_418_300_014_928_201  # and upwards; some are beyond 2**53
BEYOND = 9_218_300_014_928_201_003


def ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


class RefusalError(Exception):
    """The answer is an error."""

    def __init__(self, result: int, words: str, code: str = "") -> None:
        self.said = Said(
            {
                "result": result,
                "code": code or str(result),
                "error_msg": words,
                "msg": "业务处理失败",
                "sub_code": "2001",
            }
        )


@dataclass(slots=True)
class Kuaishou(StandIn):
    """Holds orders by their number: the list's entry, and what only the detail says."""

    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    details: dict[int, dict[str, Any]] = field(default_factory=dict)
    watching: int = 0
    access: str = "access-Geheim3"
    refresh: str = "refresh-Geheim4"
    ends_at: datetime = datetime(2100, 1, 1, tzinfo=UTC)
    too_many: bool = False  # of questions for single orders
    code: str = ""
    cursors: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def sell(
        self,
        at: datetime,
        title: str = "红富士苹果",
        item: int = 77_001,
        pieces: int = 1,
        total_fee: int = 3990,
        live: bool = True,
        **base: Any,
    ) -> int:
        """An order that is paid at once; gives back its number."""
        with self.changed:
            number = (BEYOND if len(self.orders) % 2 else FIRST_OID) + len(self.orders)
            times = {"createTime": ms(at), "payTime": ms(at), "updateTime": ms(at), "sendTime": 0, "recvTime": 0}
            self.orders[number] = {
                "orderBaseInfo": {
                    "oid": number,
                    "status": 30,
                    "refundTime": 0,
                    "totalFee": total_fee,
                    "discountFee": 0,
                    "expressFee": 0,
                    "buyerNick": "王小明",
                    "buyerOpenId": "f18d746172",
                    "sellerNick": "村口果园",
                    "remark": "",
                    "cpsType": 1,
                    "payType": 1,
                    **times,
                    **base,
                },
                "orderItemInfo": {
                    "itemId": item,
                    "skuId": item + 1,
                    "itemTitle": title,
                    "num": pieces,
                    "price": total_fee // pieces,
                    "skuDesc": "5斤",
                    "skuNick": "",
                },
                "orderRefundList": [],
                "orderLogisticsInfo": [],
                "orderAddress": {"encryptedConsignee": "##王小明##", "desensitiseMobile": "139****0001"},
            }
            self.details[number] = {"carrierType": 2 if live else 1, "carrierId": "k8812" if live else "v1"}
            return number

    def change(self, number: int, at: datetime, refund: int = 0, waybill: str = "", **base: Any) -> None:
        """Something becomes of an order."""
        with self.changed:
            order = self.orders[number]
            order["orderBaseInfo"] |= {"updateTime": ms(at), **base}
            if refund:
                order["orderRefundList"].insert(0, {"refundId": number + 1, "refundStatus": refund})
            if waybill:
                order["orderLogisticsInfo"] = [{"expressNo": waybill, "expressCode": 4}]

    def asked_for(self, method: str) -> list[dict[str, Any]]:
        """The business parameters of every question of this kind."""
        path = "/" + method.replace(".", "/")
        return [json.loads(one.query["param"]) for one in self.asked if one.path == path]

    def answer(self, asked: Asked) -> Said:
        try:
            if asked.path.startswith("/oauth2/"):
                return self._let_in(asked)
            data = self._data(asked)
        except RefusalError as no:
            return no.said
        return Said({"result": 1, "code": "1", "msg": "成功", "error_msg": "", "requestId": "r1", "data": data})

    def _let_in(self, asked: Asked) -> Said:
        sent = asked.query if asked.method == "GET" else asked.form
        if (sent.get("app_id"), sent.get("app_secret")) != (APP_KEY, APP_SECRET):
            return Said({"result": 100200102, "error_msg": "app 无效"})
        if (asked.method, asked.path, sent.get("grant_type")) == ("GET", "/oauth2/access_token", "code"):
            good = bool(self.code) and sent.get("code") == self.code
            self.code = ""
        else:
            good = (asked.method, asked.path) == ("POST", "/oauth2/refresh_token") and (
                sent.get("grant_type"),
                sent.get("refresh_token"),
            ) == ("refresh_token", self.refresh)
        if not good:
            return Said({"result": 100200103, "error_msg": "授权码无效"})
        self.access, self.refresh = self.access + "+", self.refresh + "+"
        self.ends_at = self.now() + timedelta(seconds=172_800)
        tokens = {"access_token": self.access, "refresh_token": self.refresh, "open_id": "seller-1"}
        lives = {"expires_in": 172_800, "refresh_token_expires_in": 15_552_000}
        return Said({"result": 1, **tokens, **lives, "scopes": ["merchant_order"]})

    def _data(self, asked: Asked) -> dict[str, Any]:
        sent = asked.query if asked.method == "GET" else asked.form
        self._check_signature(sent)
        if sent["access_token"] != self.access:
            raise RefusalError(24, "access_token不存在")
        if self.now() > self.ends_at:
            raise RefusalError(21, "access_token已过期")
        if asked.path != "/" + sent["method"].replace(".", "/") or asked.method != "GET":
            raise RefusalError(1001, "method 与路径不一致")
        param = json.loads(sent["param"])
        match sent["method"]:
            case "open.order.cursor.list":
                return self._list(param)
            case "open.order.detail":
                if self.too_many:
                    raise RefusalError(802000, "请求过于频繁")
                return self._detail(param)
            case "open.live.shop.seller.real.uv" if param == {}:
                return {"realWatchUv": self.watching}
        raise RefusalError(1002, "方法不存在")

    def _check_signature(self, sent: dict[str, str]) -> None:
        needed = {"access_token", "appkey", "method", "param", "signMethod", "timestamp", "version"}
        if needed - set(sent) or sent["version"] != "1" or sent["appkey"] != APP_KEY:
            raise RefusalError(28, "缺少参数")
        text = "&".join(f"{name}={sent[name]}" for name in sorted(needed)) + f"&signSecret={SIGN_SECRET}"
        if sent["signMethod"] == "HMAC_SHA256":
            digest = hmac.new(SIGN_SECRET.encode(), text.encode(), hashlib.sha256).digest()
            wanted = base64.b64encode(digest).decode()
        else:
            wanted = hashlib.md5(text.encode()).hexdigest()
        if sent.get("sign") != wanted:
            raise RefusalError(27, "签名错误")
        if abs(int(sent["timestamp"]) - ms(self.now())) > TEN_MINUTES_MS:
            raise RefusalError(28, "timestamp 已过期")

    def _list(self, param: dict[str, Any]) -> dict[str, Any]:
        whole = {"orderViewStatus", "pageSize", "sort", "queryType", "beginTime", "endTime", "cursor"}
        if set(param) - {"cpsType"} != whole or param["orderViewStatus"] not in range(8):
            raise RefusalError(2001, "参数错误", "807001")
        if not 1 <= param["pageSize"] <= 50 or param["queryType"] not in (1, 2) or param["sort"] not in (1, 2):
            raise RefusalError(2001, "pageSize无效", "807002")
        begin, end = param["beginTime"], param["endTime"]
        if not begin < end <= begin + WEEK_MS:
            raise RefusalError(2001, "endTime无效", "807000")
        if begin < ms(self.now() - timedelta(days=90, minutes=1)):
            raise RefusalError(2001, "beginTime无效", "807000")
        same = {name: value for name, value in param.items() if name != "cursor"}
        done: tuple[int, int] = (-1, -1)
        if param["cursor"]:
            if self.cursors.get(param["cursor"], ({},))[0] != same:
                raise RefusalError(2001, "cursor无效", "807003")
            done = self.cursors[param["cursor"]][1]
        moment = "createTime" if param["queryType"] == 1 else "updateTime"
        keyed = sorted((order["orderBaseInfo"][moment], number) for number, order in self.orders.items())
        found = [key for key in keyed if begin <= key[0] <= end and key > done]
        if param["sort"] == 1:
            found.reverse()
        page = found[: param["pageSize"]]
        cursor = "nomore"
        if len(found) > len(page):
            cursor = f"c{len(self.cursors)}"
            self.cursors[cursor] = (same, page[-1])
        entries = [self.orders[number] for _at, number in page]
        return {**same, "cursor": cursor, "orderList": entries}

    def _detail(self, param: dict[str, Any]) -> dict[str, Any]:
        if set(param) != {"oid"} or param["oid"] not in self.details:
            raise RefusalError(2001, "订单不存在", "807010")
        order = self.orders[param["oid"]]
        return {**order, "orderBaseInfo": {**order["orderBaseInfo"], **self.details[param["oid"]]}}
