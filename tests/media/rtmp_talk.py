"""A server that takes a stream, word by word as a test has it, for what real ones say too seldom to wait for."""

import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from studio.media.amf import Value, decoded, encoded
from studio.media.rtmp_chunks import COMMAND, FIRST_CHUNK_BYTES, ChunkReader, Message, chunked
from tests.health.preflight.platform_servers import greet, one_call

STREAM_ID = 1


class Talk:
    """One caller."""

    def __init__(self, line: socket.socket) -> None:
        self.heard: list[Message] = []
        self._line = line
        self._reader = ChunkReader()
        self._coming = self._messages()

    def _messages(self) -> Iterator[Message]:
        while piece := self._line.recv(4096):
            for message in self._reader.feed(piece):
                self.heard.append(message)
                yield message
        raise OSError("the caller hung up")

    def await_kind(self, kind: int) -> Message:
        return next(message for message in self._coming if message.kind == kind)

    def await_command(self, name: str) -> list[Value]:
        """The next command of that name."""
        for message in self._coming:
            values = decoded(message.body) if message.kind == COMMAND else [None]
            if values[0] == name:
                return values
        raise AssertionError("no end comes without an error")

    def say(self, kind: int, body: bytes) -> None:
        self._line.sendall(chunked(3 if kind == COMMAND else 2, kind, body, 0, 0, FIRST_CHUNK_BYTES))

    def command(self, *values: Value) -> None:
        self.say(COMMAND, encoded(*values))

    def status(self, level: str, code: str, description: str = "") -> None:
        self.command("onStatus", 0, None, {"level": level, "code": code, "description": description})

    def hang_up_hard(self) -> None:
        """As a computer does that is switched off and on again: with a reset."""
        self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # sends what waits
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._line.close()

    def listen(self) -> None:
        """Until the caller hangs up."""
        for _message in self._coming:
            pass


def taking(
    go_on: Callable[[Talk], object], before: Callable[[Talk], None] | None = None
) -> AbstractContextManager[int]:
    """A server that takes any key, and then goes on as told; gives its port.

    `before`: what it says before it takes the key.
    """

    def serve(line: socket.socket) -> None:
        greet(line)
        talk = Talk(line)
        number = talk.await_command("connect")[1]
        talk.command(
            "_result", number, {"fmsVer": "FMS/3,0"}, {"level": "status", "code": "NetConnection.Connect.Success"}
        )
        number = talk.await_command("createStream")[1]
        talk.command("_result", number, None, STREAM_ID)
        talk.await_command("publish")
        if before is not None:
            before(talk)
        talk.status("status", "NetStream.Publish.Start")
        go_on(talk)

    return one_call(serve)
