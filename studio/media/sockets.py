"""What the operating system knows of a connection: how much of the stream has really arrived, and whether it was the
computer that had no time for it.

Where a system does not tell (Windows, macOS) what it took counts as arrived, and the small send buffer bounds the
error; how long a processor was waited for is found out by `waiting.py`.
"""

import socket
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

UNSENT_BYTES = 16_384  # what the system takes before the network does; more would hide that the network is slow
WAITING = Path("/proc/self/schedstat")
UNACKED, BYTES_ACKED, NOT_SENT = 24, 120, 144  # where they stand in Linux' struct tcp_info, linux/tcp.h


def keep_unsent_low(connection: socket.socket) -> None:
    """Lets a writer wait for the network instead of filling the system's buffer."""
    option = getattr(socket, "TCP_NOTSENT_LOWAT", None)
    if option is not None:
        with suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, option, UNSENT_BYTES)


@dataclass(frozen=True, slots=True)
class Carried:
    """What the system knows of a connection."""

    confirmed_bytes: int  # since the connection was made, by the other side
    unsent_bytes: int  # taken from the program, and still waiting for the network
    unconfirmed_packets: int = 0  # sent, and not confirmed

    @property
    def waits(self) -> bool:
        """Whether there is anything the other side could confirm."""
        return self.unsent_bytes > 0 or self.unconfirmed_packets > 0


def carried_by(connection: socket.socket) -> Carried | None:
    """How far the stream has come; None where the system does not tell."""
    if sys.platform == "linux":
        with suppress(OSError, struct.error):
            told = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, NOT_SENT + 4)
            unacked, unsent = (struct.unpack_from("=I", told, place)[0] for place in (UNACKED, NOT_SENT))
            return Carried(int(struct.unpack_from("=Q", told, BYTES_ACKED)[0]), int(unsent), int(unacked))
    return None


def queued_ns() -> int | None:
    """How long this process' first thread, which carries the stream, has waited for a processor to run on.

    Linux tells (Documentation/scheduler/sched-stats.rst); None elsewhere.
    """
    try:
        return int(WAITING.read_bytes().split()[1])
    except (OSError, IndexError, ValueError):
        return None
