"""What a stream waits for: its network, or this computer.

A write that takes long waits for the network, less what it waited for a processor. Where the system does not tell that
(Windows, macOS), a thread that asks for a short rest and comes back late waited for one, and what it waited the write
did too. So no more is needed of the system than a clock.
"""

import threading
import time
from collections.abc import Callable

REST_S = 0.05
GRAIN_S = 0.02  # so late Windows wakes a thread anyway
SLOW_WRITES = 0.2  # of the time: a network that takes all is written to in a hundredth of it


class Waiting:
    """Of one stream: `begin` and `end` come from the thread that writes, everything else from the one that tells."""

    def __init__(self, now_s: Callable[[], float] = time.perf_counter) -> None:
        self.by_network = False
        self.late = 0.0  # the share of the last span in which a processor was waited for
        self._now_s = now_s
        self._writes: tuple[float, float | None] = (0.0, None)  # s of those that ended, and when the one of now began
        self._late_s = 0.0
        self._looked_s = now_s()
        self._seen_s = 0.0  # of writes, when it was looked last

    def begin(self) -> None:
        """A write begins."""
        self._writes = self._writes[0], self._now_s()

    def end(self) -> None:
        done_s, since_s = self._writes
        self._writes = done_s + (self._now_s() - since_s if since_s is not None else 0.0), None

    def rest(self, over: threading.Event, seconds: float) -> bool:
        """Waits in short steps, and finds out how late each one ends; False once it is `over`."""
        for _step in range(round(seconds / REST_S)):
            begun_s = self._now_s()
            if over.wait(REST_S):
                return False
            self._late_s += max(0.0, self._now_s() - begun_s - REST_S - GRAIN_S)
        return True

    def look(self, late: float | None = None) -> None:
        """Says what the time since the last look was waited for.

        `late`: the share in which a processor was, where the system tells it.
        """
        now_s, (done_s, since_s) = self._now_s(), self._writes
        written_s = done_s + (now_s - since_s if since_s is not None else 0.0)
        span_s = max(1e-6, now_s - self._looked_s)
        self.late = late if late is not None else min(1.0, self._late_s / span_s)
        self.by_network = (written_s - self._seen_s) / span_s - self.late > SLOW_WRITES
        self._looked_s, self._seen_s, self._late_s = now_s, written_s, 0.0
