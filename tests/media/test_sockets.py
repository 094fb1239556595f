"""What the system tells of a connection is what the other side has really taken."""

import socket
import subprocess
import sys

from studio.media.sockets import Carried, carried_by, keep_unsent_low
from tests.end2end.sockets import HOST, SilentServer
from tests.media.told import Told


def carried(line: socket.socket) -> Carried:
    told = carried_by(line)
    assert told is not None
    return told


def test_bytes_count_once_they_have_arrived_and_not_when_they_are_written() -> None:
    with socket.create_server((HOST, 0)) as listener, socket.create_connection(listener.getsockname()) as line:
        keep_unsent_low(line)
        begun = carried(line)
        line.sendall(bytes(5000))
        Told().wait_for(lambda: carried(line) == Carried(begun.confirmed_bytes + 5000, 0))


def test_what_nobody_reads_does_not_count_and_waits_for_the_network() -> None:
    with SilentServer() as server, socket.create_connection((HOST, server.port)) as line:
        line.setblocking(False)
        written = 0
        try:
            while True:
                written += line.send(bytes(65_536))
        except BlockingIOError:
            told = carried(line)
        assert told.confirmed_bytes < written
        assert told.unsent_bytes > 0


def test_a_thread_that_waits_for_a_processor_is_told_of() -> None:
    """Two that count as fast as they can, on one processor."""
    script = """
import os, subprocess, sys
from studio.media.sockets import queued_ns
os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])
other = subprocess.Popen([sys.executable, "-c", "while True: pass"])
begun = queued_ns()
try:
    while queued_ns() - begun < 20_000_000:
        pass
finally:
    other.kill()
    other.wait()
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
