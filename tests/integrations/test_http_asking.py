"""Questions that carry secrets: where they go, what comes back, and that no error names them."""

import ipaddress
import ssl
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from integrations.base import IntegrationError, LimitedError
from integrations.http import Http
from tests.integrations.stand_ins.server import Asked, Said, StandIn, serving

NOW = datetime(2026, 9, 20, 12, 0, 0, tzinfo=UTC)
SECRET = "".join(["ge", "heim"])  # not as one word: tracebacks quote the lines of this file


class Echo(StandIn):
    """Answers what it is told to, else that all is well."""

    def answer(self, asked: Asked) -> Said:
        return Said({"well": True})


@pytest.fixture
def server() -> Iterator[Echo]:
    server = Echo(frozen_at=NOW)
    with serving(server):
        yield server


@pytest.fixture
def http() -> Iterator[Http]:
    http = Http(largest_answer_bytes=50_000, timeout_s=60.0, now=lambda: NOW)
    yield http
    http.close()


def test_what_is_sent_arrives_as_it_is(server: Echo, http: Http) -> None:
    http.ask("GET", server.url + "/a", query={"word": "苹果&梨=1"})
    http.ask("POST", server.url + "/b", form={"word": "苹果&梨=1"})
    http.ask("POST", server.url + "/c", query={"sign": "x"}, body='{"k":"苹果"}'.encode(), headers={"X-Own": "1"})
    got, posted, raw = server.asked
    assert got.query == posted.form == {"word": "苹果&梨=1"}
    assert (raw.query, raw.body, raw.headers["X-Own"]) == ({"sign": "x"}, '{"k":"苹果"}'.encode(), "1")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (Said(body=b"\n<!DOCTYPE html><html>log in</html>"), "web page"),
        (Said(body=b"<html>bad gateway</html>", status=502), "web page"),
        (Said(body=b"{broken"), "cannot be read"),
        (Said(body=b"[" * 40_000), "cannot be read"),
        (Said(body=b'{"n": NaN}'), "cannot be read"),
        (Said(body=b'{"n": ' + b"9" * 5000 + b"}"), "cannot be read"),
        (Said([1, 2]), "cannot be read"),
        (Said(body=b"oh", status=500), "500"),
        (Said({"message": "broken"}, status=500), "500"),
        (Said(body=b" " * 50_001), "too long"),
        (Said(status=302, headers=(("Location", "http://elsewhere.invalid/"),)), "another computer"),
        (Said(status=307, headers=(("Location", "/round"),)), "circle"),
    ],
)
def test_an_answer_that_is_none_is_said_so(server: Echo, http: Http, said: Said, reason: str) -> None:
    server.faults.append(said)
    with pytest.raises(IntegrationError, match=reason):
        http.ask("GET", server.url + "/it").document()
    assert len(server.asked) == 1, "nothing signed is sent a second time by itself"


def test_numbers_stay_exact(server: Echo, http: Http) -> None:
    server.faults.append(Said(body=b'{"id": 9218300014928201003, "pay": 0.1}'))
    found = http.ask("GET", server.url + "/it").document()
    assert (found["id"], str(found["pay"])) == (9_218_300_014_928_201_003, "0.1")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30.0),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), 0.0),
        ("9" * 12, 86_400.0),
        ("soon", None),
        ("", None),
    ],
)
def test_when_to_come_again_is_understood(server: Echo, http: Http, header: str, seconds: float | None) -> None:
    server.faults.append(Said(status=429, headers=(("Retry-After", header),)))
    with pytest.raises(LimitedError) as caught:
        http.ask("GET", server.url + "/it")
    assert caught.value.retry_after_s == seconds


def test_the_other_clock_is_read(server: Echo, http: Http) -> None:
    server.ahead = timedelta(minutes=-7)
    http.ask("GET", server.url + "/it")
    assert http.skew_s == -420.0


@pytest.mark.parametrize("url", ["http://192.0.2.1/it", "http://gw.example/it", "ftp://127.0.0.1/it", "it"])
def test_a_secret_goes_nowhere_in_the_open(http: Http, url: str) -> None:
    with pytest.raises(IntegrationError) as caught:
        http.ask("GET", url, query={"token": SECRET})
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_no_error_holds_what_was_sent(server: Echo, http: Http) -> None:
    address = server.url.rpartition(":")[0] + ":9/it"
    with pytest.raises(IntegrationError, match="nothing answers") as caught:
        http.ask("GET", address, query={"token": SECRET}, headers={"Access-Token": SECRET})
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_certificate_nobody_vouches_for_is_refused(server: Echo, http: Http, tmp_path: Path) -> None:
    certificate = tmp_path / "own.pem"
    certificate.write_bytes(own_certificate())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(server, context), pytest.raises(IntegrationError, match="certificate is not valid"):
        http.ask("GET", server.url + "/it", query={"token": SECRET})
    assert server.asked == []


def own_certificate(address: str = "127.0.0.1", until: datetime = datetime(2100, 1, 1)) -> bytes:
    """A certificate that signs for itself, for this computer, another address or a name, and its key, in PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, address)])
    named = address[0].isalpha()
    here = x509.SubjectAlternativeName(
        [x509.DNSName(address) if named else x509.IPAddress(ipaddress.ip_address(address))]
    )
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, datetime(2020, 1, 1), until)
    made = builder.add_extension(here, critical=False).sign(key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return made.public_bytes(pem) + key.private_bytes(pem, *plain)
