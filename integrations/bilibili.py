"""bilibili: what viewers write during a show. The platform tells of no orders there, and not of how many people watch.

By its official live-open interface, as its open documents and published SDKs have it (live-open.biliapi.com, version
2), for apps that it has reviewed. `app/start` with the streamer's identity code (身份码) begins a round and names the
line on which comments come; `app/heartbeat` every 20 s keeps the round, `app/end` gives it back. Of a comment its words
and its time are read, and never who wrote it.
"""

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from integrations.base import (
    N_,
    AnsweredError,
    Handed,
    IntegrationError,
    LimitedError,
    LiveComment,
    RefusedError,
    Tokens,
    quoted,
    setting,
)
from integrations.seller import Seller
from integrations.values import part, seconds_of, text_of, time_of_s, whole

if TYPE_CHECKING:
    from integrations.bilibili_line import Line

HOST = "https://live-open.biliapi.com"
HEARTBEAT_EVERY_S = 20.0
TAKEN_PAUSE_S = 10.0  # what the platform advises
LONGEST_COMMENT = 500

_COMMENT = "LIVE_OPEN_PLATFORM_DM"
_ENDED = "LIVE_OPEN_PLATFORM_INTERACTION_END"
_SIGNATURE = (4002, 4003)
_REFUSED = (4001, 4007, 4008, 5004, 5005, 7007, 8002)  # key, address, permission, room, identity code, project
_TOO_OFTEN = 4009
_TAKEN = (7001, 7002)  # the last round in this room is being settled; one is going on
_OVER = (7000, 7003)  # there is no such round any more
_LONGEST_NUMBER = 18


@dataclass(frozen=True, slots=True)
class Settings:
    """What a live room at bilibili needs."""

    app_key: str = setting(N_("Access key"), N_("On open-live.bilibili.com, under 个人资料: access_key_id."))
    app_secret: str = setting(
        N_("Access secret"), N_("Beside the access key: access_key_secret. It is secret."), secret=True
    )
    app_id: str = setting(N_("Project number"), N_("There too, under 我的项目: 项目ID."))
    code: str = setting(
        N_("Identity code of the room"),
        N_("On play-live.bilibili.com, at the lower right: 身份码. It is secret."),
        secret=True,
    )
    host: str = setting(N_("Address of the interface"), N_("Leave it as it is."), HOST, needed=False)


@dataclass(frozen=True, slots=True)
class Round:
    """The platform lets us listen to a room. Without a number nothing keeps it and nothing ends it."""

    number: str
    owner: str
    addresses: tuple[str, ...]
    auth: str = field(repr=False)


class TakenError(LimitedError):
    """Somebody listens in this room already, or did until just now."""

    def __init__(self) -> None:
        super().__init__(N_("another program listens in this room, or did until just now"), TAKEN_PAUSE_S)


def signed(body: bytes, key: str, secret: str, nonce: str, at_s: int) -> dict[str, str]:
    """The headers that vouch for `body`, each nonce used once: six of them, and HMAC-SHA256 over their lines."""
    headers = {
        "x-bili-accesskeyid": key,
        "x-bili-content-md5": hashlib.md5(body, usedforsecurity=False).hexdigest(),
        "x-bili-signature-method": "HMAC-SHA256",
        "x-bili-signature-nonce": nonce,
        "x-bili-signature-version": "1.0",
        "x-bili-timestamp": str(at_s),
    }
    text = "\n".join(f"{name}:{value}" for name, value in sorted(headers.items()))
    return headers | {"Authorization": hmac.digest(secret.encode(), text.encode(), "sha256").hex()}


