"""Viewer counts of an nginx with the RTMP module, from the XML page its `rtmp_stat` directive serves.

The page, as ngx_rtmp_stat_module.c writes it: rtmp > server > application {name} > live > stream {name,
nclients, publishing?}. `nclients` counts every client of a stream, its publisher too; `publishing` is an
empty element that is there or not.
"""

from collections.abc import Callable
from datetime import datetime
from xml.etree import ElementTree
from xml.parsers import expat

from integrations.base import N_, IntegrationError, ViewerCount
from integrations.http import Http


class NginxRtmp:
    """Asks the page at `url`, for one application and stream where they are named, else for all of them."""

    name = "nginx-rtmp"

    def __init__(self, url: str, now: Callable[[], datetime], application: str = "", stream: str = "") -> None:
        self._url = url
        self._now = now
        self._application = application
        self._stream = stream
        self._http = Http()

    def viewers(self) -> ViewerCount:
        """How many people watch now. Raises `IntegrationError`."""
        count = count_viewers(self._http.get(self._url), self._application, self._stream)
        return ViewerCount(self._now(), count, self.name)

    def close(self) -> None:
        """Lets the connection go; may be called twice."""
        self._http.close()


def count_viewers(page: bytes, application: str = "", stream: str = "") -> int:
    """The viewers a statistics page names: clients less publishers, over the streams that are asked for.

    A stream that is not on the page has nobody on it. Raises `IntegrationError` for a page of another
    kind, and for an application the server does not have.
    """
    root = _parse(page)
    applications = root.findall("server/application")
    if application:
        applications = [found for found in applications if found.findtext("name") == application]
        if not applications:
            raise IntegrationError(N_("the server has no application {name}"), name=application)
    streams = [found for one in applications for found in one.findall("live/stream")]
    return sum(_viewers_of(one) for one in streams if not stream or one.findtext("name") == stream)


def _viewers_of(stream: ElementTree.Element) -> int:
    try:
        clients = int(stream.findtext("nclients", ""))
    except ValueError as error:
        raise IntegrationError(N_("the page has no number of clients")) from error
    return max(0, clients - (stream.find("publishing") is not None))


def _parse(page: bytes) -> ElementTree.Element:
    """The page's root; a page with a document type is refused, since that is how XML bombs are built."""
    guard = expat.ParserCreate()
    guard.StartDoctypeDeclHandler = _refuse_document_type
    try:
        guard.Parse(page, True)
        root = ElementTree.fromstring(page)  # noqa: S314 - the guard has let it pass
    except (expat.ExpatError, ElementTree.ParseError, LookupError, ValueError) as error:
        raise IntegrationError(N_("the page is not the statistics page of nginx-rtmp")) from error
    if root.tag != "rtmp":
        raise IntegrationError(N_("the page is not the statistics page of nginx-rtmp"))
    return root


def _refuse_document_type(*_declaration: object) -> None:
    raise IntegrationError(N_("the page is not the statistics page of nginx-rtmp"))
