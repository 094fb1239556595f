"""Waiting at an address until somebody answers there: cheap, never blocked by one call that hangs.

A network that swallows everything lets a call hang for minutes, and so does a name server. So each call has a thread
of its own, and the next one is made when its time has come, whatever became of the one before. This runs in a relay,
which ends without waiting for calls that still hang.
"""

import os
import random
import socket
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from studio.errors import reason_of
from studio.i18n import N_

CALL_S = 4.0  # longer than a lost first packet and its repetition
KNOCK_FOR_S = 60.0  # then the engine sends a fresh relay, if it still lives
MOST_CALLS = 8
PORTS = {"rtmp": 1935, "rtmps": 443}
NOBODY = N_("no answer came in time")


class Door:
    """One address, called again and again."""

    def __init__(self, host: str, port: int) -> None:
        self.answered = threading.Event()
        self.reason = ""
        self._address = (host, port)
        self._open_calls = 0
        self._counting = threading.Lock()

    def call(self) -> None:
        """Calls without waiting for what comes of it."""
        with self._counting:
            if self._open_calls >= MOST_CALLS:
                return
            self._open_calls += 1
        threading.Thread(target=self._call, name="call", daemon=True).start()

    def _call(self) -> None:
        try:
            socket.create_connection(self._address, CALL_S).close()
            self.answered.set()
        except socket.gaierror:
            self.reason = N_("the name of the server is not known")
        except OSError as error:
            self.reason = NOBODY if isinstance(error, TimeoutError) else reason_of(error)
        finally:
            with self._counting:
                self._open_calls -= 1


def wait_for_answer(url: str, knock: dict[str, Any], unanswered: Callable[[str], None]) -> str:
    """Returns an empty text once somebody answers, or why nobody did; `unanswered` hears a new reason meanwhile.

    `knock` says when to begin (`from_ns`) and how long to wait between calls (`every_s`, lowest and highest).
    """
    parts = urlsplit(url)
    door = Door(parts.hostname or "", parts.port or PORTS.get(parts.scheme, 1935))
    parent, told = os.getppid(), ""
    until_ns = time.monotonic_ns() + int(KNOCK_FOR_S * 1e9)
    wait_s = (knock["from_ns"] - time.monotonic_ns()) / 1e9
    while not door.answered.wait(max(0.0, wait_s)):
        if time.monotonic_ns() > until_ns or os.getppid() != parent:
            return door.reason or NOBODY
        if door.reason != told:
            told = door.reason
            unanswered(told)
        door.call()
        wait_s = random.uniform(*knock["every_s"])  # noqa: S311 - keeps many studios from calling at once
    return ""
