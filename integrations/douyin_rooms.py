"""抖音开放平台: what Douyin says of an anchor's live rooms, on the next day. It tells of no orders.

As the platform's documents have it (open.douyin.com, /room/data/…). A figure counts only once the platform says that
it is ready. Each of the three kinds of figures has a permission of its own; what is not permitted is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from integrations.base import (
    N_,
    AnsweredError,
    ExpiredError,
    Room,
    quoted,
    setting,
)
from integrations.seller import Seller
from integrations.values import listed, number_of, part, seconds_of, text_of, time_of_s, whole

HOST = "https://open.douyin.com"
KINDS = ("audience", "base", "interactive")
_DOUYIN = "1"  # live_id
_TOKEN = (10008, 2190002, 2190008)  # not proven: its words are looked at too


@dataclass(frozen=True, slots=True)
class Settings:
    """What an anchor's account at 抖音开放平台 needs."""

    open_id: str = setting(N_("Open id of the anchor"), N_("What the platform calls the account: open_id."))
    host: str = setting(N_("Address of the interface"), N_("Leave it as it is."), HOST, needed=False)


class DouyinRooms(Seller[Settings]):
    """One anchor's account."""

    name = "douyin_rooms"
    ask_every_s = 3600.0

    def test(self) -> str:
        self.connect()
        now = seconds_of(self._handed.now())
        self._ask("room_id", start_time=str(now - 86_400), end_time=str(now))
        return self._settings.open_id

    def rooms(self, since: datetime, until: datetime) -> tuple[Room, ...]:
        self.connect()
        found = self._ask("room_id", start_time=str(seconds_of(since)), end_time=str(seconds_of(until)))
        listed_ids = found.get("room_ids") or part(found, "data").get("room_ids")
        return tuple(self._room(number_of(one)) for one in listed_ids or ())

    def _room(self, number: str) -> Room:
        figures: dict[str, int] = {}
        for kind in KINDS:
            try:
                figures |= ready_figures(part(self._ask(kind, room_id=number, live_id=_DOUYIN), "data"))
            except AnsweredError:
                continue  # this kind is not permitted
        start, end = figures.pop("live_start_ts", 0), figures.pop("live_end_ts", 0)
        told = tuple(sorted(figures.items()))
        return Room(self.name, number, "", time_of_s(start), time_of_s(end), told, self._handed.now())

    def _ask(self, kind: str, **query: str) -> dict[str, Any]:
        self._pace.keep()
        address = f"{self._settings.host or HOST}/room/data/{kind}/get/"
        sent = {"open_id": self._settings.open_id, **query}
        headers = {"access-token": self._tokens.access}
        answer = self._http.ask("GET", address, query=sent, headers=headers).document()
        code = whole(answer.get("err_no"))
        if code == 0:
            return answer
        words = quoted(answer.get("err_msg") or "", self._tokens.access)
        if code in _TOKEN or "token" in words.lower():
            raise ExpiredError(N_("the platform lets this account in no longer: {words}"), words=words)
        raise AnsweredError(code, words)


def ready_figures(data: Mapping[str, Any]) -> dict[str, int]:
    """The figures that are ready, by the platform's names."""
    ready = {text_of(one.get("name")) for one in listed(data.get("data_ready_status")) if one.get("is_ready") is True}
    told = {text_of(one.get("name")): whole(one.get("value")) for one in listed(data.get("stats"))}
    return {name: value for name, value in told.items() if name in ready}
