"""Viewer counts of a MediaMTX, from `/v3/paths/list` of its API (port 9997, off unless its settings say `api: yes`).

Each path has `name` and `readers`; whoever publishes is its `source` and none of them.
"""

from collections.abc import Callable
from datetime import datetime

from integrations.base import N_, IntegrationError, ViewerCount
from integrations.http import Answer, Http
from integrations.paging import MOST_PAGES, endless
from integrations.values import listed, text_of, whole


class MediaMtx:
    """Asks the API at `url`, for one path where it is named, else for all of them."""

    name = "mediamtx"
    path = "/v3/paths/list"

    def __init__(self, url: str, now: Callable[[], datetime], application: str = "", stream: str = "") -> None:
        self._url = url
        self._now = now
        self._path = "/".join(filter(None, (application, stream)))
        self._http = Http()

    def viewers(self) -> ViewerCount:
        """How many people watch now. Raises `IntegrationError`."""
        count, pages = count_viewers(self._http.get(self._url), self._path)
        if pages > MOST_PAGES:
            raise endless()
        mark = "&" if "?" in self._url else "?"
        for page in range(1, pages):
            count += count_viewers(self._http.get(f"{self._url}{mark}page={page}"), self._path)[0]
        return ViewerCount(self._now(), count, self.name)

    def close(self) -> None:
        """Lets the connection go; may be called twice."""
        self._http.close()


def count_viewers(body: bytes, path: str = "") -> tuple[int, int]:
    """The readers of the paths that are asked for, and how many pages there are. Raises `IntegrationError`."""
    found = Answer(200, body).document()
    if not isinstance(found.get("items"), list):
        raise IntegrationError(N_("it is not the list of paths of a MediaMTX server"))
    paths = [one for one in listed(found["items"]) if path in ("", text_of(one.get("name")))]
    return sum(len(listed(one.get("readers"))) for one in paths), whole(found.get("pageCount")) or 1
