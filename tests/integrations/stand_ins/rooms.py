"""Stand-ins for the interfaces that tell of live rooms: 千川, 抖音开放平台 and 视频号."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.integrations.stand_ins.server import Asked, Said, StandIn

ACCESS = "access-Geheim3"
ROOM = "7301234567890123456"
START_S = 1_789_900_000


@dataclass(slots=True)
class Qianchuan(StandIn):
    """Wants the token in its own header, JSON fields, and pages of at most 100."""

    count: int = 120
    status: str = "FINISH"
    ended: str = ""  # the end it tells, where that is no end

    def answer(self, asked: Asked) -> Said:
        sent = asked.query
        if asked.headers.get("Access-Token") != ACCESS:
            return Said({"code": 40105, "message": "access token is invalid", "request_id": "r"})
        known = asked.path == "/open_api/v1.0/qianchuan/today_live/room/get/" and sent["room_status"] == "ALL"
        if (
            not known
            or not 1 <= int(sent["page_size"]) <= 100
            or (sent["advertiser_id"], sent["aweme_id"]) != ("1", "2")
        ):
            return Said({"code": 40000, "message": "param error", "request_id": "r"})
        assert "total_live_watch_cnt" in json.loads(sent["fields"])
        first = (int(sent["page"]) - 1) * int(sent["page_size"])
        rooms = [self._room(number, sent["date_time"]) for number in range(self.count)][first : first + 100]
        data = {"room_list": rooms, "page_info": {"page": int(sent["page"]), "total_number": self.count}}
        return Said({"code": 0, "message": "OK", "request_id": "r", "data": data})

    def _room(self, number: int, day: str) -> dict[str, Any]:
        return {
            "room_id": int(ROOM) + number,
            "room_title": "今晚苹果",
            "room_status": self.status,
            "start_time": f"{day} 20:00:00",
            "end_time": self.ended or f"{day} 22:00:00",
            "total_live_watch_cnt": 22_200,
            "live_pay_order_count_alias": 35,
            "live_pay_order_gmv_alias": 1937.5,
        }


@dataclass(slots=True)
class DouyinRooms(StandIn):
    """Tells of one room; interactive figures are not permitted, one figure of the audience is not ready."""

    began_s: int = START_S
    views: int = 900

    def answer(self, asked: Asked) -> Said:
        if asked.headers.get("access-token") != ACCESS:
            return Said({"err_no": 10008, "err_msg": "access_token 无效", "log_id": "l"})
        kind = asked.path.removeprefix("/room/data/").removesuffix("/get/")
        if asked.query.get("open_id") != "o1" or asked.method != "GET":
            return Said({"err_no": 2100005, "err_msg": "参数不合法", "log_id": "l"})
        if kind == "room_id":
            return Said({"room_ids": [ROOM], "err_no": 0, "err_msg": "", "log_id": "l"})
        if (asked.query.get("room_id"), asked.query.get("live_id")) != (ROOM, "1") or kind == "interactive":
            return Said({"err_no": 2190004, "err_msg": "应用未获得该能力", "log_id": "l"})
        values = {
            "audience": {"live_watch_cnt_td": self.views, "per_minute_watch_ucnt_td_max": 86, "live_watch_ucnt_td": 1}
        }
        values["base"] = {"live_start_ts": self.began_s, "live_end_ts": self.began_s + 3600, "live_duration_td": 3600}
        stats = [{"item": ROOM, "name": name, "value": value} for name, value in values[kind].items()]
        ready = [{"name": one["name"], "is_ready": one["name"] != "live_watch_ucnt_td"} for one in stats]
        return Said({"err_no": 0, "err_msg": "", "data": {"stats": stats, "data_ready_status": ready}})


@dataclass(slots=True)
class Channels(StandIn):
    """Tells of two rooms on two pages; its tokens end when it is told so."""

    tokens: list[str] = field(default_factory=list)

    def answer(self, asked: Asked) -> Said:
        if asked.path == "/cgi-bin/token":
            if (asked.query["appid"], asked.query["secret"]) != ("wx1", "app-secret-Geheim1"):
                return Said({"errcode": 40125, "errmsg": "invalid appsecret"})
            self.tokens.append(f"token-Geheim{len(self.tokens)}")
            return Said({"access_token": self.tokens[-1], "expires_in": 7200})
        if not self.tokens or asked.query.get("access_token") != self.tokens[-1]:
            return Said({"errcode": 42001, "errmsg": "access_token expired"})
        sent = json.loads(asked.body)
        if asked.path != "/channels/finderlive/get_finder_live_data_list" or not sent["start_time"] < sent["end_time"]:
            return Said({"errcode": 47001, "errmsg": "data format error"})
        more = sent["last_buffer"] == ""
        room = {"export_id": "e1" if more else "e2", "live_start_time": START_S, "live_duration_in_seconds": 600}
        figures = {"total_audience_count": 900, "max_online_count": 86}
        buffer = {"continue_flag": more, "last_buffer": "b1"}
        return Said({"errcode": 0, "errmsg": "ok", "item": [{**room, **figures}], **buffer})
