"""Servers that tell the time, right or wrong, on this computer."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer

from tests.end2end.sockets import HOST

EPOCH_S = 2_208_988_800


def ntp_answer(question: bytes, ahead_s: float) -> bytes:
    """What a server of stratum 2 says whose clock is `ahead_s` ahead of ours."""
    now = time.time() + EPOCH_S + ahead_s
    stamp = struct.pack("!II", int(now) & 0xFFFF_FFFF, int(now % 1 * (1 << 32)))
    return b"\x24\x02\x06\xec" + bytes(20) + question[40:48] + stamp + stamp


@contextmanager
def time_server(ahead_s: float = 0.0, damage: slice | None = None) -> Iterator[str]:
    """An NTP server that answers until it is left; `damage` overwrites a part of the answer with 0xFF."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind((HOST, 0))

        def serve() -> None:
            while True:
                question, caller = line.recvfrom(512)
                if len(question) < 48:
                    return
                said = bytearray(ntp_answer(question, ahead_s))
                if damage is not None:
                    said[damage] = b"\xff" * len(said[damage])
                line.sendto(said, caller)

        thread = threading.Thread(target=serve, name="ntp-server")
        thread.start()
        try:
            yield f"ntp://{HOST}:{line.getsockname()[1]}"
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
                waker.sendto(b"end", line.getsockname())
            thread.join()


@contextmanager
def web_server(ahead_s: float = 0.0, dated: bool = True) -> Iterator[str]:
    """A web server whose `Date` is `ahead_s` ahead; without one where not `dated`."""

    class Answer(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response_only(200)
            if dated:
                self.send_header("Date", formatdate(time.time() + ahead_s, usegmt=True))
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            """Keeps the tests' output clean."""

    server = HTTPServer((HOST, 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="web-server")
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
