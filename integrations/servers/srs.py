"""Viewer counts of an SRS, from `/api/v1/streams` of its HTTP API (port 1985).

Each stream has `name`, `app`, `clients` and `publish` {`active`}. `clients` counts the publisher too. Of many streams
it tells the first ten, unless it is asked for more.
"""

from collections.abc import Callable
from datetime import datetime

from integrations.base import N_, IntegrationError, ViewerCount
from integrations.http import Answer, Http
from integrations.values import listed, part, text_of, whole

MOST_STREAMS = 1000


class Srs:
    """Asks the API at `url`, for one application and stream where they are named, else for all of them."""

    name = "srs"
    path = "/api/v1/streams"

    def __init__(self, url: str, now: Callable[[], datetime], application: str = "", stream: str = "") -> None:
        self._url = url
        self._now = now
        self._application = application
        self._stream = stream
        self._http = Http()

    def viewers(self) -> ViewerCount:
        """How many people watch now. Raises `IntegrationError`."""
        mark = "&" if "?" in self._url else "?"
        page = self._http.get(f"{self._url}{mark}count={MOST_STREAMS}")
        count = count_viewers(page, self._application, self._stream)
        return ViewerCount(self._now(), count, self.name)

    def close(self) -> None:
        """Lets the connection go; may be called twice."""
        self._http.close()


def count_viewers(body: bytes, application: str = "", stream: str = "") -> int:
    """Clients less publishers, over the streams that are asked for. Raises `IntegrationError` for another document."""
    found = Answer(200, body).document()
    if whole(found.get("code")) != 0 or not isinstance(found.get("streams"), list):
        raise IntegrationError(N_("it is not the list of streams of an SRS server"))
    count = 0
    for one in listed(found["streams"]):
        if application in ("", text_of(one.get("app"))) and stream in ("", text_of(one.get("name"))):
            publishing = part(one, "publish").get("active") is True
            count += max(0, whole(one.get("clients")) - publishing)
    return count
