"""Encryption in front of a server that has none, as platforms put it there."""

import contextlib
import select
import socket
import ssl
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.end2end.sockets import HOST


class TlsDoor:
    """Takes encrypted calls and carries what is said to and from a port of this computer."""

    def __init__(self, port: int, certificate: Path) -> None:
        self.port = 0
        self.heard = 0  # bytes, decrypted
        self._to_port = port
        self._certificate = certificate
        self._listener: socket.socket | None = None
        self._threads: list[threading.Thread] = []
        self._lines: list[socket.socket] = []

    def url(self, key: str = "show", host: str = HOST) -> str:
        return f"rtmps://{host}:{self.port}/live/{key}"

    def start(self) -> None:
        self._listener = socket.create_server((HOST, 0))
        self.port = self._listener.getsockname()[1]
        self._begin(self._take_calls, self._listener)

    def _begin(self, work: object, line: socket.socket) -> None:
        thread = threading.Thread(target=work, args=(line,), name="tls-door")  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _take_calls(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                self._begin(self._carry, listener.accept()[0])

    def _carry(self, line: socket.socket) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._certificate)
        with (
            line,
            contextlib.suppress(OSError),
            context.wrap_socket(line, server_side=True) as near,
            socket.create_connection((HOST, self._to_port)) as far,
        ):
            self._lines.append(far)
            while True:
                ready = [near] if near.pending() else select.select([near, far], [], [])[0]
                for one in ready:
                    piece = one.recv(65536)
                    if not piece:
                        return
                    (far if one is near else near).sendall(piece)
                    self.heard += len(piece) if one is near else 0

    def hang_up(self) -> None:
        """Ends the calls of now; new ones are taken."""
        lines, self._lines = self._lines, []
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        self.hang_up()
        for thread in self._threads:
            thread.join(30)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
