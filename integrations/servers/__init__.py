"""Streaming servers that say how many people watch: kind → class."""

from integrations.servers.nginx_rtmp import NginxRtmp

SERVERS = {NginxRtmp.name: NginxRtmp}
