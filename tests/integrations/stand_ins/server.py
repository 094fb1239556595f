"""What all stand-ins are made of: a real HTTP server that hands over what arrived, and misbehaves when told to."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

HOST = "127.0.0.1"
DEADLINE_S = 90.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived: the path, its query and form decoded once, the raw body."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    headers: dict[str, str]

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=bool(self.body)))


@dataclass(frozen=True, slots=True)
class Said:
    """An answer: a document, or a body as it is."""

    document: Any = None
    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class StandIn:
    """The part every stand-in has. `faults` are answered before anything else; its clock is wrong by `ahead`.

    Where `answering` is cleared it takes what is asked and says nothing.
    """

    url: str = ""
    ahead: timedelta = timedelta()
    frozen_at: datetime | None = None
    faults: list[Said] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)
    answering: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.answering.set()

    def now(self) -> datetime:
        return (self.frozen_at or datetime.now(UTC)) + self.ahead

    def answer(self, asked: Asked) -> Said:
        raise NotImplementedError

    def take(self, asked: Asked) -> Said:
        with self.changed:
            self.asked.append(asked)
            said = self.faults.pop(0) if self.faults else self.answer(asked)
            self.changed.notify_all()
            return said

    def wait_until(self, true: Callable[[], bool], deadline_s: float = DEADLINE_S) -> None:
        """Returns once what was asked makes it true."""
        with self.changed:
            assert self.changed.wait_for(true, deadline_s), f"never came true; asked: {self.asked[-3:]}"


@contextmanager
def serving(stand_in: StandIn, encrypted: ssl.SSLContext | None = None) -> Iterator[None]:
    """The stand-in on a free port, until the block ends."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            parts = urlsplit(self.path)
            query = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said = stand_in.take(Asked(self.command, parts.path, query, body, dict(self.headers.items())))
            stand_in.answering.wait()
            whole = said.body or json.dumps(said.document, ensure_ascii=False).encode()
            self.send_response_only(said.status)
            self.send_header("Date", format_datetime(stand_in.now(), usegmt=True))
            for name, value in said.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(whole)))
            self.end_headers()
            self.wfile.write(whole)

        def log_message(self, *_words: object) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_request: object) -> None:
            """A caller who hangs up is no fault of the test."""

    server = Server((HOST, 0), Answers)
    server.daemon_threads = False
    stand_in.url = f"{'https' if encrypted else 'http'}://{HOST}:{server.server_port}"
    if encrypted:
        server.socket = encrypted.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="stand-in")
    thread.start()
    try:
        yield
    finally:
        stand_in.answering.set()
        server.shutdown()
        thread.join()
        server.server_close()
