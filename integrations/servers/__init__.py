"""Streaming servers that say how many people watch: kind → class; and which of them an address is of."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from integrations.servers.mediamtx import MediaMtx
from integrations.servers.nginx_rtmp import NginxRtmp
from integrations.servers.srs import Srs

Server = type[NginxRtmp] | type[Srs] | type[MediaMtx]

SERVERS: Mapping[str, Server] = {one.name: one for one in (NginxRtmp, Srs, MediaMtx)}


def server_of(url: str) -> Server:
    """The kind of server that has its statistics at such an address; nginx-rtmp, whose path anybody may choose."""
    try:
        path = urlsplit(url).path.rstrip("/")
    except ValueError:
        return NginxRtmp
    return next((one for one in (Srs, MediaMtx) if path.endswith(one.path)), NginxRtmp)
