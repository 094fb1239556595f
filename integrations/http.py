"""HTTP as the integrations use it: short time-outs, bounded answers, no way to another host, plain errors.

Certificates are always looked at. What an address or a body holds may be secret, so no error names them.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit

import requests

from integrations.base import N_, IntegrationError, LimitedError

TIMEOUT_S = 2.0  # to connect, and for each silence in the answer
TOTAL_TIMEOUT_S = 3.0
LARGEST_ANSWER_BYTES = 2_000_000
MOST_REDIRECTS = 3
_CHUNK_BYTES = 16_384
_OK = 200
_BROKEN = 500  # and above: the server's own fault
_BUSY = (429, 503)
HERE = ("127.0.0.1", "localhost", "::1")
_LONGEST_RETRY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    body: bytes

    def document(self) -> dict[str, Any]:
        """The JSON object it holds, numbers exact however long. Raises `IntegrationError`.

        What a server says while it is broken is no answer, in whatever form: it must not pass for one without orders.
        """
        try:
            found = json.loads(self.body, parse_float=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError):
            if self.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
                raise IntegrationError(
                    N_("a web page came instead of data: is this network waiting for a login?")
                ) from None
            if self.status != _OK:
                raise IntegrationError(N_("its answer is {status}"), status=self.status) from None
            raise IntegrationError(N_("what it answers cannot be read")) from None
        if self.status >= _BROKEN:
            raise IntegrationError(N_("its answer is {status}"), status=self.status)
        if not isinstance(found, dict):
            raise IntegrationError(N_("what it answers cannot be read"))
        return found


class Http:
    """One conversation with servers, on one thread; nothing is connected before the first question."""

    def __init__(
        self,
        largest_answer_bytes: int = LARGEST_ANSWER_BYTES,
        timeout_s: float = TIMEOUT_S,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._largest_answer_bytes = largest_answer_bytes
        self._timeout_s = timeout_s
        self._now = now
        self._session: requests.Session | None = None
        self.skew_s: float | None = None  # by how much the last server's clock was ahead of ours

    def get(self, url: str) -> bytes:
        """The body of a successful answer. Raises `IntegrationError` with the reason in plain words."""
        with self._translated():
            return self._get(url)

    def ask(
        self,
        method: str,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
    ) -> Answer:
        """Sends what holds secrets: only encrypted, or on this computer, and nowhere but there.

        Raises `LimitedError` where we are told to come again later, else `IntegrationError`.
        """
        with self._translated():
            parts = urlsplit(url)
            if parts.scheme != "https" and parts.hostname not in HERE:
                raise IntegrationError(N_("its address does not begin with https://"))
            until = time.monotonic() + max(TOTAL_TIMEOUT_S, 3 * self._timeout_s)
            with self._connected().request(
                method,
                url,
                params=query,
                data=body if body is not None else form,
                headers=headers,
                files=files,
                timeout=self._timeout_s,
                stream=True,
                allow_redirects=False,
            ) as answer:
                self._read_clock(answer)
                if answer.is_redirect:
                    raise _sent_on(url, answer)
                if answer.status_code in _BUSY:
                    raise LimitedError(N_("it asks us to come again later"), self._retry_after_s(answer))
                return Answer(answer.status_code, self._body(answer, until))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """What went wrong, without what was sent: the libraries' own errors hold the whole address."""
        try:
            yield
        except requests.Timeout:
            raise IntegrationError(N_("there is no answer within {seconds:g} s"), seconds=self._timeout_s) from None
        except requests.exceptions.SSLError:
            raise IntegrationError(N_("its certificate is not valid")) from None
        except requests.ConnectionError:
            raise IntegrationError(N_("nothing answers there")) from None
        except (requests.RequestException, ValueError):
            raise IntegrationError(N_("it is not an address that can be asked")) from None

    def _read_clock(self, answer: requests.Response) -> None:
        try:
            self.skew_s = (parsedate_to_datetime(answer.headers["date"]) - self._now()).total_seconds()
        except (KeyError, TypeError, ValueError):
            self.skew_s = None

    def _retry_after_s(self, answer: requests.Response) -> float | None:
        """The header's seconds, or the time it names, as seconds from now; None where it says nothing we understand."""
        text = answer.headers.get("retry-after", "").strip()
        if text.isascii() and text.isdecimal():
            return min(float(text), _LONGEST_RETRY_S)
        try:
            left_s = (parsedate_to_datetime(text) - self._now()).total_seconds()
        except (TypeError, ValueError):
            return None
        return min(max(0.0, left_s), _LONGEST_RETRY_S)

    def close(self) -> None:
        """Lets the connection go; may be called twice."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _get(self, url: str) -> bytes:
        first = url
        until = time.monotonic() + max(TOTAL_TIMEOUT_S, self._timeout_s)
        for _redirect in range(MOST_REDIRECTS + 1):
            with self._connected().get(url, timeout=self._timeout_s, stream=True, allow_redirects=False) as answer:
                self._read_clock(answer)
                if answer.is_redirect:
                    url = urljoin(url, answer.headers["location"])
                    if not _same_computer(first, url):
                        raise IntegrationError(N_("it sends us to another computer"))
                    continue
                if answer.status_code != _OK:
                    raise IntegrationError(N_("its answer is {status}"), status=answer.status_code)
                return self._body(answer, until)
        raise IntegrationError(N_("it sends us around in a circle"))

    def _body(self, answer: requests.Response, until: float) -> bytes:
        body = bytearray()
        for chunk in answer.iter_content(_CHUNK_BYTES):
            body += chunk
            if len(body) > self._largest_answer_bytes:
                raise IntegrationError(N_("its answer is too long"))
            if time.monotonic() > until:
                raise requests.Timeout
        return bytes(body)

    def _connected(self) -> requests.Session:
        if self._session is None:
            self._session = requests.Session()
            self._session.trust_env = False  # neither proxies nor passwords of other programs are ours to use
        return self._session


def _same_computer(url: str, other: str) -> bool:
    """Whether a redirect stays where we meant to ask, and as secret."""
    first, second = urlsplit(url), urlsplit(other)
    return first.hostname == second.hostname and (second.scheme == "https" or first.scheme == "http")


def _sent_on(url: str, answer: requests.Response) -> IntegrationError:
    """What is signed for one address is sent to no second one."""
    if _same_computer(url, urljoin(url, answer.headers["location"])):
        return IntegrationError(N_("it sends us around in a circle"))
    return IntegrationError(N_("it sends us to another computer"))


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)
