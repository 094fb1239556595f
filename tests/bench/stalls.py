"""Moments in which the computer itself stood still, as under a hypervisor that is busy with others.

    python -m tests.bench.stalls CORE

sleeps on one core for five milliseconds, again and again, before everything else that runs there, and prints each
sleep that was too long: the second (UTC) at its end, and by how many milliseconds. No program could have worked
meanwhile. Hosts often take a core several times in a row: what follows at once on each other holds a picture up
together. At once is when it worked no longer in between than it had stood.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

from studio.events import HealthSampled

SLEEP_S = 0.005
SEEN_S = 0.003
STALL_S = 0.020  # most of a frame
AFTERMATH_S = 0.5  # so long pictures wait for the encoder before one is left out


@dataclass(frozen=True, slots=True)
class Stall:
    """Seconds UTC; it may have worked for moments in between."""

    begun_s: float
    ended_s: float
    stood_s: float


class Stalls:
    """Keeps watch over every core while it is entered; the findings lie in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._watches: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True)
        for core in sorted(os.sched_getaffinity(0)):
            command = [sys.executable, "-m", "tests.bench.stalls", str(core)]
            with (self._folder / str(core)).open("wb") as file:
                self._watches.append(subprocess.Popen(command, stdout=file))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for watch in self._watches:
            watch.terminate()
            watch.wait()

    def found(self) -> list[Stall]:
        """All of `STALL_S` and more until now."""
        lines = [line for file in self._folder.iterdir() for line in file.read_text().splitlines(keepends=True)]
        pairs = [line.split() for line in lines if line.endswith("\n")]  # whole lines only
        return stalls_of((float(end_s), float(long_ms)) for end_s, long_ms in pairs)


def stalls_of(stops: Iterable[tuple[float, float]]) -> list[Stall]:
    """What stops of any core make that follow at once on each other; what they share is counted once.

    Of a stop: the end in seconds UTC, and its length in ms. Only what lasts for `STALL_S` in all.
    """
    found: list[Stall] = []
    for begun_s, ended_s in sorted((ended_s - long_ms / 1000, ended_s) for ended_s, long_ms in stops):
        last = found[-1] if found else None
        if last is None or begun_s - last.ended_s > last.stood_s:
            found.append(Stall(begun_s, ended_s, ended_s - begun_s))
        else:
            more_s = max(0.0, ended_s - max(begun_s, last.ended_s))
            found[-1] = Stall(last.begun_s, max(last.ended_s, ended_s), last.stood_s + more_s)
    return [stall for stall in found if stall.stood_s >= STALL_S]


@dataclass(frozen=True, slots=True)
class Lost:
    """Ticks that were late and frames the encoder left out; how many seconds were not looked at."""

    late_ticks: int = 0
    skipped_frames: int = 0
    seconds_left_out: int = 0


def lost_of_ours(samples: Sequence[HealthSampled], stalls: Sequence[Stall]) -> Lost:
    """What was lost since the first sample in those seconds in which the computer did not stand still."""
    late = skipped = left_out = 0
    for before, now in pairwise(samples):
        if _stalls_within(stalls, before.at, now.at):
            left_out += 1
        else:
            late += now.late_ticks - before.late_ticks
            skipped += now.skipped_frames - before.skipped_frames
    return Lost(late, skipped, left_out)


def told_losses(samples: Sequence[HealthSampled], stalls: Sequence[Stall]) -> list[str]:
    """A line for each second in which something was lost, with what the computer did."""
    told = []
    for before, now in pairwise(samples):
        late, skipped = now.late_ticks - before.late_ticks, now.skipped_frames - before.skipped_frames
        if late or skipped:
            stood = " + ".join(f"{1000 * stall.stood_s:.0f} ms" for stall in _stalls_within(stalls, before.at, now.at))
            told.append(f"{now.at:%H:%M:%S}  late {late}  skipped {skipped}  stood still: {stood or 'never'}")
    return told


def _stalls_within(stalls: Sequence[Stall], begin: datetime, end: datetime) -> list[Stall]:
    since_s, until_s = begin.timestamp() - AFTERMATH_S, end.timestamp() + STALL_S
    return [stall for stall in stalls if stall.begun_s <= until_s and since_s <= stall.ended_s]


def main() -> None:
    os.sched_setaffinity(0, [int(sys.argv[1])])
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(os.sched_get_priority_max(os.SCHED_FIFO)))
    except PermissionError:
        return  # other programs would hold it up, and that is no excuse
    never = threading.Event()
    while True:
        begun_s = time.monotonic()
        never.wait(SLEEP_S)
        over_s = time.monotonic() - begun_s - SLEEP_S
        if over_s > SEEN_S:
            print(f"{time.time():.4f} {1000 * over_s:.1f}", flush=True)


if __name__ == "__main__":
    main()
