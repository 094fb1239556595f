"""What the system tells of a connection is what the other side has really taken."""

import socket

from studio.media.sockets import confirmed_bytes, keep_unsent_low, stream_socket
from tests.end2end.sockets import HOST, SilentServer
from tests.media.told import Told


def test_bytes_count_once_they_have_arrived_and_not_when_they_are_written() -> None:
    with socket.create_server((HOST, 0)) as listener, socket.create_connection(listener.getsockname()) as line:
        keep_unsent_low(line)
        begun = confirmed_bytes(line)
        assert begun is not None
        line.sendall(bytes(5000))
        Told().wait_for(lambda: confirmed_bytes(line) == begun + 5000)


def test_what_nobody_reads_does_not_count() -> None:
    with SilentServer() as server, socket.create_connection((HOST, server.port)) as line:
        line.setblocking(False)
        written = 0
        try:
            while True:
                written += line.send(bytes(65_536))
        except BlockingIOError:
            confirmed = confirmed_bytes(line)
        assert confirmed is not None
        assert confirmed < written


def test_the_process_own_connection_is_found() -> None:
    with SilentServer() as server, socket.create_connection((HOST, server.port)):
        found = stream_socket()
        assert found is not None
        found.getpeername()
        found.close()
