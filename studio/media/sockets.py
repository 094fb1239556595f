"""What the operating system knows of the connection FFmpeg made: how much of the stream is still on its way.

FFmpeg does not hand out its socket, so it is looked for among the process' files. Where a system cannot tell
(Windows), nothing is still on its way as far as anybody knows, and the small send buffer bounds the error.
"""

import os
import socket
import stat
import struct
import sys
from contextlib import suppress

MOST_FILES = 256
UNSENT_BYTES = 16_384  # what the system takes before the network does; more would hide that the network is slow
SIOCOUTQ = 0x5411  # Linux, sockios.h
SO_NWRITE = 0x1024  # macOS, sys/socket.h


def stream_socket() -> socket.socket | None:
    """The process' own connected socket, under a number of its own; None where there is none to be found."""
    for number in range(3, MOST_FILES):
        with suppress(OSError):
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                found = socket.socket(fileno=os.dup(number))
                with suppress(OSError):
                    found.getpeername()
                    return found
                found.close()
    return None


def keep_unsent_low(connection: socket.socket) -> None:
    """Lets a writer wait for the network instead of filling the system's buffer."""
    option = getattr(socket, "TCP_NOTSENT_LOWAT", None)
    if option is not None:
        with suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, option, UNSENT_BYTES)


def unacked_bytes(connection: socket.socket) -> int:
    """Bytes that were written and that the other side has not confirmed."""
    if sys.platform == "linux":
        import fcntl  # noqa: PLC0415 - there is none elsewhere

        with suppress(OSError):
            return int(struct.unpack("i", fcntl.ioctl(connection, SIOCOUTQ, bytes(4)))[0])
    if sys.platform == "darwin":
        with suppress(OSError):
            return connection.getsockopt(socket.SOL_SOCKET, SO_NWRITE)
    return 0
