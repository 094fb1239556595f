"""Viewer counts from the statistics page of nginx-rtmp."""

from datetime import UTC, datetime

import pytest

from integrations.base import IntegrationError, ViewerCount
from integrations.servers import SERVERS
from integrations.servers.nginx_rtmp import NginxRtmp, count_viewers
from tests.integrations.pages import STAT, Pages

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("application", "stream", "count"),
    [("", "", 2 + 4 + 10), ("live", "", 2 + 4), ("live", "stall", 2), ("other", "stall", 10), ("live", "gone", 0)],
)
def test_the_publisher_is_not_counted_and_the_stream_can_be_picked(application: str, stream: str, count: int) -> None:
    assert count_viewers(STAT, application, stream) == count


def test_the_page_is_asked_over_http(pages: Pages) -> None:
    server = NginxRtmp(pages.put("/stat", STAT), lambda: NOON, "live", "stall")
    assert server.viewers() == ViewerCount(NOON, 2, "nginx-rtmp")
    server.close()


def test_an_application_the_server_does_not_have_is_named() -> None:
    with pytest.raises(IntegrationError, match="no application shop"):
        count_viewers(STAT, "shop")


BOMB = b'<!DOCTYPE rtmp [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><rtmp><server>&b;</server></rtmp>'


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"<html><body>It works!</body></html>",
        b"{}",
        STAT[:300],
        BOMB,
        BOMB.decode().encode("utf-16"),
        b'<?xml version="1.0" encoding="no-such"?><rtmp/>',
    ],
)
def test_a_page_of_another_kind_is_refused(page: bytes) -> None:
    with pytest.raises(IntegrationError, match="not the statistics page"):
        count_viewers(page)


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(IntegrationError, match="number of clients"):
        count_viewers(STAT.replace(b"<nclients>3<", b"<nclients>many<"))


def test_the_table_of_servers_names_them() -> None:
    assert SERVERS["nginx-rtmp"] is NginxRtmp
