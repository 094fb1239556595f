"""A stand-in for bilibili's live-open interface, as its documents have it: live-open.biliapi.com and its WebSocket."""

import hashlib
import hmac
import json
import ssl
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from tests.integrations.stand_ins.server import HOST, Asked, Said, StandIn, serving

KEY, SECRET, APP_ID, CODE = "bili-key-77", "app-secret-Geheim1", 1_700_000_077, "BGeheim2CODE"
SIGNED = (
    "x-bili-accesskeyid",
    "x-bili-content-md5",
    "x-bili-signature-method",
    "x-bili-signature-nonce",
    "x-bili-signature-version",
    "x-bili-timestamp",
)
TOLERANCE_S = 600
PATIENCE_S = 70.0  # without a heartbeat on the line
AUTH, AUTH_ANSWER, HEARTBEAT, HEARTBEAT_ANSWER, TOLD = 7, 8, 2, 3, 5
PLAIN, NUMBERED, SQUEEZED = 0, 1, 2


def packet(operation: int, body: bytes = b"", version: int = PLAIN) -> bytes:
    return struct.pack(">IHHII", 16 + len(body), 16, version, operation, 1) + body


def told(cmd: str, **data: Any) -> bytes:
    return packet(TOLD, json.dumps({"cmd": cmd, "data": data}, ensure_ascii=False).encode())


def comment(text: str, at_s: int, **data: Any) -> bytes:
    """A comment with all that stands beside it."""
    who = {"uname": "王小明", "open_id": "f18d746172", "uid": 0, "uface": "https://i0.example/face.jpg"}
    what = {"msg": text, "timestamp": at_s, "msg_id": f"m-{text}", "room_id": 22_637, "dm_type": 0, "emoji_img_url": ""}
    return told("LIVE_OPEN_PLATFORM_DM", **who, **what, fans_medal_level=3, guard_level=0, **data)


def squeezed(*packets: bytes) -> bytes:
    return packet(TOLD, zlib.compress(b"".join(packets)), SQUEEZED)


class RefusalError(Exception):
    """The answer is an error."""

    def __init__(self, code: int, words: str) -> None:
        self.said = Said({"code": code, "message": words, "request_id": "r1", "data": {}})


