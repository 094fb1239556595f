"""SRS and MediaMTX say how many people watch; whoever publishes does not watch."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.base import IntegrationError
from integrations.servers import server_of
from integrations.servers.mediamtx import MediaMtx
from integrations.servers.nginx_rtmp import NginxRtmp
from integrations.servers.srs import Srs
from tests.integrations.pages import Pages

NOW = datetime(2026, 9, 20, 12, 0, 0, tzinfo=UTC)
ALL_STREAMS = "/api/v1/streams?count=1000"  # unasked it tells of ten


def srs(*streams: dict[str, Any]) -> bytes:
    return json.dumps({"code": 0, "server": "vid-1", "service": "s", "pid": "7", "streams": list(streams)}).encode()


def stream(name: str, app: str, clients: int, active: bool) -> dict[str, Any]:
    return {"name": name, "app": app, "clients": clients, "publish": {"active": active, "cid": "c"}, "video": None}


def paths(pages: int, **readers: int) -> bytes:
    items = [
        {"name": name.replace("_", "/"), "source": {"type": "rtmpConn"}, "readers": [{"type": "hlsMuxer"}] * count}
        for name, count in readers.items()
    ]
    return json.dumps({"itemCount": len(items), "pageCount": pages, "items": items}).encode()


@pytest.mark.parametrize(
    ("application", "name", "count"), [("", "", 15), ("live", "", 6), ("live", "stall", 2), ("x", "", 0)]
)
def test_srs_counts_its_publisher_and_we_do_not(pages: Pages, application: str, name: str, count: int) -> None:
    body = srs(
        stream("stall", "live", 3, True), stream("waiting", "live", 4, False), stream("stall", "other", 10, True)
    )
    pages.put(ALL_STREAMS, body)
    server = Srs(pages.url + Srs.path, lambda: NOW, application, name)
    found = server.viewers()
    server.close()
    assert (found.count, found.at, found.source) == (count, NOW, "srs")


def test_mediamtx_counts_its_readers_on_every_page(pages: Pages) -> None:
    url = pages.put("/v3/paths/list", paths(2, live_stall=2, live_other=5))
    pages.put("/v3/paths/list?page=1", paths(2, live_more=4))
    for application, name, count in (("", "", 11), ("live", "stall", 2)):
        server = MediaMtx(url, lambda: NOW, application, name)
        assert (server.viewers().count, server.viewers().source) == (count, "mediamtx")
        server.close()


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"code": 5}', b'{"code": 0, "streams": 7}'])
def test_another_document_is_said_so(pages: Pages, body: bytes) -> None:
    pages.put(ALL_STREAMS, body)
    for kind in (Srs, MediaMtx):
        server = kind(pages.put(kind.path, body), lambda: NOW)
        with pytest.raises(IntegrationError, match=r"not the list|cannot be read|web page"):
            server.viewers()
        server.close()


def test_paths_that_never_end_are_left(pages: Pages) -> None:
    server = MediaMtx(pages.put("/v3/paths/list", paths(3_000_000, live_stall=2)), lambda: NOW)
    with pytest.raises(IntegrationError, match="never come to an end"):
        server.viewers()
    server.close()


def test_a_server_is_known_by_its_path() -> None:
    assert server_of("http://192.0.2.1:1985/api/v1/streams/") is Srs
    assert server_of("http://192.0.2.1:9997/v3/paths/list") is MediaMtx
    assert server_of("http://192.0.2.1/stat") is NginxRtmp
    assert server_of("http://[::1") is NginxRtmp
