"""HTTP as the integrations use it, against a real server."""

from collections.abc import Iterator

import pytest

from integrations.base import IntegrationError
from integrations.http import Http
from tests.end2end.sockets import free_port
from tests.integrations.pages import Pages


@pytest.fixture
def http() -> Iterator[Http]:
    http = Http(largest_answer_bytes=1000, timeout_s=60.0)
    yield http
    http.close()
    http.close()


def test_a_page_is_read_and_the_connection_used_again(http: Http, pages: Pages) -> None:
    url = pages.put("/page", b"words")
    assert [http.get(url), http.get(url)] == [b"words", b"words"]


def test_a_redirect_on_the_same_host_is_followed(http: Http, pages: Pages) -> None:
    pages.put("/page", b"words")
    assert http.get(pages.put("/old", status=302, Location="/page")) == b"words"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((302, {"Location": "http://elsewhere.invalid/"}, b""), "another computer"),
        ((302, {"Location": "/it"}, b""), "circle"),
        ((403, {}, b"no"), "403"),
        ((200, {}, b"x" * 1001), "too long"),
    ],
)
def test_an_answer_that_will_not_do_is_refused_with_its_reason(
    http: Http, pages: Pages, answer: tuple[int, dict[str, str], bytes], reason: str
) -> None:
    pages.answers["/it"] = answer
    with pytest.raises(IntegrationError, match=reason):
        http.get(pages.url + "/it")


def test_a_server_that_never_speaks_is_given_up(pages: Pages) -> None:
    pages.silent.add("/slow")
    http = Http(timeout_s=0.3)
    with pytest.raises(IntegrationError, match=r"no answer within 0\.3 s"):
        http.get(pages.url + "/slow")
    http.close()


def test_a_port_with_nothing_behind_it_is_said_so(http: Http) -> None:
    with pytest.raises(IntegrationError, match="nothing answers"):
        http.get(f"http://127.0.0.1:{free_port()}/")


@pytest.mark.parametrize("url", ["", "stall", "file:///etc/passwd", "http://", "http://[::1", "ftp://127.0.0.1/x"])
def test_what_is_no_web_address_is_said_so(http: Http, url: str) -> None:
    with pytest.raises(IntegrationError, match="not an address"):
        http.get(url)


def test_the_proxy_of_the_environment_is_not_used(http: Http, pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert http.get(pages.put("/page", b"words")) == b"words"