@dataclass(slots=True)
class Bilibili(StandIn):
    """One room, in which one round at a time goes on."""

    address: str = ""
    round: str = ""
    rounds: int = 0
    ended: list[str] = field(default_factory=list)
    heartbeats: int = 0  # of the round
    line_heartbeats: int = 0
    lets_in: bool = True  # on the line
    answers_heartbeats: bool = True  # on the line
    nonces: set[str] = field(default_factory=set)
    lines: list[ServerConnection] = field(default_factory=list)  # that are let in
    calls: int = 0
    wrong: list[str] = field(default_factory=list)  # what came that never should
    moved_to: str = ""  # where the next call is sent on to

    @property
    def auth(self) -> str:
        return json.dumps(
            {"roomid": 22_637, "protoover": 2, "uid": 7, "key": f"auth-Geheim3-{self.round}", "group": "open"}
        )

    def say(self, *frames: bytes) -> None:
        """Tells all who listen, each frame in a message of its own."""
        with self.changed:
            lines = list(self.lines)
        assert lines, "nobody listens"
        for line in lines:
            with suppress(ConnectionClosed):  # it goes just now
                for frame in frames:
                    line.send(frame)

    def hang_up(self) -> None:
        """All lines break at once."""
        with self.changed:
            lines, self.lines = self.lines, []
        for line in lines:
            line.close_socket()

    def answer(self, asked: Asked) -> Said:
        try:
            data = self._data(asked)
        except RefusalError as no:
            return no.said
        return Said({"code": 0, "message": "0", "request_id": "r1", "data": data})

    def _data(self, asked: Asked) -> dict[str, Any]:
        self._check_signature(asked)
        sent = json.loads(asked.body)
        match asked.method, asked.path:
            case "POST", "/v2/app/start":
                return self._start(sent)
            case "POST", "/v2/app/heartbeat":
                self._check_names(sent, "game_id")
                if not self.round or sent["game_id"] != self.round:
                    raise RefusalError(7003, "心跳过期")
                self.heartbeats += 1
                return {}
            case "POST", "/v2/app/end":
                self._check_names(sent, "app_id", "game_id")
                if not self.round or sent["game_id"] != self.round or sent["app_id"] != APP_ID:
                    raise RefusalError(7000, "不在游戏内")
                self.ended.append(self.round)
                self.round = ""
                return {}
        raise RefusalError(4010, "接口不存在")

    def _start(self, sent: dict[str, Any]) -> dict[str, Any]:
        self._check_names(sent, "code", "app_id")
        if sent["app_id"] != APP_ID or isinstance(sent["app_id"], bool):
            raise RefusalError(8002, "项目无权限访问")
        if sent["code"] != CODE:
            raise RefusalError(7007, "身份码错误")
        if self.round:
            raise RefusalError(7002, "房间重复游戏")
        self.rounds += 1
        self.round = f"round-{self.rounds}"
        return {
            "game_info": {"game_id": self.round},
            "websocket_info": {"auth_body": self.auth, "wss_link": [self.address, self.address]},
            "anchor_info": {"room_id": 22_637, "uname": "村口果园", "uid": 7, "open_id": "o7", "uface": ""},
        }

    def _check_names(self, sent: dict[str, Any], *names: str) -> None:
        if set(sent) != set(names):
            raise RefusalError(4000, "参数错误")

    def _check_signature(self, asked: Asked) -> None:
        """Over what arrived, in the order of the platform's list of errors."""
        head = {name.lower(): value for name, value in asked.headers.items()}
        if head.get("content-type") != "application/json":
            raise RefusalError(4011, "Content-Type不为application/json")
        if head.get("accept") != "application/json":
            raise RefusalError(4013, "Accept不为application/json")
        if set(SIGNED) - set(head) or head["x-bili-accesskeyid"] != KEY:
            raise RefusalError(4001, "应用无效")
        if head["x-bili-signature-method"] != "HMAC-SHA256":
            raise RefusalError(4005, "签名method异常")
        if head["x-bili-signature-version"] != "1.0":
            raise RefusalError(4006, "版本异常")
        text = "\n".join(f"{name}:{head[name]}" for name in SIGNED)
        wanted = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(head.get("authorization", ""), wanted):
            raise RefusalError(4002, "签名异常")
        if head["x-bili-content-md5"] != hashlib.md5(asked.body).hexdigest():
            raise RefusalError(4012, "MD5校验失败")
        if abs(int(head["x-bili-timestamp"]) - int(self.now().timestamp())) > TOLERANCE_S:
            raise RefusalError(4003, "请求过期")
        if head["x-bili-signature-nonce"] in self.nonces:
            raise RefusalError(4004, "重复请求")
        self.nonces.add(head["x-bili-signature-nonce"])

    def send_on(self, line: ServerConnection, _request: Request) -> Response | None:
        address, self.moved_to = self.moved_to, ""
        if not address:
            return None
        answer = line.respond(302, "elsewhere")
        answer.headers["Location"] = address
        return answer

    def listen(self, line: ServerConnection) -> None:
        """One line from its beginning to its end."""
        try:
            if self._let_in(line):
                while True:
                    self._take(line, line.recv(PATIENCE_S))
        except (ConnectionClosed, TimeoutError):
            pass
        finally:
            with self.changed:
                self.lines = [one for one in self.lines if one is not line]
                self.changed.notify_all()

    def _let_in(self, line: ServerConnection) -> bool:
        first = line.recv(PATIENCE_S)
        with self.changed:
            self.calls += 1
            good = self.lets_in and bool(self.round) and first == packet(AUTH, self.auth.encode(), NUMBERED)
            if self.lets_in and self.round and not good:
                self.wrong.append(f"auth {first!r}")
            line.send(packet(AUTH_ANSWER, json.dumps({"code": 0 if good else -101}).encode(), NUMBERED))
            if good:  # whoever says something from now on says it here too
                self.lines.append(line)
                self.changed.notify_all()
        return good

    def _take(self, line: ServerConnection, frame: str | bytes) -> None:
        with self.changed:
            if frame != packet(HEARTBEAT, b"", NUMBERED):
                self.wrong.append(f"heartbeat {frame!r}")
            self.line_heartbeats += 1
            self.changed.notify_all()
        if self.answers_heartbeats:
            popularity = struct.pack(">I", 1)
            line.send(packet(HEARTBEAT_ANSWER, popularity, NUMBERED) + b"{}")  # what we sent comes back behind its end


@contextmanager
def on_line(platform: Bilibili, encrypted: ssl.SSLContext | None = None) -> Iterator[None]:
    """The stand-in's two servers, until the block ends; nothing that came was what never should."""
    server = serve(
        platform.listen, HOST, 0, ssl=encrypted, compression=None, ping_interval=None, process_request=platform.send_on
    )
    with serving(platform):
        thread = threading.Thread(target=server.serve_forever, name="stand-in line")
        thread.start()
        port = server.socket.getsockname()[1]
        platform.address = f"{'wss' if encrypted else 'ws'}://{HOST}:{port}/sub"
        try:
            yield
        finally:
            platform.hang_up()
            server.shutdown()
            thread.join()
    assert platform.wrong == []
