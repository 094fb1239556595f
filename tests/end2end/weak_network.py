"""A network that is slow, breaks, swallows everything or hangs up, between a studio and its server.

A TCP proxy with small buffers, so that what it does not take is felt by the sender within a moment: with the
system's own buffers ten seconds of a stream would vanish unnoticed.
"""

import contextlib
import select
import socket
import threading
import time
from types import TracebackType
from typing import Self

from tests.end2end.sockets import HOST

BUFFER_BYTES = 8192
PIECE_BYTES = 2048
BURST_S = 0.02
LOOK_S = 0.05


class WeakNetwork:
    """Takes calls on `port` and carries them to `to_port`; what is set here counts from that moment on.

    `rate_kbps`: how much goes up a second (None: no limit); `swallows`: nothing moves in either direction, and
    calls are taken by nobody; `stops_reading`: nothing more is taken from the studio; `hangs_up`: calls are ended at
    once; `answers_after_s`: so late comes each piece of what the server says; `cut()` ends the lines that are open;
    `strand()` leaves the studio with lines that lead nowhere any more, `abandon()` the server.
    """

    def __init__(self, to_port: int, rate_kbps: float | None = None) -> None:
        self.rate_kbps = rate_kbps
        self.swallows = False
        self.stops_reading = False
        self.hangs_up = False
        self.answers_after_s = 0.0
        self._carried_bytes = 0
        self.port = 0
        self._to_port = to_port
        self._listener: socket.socket | None = None
        self._threads: list[threading.Thread] = []
        self._open: list[socket.socket] = []  # caller, called, caller, called …
        self._taken: list[socket.socket] = []  # all of them
        self._stranded: set[socket.socket] = set()
        self._changing = threading.Lock()
        self._stopping = threading.Event()
        self._free_s = 0.0  # when the next piece may go up

    def url(self, key: str = "show", application: str = "live") -> str:
        return f"rtmp://{self.host}:{self.port}/{application}/{key}"

    @property
    def host(self) -> str:
        return HOST

    @property
    def carried_bytes(self) -> int:
        """What has gone up."""
        return self._carried_bytes

    def start(self) -> None:
        listener = self._listener = self._listener_made()
        listener.listen(8)
        self.port = listener.getsockname()[1]
        self._run(self._take, listener)

    def _listener_made(self) -> socket.socket:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)  # those that are taken inherit it
        listener.bind((HOST, self.port))
        return listener

    def _run(self, body: object, *given: object) -> None:
        thread = threading.Thread(target=body, args=given, name="weak-network")  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _take(self, listener: socket.socket) -> None:
        while not self._stopping.wait(LOOK_S if self.swallows else 0):
            if self.swallows or not select.select([listener], [], [], LOOK_S)[0]:
                continue
            caller = listener.accept()[0]
            try:
                called = socket.create_connection((HOST, self._to_port), timeout=2) if not self.hangs_up else None
            except OSError:
                called = None
            if called is None:
                caller.close()
                continue
            called.settimeout(None)
            with self._changing:
                self._open += [caller, called]
                self._taken += [caller, called]
            self._run(self._carry, caller, called, True)
            self._run(self._carry, called, caller, False)

    def _carry(self, source: socket.socket, sink: socket.socket, up: bool) -> None:
        with contextlib.suppress(OSError):
            while not self._stopping.is_set():
                if self.swallows or (up and self.stops_reading) or source in self._stranded:
                    self._stopping.wait(LOOK_S)
                    continue
                if not select.select([source], [], [], LOOK_S)[0]:
                    continue
                data = source.recv(PIECE_BYTES)
                if not data:
                    break
                if up:
                    self._wait_turn(len(data))
                    self._carried_bytes += len(data)
                else:
                    self._stopping.wait(self.answers_after_s)
                sink.sendall(data)
        for end in {source, sink} - self._stranded:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _wait_turn(self, size: int) -> None:
        while (rate_kbps := self.rate_kbps) is not None:
            now_s = time.monotonic()
            if now_s >= self._free_s:
                self._free_s = max(self._free_s, now_s - BURST_S) + size * 8 / 1000 / rate_kbps
                return
            self._stopping.wait(min(LOOK_S, self._free_s - now_s))

    def cut(self) -> None:
        """Ends all open lines, as a router does that is switched off."""
        with self._changing:
            lines, self._open = self._open, []
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)

    def strand(self) -> None:
        """The server's ends of all open lines go, and nobody tells the studio, as where its own address changed."""
        self._break(1)

    def abandon(self) -> None:
        """The studio's ends of all open lines go, and nobody tells the server."""
        self._break(0)

    def _break(self, end: int) -> None:
        with self._changing:
            self._stranded.update(self._open)
            for line in self._open[end::2]:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        self._stopping.set()
        self.rate_kbps = None
        self.cut()
        for thread in self._threads:
            thread.join(10)
        for line in [*self._taken, self._listener]:
            if line is not None:
                line.close()
        self._listener = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()
