"""微信视频号: what WeChat says of an account's live rooms. It tells of no orders and no viewers now.

As published SDKs have /channels/finderlive/get_finder_live_data_list of api.weixin.qq.com; how a token is had for an
app's id and secret is known from use and not from a document we read.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from integrations.base import (
    N_,
    AnsweredError,
    ExpiredError,
    LimitedError,
    RefusedError,
    Room,
    Tokens,
    quoted,
    setting,
)
from integrations.paging import MOST_PAGES, endless
from integrations.seller import Seller
from integrations.values import listed, seconds_of, text_of, time_of_s, whole

HOST = "https://api.weixin.qq.com"
FIGURES = (
    "total_audience_count",
    "max_online_count",
    "audiences_avg_seconds",
    "new_follow_count",
    "total_comment_count",
    "total_cheer_count",
    "forward_count",
)
_TOKEN = (40001, 40014, 42001)
_TOO_OFTEN = (45009, 45011)


@dataclass(frozen=True, slots=True)
class Settings:
    """What an account at 视频号 needs."""

    app_key: str = setting(N_("App id"), N_("In the console of 视频号助手, under the app: AppID."))
    app_secret: str = setting(N_("App secret"), N_("Beside the app id: AppSecret. It is secret."), secret=True)
    host: str = setting(N_("Address of the interface"), N_("Leave it as it is."), HOST, needed=False)


class Channels(Seller[Settings]):
    """One account at 视频号."""

    name = "channels"
    ask_every_s = 3600.0
    renew_before = timedelta(minutes=5)

    def connect(self, code: str = "") -> None:  # noqa: ARG002 - id and secret are enough
        if not self._tokens.access or self._ends_soon():
            self._renew_alone()

    def test(self) -> str:
        self.connect()
        now = self._handed.now()
        self._page(now - timedelta(days=1), now, "")
        return self._settings.app_key

    def rooms(self, since: datetime, until: datetime) -> tuple[Room, ...]:
        self.connect()
        rooms: list[Room] = []
        buffer = ""
        for _page in range(MOST_PAGES):
            found = self._page(since, until, buffer)
            rooms += [self._room(one) for one in listed(found.get("item"))]
            before, buffer = buffer, text_of(found.get("last_buffer"))
            if found.get("continue_flag") is not True:
                return tuple(rooms)
            if buffer == before:
                break
        raise endless()

    def _page(self, since: datetime, until: datetime, buffer: str) -> dict[str, Any]:
        wanted = {"start_time": seconds_of(since), "end_time": seconds_of(until), "last_buffer": buffer}
        return self._renewing(lambda: self._ask("/channels/finderlive/get_finder_live_data_list", wanted))

    def _ask(self, path: str, wanted: Mapping[str, object]) -> dict[str, Any]:
        self._pace.keep()
        address = f"{self._settings.host or HOST}{path}"
        body = json.dumps(wanted, ensure_ascii=False).encode()
        answer = self._http.ask("POST", address, query={"access_token": self._tokens.access}, body=body).document()
        self._look_for_error(answer)
        return answer

    def _look_for_error(self, answer: Mapping[str, Any]) -> None:
        code = whole(answer.get("errcode"))
        if code == 0:
            return
        words = quoted(answer.get("errmsg") or "", self._settings.app_secret, self._tokens.access)
        if code in _TOKEN:
            raise ExpiredError(N_("the platform lets this account in no longer: {words}"), words=words)
        if code in _TOO_OFTEN:
            raise LimitedError(N_("we ask too often: {words}"), words=words)
        raise AnsweredError(code, words)

    def _renewable(self) -> bool:
        return True

    def _renew(self) -> None:
        self._pace.keep()
        query = {
            "grant_type": "client_credential",
            "appid": self._settings.app_key,
            "secret": self._settings.app_secret,
        }
        answer = self._http.ask("GET", f"{self._settings.host or HOST}/cgi-bin/token", query=query).document()
        if not answer.get("access_token"):
            words = quoted(answer.get("errmsg") or "", self._settings.app_secret)
            raise RefusedError(N_("the keys do not fit: {words}"), words=words)
        ends_at = self._handed.now() + timedelta(seconds=whole(answer.get("expires_in")) or 7200)
        self._keep(Tokens(str(answer["access_token"]), ends_at=ends_at))

    def _room(self, found: Mapping[str, Any]) -> Room:
        started_at = time_of_s(found.get("live_start_time"))
        lasted = timedelta(seconds=whole(found.get("live_duration_in_seconds")))
        figures = tuple((name, whole(found[name])) for name in FIGURES if found.get(name) is not None)
        ended_at = started_at + lasted if started_at and lasted else None
        number = text_of(found.get("export_id"))
        return Room(self.name, number, "", started_at, ended_at, figures, self._handed.now())
