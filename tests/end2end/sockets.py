"""Servers that behave badly on purpose, and ports to put servers on."""

import atexit
import contextlib
import select
import socket
import subprocess
import threading
import time
from collections import deque
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
PORTS_KEPT = 64  # more than any test takes


_kept: deque[socket.socket] = deque()


def free_port() -> int:
    """A TCP port that nothing listens on, and that the system gives to nobody else for a long time.

    It is kept by a socket that does not listen: a server that says SO_REUSEADDR, as all do, may listen beside it, also
    when it comes again; but no call of another test, in whatever process, gets the number meanwhile.
    """
    if len(_kept) == PORTS_KEPT:
        _kept.popleft().close()
    keeper = socket.socket()
    keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    keeper.bind((HOST, 0))
    _kept.append(keeper)
    return int(keeper.getsockname()[1])


@atexit.register
def _give_back() -> None:
    while _kept:
        _kept.popleft().close()


def wait_until_listening(port: int, process: subprocess.Popen[bytes], deadline_s: float = 30.0) -> None:
    """Returns when `port` takes a connection; raises where `process` ends first or the deadline passes."""
    until = time.monotonic() + deadline_s
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1):
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            raise RuntimeError(f"the server ended with {process.wait(0.02)} before it listened")
    raise TimeoutError(f"nothing listens on {port}")


class SilentServer:
    """Takes every connection and never says a word: the system completes the handshake, nobody reads."""

    def __init__(self, port: int = 0) -> None:
        self._socket: socket.socket | None = None
        self.port = port

    @property
    def url(self) -> str:
        return f"rtmp://{HOST}:{self.port}/live/silent"

    @property
    def called(self) -> bool:
        """Whether somebody has called."""
        assert self._socket is not None
        readable, _writable, _broken = select.select([self._socket], [], [], 0)
        return bool(readable)

    def start(self) -> None:
        self._socket = socket.create_server((HOST, self.port), backlog=64)
        self.port = self._socket.getsockname()[1]

    def stop(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class ClosingServer(SilentServer):
    """Takes every connection and hangs up at once."""

    def __init__(self) -> None:
        super().__init__()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        super().start()
        self._thread = threading.Thread(target=self._hang_up, name="closing-server")
        self._thread.start()

    def _hang_up(self) -> None:
        assert self._socket is not None
        listener = self._socket
        with contextlib.suppress(OSError):
            while True:
                listener.accept()[0].close()

    def stop(self) -> None:
        if self._socket is not None:
            self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for a caller
        super().stop()
        if self._thread is not None:
            self._thread.join()
            self._thread = None


class BlackHole(SilentServer):
    """A port on which calls are swallowed, as by a network that is up and leads nowhere.

    Linux drops calls to a socket whose queue of callers is full; one held connection fills it.
    """

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self._filling: socket.socket | None = None

    def start(self) -> None:
        self._socket = socket.create_server((HOST, self.port), backlog=0)
        self.port = self._socket.getsockname()[1]
        self._filling = socket.create_connection((HOST, self.port))

    def stop(self) -> None:
        if self._filling is not None:
            self._filling.close()
            self._filling = None
        super().stop()
