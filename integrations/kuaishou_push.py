"""Kuaishou's official call for a push address: a cover, a caption and whether the room sells fill in a destination.

As the platform's open live interface has it (open.kuaishou.com, 2020; for companies it has admitted). An address is
good for two days and one show. The room opens when the stream comes, and closes one to two minutes after it goes.
"""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from integrations.base import (
    N_,
    AnsweredError,
    ExpiredError,
    Handed,
    IntegrationError,
    LimitedError,
    RefusedError,
    Tokens,
    quoted,
    setting,
)
from integrations.http import Http
from integrations.seller import Seller
from integrations.values import part, text_of, whole

HOST = "https://open.kuaishou.com"
LONGEST_CAPTION = 13
LARGEST_COVER_BYTES = 2_000_000
TOKEN_LIVES_S = 3600
TIMEOUT_S = 15.0  # a cover is sent over a village's line

_JPEG = b"\xff\xd8\xff"
_REASONS = {
    400006: N_("this account may not broadcast"),
    400008: N_("this account may not sell in its live room"),
    400014: N_("the cover will not do"),
    400001: N_("a value will not do"),
}
_NOT_LET_IN = (200102, 100200102, 100200103)
_BAD_APP = 200100
_TOO_OFTEN = 400002


@dataclass(frozen=True, slots=True)
class Settings:
    """What an app at 快手开放平台 needs."""

    app_key: str = setting(N_("App key"), N_("In the console of 快手开放平台, under the app: app_id."))
    app_secret: str = setting(N_("App secret"), N_("Beside the app key: app_secret. It is secret."), secret=True)
    redirect: str = setting(
        N_("Callback address"), N_("The callback address of the app, exactly as the console has it."), needed=False
    )
    host: str = setting(N_("Address of the interface"), N_("Leave it as it is."), HOST, needed=False)


@dataclass(frozen=True, slots=True)
class PushAddress:
    """Where one show is sent; the address is secret."""

    url: str
    stream: str

    def __repr__(self) -> str:
        return "PushAddress(•••)"


class KuaishouPush(Seller[Settings]):
    """One account that may broadcast; it tells of no orders."""

    name = "kuaishou_live"
    out_of_order = (100_200_500,)
    ask_every_s = 3600.0
    renew_before = timedelta(minutes=10)  # a token lives an hour

    def __init__(self, settings: Settings, tokens: Tokens, handed: Handed) -> None:
        super().__init__(settings, tokens, handed)
        self._http = Http(timeout_s=TIMEOUT_S, now=handed.now)

    def authorize_url(self, state: str) -> str:
        query = {
            "app_id": self._settings.app_key,
            "response_type": "code",
            "scope": "user_video_live",
            "redirect_uri": self._settings.redirect,
            "state": state,
            "ua": "pc",
        }
        return f"{self._host}/oauth2/authorize?{urlencode(query)}"

    def test(self) -> str:
        self.connect()
        return self._tokens.owner

    def push_address(self, cover: bytes, caption: str, sells: bool) -> PushAddress:
        """An address for one show. `cover`: a JPEG, best 720x1280. Raises `IntegrationError` for what will not do."""
        if not cover.startswith(_JPEG) or len(cover) > LARGEST_COVER_BYTES:
            raise IntegrationError(N_("the cover must be a JPEG of at most 2 MB"))
        if not 0 < len(caption) <= LONGEST_CAPTION:
            raise IntegrationError(N_("the caption must have 1 to {most} characters"), most=LONGEST_CAPTION)
        self.connect()
        form = {"caption": caption, "panoramic": "0", "shopLive": "true" if sells else "false"}
        answer = self._http.ask(
            "POST",
            f"{self._host}/openapi/kwaiUser/live/pushUrls",
            query=self._who(),
            form=form,
            files={"file": ("cover.jpg", cover, "image/jpeg")},
        ).document()
        self._look_for_error(whole(answer.get("result")), text_of(answer.get("error_msg")))
        content = part(answer, "content")
        url = text_of(content.get("pushUrl"))
        if not url.startswith(("rtmp://", "rtmps://")):
            raise IntegrationError(N_("what it answers cannot be read"))
        return PushAddress(url, text_of(content.get("liveStreamName")))

    def status(self, stream: str) -> str:
        """LIVING, LIVE_NOT_START or LIVE_END."""
        self.connect()
        answer = self._http.ask(
            "GET", f"{self._host}/openapi/kwaiUser/live/status/{stream}", query=self._who()
        ).document()
        self._look_for_error(whole(answer.get("result")), text_of(answer.get("error_msg")))
        return text_of(part(answer, "content").get("status"))

    @property
    def _host(self) -> str:
        return self._settings.host or HOST

    def _who(self) -> dict[str, str]:
        return {"app_id": self._settings.app_key, "access_token": self._tokens.access}

    def _look_for_error(self, result: int, said: str) -> None:
        """Here 0 is well, where the login says 1."""
        if result == 0:
            return
        if result in _REASONS:
            raise RefusedError(_REASONS[result])
        words = quoted(said, self._settings.app_secret, self._tokens.access, self._tokens.refresh)
        if result in _NOT_LET_IN:
            raise ExpiredError(N_("the platform lets this account in no longer: {words}"), words=words)
        if result == _BAD_APP:
            raise RefusedError(N_("the keys do not fit: {words}"), words=words)
        if result == _TOO_OFTEN:
            raise LimitedError(N_("we ask too often: {words}"), words=words)
        raise AnsweredError(result, words)

    def _let_in(self, code: str) -> None:
        """A code is good for ten minutes and once."""
        self._log_in("access_token", grant_type="code", code=code)

    def _renew(self) -> None:
        self._log_in("refresh_token", grant_type="refresh_token", refresh_token=self._tokens.refresh)

    def _log_in(self, what: str, **wanted: str) -> None:
        sent = {"app_id": self._settings.app_key, "app_secret": self._settings.app_secret, **wanted}
        answer = self._http.ask("GET", f"{self._host}/oauth2/{what}", query=sent).document()
        result = whole(answer.get("result"))
        if result in (*self.out_of_order, _TOO_OFTEN):
            self._look_for_error(result, text_of(answer.get("error_msg")))  # it says nothing of the seller
        self._take_tokens(answer if result == 1 else {}, "open_id", usual_s=TOKEN_LIVES_S)
