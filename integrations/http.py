"""HTTP as the integrations use it: short time-outs, bounded answers, no way to another host, plain errors."""

import time
from urllib.parse import urljoin, urlsplit

import requests

from integrations.base import N_, IntegrationError

TIMEOUT_S = 2.0  # to connect, and for each silence in the answer
TOTAL_TIMEOUT_S = 3.0
LARGEST_ANSWER_BYTES = 2_000_000
MOST_REDIRECTS = 3
_CHUNK_BYTES = 16_384
_OK = 200


class Http:
    """One conversation with servers, on one thread; nothing is connected before the first `get`."""

    def __init__(self, largest_answer_bytes: int = LARGEST_ANSWER_BYTES, timeout_s: float = TIMEOUT_S) -> None:
        self._largest_answer_bytes = largest_answer_bytes
        self._timeout_s = timeout_s
        self._session: requests.Session | None = None

    def get(self, url: str) -> bytes:
        """The body of a successful answer. Raises `IntegrationError` with the reason in plain words."""
        try:
            return self._get(url)
        except requests.Timeout as error:
            raise IntegrationError(N_("there is no answer within {seconds:g} s"), seconds=self._timeout_s) from error
        except requests.exceptions.SSLError as error:
            raise IntegrationError(N_("its certificate is not valid")) from error
        except requests.ConnectionError as error:
            raise IntegrationError(N_("nothing answers there")) from error
        except (requests.RequestException, ValueError) as error:
            raise IntegrationError(N_("it is not an address that can be asked")) from error

    def close(self) -> None:
        """Lets the connection go; may be called twice."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _get(self, url: str) -> bytes:
        host = urlsplit(url).hostname
        until = time.monotonic() + max(TOTAL_TIMEOUT_S, self._timeout_s)
        for _redirect in range(MOST_REDIRECTS + 1):
            with self._connected().get(url, timeout=self._timeout_s, stream=True, allow_redirects=False) as answer:
                if answer.is_redirect:
                    url = urljoin(url, answer.headers["location"])
                    if urlsplit(url).hostname != host:
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