class Bilibili(Seller[Settings]):
    """One live room at bilibili."""

    name = "bilibili"
    ask_every_s = 5.0

    def __init__(self, settings: Settings, tokens: Tokens, handed: Handed) -> None:
        super().__init__(settings, tokens, handed)
        self._round: Round | None = None
        self._line: Line | None = None
        self._calls = 0  # of the line, so that each of its addresses has its turn
        self._heartbeat_due_s = 0.0

    def connect(self, code: str = "") -> None:
        """There are no tokens: keys and identity code are enough."""

    def test(self) -> str:
        try:
            begun = self._begin()
        except TakenError:  # only whoever may come in is told so
            return ""
        self._end(begun)
        return begun.owner

    def comments(self) -> tuple[LiveComment, ...]:
        self._keep_round()
        if self._round is None:
            self._round = self._begin()
            self._heartbeat_due_s = time.monotonic() + HEARTBEAT_EVERY_S
        try:
            if self._line is None:
                self._line = self._call(self._round)
            told = self._line.read()
        except AnsweredError:  # the round is good for nothing
            self._leave()
            raise
        except IntegrationError:
            self._hang_up()
            raise
        if any(one.get("cmd") == _ENDED and part(one, "data").get("game_id") == self._round.number for one in told):
            self._leave()
        return self._comments_of(told)

    def stop_listening(self) -> tuple[LiveComment, ...]:
        last: tuple[LiveComment, ...] = ()
        if self._line is not None:
            with suppress(IntegrationError):
                last = self._comments_of(self._line.read())
        self._leave()
        return last

    def close(self) -> None:
        self._leave()
        super().close()

    def _begin(self) -> Round:
        number = self._settings.app_id.strip()
        if not (number.isascii() and number.isdecimal() and len(number) <= _LONGEST_NUMBER):
            raise RefusedError(N_("the project number is not a number"))
        found = self._ask("start", {"code": self._settings.code, "app_id": int(number)})
        line = part(found, "websocket_info")
        links, auth = line.get("wss_link"), line.get("auth_body")
        addresses = tuple(one for one in links if isinstance(one, str)) if isinstance(links, list) else ()
        if not addresses or not isinstance(auth, str):
            raise IntegrationError(N_("what it answers cannot be read"))
        owner = text_of(part(found, "anchor_info").get("uname"))
        return Round(text_of(part(found, "game_info").get("game_id")), owner, addresses, auth)

    def _end(self, begun: Round) -> None:
        if begun.number:
            self._ask("end", {"app_id": int(self._settings.app_id), "game_id": begun.number})

    def _call(self, begun: Round) -> "Line":
        from integrations.bilibili_line import Line  # noqa: PLC0415 - only such a show loads WebSockets

        line = Line(begun.addresses[self._calls % len(begun.addresses)], begun.auth)
        self._calls += 1
        line.open()
        return line

    def _leave(self) -> None:
        self._hang_up()
        begun, self._round = self._round, None
        if begun is not None:
            with suppress(IntegrationError):  # then it ends for want of heartbeats
                self._end(begun)

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    def _keep_round(self) -> None:
        """A heartbeat where one is due, with or without a line; one that is lost is no matter: three are waited for."""
        if self._round is None or time.monotonic() < self._heartbeat_due_s:
            return
        self._heartbeat_due_s = time.monotonic() + HEARTBEAT_EVERY_S
        if self._line is not None:
            self._line.send_heartbeat()
        try:
            if self._round.number:
                self._ask("heartbeat", {"game_id": self._round.number})
        except IntegrationError as error:
            if isinstance(error, AnsweredError) and error.code in _OVER:
                self._leave()

    def _comments_of(self, told: list[dict[str, Any]]) -> tuple[LiveComment, ...]:
        found = []
        for one in told:
            data = part(one, "data")
            text = text_of(data.get("msg"))[:LONGEST_COMMENT]
            if one.get("cmd") == _COMMENT and text:
                try:
                    at = time_of_s(data.get("timestamp"))
                except IntegrationError:
                    at = None
                found.append(LiveComment(text, at or self._handed.now()))
        return tuple(found)

    def _ask(self, what: str, wanted: Mapping[str, object]) -> dict[str, Any]:
        """The `data` of an answer."""
        body = json.dumps(wanted, ensure_ascii=False, separators=(",", ":")).encode()
        key, secret = self._settings.app_key, self._settings.app_secret
        headers = signed(body, key, secret, uuid.uuid4().hex, seconds_of(self._handed.now()))
        headers |= {"Content-Type": "application/json", "Accept": "application/json"}
        address = f"{self._settings.host or HOST}/v2/app/{what}"
        answer = self._http.ask("POST", address, body=body, headers=headers).document()
        self._look_for_error(answer)
        return part(answer, "data")

    def _look_for_error(self, answer: Mapping[str, Any]) -> None:
        code = whole(answer.get("code"))
        if code == 0:
            return
        words = quoted(answer.get("message") or "", self._settings.app_secret, self._settings.code)
        if code in _SIGNATURE:
            raise self._bad_signature(words)
        if code in _REFUSED:
            raise RefusedError(N_("the platform does not allow it: {words}"), words=words)
        if code in _TAKEN:
            raise TakenError
        if code == _TOO_OFTEN:
            raise LimitedError(N_("we ask too often: {words}"), words=words)
        raise AnsweredError(code, words)
