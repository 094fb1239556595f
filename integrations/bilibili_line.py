"""The line on which bilibili tells what happens in a live room: packets over a WebSocket.

As the platform's open documents and published SDKs have it. A packet: its length, the length of its head (16), version,
operation, a number; then the body. Version 2 is a body of further packets, squeezed by zlib. We say who we are (7, with
the words of `app/start`; answered by 8) and send heartbeats (2; answered by 3); what happens is told as JSON (5).
Packets that are damaged or unknown are left out. The library reads on a thread of its own, which ends with the line.
"""

import json
import socket
import ssl
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import certifi
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from integrations.base import N_, AnsweredError, IntegrationError, quoted
from integrations.http import HERE
from integrations.values import whole

OPEN_S = 5.0  # to connect, and for the answer to who we are
CLOSE_S = 1.0
SILENT_S = 50.0  # every heartbeat is answered, and one is sent every 20 s
WAIT_S = 0.02  # for one more message
MOST_MESSAGES = 1000  # at one reading; the others wait in the network
LARGEST_BYTES = 1_000_000  # of a message, and of what is squeezed in it

HEARTBEAT, TOLD, AUTH, AUTH_ANSWER = 2, 5, 7, 8
PLAIN, SQUEEZED = 1, 2

_HEAD = struct.Struct(">IHHII")


class Line:
    """One connection; used by one thread."""

    def __init__(self, address: str, auth: str) -> None:
        self._address = address
        self._auth = auth
        self._connection: ClientConnection | None = None
        self._closing = ExitStack()
        self._heard_s = 0.0

    def open(self) -> None:
        """Calls and says who we are. Raises `AnsweredError` where that is not taken, else `IntegrationError`."""
        with _translated():
            parts = urlsplit(self._address)
            encrypted = parts.scheme == "wss"
            if not encrypted and parts.hostname not in HERE:
                raise IntegrationError(N_("its address does not begin with {scheme}"), scheme="wss://")
            port = parts.port or (443 if encrypted else 80)
            called = connect(
                self._address,
                sock=socket.create_connection((parts.hostname, port), OPEN_S),  # with it no redirect is followed
                ssl=ssl.create_default_context(cafile=certifi.where()) if encrypted else None,
                compression=None,
                open_timeout=OPEN_S,
                ping_interval=None,
                close_timeout=CLOSE_S,
                max_size=LARGEST_BYTES,
            )
            self._connection = self._closing.enter_context(called)
        try:
            with _translated():
                self._say_who(self._connection)
        except IntegrationError:
            self.close()
            raise
        self._heard_s = time.monotonic()
        self.send_heartbeat()

    def read(self) -> list[dict[str, Any]]:
        """What was told since the last time. Raises `IntegrationError` where the line is dead."""
        assert self._connection is not None
        told: list[dict[str, Any]] = []
        with suppress(TimeoutError):
            for _message in range(MOST_MESSAGES):
                try:
                    frame = self._connection.recv(WAIT_S)
                except WebSocketException:
                    if told:
                        break  # the next reading finds it dead once more
                    raise IntegrationError(N_("the line to its live room broke")) from None
                self._heard_s = time.monotonic()
                if isinstance(frame, bytes):
                    told += documents(frame)
        if not told and time.monotonic() - self._heard_s > SILENT_S:
            raise IntegrationError(N_("there is no answer within {seconds:g} s"), seconds=SILENT_S)
        return told

    def send_heartbeat(self) -> None:
        """Says that we are there; a line that is dead is found by reading."""
        assert self._connection is not None
        with suppress(WebSocketException, OSError):
            self._connection.send(packet(HEARTBEAT))

    def close(self) -> None:
        """May be called twice."""
        with suppress(WebSocketException, OSError):
            self._closing.close()

    def _say_who(self, connection: ClientConnection) -> None:
        connection.send(packet(AUTH, self._auth.encode()))
        frame = connection.recv(OPEN_S)
        for _version, operation, body in packets(frame if isinstance(frame, bytes) else b""):
            if operation == AUTH_ANSWER:
                code = whole((_document(body) or {}).get("code"))
                if code:
                    raise AnsweredError(code, quoted(body.decode(errors="replace"), self._auth))
                return
        raise IntegrationError(N_("what it answers cannot be read"))


def packet(operation: int, body: bytes = b"", version: int = PLAIN) -> bytes:
    """One packet."""
    return _HEAD.pack(_HEAD.size + len(body), _HEAD.size, version, operation, 1) + body


def packets(frame: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Version, operation and body of each packet, up to the first whose lengths cannot be."""
    begin = 0
    while begin + _HEAD.size <= len(frame):
        length, head, version, operation, _number = _HEAD.unpack_from(frame, begin)
        if not _HEAD.size <= head <= length <= len(frame) - begin:
            return
        yield version, operation, frame[begin + head : begin + length]
        begin += length


def documents(frame: bytes) -> Iterator[dict[str, Any]]:
    """What a message tells, whether squeezed or not."""
    for version, operation, body in packets(frame):
        if operation != TOLD:
            continue
        inner = packets(_unsqueezed(body)) if version == SQUEEZED else [(version, operation, body)]
        for _version, inner_operation, told in inner:
            if inner_operation == TOLD and (found := _document(told)) is not None:
                yield found


def _unsqueezed(body: bytes) -> bytes:
    """At most `LARGEST_BYTES`; nothing where it is damaged or more than that."""
    squeezed = zlib.decompressobj()
    try:
        whole_body = squeezed.decompress(body, LARGEST_BYTES)
    except zlib.error:
        return b""
    return whole_body if squeezed.eof else b""


def _document(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


@contextmanager
def _translated() -> Iterator[None]:
    """What went wrong in plain words; the libraries' own errors may hold what was sent."""
    try:
        yield
    except TimeoutError:
        raise IntegrationError(N_("there is no answer within {seconds:g} s"), seconds=OPEN_S) from None
    except ssl.SSLError:
        raise IntegrationError(N_("its certificate is not valid")) from None
    except (OSError, EOFError, WebSocketException):
        raise IntegrationError(N_("nothing answers there")) from None
    except ValueError:
        raise IntegrationError(N_("it is not an address that can be asked")) from None
