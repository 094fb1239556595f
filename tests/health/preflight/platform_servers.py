"""Servers a platform's address may lead to by mistake, and a link that is too narrow."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from studio.media.amf import encoded
from tests.end2end.sockets import HOST

HANDSHAKE_BYTES = 1536


@contextmanager
def one_call(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that takes calls one after the other and treats each as `serve` says; gives its port."""
    with socket.create_server((HOST, 0)) as listener:

        def run() -> None:
            with suppress(OSError):
                while True:
                    line, _ = listener.accept()
                    with line, suppress(OSError):
                        serve(line)

        thread = threading.Thread(target=run, name="one-call")
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def greet(line: socket.socket) -> None:
    """The server's half of the RTMP handshake."""
    exactly(line, 1 + HANDSHAKE_BYTES)
    line.sendall(b"\x03" + bytes(2 * HANDSHAKE_BYTES))
    exactly(line, HANDSHAKE_BYTES)


def exactly(line: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = line.recv(count - len(data))
        if not piece:
            raise OSError("the caller hung up")
        data += piece
    return data


def refuse(words: str) -> Callable[[socket.socket], None]:
    """Refuses `connect` with a description, in chunks of 128 bytes mixed with another message."""

    def serve(line: socket.socket) -> None:
        greet(line)
        line.recv(4096)
        info = {"level": "error", "code": "NetConnection.Connect.Rejected", "description": words}
        body = encoded("_error", 1, None, info)
        header = bytes([3, 0, 0, 0]) + len(body).to_bytes(3, "big") + bytes([20, 0, 0, 0, 0])
        acknowledge = bytes([2, 0, 0, 0, 0, 0, 4, 5, 0, 0, 0, 0, 0, 0x26, 0x25, 0xA0])
        rest = b"".join(b"\xc3" + body[at : at + 128] for at in range(128, len(body), 128))
        line.sendall(header + body[:128] + acknowledge + rest)
        line.recv(1)

    return serve


def babble(line: socket.socket) -> None:
    """Shakes hands and then speaks no RTMP."""
    greet(line)
    line.sendall(bytes([3]) + bytes(3) + (3).to_bytes(3, "big") + bytes([20, 0, 0, 0, 0]) + b"\xff\xff\xff")
    line.recv(1 << 16)


@contextmanager
def narrow_link(port: int, kbps: int) -> Iterator[int]:
    """Leads to `port` of this computer and lets through so much of what is sent there; gives its own port."""

    ending = threading.Event()  # what is still on its way then is let through at once

    def carry(line: socket.socket) -> None:
        with socket.create_connection((HOST, port)) as far:
            back = threading.Thread(target=copy, args=(far, line), name="link-back")
            back.start()
            with suppress(OSError):
                copy(line, far, kbps, ending)
            with suppress(OSError):
                far.shutdown(socket.SHUT_RDWR)
            back.join()

    with one_call(carry) as own:
        yield own
        ending.set()


def copy(
    source: socket.socket, sink: socket.socket, kbps: int | None = None, ending: threading.Event | None = None
) -> None:
    """Hands on until one side ends; at `kbps`, in steps of 4 kB and with a small buffer."""
    if kbps is not None:
        source.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    pause = ending or threading.Event()
    due_s = time.monotonic()
    with suppress(OSError):
        while piece := source.recv(4096):
            sink.sendall(piece)
            if kbps is not None:
                due_s = max(due_s, time.monotonic() - 0.1) + len(piece) * 8 / 1000 / kbps
                pause.wait(max(0.0, due_s - time.monotonic()))
