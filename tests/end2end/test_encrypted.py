"""A show sent over RTMPS: it arrives, and a line that breaks is made anew."""

from pathlib import Path

import pytest

from tests.end2end.nginx import RtmpServer
from tests.end2end.player import watch
from tests.end2end.program import Program, ask
from tests.end2end.tls_door import TlsDoor
from tests.integrations.test_http_asking import own_certificate

pytestmark = pytest.mark.end2end


def test_an_encrypted_show_arrives_and_comes_back(own_home: Path, tmp_path: Path, rtmp_server: RtmpServer) -> None:
    certificate = tmp_path / "own.pem"
    certificate.write_bytes(own_certificate("localhost"))
    words = ("live", "--source", "pattern", "--card", "none", "--size", "320x180", "--preset", "ultrafast")
    with TlsDoor(rtmp_server.rtmp_port, certificate) as door:
        surroundings = {"NONGBO_STREAM_URL": door.url(host="localhost"), "SSL_CERT_FILE": str(certificate)}
        with Program(own_home, *words, "--duration", "9", environment=surroundings) as program:
            program.wait_for("on air")
            assert len(watch(rtmp_server.url(), 3.5).video) > 25, "and a line that has held so long is made anew"
            door.hang_up()
            ended = program.wait()
    assert ended.code == 0, ended.stderr
    states = [output["state"] for output in ask(own_home, "sessions", "show", "1")["outputs"]]
    assert states[:4] == ["connecting", "live", "reconnecting", "live"]
    assert len(watch(rtmp_server.recording()).video) > 25, "what came since"
