"""Waiting at an address until somebody answers there: cheap, never blocked by one call that hangs.

A network that swallows everything lets a call hang for minutes, and so does a name server. So each call has a thread
of its own, and the next one is made when its time has come, whatever became of the one before. This runs in a relay,
which ends without waiting for calls that still hang.

Who takes a call and then says nothing has not answered, nor who hangs up: each call shakes hands and asks for the
application, as far as RTMP goes before a key is told. So a server that hangs, or a gate that greets with nobody behind
it, is asked again every second too, and costs no connection that would be waited for. Who greets and then says no has
answered: it is asked for its words with the key.
"""

import errno
import random
import threading
import time
from collections.abc import Callable
from typing import Any

from studio.errors import REASONS
from studio.i18n import N_
from studio.media.rtmp_call import PushAddress, RtmpCall
from studio.media.rtmp_line import CallError

MOST_CALLS = 32  # a name server that is away keeps calls for half a minute, and the next one may get through
NOBODY = N_("no answer came in time")
WORDLESS = N_("it does not say why")
GATE = N_("it takes the call and hangs up before it is told the key")
DOUBT_S = 1.5  # without any byte confirmed, though some wait: asked at the door then whether anybody is there
ASK_EVERY_S = 1.0
DEAD_S = 3.0  # where somebody is, and has been for `ASK_EVERY_S`, and the line still confirms nothing


def words_of(error: CallError) -> str:
    """Why a call failed, in words that end a sentence; the server's own where it spoke."""
    match error.kind:
        case "no_name":
            return N_("the name of the server is not known")
        case "hung_up":
            return REASONS[errno.EPIPE]
        case "refused":
            return error.reason or WORDLESS
    return error.reason or NOBODY


def due_ns(since_ns: int, every_s: tuple[float, float]) -> int:
    """When to call again after a call at `since_ns`: not all studios at once."""
    return since_ns + round(random.uniform(*every_s) * 1e9)  # noqa: S311 - no secret


class Door:
    """One address, called again and again."""

    def __init__(self, url: str) -> None:
        self.answered = threading.Event()
        self.took_s = 0.0  # the call that was answered
        self.reason = ""
        self._url = url
        self._ended = threading.Event()  # never: the process ends, whatever its calls do
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
        call, began_s = RtmpCall(PushAddress.of(self._url), self._ended, believes=True), time.monotonic()
        try:
            call.open()
            self._answer(began_s)
        except CallError as error:
            self.reason = words_of(error)
            if call.greeted and error.kind == "hung_up":
                self.reason = GATE
            elif call.greeted and error.kind != "silent":
                self._answer(began_s)
        finally:
            call.close()
            with self._counting:
                self._open_calls -= 1

    def _answer(self, began_s: float) -> None:
        self.took_s = time.monotonic() - began_s
        self.answered.set()


def wait_for_answer(url: str, knock: dict[str, Any], go_on: Callable[[str], bool]) -> float | None:
    """Returns once somebody answers, with the seconds that call took; None where `go_on` says that it is enough.

    That is asked before each call, with the newest reason, empty at first. `knock` says when to begin (`from_ns`) and
    how long to wait between calls (`every_s`, lowest and highest).
    """
    door = Door(url)
    wait_s = (knock["from_ns"] - time.monotonic_ns()) / 1e9
    while not door.answered.wait(max(0.0, wait_s)):
        if not go_on(door.reason):
            return None
        door.call()
        wait_s = random.uniform(*knock["every_s"])  # noqa: S311 - keeps many studios from calling at once
    return door.took_s


class Doubt:
    """Whether a line that confirms nothing is dead, or its network is away: the server's door tells.

    A line whose other end is gone without a word looks like a network that is down for a while. Where the same server
    answers a new call meanwhile, waiting for the old line is vain.
    """

    def __init__(self, door: Door) -> None:
        self._door = door
        self._confirmed_bytes = -1
        self._moved_s = 0.0
        self._asked_s = 0.0
        self._answered_s: float | None = None

    def is_dead(self, now_s: float, confirmed_bytes: int, waits: bool) -> bool:
        """To be asked a few times a second; `waits`: whether something was sent that is not confirmed."""
        if confirmed_bytes != self._confirmed_bytes or not waits:
            self._confirmed_bytes, self._moved_s = confirmed_bytes, now_s
            self._asked_s, self._answered_s = 0.0, None
            self._door.answered.clear()
        if now_s - self._moved_s < DOUBT_S:
            return False
        if self._answered_s is None and self._door.answered.is_set():
            self._answered_s = now_s
        if self._answered_s is None:
            if now_s - self._asked_s >= ASK_EVERY_S:
                self._asked_s = now_s
                self._door.call()
            return False
        return now_s - self._moved_s >= DEAD_S and now_s - self._answered_s >= ASK_EVERY_S
