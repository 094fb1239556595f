"""A stand-in for Kuaishou's open live interface: open.kuaishou.com as its documents describe it."""

from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP

from tests.integrations.stand_ins.server import Asked, Said, StandIn

APP_ID, APP_SECRET = "ks-live-1", "app-secret-Geheim1"


def parts_of(asked: Asked) -> dict[str, tuple[str, bytes]]:
    """The parts of a multipart form: name → file name and content."""
    head = f"Content-Type: {asked.headers['Content-Type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + asked.body)
    found = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)
        found[name] = (part.get_filename() or "", content)
    return found


@dataclass(slots=True)
class KuaishouPush(StandIn):
    """Gives addresses to one account."""

    access: str = "access-Geheim3"
    code: str = "once"
    may_sell: bool = True
    given: list[dict[str, str]] = field(default_factory=list)

    def answer(self, asked: Asked) -> Said:
        sent = asked.query
        if asked.path == "/oauth2/access_token":
            good = (sent.get("app_id"), sent.get("app_secret"), sent.get("code")) == (APP_ID, APP_SECRET, self.code)
            tokens = {
                "access_token": self.access,
                "refresh_token": "refresh-Geheim4",
                "open_id": "o1",
                "expires_in": 3600,
            }
            return Said({"result": 1, **tokens}) if good else Said({"result": 100200103, "error_msg": "code"})
        if sent.get("app_id") != APP_ID:
            return Said({"result": 200100, "error_msg": "app_id"})
        if sent.get("access_token") != self.access:
            return Said({"result": 200102, "error_msg": "no"})
        if asked.path.startswith("/openapi/kwaiUser/live/status/"):
            return Said({"result": 0, "content": {"status": "LIVE_NOT_START", "statusMsg": ""}})
        if (asked.method, asked.path) != ("POST", "/openapi/kwaiUser/live/pushUrls"):
            return Said({"result": 400001})
        return self._address(parts_of(asked))

    def _address(self, parts: dict[str, tuple[str, bytes]]) -> Said:
        texts = {name: content.decode() for name, (file, content) in parts.items() if not file}
        name, cover = parts.get("file", ("", b""))
        if not name.endswith(".jpg") or not cover.startswith(b"\xff\xd8\xff") or len(cover) > 2_000_000:
            return Said({"result": 400014})
        if not 0 < len(texts["caption"]) <= 13 or texts["panoramic"] not in "012":
            return Said({"result": 400001})
        if texts["shopLive"] == "true" and not self.may_sell:
            return Said({"result": 400008})
        self.given.append(texts)
        url = "rtmp://txyun-push.voip.yximgs.com/gifshow/kwai_1?sign=Geheim5"
        return Said({"result": 0, "content": {"pushUrl": url, "liveStreamName": "kwai_1"}, "hostName": "h"})
