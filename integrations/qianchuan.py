"""巨量千川: what Douyin says of an advertiser's live rooms on the same day. It tells of no orders and no viewers now.

As the official SDK has it (api.oceanengine.com, v1.0 qianchuan/today_live/room/get). Needs an account at 千川 that is
bound to the 抖音号; its token is shown by the platform or handed on by whoever keeps the app.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from integrations.base import (
    N_,
    AnsweredError,
    ExpiredError,
    IntegrationError,
    LimitedError,
    Room,
    quoted,
    setting,
)
from integrations.exports.cells import CHINA_TIME, moment
from integrations.paging import MOST_PAGES, endless
from integrations.seller import Seller
from integrations.values import fen_of_yuan, listed, number_of, part, text_of, whole

HOST = "https://api.oceanengine.com"
PATH = "/open_api/v1.0/qianchuan/today_live/room/get/"
PAGE_SIZE = 100
COUNTS = (
    "total_live_watch_cnt",
    "total_live_follow_cnt",
    "total_live_comment_cnt",
    "total_live_share_cnt",
    "live_pay_order_count_alias",
    "live_click_product_count_alias",
    "live_create_order_count_alias",
)
MONEY = ("live_pay_order_gmv_alias",)  # yuan there

_TOKEN = (40102, 40103, 40104, 40105, 40107)  # not proven: its words are looked at too
_TOO_OFTEN = (40100, 40110)
_OPEN = "LIVING"  # room_status


@dataclass(frozen=True, slots=True)
class Settings:
    """What an advertiser's account at 千川 needs."""

    advertiser_id: str = setting(N_("Advertiser number"), N_("The number of the account at 千川."))
    aweme_id: str = setting(N_("Douyin number"), N_("The number of the 抖音号 that is bound to the account."))
    host: str = setting(N_("Address of the interface"), N_("Leave it as it is."), HOST, needed=False)


class Qianchuan(Seller[Settings]):
    """One advertiser's account."""

    name = "qianchuan"
    ask_every_s = 3600.0

    def test(self) -> str:
        self.connect()
        self._page(self._handed.now(), 1)
        return self._settings.advertiser_id

    def rooms(self, since: datetime, until: datetime) -> tuple[Room, ...]:
        """The rooms of each day in China; a day that the platform tells nothing of any more is left out."""
        self.connect()
        rooms: tuple[Room, ...] = ()
        for back in range((_day(until) - _day(since)).days, -1, -1):
            try:
                rooms += self._rooms_of(until - timedelta(days=back))
            except AnsweredError:
                if back == 0:
                    raise
        return rooms

    def _rooms_of(self, day: datetime) -> tuple[Room, ...]:
        rooms: list[Room] = []
        for page in range(1, MOST_PAGES):
            found = self._page(day, page)
            rooms += [self._room(one) for one in listed(found.get("room_list"))]
            if page * PAGE_SIZE >= whole(part(found, "page_info").get("total_number")):
                return tuple(rooms)
        raise endless()

    def _page(self, day: datetime, page: int) -> dict[str, Any]:
        self._pace.keep()
        query = {
            "advertiser_id": self._settings.advertiser_id,
            "aweme_id": self._settings.aweme_id,
            "date_time": _day(day).isoformat(),
            "fields": json.dumps([*COUNTS, *MONEY]),
            "room_status": "ALL",
            "page": str(page),
            "page_size": str(PAGE_SIZE),
        }
        headers = {"Access-Token": self._tokens.access}
        answer = self._http.ask("GET", f"{self._settings.host or HOST}{PATH}", query=query, headers=headers).document()
        self._look_for_error(answer)
        return part(answer, "data")

    def _look_for_error(self, answer: Mapping[str, Any]) -> None:
        code = whole(answer.get("code"))
        if code == 0:
            return
        words = quoted(answer.get("message") or "", self._tokens.access)
        if code in _TOKEN or "token" in words.lower():
            raise ExpiredError(N_("the platform lets this account in no longer: {words}"), words=words)
        if code in _TOO_OFTEN:
            raise LimitedError(N_("we ask too often: {words}"), words=words)
        raise AnsweredError(code, words)

    def _room(self, found: Mapping[str, Any]) -> Room:
        number = number_of(found.get("room_id"))
        if not number:
            raise IntegrationError(N_("what it answers cannot be read"))
        counts = [(name, whole(found[name])) for name in COUNTS if found.get(name) is not None]
        money = [(f"{name}_fen", fen_of_yuan(found[name])) for name in MONEY if found.get(name) is not None]
        return Room(
            self.name,
            number,
            text_of(found.get("room_title")),
            moment(text_of(found.get("start_time"))),
            None if found.get("room_status") == _OPEN else moment(text_of(found.get("end_time"))),
            (*counts, *money),
            self._handed.now(),
        )


def _day(at: datetime) -> date:
    return at.astimezone(CHINA_TIME).date()
