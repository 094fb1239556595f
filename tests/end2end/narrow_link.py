"""A link as narrow as one likes, made by the system itself: a network namespace and a token bucket (Linux, as root).

Other than with the proxy, the network here has a queue of its own, as a modem has, and what it holds is invisible to
whoever sends. The far end takes everything at once and carries it to the server.
"""

import ctypes
import json
import os
import socket
import subprocess
import threading
from pathlib import Path

from tests.end2end.weak_network import WeakNetwork

NEW_NETWORK = 0x40000000  # CLONE_NEWNET, linux/sched.h
WIDE_KBPS = 1_000_000.0
QUEUE_MS = 300  # of the modem
NEAR, FAR = "10.213.77.1", "10.213.77.2"


class NarrowLink(WeakNetwork):
    """As `WeakNetwork`, for calls to `url()`; `rate_kbps` and `carried_bytes` count all that is on the wire."""

    def __init__(self, to_port: int) -> None:
        self._name = f"nongbo{os.getpid()}"
        self._device = f"nb{os.getpid()}"[:15]
        self._narrow_kbps: float | None = None
        self._made = False
        super().__init__(to_port)

    @staticmethod
    def possible() -> bool:
        """Whether this system lets us make a network."""
        return hasattr(os, "geteuid") and os.geteuid() == 0 and Path("/usr/sbin/tc").exists()

    @property
    def host(self) -> str:
        return FAR

    @property
    def rate_kbps(self) -> float | None:
        return self._narrow_kbps

    @rate_kbps.setter
    def rate_kbps(self, kbps: float | None) -> None:
        self._narrow_kbps = kbps
        if self._made:
            self._shape()

    @property
    def carried_bytes(self) -> int:
        told = subprocess.run(["tc", "-s", "-j", "qdisc", "show", "dev", self._device], capture_output=True, check=True)
        return int(json.loads(told.stdout)[0]["bytes"])

    def _shape(self) -> None:
        kbps = self._narrow_kbps or WIDE_KBPS
        shape = f"tbf rate {round(kbps)}kbit burst {max(4, round(kbps / 800))}kb latency {QUEUE_MS}ms"
        _do(f"tc qdisc replace dev {self._device} root {shape}")

    def _listener_made(self) -> socket.socket:
        _do(f"ip netns add {self._name}")
        self._made = True
        _do(f"ip link add {self._device} type veth peer name far netns {self._name}")
        _do(f"ip addr add {NEAR}/24 dev {self._device}")
        _do(f"ip link set {self._device} up")
        _do(f"ip -n {self._name} addr add {FAR}/24 dev far")
        _do(f"ip -n {self._name} link set far up")
        self._shape()
        return self.door()

    def door(self) -> socket.socket:
        """What takes calls at the far end.

        A socket stays in the network it was made in, and a thread may go into one by itself.
        """
        made: list[socket.socket] = []
        thread = threading.Thread(target=lambda: made.append(_listener_in(self._name)), name="far-end")
        thread.start()
        thread.join()
        return made[0]

    def _wait_turn(self, size: int) -> None:
        """The link itself makes it wait."""

    def stop(self) -> None:
        super().stop()
        if self._made:
            self._made = False
            _do(f"ip link del {self._device}")
            _do(f"ip netns del {self._name}")


class SecondDoor(WeakNetwork):
    """Another server at the far end of a link that is there: what goes to both shares it. Nothing is set here."""

    def __init__(self, link: NarrowLink, to_port: int) -> None:
        super().__init__(to_port)
        self._link = link

    @property
    def host(self) -> str:
        return FAR

    def _listener_made(self) -> socket.socket:
        return self._link.door()


def _do(command: str) -> None:
    subprocess.run(command.split(), check=True)


def _listener_in(name: str) -> socket.socket:
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/run/netns", name).open() as network:
        if libc.setns(network.fileno(), NEW_NETWORK):
            raise OSError(ctypes.get_errno(), "setns")
    listener = socket.socket()
    listener.bind((FAR, 0))
    return listener
